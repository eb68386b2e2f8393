/// Where two documents give one fact otherwise: the grade of an area, the day of a publication, the
/// day of a move. Both words are kept as a conflict; `[sources] order` says which holds.
///
/// What names no document is a person's word, and no dispute.
///
/// Owner: Recorder.   Thread: the loop thread.   Fails: throws StoreError.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/event.hpp"

namespace forcewatch {

class Store;
enum class Believed;

class Disputes {
public:
    Disputes(Store& store, const std::vector<std::string>& order, Instant now)
        : store_{store}, order_{order}, now_{now} {}

    struct Outcome {
        std::optional<Event> holds;  ///< what is to be recorded; empty: another source is believed
        std::string beaten{};        ///< subject that is to be taken back; empty: none
    };
    /// What holds once a document says `event`.
    [[nodiscard]] Outcome settle(const Event& event, const Origin& origin);

private:
    /// What a document said before, and what the two say, for a person.
    struct Rival {
        std::string source;
        std::string said;
        std::string says_now;
        std::string unsettled;  ///< what holds until a person decides
    };
    [[nodiscard]] Outcome of(const JudgementMade& event, const Origin& origin);
    [[nodiscard]] Outcome of(const InspectionPublished& event, const Origin& origin);
    [[nodiscard]] Outcome of(const StageMoved& event, const Origin& origin);
    template <typename Other>
    [[nodiscard]] Outcome of(const Other& event, const Origin&) {
        return {Event{event}};
    }
    /// The latest event of this kind about `subject`, if another document said it.
    template <typename Said>
    [[nodiscard]] std::optional<std::pair<Said, std::string>> from_elsewhere(
        const std::string& subject, const Origin& origin) const;
    Believed keep(const std::string& subject, const std::string& forces, const Rival& rival,
                  const Origin& origin);

    Store& store_;
    const std::vector<std::string>& order_;
    Instant now_;
};

}  // namespace forcewatch

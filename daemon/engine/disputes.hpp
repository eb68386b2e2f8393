/// Where two documents give one fact otherwise: the grade of an area, the day of a publication, the
/// day of a move. Both words are kept as a conflict; `[sources] order` says which holds.
///
/// What names no document is a person's word, and no dispute.
///
/// Owner: Recorder.   Thread: the loop thread.   Fails: throws StoreError.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/event.hpp"
#include "core/facts.hpp"

namespace forcewatch {

class Store;
enum class Believed;

class Disputes {
public:
    Disputes(Store& store, const std::vector<std::string>& order, Instant now)
        : store_{store}, order_{order}, now_{now} {}

    struct Outcome {
        std::optional<Event> holds;         ///< what is to be recorded; empty: another is believed
        std::vector<std::string> beaten{};  ///< subjects that are to be taken back
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
    /// What stands of `subject`, and which document said so first; empty: this one, or a person.
    template <typename Said, typename Value>
    [[nodiscard]] std::optional<std::pair<Said, std::string>> from_elsewhere(
        const std::string& subject, const Origin& origin, Value value) const;
    [[nodiscard]] std::vector<std::pair<StageMove, std::string>> rivals_of(
        const StageMoved& event, const Origin& origin) const;
    [[nodiscard]] Believed believed(const Rival& rival, const Origin& origin) const;
    /// Keeps the conflict, and says who is believed.
    Believed keep(const std::string& subject, const std::string& forces, const Rival& rival,
                  const Origin& origin);

    Store& store_;
    const std::vector<std::string>& order_;
    Instant now_;
};

}  // namespace forcewatch

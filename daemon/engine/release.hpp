/// The release step: from notices that wait to messages in the outbox.
///
/// Everything that holds a message back meets here, and one rule decides: what a recipient was told
/// last is compared with how the alert stands when nothing holds it back any more. Several notices
/// become one message where they are of one alert, one group, one digest or one storm.
///
/// Owner: Engine.   Thread: the loop thread.   Blocks: bounded by the limit; a group or a digest is
/// written at once.   Fails: throws StoreError.
#pragma once

#include <map>
#include <set>
#include <utility>

#include "daemon/engine/letter_input.hpp"
#include "daemon/engine/restraints.hpp"
#include "daemon/engine/update_requests.hpp"

namespace forcewatch {

/// A program that keeps its own list of alerts: it must get each of them whole.
[[nodiscard]] bool reads_every_alert(const Destination& destination);
/// Of two alerts in a letter, the one to be read first.
[[nodiscard]] bool is_worse(const LetterAlert& left, const LetterAlert& right);

class Release {
public:
    Release(Store& store, Reference& reference, const Settings& settings, const Renderer& renderer,
            Instant now);

    /// Looks at up to `limit` notices that are due; false: none was.
    bool run(int limit);
    /// When a notice or a digest is due next; empty: only news can bring it.
    [[nodiscard]] static std::optional<Instant> next_at(Store& store, const Settings& settings);

private:
    /// What waits for one recipient of one alert.
    struct Pending {
        Alert alert;
        Addressee who;
        std::vector<Notice> notices;           ///< oldest first, never empty
        std::optional<Notice> told;            ///< last
        std::vector<AlertRevision> revisions;  ///< of the alert, oldest first

        [[nodiscard]] const AlertRevision& revision(const Notice& notice) const;
    };

    [[nodiscard]] static std::vector<Change> changes_in(const Pending& pending);
    /// How an alert fared in one message.
    struct Outcome {
        NoticeOutcome outcome{NoticeOutcome::nobody};
        std::vector<DeliveryId> messages;
    };
    using Outcomes = std::map<AlertId, Outcome>;

    /// Whom a message goes to, and which alerts each reads: of a role, those alone for which it is
    /// theirs.
    struct Reader {
        std::string address;  ///< empty: the destination itself
        std::string name;     ///< empty: not known
        std::set<AlertId> alerts;
    };

    void look_at(const Notice& notice);
    void look_at_all(const std::vector<Notice>& due);
    [[nodiscard]] static Restraint faulty(const std::string& why, Instant again_at);
    /// It cannot be told: it goes by itself at once, and where that fails again each hour.
    void set_aside(const Notice& notice, const std::string& why);
    void set_aside_digest(const Addressee& who, const std::string& why);
    /// Drops what is remembered of a part of the run that was undone.
    void forget_run();
    [[nodiscard]] Pending pending(AlertId alert, const Addressee& who);
    /// True: there is nothing to tell, and the notices are settled.
    bool is_no_news(const Pending& pending);
    void hold(const Pending& pending, const Restraint& restraint);
    /// True: it waits for others, or for its digest.
    bool gathers(const Pending& pending, const Destination& destination);
    bool gathers_group(const Pending& pending);
    [[nodiscard]] Restraint storm(const Pending& pending, const Destination& destination);
    void send_held(const Addressee& who, Restraint::Cause cause, const std::string& key,
                   MessageInput::Kind kind);
    /// In one message.
    void tell(const Destination& destination, const Addressee& who, std::vector<Pending> all,
              MessageInput::Kind of_several);
    /// What else the same owners are to be asked goes along.
    void add_requests(const Destination& destination, const Addressee& who,
                      std::vector<Pending>& all);
    void send(const Destination& destination, const Addressee& who, std::vector<Pending> all,
              MessageInput message);
    [[nodiscard]] std::vector<NewParcel> written(MessageInput& message);
    /// What one reader gets of a message, and the keys of the notices that it tells of.
    [[nodiscard]] static std::pair<MessageInput, std::string> part_of(
        const MessageInput& message, const Reader& reader, const std::vector<Pending>& all,
        const std::vector<LetterAlert>& letters);
    /// Puts a message for one reader into the outbox.
    [[nodiscard]] Outcomes post(MessageInput message, const std::string& keys);
    void send_digest(const Addressee& who);
    [[nodiscard]] LetterAlert letter_of(const Pending& pending);
    [[nodiscard]] std::string in_hand(const Pending& pending);
    [[nodiscard]] std::set<std::string> others_told(const Pending& pending);
    [[nodiscard]] std::vector<Reader> readers(const Addressee& who, const std::vector<Pending>& all,
                                              const MessageInput& message);
    [[nodiscard]] std::string group_labels(const Alert& alert);
    void note_fallback(const Destination& destination, const Pending& pending);

    Store& store_;
    StoreFacts facts_;
    Reference& reference_;
    const Settings& settings_;
    const Renderer& renderer_;
    Instant now_;
    Restraints restraints_;
    UpdateRequests requests_;
    std::set<std::pair<AlertId, Addressee>> seen_;  ///< in this run
    std::map<AlertId, std::string> faults_;  ///< of the message being sent: what cannot be written
};

}  // namespace forcewatch

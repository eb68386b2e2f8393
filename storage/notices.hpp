/// What is to be said to whom, what holds it back, and what became of it.
///
/// One notice stands for one revision of an alert and one recipient. It waits until it is looked
/// at, and then is told in a message, held back for a reason that has a name, or found to be no
/// news. Reasons are kept, so that "was I told?" and "why not?" have an answer.
///
/// Owner: Store.   Thread: the loop thread.   Blocks: one local statement or a page of rows.
/// Fails: throws StoreError.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/restraint.hpp"
#include "core/types.hpp"

namespace forcewatch {

namespace sql {
class Connection;
}

enum class NoticeOutcome {
    waiting,
    told,
    nothing_new,    ///< what changed while it was held back had changed back
    recorded_only,  ///< it opened and closed before anybody could be told, and nobody was to be
    nobody,         ///< the role it is for has nobody, or nobody with an address
    bounced,        ///< the address takes no mail
    unsubscribed    ///< its reader wants no digest
};
[[nodiscard]] std::string_view text_of(NoticeOutcome outcome);

/// To be said to one recipient of one destination, not yet put into words.
struct Notice {
    std::int64_t id{};
    AlertId alert{};
    int revision{};
    std::string destination;
    std::string recipient;  ///< mail address, or a role such as "owner"; empty: the destination
    std::string why;        ///< what names the recipient
    std::string remark;
    Instant at{};
    std::optional<Instant> due_at;  ///< empty: once what holds it back has ended
    Restraint held;                 ///< cause `none`: nothing
    NoticeOutcome outcome{};
    std::optional<DeliveryId> outbox;  ///< the message, or the first of several readers' own
};

/// Somebody who may be told.
struct Addressee {
    std::string destination;
    std::string recipient;
    // clang-tidy 14 takes the operator for a comparison with 0.
    auto operator<=>(const Addressee&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// Why something was not said, or not yet.
struct Decision {
    std::int64_t id{};
    Instant at{};
    AlertId alert{};
    int revision{};
    Addressee who;  ///< empty: nobody in particular
    Restraint held;
};

class Notices {
public:
    explicit Notices(sql::Connection& connection) : connection_{connection} {}

    /// Due at once. Added before, for the same revision and recipient: nothing happens.
    void add(const Notice& notice);
    /// Waiting and due by `now`, longest due first, for the destinations named.
    [[nodiscard]] std::vector<Notice> due(const std::set<std::string>& destinations, Instant now,
                                          int limit) const;
    [[nodiscard]] std::optional<Instant> next_due_at(
        const std::set<std::string>& destinations) const;
    /// All that wait for one recipient because of one alert, oldest first.
    [[nodiscard]] std::vector<Notice> waiting(AlertId alert, const Addressee& who) const;
    /// All that wait for a recipient for one reason, oldest first.
    [[nodiscard]] std::vector<Notice> held(const Addressee& who, Restraint::Cause cause,
                                           const std::string& key) const;
    /// What the recipient was told of the alert last; empty: nothing. What was given up was not.
    [[nodiscard]] std::optional<Notice> last_told(AlertId alert, const Addressee& who) const;
    /// Who has any notice of the alert, told or not.
    [[nodiscard]] std::vector<Notice> of_alert(AlertId alert) const;
    /// The messages that told of it: none, one, or one for each who shares the role.
    [[nodiscard]] std::vector<DeliveryId> messages_of(const Notice& notice) const;
    /// The notices that a message told of.
    [[nodiscard]] std::vector<Notice> in_message(DeliveryId id) const;
    /// A request that waits for its answer: the alert it is about, and when it was written.
    struct Asked {
        AlertId alert{};
        Severity severity{};
        Instant at{};
    };
    /// The last by which an owner was told, at `address`, of an alert of the rule about one of
    /// their actions that is open and that nobody has acknowledged; empty: there is none.
    [[nodiscard]] std::optional<Asked> last_asked(const std::string& rule, const std::string& owner,
                                                  const std::string& address,
                                                  const Addressee& who) const;
    /// Alerts of the rule about the owner's actions of which something waits for `who`, for no
    /// digest and as nothing that goes by itself; the oldest notice first.
    [[nodiscard]] std::vector<AlertId> to_ask(const std::string& rule, const std::string& owner,
                                              const Addressee& who) const;
    /// Alerts of which something waits that cannot be put into words, by number.
    [[nodiscard]] std::vector<AlertId> unwritten(int limit) const;
    /// Alerts that are open and of which the recipient was told, by number.
    [[nodiscard]] std::vector<AlertId> open_alerts_told(const Addressee& who, int limit) const;

    /// Holds a notice back; a new reason is recorded as a decision.
    void hold(const Notice& notice, const Restraint& restraint, Instant now);
    /// What waits for this reason is due at `now`. Empty key: for whichever of its kind.
    int stir(Restraint::Cause cause, const std::string& key, Instant now);
    void settle(const Notice& notice, NoticeOutcome outcome,
                const std::vector<DeliveryId>& messages, Instant now);

    void add_decision(const Decision& decision);
    [[nodiscard]] std::vector<Decision> decisions(AlertId alert) const;
    /// How many wait, by destination.
    [[nodiscard]] std::map<std::string, std::int64_t> waiting_by_destination() const;
    [[nodiscard]] std::map<std::string, std::int64_t> waiting_by_cause() const;

    /// When a group may be told, and until when a newcomer then waits.
    struct Group {
        Instant open_at{};
        std::optional<Instant> rest_until;
    };
    [[nodiscard]] std::optional<Group> group(const Addressee& who, const std::string& labels) const;
    void set_group(const Addressee& who, const std::string& labels, const Group& group);
    /// Forgets groups whose rest is over and of which nothing waits.
    void forget_groups(Instant now);

    [[nodiscard]] std::optional<Instant> digest_at(const Addressee& who) const;
    void set_digest(const Addressee& who, Instant due_at);
    [[nodiscard]] std::vector<Addressee> digests_due(Instant now) const;
    [[nodiscard]] std::optional<Instant> next_digest_at() const;
    void forget_digest(const Addressee& who);

private:
    sql::Connection& connection_;
};

}  // namespace forcewatch

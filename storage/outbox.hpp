/// Parcels that must reach the outside world at least once.
///
/// A parcel's bytes are stored once and sent unchanged on every try, under one id. It is leased
/// while a courier carries it (a row of its own, so that a claim leaves the parcel's alone) and
/// leaves when settled. A lease that runs out, or whose courier was
/// replaced, makes its outcome unknown: crashes cost duplicates, never losses. Parcels of one order
/// key to one recipient go one after the other.
///
/// Owner: Store.   Thread: the loop thread.   Blocks: one local statement.   Fails: throws
/// StoreError.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

namespace sql {
class Connection;
}

/// `dismissed`: it was dead, and a person decided that it need not arrive.
enum class DeliveryState { pending, leased, unknown, sent, dead, dismissed };
[[nodiscard]] std::string_view text_of(DeliveryState state);
[[nodiscard]] Expected<DeliveryState> parse_delivery_state(std::string_view text);

/// What is to be carried.
struct NewParcel {
    std::string message_id;  ///< the same on every try
    std::string destination;
    std::string recipient;  ///< mail address; empty: the destination itself
    std::string order_key;
    std::string kind;  ///< email, webhook or folder
    std::string sender;
    std::string content_type;
    std::string body;
};

struct Delivery {
    DeliveryId id{};
    NewParcel parcel;
    DeliveryState state{};
    Instant created_at{};
    Instant due_at{};
    int attempts{};  ///< tries begun, the present one included
    int answered{};  ///< tries whose outcome was told; the rest ended with their courier
    std::optional<Instant> first_attempt_at;
    std::int64_t lease{};  ///< the present one, or the latest; 0: never leased
    std::optional<Instant> settled_at;
    int code{};
    std::string reason;
    std::string remark;  ///< who dismissed it, and why
    /// What the mail system told later, such as "permanent: no such user"; empty: nothing.
    std::string report;
};

/// A parcel as a courier gets it.
struct Leased {
    DeliveryId id{};
    std::int64_t lease{};
    int attempts{};  ///< tries begun, this one included
    NewParcel parcel;
};

/// What the end of a lease needs to know of its parcel.
struct Carried {
    DeliveryId id{};
    std::int64_t lease{};
    std::string destination;
    std::string kind;  ///< email, webhook or folder
    bool unknown{};    ///< an earlier try may have arrived
    int attempts{};    ///< tries begun, this one included
    int answered{};    ///< tries before whose outcome was told
    Instant began_at{};
    Instant first_attempt_at{};
};

/// One try of a delivery, as it went.
struct Try {
    int number{};  ///< from 1, over all replays
    Instant began_at{};
    std::optional<Instant> ended_at;  ///< empty: under way
    std::string verdict;              ///< as the courier gave it, or "abandoned" with it
    int code{};
    std::string reason;
};

/// The end of one try.
struct Settlement {
    DeliveryState
        state{};  ///< sent, dead, pending (again at `due_at`) or unknown (again at `due_at`)
    Instant due_at{};
    int code{};
    std::string reason;
    std::string verdict;  ///< as the courier gave it
    bool answered{true};  ///< false: the try ended with its courier

    /// There is no further try.
    [[nodiscard]] bool is_last() const {
        return state == DeliveryState::sent || state == DeliveryState::dead;
    }
};

struct DeliveryFilter {
    std::optional<DeliveryState> state;
    std::string destination;
    std::int64_t after{0};
    int limit{100};
    std::optional<Instant> known_at{};  ///< as they stood then
};

class Outbox {
public:
    explicit Outbox(sql::Connection& connection) : connection_{connection} {}

    /// Once for each message id: what is there already stays as it is, and is answered.
    DeliveryId add(const NewParcel& parcel, Instant now);

    struct Quota {
        int parcels{};
        std::size_t most_bytes{std::numeric_limits<std::size_t>::max()};
        std::vector<std::string> few_for{};  ///< destinations that get `few` parcels at most
        int few{};

        [[nodiscard]] int most_for(const std::string& destination) const;
    };
    /// Leases what is due, longest due first, until `lease_end`; nothing more once the bodies are
    /// `most_bytes` together. However much waits at a destination that is passed over, it costs the
    /// others nothing.
    [[nodiscard]] std::vector<Leased> claim(const std::string& session,
                                            const std::vector<std::string>& passed_over,
                                            const Quota& quota, Instant now, Instant lease_end);
    /// What is on its way under that lease; empty: nothing is, or is any more.
    [[nodiscard]] std::optional<Carried> carried(DeliveryId id, std::int64_t lease) const;
    struct Lease {
        DeliveryId id{};
        std::int64_t token{};
        bool own{};  ///< the session's
        Instant began_at{};
        Instant ends_at{};
    };
    /// By the number of the parcel.
    [[nodiscard]] std::vector<Lease> leases(const std::string& session) const;
    void renew(DeliveryId id, Instant lease_end);
    /// What waits for a destination is due now, with its schedule before it.
    void begin_anew(const std::string& destination, Instant now);
    /// Ends the lease of what was found carried in the same transaction.
    void settle(const Carried& parcel, const Settlement& settlement, Instant now);
    /// Ends a lease under which nothing was sent: due at once, and the try counts as never begun;
    /// what was unknown is so still.
    void give_back(const Carried& parcel, Instant now);
    /// A person decides that a dead parcel need not arrive. False: it is not dead.
    bool dismiss(DeliveryId id, const std::string& remark);
    /// What is still to go to the person as the holder of a role is dismissed; of what has gone, to
    /// them or about an action that is theirs, the text is forgotten, and the address.
    void forget_person(const std::string& token, const std::string& address, Instant now);
    void report(DeliveryId id, std::string_view report);
    [[nodiscard]] std::optional<DeliveryId> find_message(const std::string& message_id) const;
    /// Makes a dead or dismissed parcel due again, with the same id and bytes. False: it is
    /// neither. Its tries stay on record; their schedule begins anew.
    bool replay(DeliveryId id, Instant now);
    /// What is dead at the destination, made at `since` or later and no test; oldest first.
    [[nodiscard]] std::vector<DeliveryId> replayable(const std::string& destination, Instant since,
                                                     int limit) const;
    /// Oldest first.
    [[nodiscard]] std::vector<Try> tries(DeliveryId id) const;
    /// How many of the latest tries in a row ended with their courier.
    [[nodiscard]] int abandoned_tries(DeliveryId id) const;

    /// Whether `claim` would find anything: one look, nothing written.
    [[nodiscard]] bool has_ready(const std::vector<std::string>& passed_over, Instant now) const;
    /// Grows with whatever may have made a parcel ready: one added, settled, given back, replayed.
    void stir() { ++stirred_; }
    [[nodiscard]] std::uint64_t stirred() const { return stirred_; }

    /// When messages to `destination` were made after `since`; oldest first, at most `limit`.
    [[nodiscard]] std::vector<Instant> recent(const std::string& destination, Instant since,
                                              int limit) const;
    [[nodiscard]] std::optional<Delivery> find(DeliveryId id) const;
    [[nodiscard]] std::vector<Delivery> list(const DeliveryFilter& filter) const;
    /// When a waiting parcel or a lease next falls due.
    [[nodiscard]] std::optional<Instant> next_due_at(
        const std::vector<std::string>& passed_over = {}) const;

    struct Counts {
        std::int64_t waiting{};
        std::int64_t dead{};  ///< without tests: nobody misses one
        std::int64_t unknown{};
        std::optional<Instant> oldest_waiting_at;
    };
    /// Costs the same however many messages there ever were.
    [[nodiscard]] Counts counts() const;
    /// Messages that have not come to their end at that destination.
    [[nodiscard]] std::int64_t unsettled(const std::string& destination) const;
    /// How many are not settled, by destination, but for the destinations passed over.
    [[nodiscard]] std::map<std::string, std::int64_t> unsettled_but_for(
        const std::vector<std::string>& passed_over) const;

private:
    /// Destinations where anything waits.
    [[nodiscard]] std::vector<std::string> waiting_at(
        const std::vector<std::string>& passed_over) const;
    /// Without their bodies, under the leases that they would get.
    [[nodiscard]] std::vector<Leased> ready(const std::vector<std::string>& passed_over,
                                            const Quota& quota, Instant now) const;
    [[nodiscard]] std::string body_of(DeliveryId id) const;
    void end_lease(DeliveryId id);
    /// For the kept counts: so many more are in `state`.
    void count(DeliveryState state, std::int64_t more);
    void count_move(DeliveryState from, DeliveryState to, std::int64_t parcels);
    [[nodiscard]] std::int64_t count_of(DeliveryState state) const;
    [[nodiscard]] std::optional<Instant> oldest_of(DeliveryState state) const;

    sql::Connection& connection_;
    std::uint64_t stirred_{0};
};

}  // namespace forcewatch

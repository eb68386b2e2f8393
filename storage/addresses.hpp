/// Mail addresses to which nothing more goes, or no digest; and what the signed links in messages
/// stand for.
///
/// Owner: Store.   Thread: the loop thread.   Blocks: one local statement.   Fails: throws
/// StoreError.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

namespace sql {
class Connection;
}

/// `bounced`: the mail system says that the address does not take mail; `unsubscribed`: its reader
/// wants no digest of one destination.
enum class AddressState { bounced, unsubscribed };
[[nodiscard]] std::string_view text_of(AddressState state);

struct MarkedAddress {
    std::string address;
    std::string destination;  ///< empty: any
    AddressState state{};
    Instant since{};
    std::string reason;
};

/// What a message was about, for whoever follows a link in it.
struct MessageLink {
    std::string id;  ///< of the message
    std::vector<AlertId> alerts;
    std::string destination;
    std::string recipient;  ///< mail address; empty: the destination itself
    Instant made_at{};
    std::optional<Instant> used_at;  ///< to acknowledge
};

class Addresses {
public:
    explicit Addresses(sql::Connection& connection) : connection_{connection} {}

    void mark(const MarkedAddress& address);
    /// False: it was not marked so.
    bool clear(const std::string& address, const std::string& destination);
    [[nodiscard]] bool is_marked(const std::string& address, const std::string& destination) const;
    [[nodiscard]] std::vector<MarkedAddress> marked() const;
    /// Forgets an address for good, wherever it is marked.
    void forget(const std::string& address);

    void add(const MessageLink& link);
    [[nodiscard]] std::optional<MessageLink> link(const std::string& id) const;
    /// False: it was used before.
    bool use(const std::string& id, Instant now);
    /// Links made before `limit` lead nowhere any more.
    void forget_links(Instant limit);

private:
    sql::Connection& connection_;
};

}  // namespace forcewatch

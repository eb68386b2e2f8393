/// How the feeds of the configuration fare, and which of their items were read.
///
/// What is noted of an answer is committed together with what was read from it, so that a crash in
/// between only makes the feed be fetched again.
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

struct FeedState {
    std::string name;
    std::string url;
    Instant next_at{};
    std::optional<Instant> tried_at{};
    std::optional<Instant> fetched_at{};
    std::optional<Instant> heard_at{};
    std::string heard_title{};
    std::string etag{};
    std::string last_modified{};
    int failures{};
    std::string error{};
};

struct FeedItem {
    std::string id;
    std::string digest;  ///< 32 bytes
};

class Feeds {
public:
    explicit Feeds(sql::Connection& connection) : connection_{connection} {}

    /// As it was put last; one never put, or put with another address, is new and due at once.
    [[nodiscard]] FeedState find(const std::string& name, const std::string& url);
    void put(const FeedState& state);

    /// False: it was not read yet, or has another digest now.
    [[nodiscard]] bool has_read(const std::string& feed, const FeedItem& item);
    /// The newest `kept` of a feed are remembered at least; what stands in it always is.
    void note_read(const std::string& feed, const std::vector<FeedItem>& items, Instant now,
                   int kept = 5000);

private:
    sql::Connection& connection_;
};

}  // namespace forcewatch

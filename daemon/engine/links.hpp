/// Signed addresses in messages: to acknowledge what a message tells of, and to have no more
/// digests.
///
/// An address names its message and proves by an HMAC-SHA256, keyed with a random number of this
/// database, that it was made here. What it stands for is kept in the store for ninety days. They
/// are made only where `[socket] public_url` says under which address a proxy offers the socket.
///
/// Owner: whoever needs them.   Thread: the loop thread.   Fails: throws StoreError.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/engine/letter_input.hpp"
#include "storage/store.hpp"

namespace forcewatch {

class Links {
public:
    enum class Purpose { acknowledge, unsubscribe };

    Links(Store& store, const Settings& settings) : store_{store}, settings_{settings} {}

    /// Gives a message the addresses that fit it, and keeps what they stand for.
    void write_into(MessageInput& message);

    struct Followed {
        Purpose purpose{};
        MessageLink link;
    };
    /// What a path such as "/a/…" stands for; empty: it was not made here, or is too old.
    [[nodiscard]] std::optional<Followed> follow(std::string_view path, Instant now) const;

private:
    [[nodiscard]] std::string address(Purpose purpose, const std::string& id) const;
    [[nodiscard]] std::string signature(Purpose purpose, std::string_view id) const;

    Store& store_;
    const Settings& settings_;
};

}  // namespace forcewatch

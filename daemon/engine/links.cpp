#include "daemon/engine/links.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "storage/digest.hpp"

namespace forcewatch {

namespace {

constexpr std::chrono::days good_for{90};
constexpr std::size_t id_length = 32;
constexpr std::size_t signature_length = 32;

std::string_view path_of(Links::Purpose purpose) {
    return purpose == Links::Purpose::acknowledge ? "/a/" : "/u/";
}

bool may_acknowledge(const LetterAlert& item) { return item.alert.state == AlertState::open; }

}  // namespace

std::string Links::signature(Purpose purpose, std::string_view id) const {
    const auto mac = hmac_sha256(store_.link_key(), fmt::format("{}{}", path_of(purpose), id));
    return hex(mac.substr(0, signature_length / 2));
}

std::string Links::address(Purpose purpose, const std::string& id) const {
    return fmt::format("{}{}{}{}", *settings_.public_url, path_of(purpose), id,
                       signature(purpose, id));
}

void Links::write_into(MessageInput& message) {
    const bool acknowledges =
        (message.kind == MessageInput::Kind::alert ||
         message.kind == MessageInput::Kind::several) &&
        std::any_of(message.items.begin(), message.items.end(), may_acknowledge);
    const bool is_digest = message.kind == MessageInput::Kind::digest;
    if (!settings_.public_url || (!acknowledges && !is_digest)) return;
    MessageLink link{message.id,         {}, message.destination.name, message.recipient,
                     message.created_at, {}};
    if (acknowledges)
        for (const auto& item : message.items)
            if (may_acknowledge(item)) link.alerts.push_back(item.alert.id);
    store_.addresses().forget_links(message.created_at - good_for);
    store_.addresses().add(link);
    if (acknowledges) message.acknowledge_url = address(Purpose::acknowledge, message.id);
    if (is_digest) message.unsubscribe_url = address(Purpose::unsubscribe, message.id);
}

std::optional<Links::Followed> Links::follow(std::string_view path, Instant now) const {
    for (const auto purpose : {Purpose::acknowledge, Purpose::unsubscribe}) {
        const auto prefix = path_of(purpose);
        if (!settings_.public_url || !path.starts_with(prefix) ||
            path.size() != prefix.size() + id_length + signature_length)
            continue;
        const auto id = path.substr(prefix.size(), id_length);
        if (!same_secret(signature(purpose, id), path.substr(prefix.size() + id_length)))
            return std::nullopt;
        auto link = store_.addresses().link(std::string{id});
        if (!link || now - link->made_at > good_for) return std::nullopt;
        return Followed{purpose, std::move(*link)};
    }
    return std::nullopt;
}

}  // namespace forcewatch

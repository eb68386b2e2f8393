#include "config/notices.hpp"

#include <fmt/format.h>
#include <grp.h>

namespace forcewatch {

namespace {

void add_missing_groups(std::vector<std::string>& notices, std::string_view key,
                        const std::set<std::string>& groups) {
    for (const auto& name : groups)
        if (::getgrnam(name.c_str()) == nullptr)
            notices.push_back(fmt::format(
                "{}: there is no group \"{}\", so it lets nobody in; it is looked up again at the "
                "next reload",
                key, name));
}

bool is_verified_by_receivers(const std::string& format) {
    return format == "standard" || format == "cloudevents";
}

}  // namespace

std::vector<std::string> notices_of(const Settings& settings) {
    std::vector<std::string> notices;
    for (const auto& destination : settings.destinations) {
        const auto* webhook = std::get_if<WebhookTarget>(&destination.target);
        if (webhook != nullptr && !webhook->secret && is_verified_by_receivers(webhook->format))
            notices.push_back(fmt::format(
                "destination \"{}\" has no secret: its webhooks go out unsigned, and the "
                "receiver cannot tell them from forged ones",
                destination.name));
    }
    for (const auto& feed : settings.feeds)
        if (!feed.auto_accept.empty())
            notices.push_back(fmt::format(
                "feed \"{}\" records {} without a person, from {} % confidence on", feed.name,
                fmt::join(feed.auto_accept, " and "), feed.auto_accept_from));
    if (const auto& group = settings.socket_group;
        !group.empty() && ::getgrnam(group.c_str()) == nullptr)
        notices.push_back(fmt::format(
            "socket.group: there is no group \"{}\", so the daemon does not start, unless "
            "systemd makes its socket",
            group));
    add_missing_groups(notices, "socket.editors", settings.editors);
    add_missing_groups(notices, "socket.operators", settings.operators);
    return notices;
}

std::vector<std::string> needs_restart(const Settings& running, const Settings& wanted) {
    std::vector<std::string> keys;
    const auto compare = [&](const char* key, const auto& before, const auto& after) {
        if (before != after) keys.emplace_back(key);
    };
    compare("storage.path", running.storage_path, wanted.storage_path);
    compare("socket.path", running.socket_path, wanted.socket_path);
    compare("socket.mode", running.socket_mode, wanted.socket_mode);
    compare("socket.group", running.socket_group, wanted.socket_group);
    compare("courier.socket", running.courier_socket_path, wanted.courier_socket_path);
    return keys;
}

}  // namespace forcewatch

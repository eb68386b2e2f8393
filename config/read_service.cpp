#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "config/duration.hpp"
#include "config/sections.hpp"
#include "config/web_address.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t longest_socket_path = 107;  // sun_path, less its NUL

std::optional<std::string> socket_path(TableReader& reader, std::string_view key) {
    auto path = reader.path(key);
    if (!path || path->size() <= longest_socket_path) return path;
    reader.report(key, fmt::format("is longer than {} bytes, the system's limit for sockets",
                                   longest_socket_path));
    return std::nullopt;
}

std::optional<unsigned> octal_mode(TableReader& reader, std::string_view key) {
    const auto found = reader.text(key);
    if (!found) return std::nullopt;
    const auto& text = found->text;
    const bool octal =
        (text.size() == 3 || (text.size() == 4 && text.front() == '0')) &&
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '7'; });
    if (octal) return static_cast<unsigned>(std::stoul(text, nullptr, 8));
    reader.report(key, "expected an octal mode in quotes, such as \"0660\"");
    return std::nullopt;
}

bool is_group(std::string_view text) {
    return !text.empty() && text.size() <= 32 && text.front() != '-' &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '_' || c == '.';
           });
}

std::set<std::string> groups(TableReader& reader, std::string_view key) {
    std::set<std::string> names;
    for (auto& [text, place] : reader.texts(key)) {
        if (!is_group(text))
            reader.report_at(place, key, "expected the name of a group");
        else if (!names.insert(text).second)
            reader.report_at(place, key, fmt::format("\"{}\" stands here twice", text));
    }
    return names;
}

std::optional<std::chrono::minutes> time_at(TableReader& reader, std::string_view key) {
    const auto found = reader.required_text(key);
    if (!found) return std::nullopt;
    const auto time = parse_time_of_day(found->text);
    if (!time) reader.report(key, "expected a time of day, such as \"18:00\"");
    return time;
}

void read_quiet_hours(TableReader& calendar, Settings& settings) {
    const auto* table = calendar.table("quiet_hours");
    if (!table) return;
    TableReader reader{*table, calendar.path_of("quiet_hours"), calendar.faults()};
    const auto from = time_at(reader, "from");
    const auto to = time_at(reader, "to");
    if (from && to && *from == *to) reader.report("to", "is the same as from");
    QuietHours quiet{.from = from.value_or(std::chrono::minutes{0}),
                     .to = to.value_or(std::chrono::minutes{0}),
                     .weekends = reader.boolean("weekends").value_or(false),
                     .bank_holidays = reader.boolean("bank_holidays").value_or(false),
                     .pierce = {}};
    if (const auto pierce = reader.text("pierce")) {
        const auto severity = parse_severity(pierce->text);
        if (severity)
            quiet.pierce = *severity;
        else
            reader.report("pierce", severity.error());
    }
    reader.refuse_unknown();
    settings.quiet_hours = quiet;
}

std::optional<std::string> public_url(TableReader& reader) {
    auto found = reader.text("public_url");
    if (!found) return std::nullopt;
    auto& text = found->text;
    while (text.ends_with('/')) text.pop_back();
    const auto address = parse_web_address(text);
    if (!address)
        reader.report("public_url", address.error());
    else if (address->scheme != "https" && !is_loopback_host(address->host))
        reader.report("public_url", "must start with https://; http is for loopback hosts alone");
    else if (text.find('?') != std::string::npos)
        reader.report("public_url", "may have no query");
    else
        return std::move(text);
    return std::nullopt;
}

void read_socket(TableReader& file, Settings& settings) {
    const auto* table = file.table("socket");
    if (!table) return;
    TableReader reader{*table, "socket", file.faults()};
    if (auto path = socket_path(reader, "path")) settings.socket_path = *path;
    if (const auto mode = octal_mode(reader, "mode")) settings.socket_mode = *mode;
    if (auto group = reader.text("group")) {
        if (is_group(group->text))
            settings.socket_group = group->text;
        else
            reader.report("group", "expected the name of a group");
    }
    if (auto url = public_url(reader)) settings.public_url = std::move(*url);
    settings.editors = groups(reader, "editors");
    settings.operators = groups(reader, "operators");
    reader.refuse_unknown();
}

void read_deadlines(TableReader& file, Settings& settings) {
    const auto* table = file.table("deadlines");
    if (!table) return;
    TableReader reader{*table, "deadlines", file.faults()};
    if (const auto moves = reader.integer("moves_without_approval", 0, 1000))
        settings.moves_without_approval = static_cast<int>(*moves);
    reader.refuse_unknown();
}

void read_calendar(TableReader& file, Settings& settings) {
    const auto* table = file.table("calendar");
    if (!table) return;
    TableReader reader{*table, "calendar", file.faults()};
    if (const auto zone = reader.text("zone")) {
        if (zone->text != settings.zone)
            reader.report("zone", "must be \"Europe/London\": deadlines are London calendar days");
    }
    read_quiet_hours(reader, settings);
    reader.refuse_unknown();
}

struct PathKey {
    std::string_view section;
    std::string_view key;
    std::string path;
};

/// At the first of the two that the file gives: the other may be a default.
void report_clash(TableReader& file, const PathKey& one, const PathKey& other,
                  std::string_view what) {
    for (const auto* each : {&one, &other}) {
        const auto* table = file.table(each->section);
        if (!table || !table->contains(each->key)) continue;
        TableReader reader{*table, std::string{each->section}, file.faults()};
        const auto* against = each == &one ? &other : &one;
        return reader.report(each->key, fmt::format("is {} {}.{}: {}", what, against->section,
                                                    against->key, each->path));
    }
}

/// Each would be made in the place of the other.
void refuse_shared_paths(TableReader& file, const Settings& settings) {
    const auto plain = [](const std::string& path) {
        return std::filesystem::path{path}.lexically_normal().string();
    };
    const PathKey database{"storage", "path", plain(settings.storage_path)};
    const PathKey socket{"socket", "path", plain(settings.socket_path)};
    const PathKey courier{"courier", "socket", plain(settings.courier_socket_path)};
    if (socket.path == courier.path) report_clash(file, courier, socket, "the same as");
    for (const auto& each : {socket, courier})
        for (const auto* ending : {"", "-wal", "-shm", "-journal", ".lock"})
            if (each.path == database.path + ending)
                report_clash(file, each, database, "the same as, or a part of,");
}

}  // namespace

void read_service(TableReader& file, Settings& settings) {
    if (const auto* table = file.table("storage")) {
        TableReader reader{*table, "storage", file.faults()};
        if (auto path = reader.path("path")) settings.storage_path = *path;
        reader.refuse_unknown();
    }
    read_socket(file, settings);
    if (const auto* table = file.table("courier")) {
        TableReader reader{*table, "courier", file.faults()};
        if (auto path = socket_path(reader, "socket")) settings.courier_socket_path = *path;
        reader.refuse_unknown();
    }
    refuse_shared_paths(file, settings);
    read_calendar(file, settings);
    read_deadlines(file, settings);
    if (const auto* table = file.table("log")) {
        TableReader reader{*table, "log", file.faults()};
        const auto level = read_choice<std::string>(
            reader, "level",
            {{"debug", "debug"}, {"info", "info"}, {"warning", "warning"}, {"error", "error"}});
        if (level) settings.log_level = *level;
        reader.refuse_unknown();
    }
}

}  // namespace forcewatch

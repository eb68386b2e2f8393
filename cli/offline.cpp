#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/text.hpp"
#include "config/notices.hpp"
#include "config/settings.hpp"
#include "daemon/messages/stationery.hpp"
#include "storage/restore.hpp"
#include "storage/store.hpp"

namespace forcewatch {

namespace {

JsonValue list_of(const std::vector<std::string>& texts) {
    JsonValue::Array array;
    for (const auto& text : texts) array.push_back({text});
    return {std::move(array)};
}

int tell_faults(Session& session, const std::vector<Fault>& faults) {
    for (const auto& fault : faults) session.say(one_line(fault));
    session.say(fmt::format("forcewatchctl: {} in the configuration.",
                            counted(static_cast<std::int64_t>(faults.size()), "fault")));
    return cli_exit::configuration;
}

/// As the daemon reads it at its start: also the words and layouts that it names.
tl::expected<Settings, std::vector<Fault>> read_with_templates(const std::string& file) {
    auto settings = read_settings_file(file);
    if (!settings || !settings->mail.templates) return settings;
    auto stationery = Stationery::read(*settings->mail.templates);
    if (!stationery) return tl::unexpected(std::move(stationery.error()));
    return settings;
}

/// The path that was named, or else the one of the configuration.
Outcome<std::string> path_of(const Session& session, const std::string& named) {
    if (!named.empty()) return named;
    auto settings = read_settings_file(session.given.config);
    if (!settings)
        return tl::unexpected(
            Failure{cli_exit::configuration,
                    fmt::format("{}\nWhich database? Name its path, or a sound configuration "
                                "with --config PATH.",
                                one_line(settings.error().front())),
                    {}});
    return settings->storage_path;
}

/// A file that is there and may be read.
Outcome<std::string> readable(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::exists(path, error))
        return tl::unexpected(
            Failure{error ? cli_exit::not_allowed : cli_exit::not_found,
                    fmt::format("{}: {}.", one_line(path),
                                error ? error.message() : "there is no such file"),
                    {}});
    if (std::filesystem::is_directory(path, error))
        return tl::unexpected(
            Failure{cli_exit::failed, fmt::format("{}: this is a folder.", one_line(path)), {}});
    if (::access(path.c_str(), R_OK) != 0)
        return tl::unexpected(
            Failure{cli_exit::not_allowed,
                    fmt::format("You may not read {}. Try as root, or as the user forcewatch.",
                                one_line(path)),
                    {}});
    return path;
}

Outcome<std::string> database_of(const Session& session, const std::string& named) {
    const auto path = path_of(session, named);
    return path ? readable(*path) : path;
}

constexpr auto way_to_recover =
    "Keep this file, and restore the latest backup that verifies: forcewatchctl db restore BACKUP";

/// `path` empty: the words of the error name the file already.
Failure failure_of(const std::string& path, const StoreError& error) {
    using Cause = StoreError::Cause;
    std::string next;
    if (error.cause() == Cause::corrupt) next = fmt::format("\n{}", way_to_recover);
    if (error.cause() == Cause::busy) next = "\nSomebody else holds it: try again in a moment.";
    const bool in_use = error.cause() == Cause::in_use;
    if (in_use) next = "\nStop it first, and what would start it: systemctl stop 'forcewatch*'";
    return {in_use || error.cause() == Cause::busy ? cli_exit::later : cli_exit::failed,
            fmt::format("{}{}.{}", path.empty() ? "" : one_line(path) + ": ",
                        one_line(error.what()), next),
            {}};
}

/// A daemon may write between the looks that a check takes: what is truly wrong, a second check
/// finds again.
std::vector<std::string> lasting_faults(const std::string& path,
                                        const std::optional<JournalHead>& expected) {
    auto faults = verify(path, expected);
    if (faults.empty()) return faults;
    const auto again = verify(path, expected);
    std::erase_if(faults, [&](const std::string& fault) {
        return std::find(again.begin(), again.end(), fault) == again.end();
    });
    return faults;
}

}  // namespace

int check_configuration(Session& session) {
    const auto& file = session.given.path.empty() ? session.given.config : session.given.path;
    const auto settings = read_with_templates(file);
    const auto faults = settings ? std::vector<Fault>{} : settings.error();
    const auto notices = settings ? notices_of(*settings) : std::vector<std::string>{};
    if (session.given.json) {
        session.print_json(JsonValue{JsonValue::Object{
            {"file", {file}}, {"faults", list_of(faults)}, {"notices", list_of(notices)}}});
        return faults.empty() ? cli_exit::done : cli_exit::configuration;
    }
    if (!settings) return tell_faults(session, faults);
    for (const auto& notice : notices)
        session.say(fmt::format("{}: notice: {}", one_line(file), one_line(notice)));
    const auto count = [](const auto& items, std::string_view thing) {
        return counted(static_cast<std::int64_t>(items.size()), thing);
    };
    session.print(fmt::format(
        "{}: no faults: {}, {}, {}.\n", one_line(file), count(settings->rules, "rule"),
        count(settings->destinations, "destination"), count(settings->routes, "route")));
    return cli_exit::done;
}

int verify_database(Session& session) {
    const auto path = database_of(session, session.given.path);
    if (!path) return session.fail(path.error());
    std::optional<JournalHead> expected;
    if (!session.given.expect.empty()) expected = parse_journal_head(session.given.expect).value();
    std::vector<std::string> faults;
    try {
        faults = lasting_faults(*path, expected);
    } catch (const StoreError& error) {
        return session.fail(failure_of(*path, error));
    }
    if (session.given.json)
        session.print_json(
            JsonValue{JsonValue::Object{{"file", {*path}}, {"faults", list_of(faults)}}});
    else if (faults.empty())
        session.print(fmt::format(
            "{}: sound: the file is whole, the journal's chain holds, and the tables are what "
            "the journal says.\n",
            one_line(*path)));
    if (faults.empty()) return cli_exit::done;
    if (!session.given.json)
        for (const auto& fault : faults)
            session.say(fmt::format("{}: {}", one_line(*path), one_line(fault)));
    session.say(fmt::format("forcewatchctl: {} in {}. {}",
                            counted(static_cast<std::int64_t>(faults.size()), "fault"),
                            one_line(*path), way_to_recover));
    return cli_exit::failed;
}

int back_up_database(Session& session) {
    const auto from = database_of(session, session.given.from);
    if (!from) return session.fail(from.error());
    const auto& to = session.given.path;
    ::umask(0077);  // the copy holds what the original holds
    try {
        back_up(*from, to);
    } catch (const StoreError& error) {
        return session.fail(failure_of({}, error));
    } catch (const std::filesystem::filesystem_error& error) {
        return session.fail({cli_exit::failed, one_line(error.what()), {}});
    }
    std::error_code ignored;
    const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(to, ignored));
    if (session.given.json)
        session.print_json(
            JsonValue{JsonValue::Object{{"from", {*from}}, {"to", {to}}, {"bytes", {bytes}}}});
    else
        session.print(fmt::format(
            "{} was copied to {}: {} bytes, whole.\nCheck it with: forcewatchctl db verify {}\n",
            one_line(*from), one_line(to), grouped(bytes), one_line(to)));
    return cli_exit::done;
}

namespace {

int tell_restored(Session& session, const std::string& backup, const std::string& database,
                  const Restored& restored) {
    if (session.given.json) {
        session.print_json(JsonValue{JsonValue::Object{{"backup", {backup}},
                                                       {"database", {database}},
                                                       {"kept", {restored.kept.string()}},
                                                       {"held", {restored.reason}},
                                                       {"deliveries", {restored.deliveries}},
                                                       {"notices", {restored.notices}}}});
        return cli_exit::done;
    }
    session.print(fmt::format("{} was restored to {}.\n", one_line(backup), one_line(database)));
    if (!restored.kept.empty())
        session.print(
            fmt::format("What was there before is {} now.\n", one_line(restored.kept.string())));
    session.print(fmt::format(
        "\nSending is on hold. {} to be delivered, and {} to go into messages; some may have been\n"
        "sent since the backup. What the daemon finds due when it starts joins them.\n\n"
        "  systemctl start forcewatchd\n"
        "  forcewatchctl deliveries --state pending   the messages that wait\n"
        "  forcewatchctl hold                         what else waits, and why\n"
        "  forcewatchctl hold off                     confirms: it all goes out\n",
        counted(restored.deliveries, "message"), counted(restored.notices, "notice")));
    return cli_exit::done;
}

}  // namespace

int restore_database(Session& session) {
    const auto backup = readable(session.given.path);
    if (!backup) return session.fail(backup.error());
    const auto database = path_of(session, session.given.to);
    if (!database) return session.fail(database.error());
    ::umask(0077);
    try {
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        const auto restored = restore(*backup, *database, ::getuid(), now);
        if (restored) return tell_restored(session, *backup, *database, *restored);
        for (const auto& fault : restored.error())
            session.say(fmt::format("{}: {}", one_line(*backup), one_line(fault)));
        return session.fail({cli_exit::failed,
                             fmt::format("{} is damaged and was not restored; {} is as it was.",
                                         one_line(*backup), one_line(*database)),
                             {}});
    } catch (const StoreError& error) {
        return session.fail(failure_of({}, error));
    }
}

}  // namespace forcewatch

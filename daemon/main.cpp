#include <fmt/format.h>
#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "config/notices.hpp"
#include "config/settings.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/exit_code.hpp"
#include "daemon/log.hpp"
#include "daemon/renderer.hpp"
#include "daemon/service.hpp"
#include "daemon/store_words.hpp"
#include "daemon/version.hpp"

namespace {

using namespace forcewatch;

int code_of(const StoreError& error) {
    using Cause = StoreError::Cause;
    switch (error.cause()) {
        case Cause::corrupt:
        case Cause::newer:
            return exit_code::data;
        case Cause::in_use:
        case Cause::busy:
            return exit_code::unavailable;
        case Cause::full:
        case Cause::sync_failed:
            return exit_code::io;
        case Cause::read_only:
        case Cause::other:
            return exit_code::cannot_create;
        case Cause::interrupted:
            break;
    }
    return exit_code::internal;
}

int serve(const std::string& path, SettingsFile config, Stationery stationery) {
    start_logging("forcewatchd",
                  parse_log_level(config.settings.log_level).value_or(LogLevel::info));
    if (!zone_known()) {
        log_event(LogLevel::critical,
                  "the system has no time-zone data for Europe/London: install tzdata");
        return exit_code::unavailable;
    }
    const std::filesystem::path database{config.settings.storage_path};
    try {
        Service service{path, std::move(config), std::move(stationery)};
        return service.run();
    } catch (const StoreError& error) {
        log_event(LogLevel::critical, words_of(error, database));
        return code_of(error);
    }
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Tracks inspection findings, monitoring stages and deadlines, and raises alerts."};
    std::string path = "/etc/forcewatch/forcewatch.toml";
    bool check_only = false;
    app.add_option("--config", path, "Configuration file")->capture_default_str();
    app.add_flag("--check-config", check_only,
                 "Check the configuration, print every fault, and exit");
    app.set_version_flag("--version", std::string{version});
    app.footer("Example:\n  forcewatchd --config /etc/forcewatch/forcewatch.toml --check-config");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : exit_code::usage;
    }
    ::umask(0077);
    ::mallopt(M_ARENA_MAX, 2);  // each thread's own would keep what an import took, in pieces
    auto config = load_settings(path);
    if (!config) {
        for (const auto& fault : config.error()) fmt::print(stderr, "{}\n", fault);
        return exit_code::configuration;
    }
    auto stationery = read_stationery(config->settings.mail);
    if (!stationery) {
        for (const auto& fault : stationery.error()) fmt::print(stderr, "{}\n", fault);
        return exit_code::configuration;
    }
    if (check_only) {
        for (const auto& notice : notices_of(config->settings))
            fmt::print(stderr, "{}: notice: {}\n", path, notice);
        const auto counted = [](std::size_t number, std::string_view thing) {
            return fmt::format("{} {}{}", number, thing, number == 1 ? "" : "s");
        };
        fmt::print("{}: good: {}, {}, {}\n", path, counted(config->settings.rules.size(), "rule"),
                   counted(config->settings.destinations.size(), "destination"),
                   counted(config->settings.routes.size(), "route"));
        return 0;
    }
    return serve(path, std::move(*config), std::move(*stationery));
}

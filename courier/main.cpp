#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <string>

#include "config/settings.hpp"
#include "courier/courier.hpp"
#include "courier/log.hpp"
#include "courier/secret_check.hpp"
#include "courier/service.hpp"

namespace forcewatch {
namespace {

struct CommandLine {
    std::string config{"/etc/forcewatch/forcewatch.toml"};
    bool check_config{false};
    bool once{false};
};

int report_faults(const std::vector<Fault>& faults) {
    for (const auto& fault : faults) fmt::print(stderr, "{}\n", fault);
    return EX_CONFIG;
}

std::string credentials_directory() {
    const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
    return credentials != nullptr ? credentials : "";
}

int check(const CommandLine& command, const Settings& settings) {
    auto [faults, unread] = check_secrets(settings, credentials_directory());
    for (auto& fault : faults) fault = fmt::format("{}: {}", command.config, fault);
    if (!faults.empty()) return report_faults(faults);
    fmt::print("{}: no faults{}\n", command.config,
               unread > 0 ? "; credentials are read only where systemd passes them" : "");
    return EX_OK;
}

void reload(Courier& courier, const std::string& path) {
    auto settings = read_settings_file(path);
    if (!settings) {
        for (const auto& fault : settings.error()) spdlog::error("{}", fault);
        spdlog::error("the new configuration has faults; the old one stays in use");
        return;
    }
    set_log_level(settings->log_level);
    courier.use(std::move(*settings));
    spdlog::info("the new configuration is in use");
}

void heed_signals(const Signals& signals, Courier& courier, const ServiceManager& manager,
                  const std::string& config) {
    for (const int number : signals.taken()) {
        if (number != SIGHUP) {
            manager.stopping();
            courier.stop();
            continue;
        }
        manager.reloading();
        reload(courier, config);
        manager.ready();
    }
}

int run(const CommandLine& command, Settings settings) {
    set_up_log(settings.log_level);
    const Signals signals;
    CourierOptions options;
    options.once = command.once;
    options.credentials_directory = credentials_directory();
    Courier courier{std::move(settings), std::move(options)};
    ServiceManager manager;
    manager.ready();
    while (!courier.finished()) {
        manager.ping();
        manager.status(courier.summary());
        courier.turn(manager.ping_every(), signals.descriptor());
        heed_signals(signals, courier, manager, command.config);
    }
    manager.stopping();
    return courier.failed() ? EX_UNAVAILABLE : EX_OK;
}

}  // namespace
}  // namespace forcewatch

int main(int argc, char** argv) {
    using namespace forcewatch;
    CommandLine command;
    CLI::App app{"Carries Forcewatch's messages to mail relays, webhooks and folders.",
                 "forcewatch-courier"};
    app.add_option("--config", command.config, "Configuration file")->capture_default_str();
    app.add_flag("--check-config", command.check_config, "Report every fault of the file and exit");
    app.add_flag("--once", command.once, "Carry what is due, settle it and exit");
    app.set_version_flag("--version", "forcewatch-courier " FORCEWATCH_VERSION);
    app.footer("Example:\n  forcewatch-courier --config /etc/forcewatch/forcewatch.toml --once");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? EX_OK : EX_USAGE;
    }
    auto settings = read_settings_file(command.config);
    if (!settings) return report_faults(settings.error());
    if (command.check_config) return check(command, *settings);
    return run(command, std::move(*settings));
}

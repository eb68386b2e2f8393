#include "courier/service.hpp"

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <ctime>

#include "core/check.hpp"

namespace forcewatch {

ServiceManager::ServiceManager() {
    std::uint64_t limit = 0;
    watched_ = sd_watchdog_enabled(0, &limit) > 0;
    if (!watched_) return;
    const std::chrono::milliseconds third{static_cast<std::int64_t>(limit / 3000)};
    ping_every_ = std::max(third, std::chrono::milliseconds{1});
}

void ServiceManager::ready() const { sd_notify(0, "READY=1"); }

void ServiceManager::reloading() const {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const auto microseconds = std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
    sd_notify(0, fmt::format("RELOADING=1\nMONOTONIC_USEC={}", microseconds).c_str());
}

void ServiceManager::stopping() const { sd_notify(0, "STOPPING=1"); }

void ServiceManager::status(const std::string& line) {
    if (line == last_status_) return;
    last_status_ = line;
    sd_notify(0, ("STATUS=" + line).c_str());
}

void ServiceManager::ping() {
    const auto now = std::chrono::steady_clock::now();
    if (!watched_ || now - last_ping_ < ping_every_ / 2) return;
    last_ping_ = now;
    sd_notify(0, "WATCHDOG=1");
}

Signals::Signals() {
    sigset_t wanted;
    sigemptyset(&wanted);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&wanted, number);
    FW_CHECK(pthread_sigmask(SIG_BLOCK, &wanted, nullptr) == 0);
    descriptor_ = signalfd(-1, &wanted, SFD_NONBLOCK | SFD_CLOEXEC);
    FW_CHECK(descriptor_ >= 0);
}

Signals::~Signals() { ::close(descriptor_); }

std::vector<int> Signals::taken() const {
    std::vector<int> numbers;
    signalfd_siginfo info{};
    while (::read(descriptor_, &info, sizeof info) == static_cast<ssize_t>(sizeof info))
        numbers.push_back(static_cast<int>(info.ssi_signo));
    return numbers;
}

}  // namespace forcewatch

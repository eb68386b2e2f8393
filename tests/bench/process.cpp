#include "tests/bench/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace forcewatch::bench {

namespace {

constexpr int threads_at_rest = 2;
constexpr std::chrono::milliseconds glance{5};
constexpr std::chrono::seconds patience{60};

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error{fmt::format("{}: {}", what, std::generic_category().message(errno))};
}

double seconds_of(clockid_t clock) {
    timespec time{};
    if (::clock_gettime(clock, &time) != 0) fail("cannot read a clock");
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

cpu_set_t only(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<std::size_t>(core), &set);
    return set;
}

/// The number behind `name` in a file of /proc such as "Rss:   1234 kB"; 0: it has none.
std::int64_t number_after(const std::string& path, std::string_view name) {
    std::ifstream file{path};
    for (std::string line; std::getline(file, line);)
        if (line.starts_with(name)) return std::stoll(line.substr(name.size()));
    return 0;
}

[[noreturn]] void run(const std::vector<std::string>& arguments, const Child::Options& options) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int log = ::open(options.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    if (options.core) stay_on_core(*options.core);
    for (const auto& variable : options.environment) {
        const auto equals = variable.find('=');
        ::setenv(variable.substr(0, equals).c_str(), variable.substr(equals + 1).c_str(), 1);
    }
    std::vector<std::string> copies = arguments;
    std::vector<char*> pointers;
    for (auto& argument : copies) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    ::execv(pointers.front(), pointers.data());
    ::_exit(127);
}

}  // namespace

double wall_seconds() { return seconds_of(CLOCK_MONOTONIC); }
double own_cpu_seconds() { return seconds_of(CLOCK_THREAD_CPUTIME_ID); }

void stay_on_core(int core) {
    if (core >= static_cast<int>(std::thread::hardware_concurrency())) return;
    const cpu_set_t set = only(core);
    (void)::sched_setaffinity(0, sizeof set, &set);
}

void stay_anywhere() {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (std::size_t core = 0; core < std::thread::hardware_concurrency(); ++core)
        CPU_SET(core, &set);
    (void)::sched_setaffinity(0, sizeof set, &set);
}

std::string find_program(const std::string& name) {
    std::string path =
        std::string{::getenv("PATH") != nullptr ? ::getenv("PATH") : ""} + ":/usr/sbin:";
    for (std::size_t end = 0; (end = path.find(':')) != std::string::npos; path.erase(0, end + 1)) {
        const std::string candidate = path.substr(0, end) + "/" + name;
        if (end > 0 && ::access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    return {};
}

Child::Child(const std::vector<std::string>& arguments, const Options& options)
    : started_at_{wall_seconds()} {
    pid_ = ::fork();
    if (pid_ < 0) fail("cannot start " + arguments.front());
    if (pid_ == 0) run(arguments, options);
}

Child::~Child() { stop(); }

bool Child::running() {
    if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
    return pid_ > 0;
}

void Child::stop() {
    if (!running()) return;
    ::kill(pid_, SIGTERM);
    for (const double until = wall_seconds() + 60; running() && wall_seconds() < until;)
        std::this_thread::sleep_for(glance);
    if (!running()) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

double Child::cpu_seconds() const {
    clockid_t clock{};
    if (::clock_getcpuclockid(pid_, &clock) != 0) fail("cannot find the clock of a child");
    return seconds_of(clock);
}

Memory Child::memory() const {
    const std::string path = fmt::format("/proc/{}/smaps_rollup", pid_);
    return {number_after(path, "Rss:") * 1024, number_after(path, "Anonymous:") * 1024};
}

int Child::threads() const {
    return static_cast<int>(number_after(fmt::format("/proc/{}/status", pid_), "Threads:"));
}

std::int64_t Child::waits() const {
    std::int64_t waits = 0;
    for (const auto& task : std::filesystem::directory_iterator{fmt::format("/proc/{}/task", pid_)})
        waits += number_after(task.path() / "status", "voluntary_ctxt_switches:");
    return waits;
}

void Child::move_to_core(int core) const {
    const cpu_set_t set = only(core);
    for (const auto& task : std::filesystem::directory_iterator{fmt::format("/proc/{}/task", pid_)})
        (void)::sched_setaffinity(std::stoi(task.path().filename().string()), sizeof set, &set);
}

void Child::wait_for_rest() const {
    for (const double until = wall_seconds() + 120; threads() > threads_at_rest;) {
        if (wall_seconds() > until) throw std::runtime_error{"the daemon does not come to rest"};
        std::this_thread::sleep_for(glance);
    }
}

NotifySocket::NotifySocket(const std::filesystem::path& path) : path_{path} {
    std::filesystem::remove(path);
    descriptor_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path_.string().size() >= sizeof address.sun_path)
        throw std::runtime_error{path_.string() + " is too long for a socket"};
    path_.string().copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        fail("cannot bind " + path_.string());
}

NotifySocket::~NotifySocket() { close(); }

void NotifySocket::close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
}

double NotifySocket::wait_until_ready() {
    for (;;) {
        pollfd asked{.fd = descriptor_, .events = POLLIN, .revents = 0};
        const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(patience).count();
        if (::poll(&asked, 1, static_cast<int>(time)) != 1)
            throw std::runtime_error{"a program was not ready within a minute"};
        std::string message(4096, '\0');
        const ssize_t size = ::recv(descriptor_, message.data(), message.size(), 0);
        const double now = wall_seconds();
        message.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        if (message.find("READY=1") == std::string::npos) continue;
        close();
        return now;
    }
}

Folder::Folder(const std::filesystem::path& path) : path_{path} {
    std::filesystem::create_directories(path_);
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace forcewatch::bench

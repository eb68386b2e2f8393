#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "daemon/log.hpp"
#include "daemon/notify.hpp"

using namespace forcewatch;

namespace {

/// Stands in for the service manager: an abstract datagram socket in $NOTIFY_SOCKET.
class FakeManager {
public:
    FakeManager() : descriptor_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        socklen_t size = sizeof(sa_family_t);  // the kernel chooses a free abstract name
        REQUIRE(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
        size = sizeof address;
        REQUIRE(::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        const std::string name{address.sun_path + 1, size - sizeof(sa_family_t) - 1};
        ::setenv("NOTIFY_SOCKET", ("@" + name).c_str(), 1);
    }
    ~FakeManager() {
        ::unsetenv("NOTIFY_SOCKET");
        ::close(descriptor_);
    }
    FakeManager(const FakeManager&) = delete;
    FakeManager& operator=(const FakeManager&) = delete;

    std::string heard() {
        char text[4096];
        const ssize_t size = ::recv(descriptor_, text, sizeof text, MSG_DONTWAIT);
        return size < 0 ? "" : std::string(text, static_cast<std::size_t>(size));
    }

private:
    int descriptor_;
};

}  // namespace

TEST_CASE("the service manager hears every change of state in its own words", "[daemon]") {
    FakeManager manager;
    notify_ready("412 open actions, 9 overdue");
    CHECK(manager.heard() == "READY=1\nSTATUS=412 open actions, 9 overdue");
    notify_status("working");
    CHECK(manager.heard() == "STATUS=working");
    notify_watchdog();
    CHECK(manager.heard() == "WATCHDOG=1");
    notify_stopping("finishing 2 requests");
    CHECK(manager.heard() == "STOPPING=1\nSTATUS=finishing 2 requests");
    CHECK(manager.heard().empty());
}

TEST_CASE("a reload bears the monotonic time, without which newer managers wait in vain",
          "[daemon]") {
    FakeManager manager;
    timespec before{}, after{};
    ::clock_gettime(CLOCK_MONOTONIC, &before);
    notify_reloading();
    ::clock_gettime(CLOCK_MONOTONIC, &after);
    const std::string heard = manager.heard();
    const auto at = heard.find("\nMONOTONIC_USEC=");
    CHECK(heard.substr(0, at) == "RELOADING=1");
    REQUIRE(at != std::string::npos);
    const long long told = std::stoll(heard.substr(at + 16));
    CHECK(told >= before.tv_sec * 1'000'000LL + before.tv_nsec / 1'000);
    CHECK(told <= after.tv_sec * 1'000'000LL + after.tv_nsec / 1'000);
}

TEST_CASE("a status cannot smuggle a message to the manager", "[daemon]") {
    FakeManager manager;
    notify_status("kent\nSTOPPING=1");
    CHECK(manager.heard() == "STATUS=kent STOPPING=1");
}

TEST_CASE("without a manager nothing happens", "[daemon]") {
    ::unsetenv("NOTIFY_SOCKET");
    notify_ready("well");
    CHECK_FALSE(watchdog_interval());
}

TEST_CASE("the watchdog's interval is taken only when it is meant for us", "[daemon]") {
    ::setenv("WATCHDOG_USEC", "30000000", 1);
    ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
    CHECK(watchdog_interval() == std::chrono::seconds{30});
    ::setenv("WATCHDOG_PID", "1", 1);
    CHECK_FALSE(watchdog_interval());
    ::unsetenv("WATCHDOG_USEC");
    ::unsetenv("WATCHDOG_PID");
}

TEST_CASE("an event reaches the journal with fields to search by", "[daemon]") {
    const LogEvent event{LogLevel::warning,
                         "an area remains at requires improvement",
                         {{"force", "kent"}, {"alert", "17"}},
                         "0123456789abcdef0123456789abcdef"};
    CHECK(journal_fields("forcewatchd", event) ==
          std::vector<std::string>{"MESSAGE=an area remains at requires improvement", "PRIORITY=4",
                                   "SYSLOG_IDENTIFIER=forcewatchd",
                                   "MESSAGE_ID=0123456789abcdef0123456789abcdef",
                                   "FORCEWATCH_FORCE=kent", "FORCEWATCH_ALERT=17"});
    CHECK(terminal_line(event) == "an area remains at requires improvement force=kent alert=17");
}

TEST_CASE("text from outside cannot forge a line or a field on a terminal", "[daemon][V11]") {
    const LogEvent event{LogLevel::info,
                         "refused\n2026-01-01 all is well \x1b[2J",
                         {{"reason", "a \"b\" force=kent\n"}, {"empty", ""}},
                         ""};
    CHECK(terminal_line(event) ==
          "refused\\x0a2026-01-01 all is well \\x1b[2J "
          "reason=\"a \\\"b\\\" force=kent\\x0a\" empty=\"\"");
}

TEST_CASE("only a stderr that is the journal counts as the journal", "[daemon]") {
    struct stat found {};
    REQUIRE(::fstat(STDERR_FILENO, &found) == 0);
    ::setenv("JOURNAL_STREAM",
             (std::to_string(found.st_dev) + ":" + std::to_string(found.st_ino)).c_str(), 1);
    CHECK(stderr_is_journal());
    ::setenv("JOURNAL_STREAM", "1:2", 1);
    CHECK_FALSE(stderr_is_journal());
    ::unsetenv("JOURNAL_STREAM");
    CHECK_FALSE(stderr_is_journal());
}

TEST_CASE("a log level is one of five words", "[daemon]") {
    CHECK(parse_log_level("warning") == LogLevel::warning);
    CHECK(parse_log_level("loud").error() ==
          "\"loud\" is not one of debug, info, warning, error, critical");
}

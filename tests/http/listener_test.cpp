#include "daemon/http/listener.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "tests/http/test_server.hpp"

using namespace forcewatch;
using namespace forcewatch::test;

namespace {

mode_t mode_of(const std::string& path) {
    struct stat found {};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    return found.st_mode & 07777;
}

/// A socket file whose owner has died.
void leave_stale(const std::string& path) {
    const pid_t child = ::fork();
    if (child == 0) {
        const auto listener = listen_unix(path, 0600, "");
        ::_exit(listener ? 0 : 1);  // no destructor runs, as after kill -9
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(status == 0);
    REQUIRE(std::filesystem::is_socket(path));
}

}  // namespace

TEST_CASE("a socket of our own has the mode asked for and goes when we go", "[http]") {
    const ScratchDirectory scratch;
    const std::string path = scratch.file("a.sock");
    {
        const auto listener = listen_unix(path, 0660, "");
        REQUIRE(listener);
        CHECK(mode_of(path) == 0660);
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a stale socket is replaced, a living one is not", "[http]") {
    const ScratchDirectory scratch;
    const std::string path = scratch.file("a.sock");
    leave_stale(path);
    const auto listener = listen_unix(path, 0600, "");
    REQUIRE(listener);
    const auto second = listen_unix(path, 0600, "");
    REQUIRE_FALSE(second);
    CHECK(second.error() == "another process listens on " + path);
    CHECK(std::filesystem::exists(path));
}

TEST_CASE("a file that is no socket is left alone", "[http]") {
    const ScratchDirectory scratch;
    const std::string path = scratch.file("a.sock");
    std::ofstream{path} << "precious";
    const auto listener = listen_unix(path, 0600, "");
    REQUIRE_FALSE(listener);
    CHECK(listener.error() == path + " exists and is not a socket");
    CHECK(std::filesystem::file_size(path) == 8);
}

TEST_CASE("a socket that somebody put in our place is not removed", "[http]") {
    const ScratchDirectory scratch;
    const std::string path = scratch.file("a.sock");
    auto first = std::make_unique<Listener>(listen_unix(path, 0600, "").value());
    std::filesystem::remove(path);
    const auto second = listen_unix(path, 0600, "");
    REQUIRE(second);
    first.reset();
    CHECK(std::filesystem::exists(path));
}

TEST_CASE("faults of a listening socket are sentences", "[http]") {
    const ScratchDirectory scratch;
    const std::string path = scratch.file("a.sock");
    CHECK(listen_unix(path, 0600, "no-such-group-here").error() ==
          "there is no group \"no-such-group-here\"");
    CHECK_FALSE(std::filesystem::exists(path));
    CHECK(listen_unix(std::string(200, 'a'), 0600, "").error().find("1 to 107 characters") !=
          std::string::npos);
    CHECK(listen_unix(scratch.file("none/a.sock"), 0600, "").error().find("cannot bind") == 0);
}

TEST_CASE("sockets handed over by the service manager are taken by name", "[http]") {
    const ScratchDirectory scratch;
    const pid_t child = ::fork();
    if (child == 0) {
        Listener api = listen_unix(scratch.file("a.sock"), 0600, "").value();
        Listener courier = listen_unix(scratch.file("c.sock"), 0600, "").value();
        const int kept_api = ::fcntl(api.descriptor(), F_DUPFD, 20);
        const int kept_courier = ::fcntl(courier.descriptor(), F_DUPFD, 20);
        ::dup2(kept_api, 3);
        ::dup2(kept_courier, 4);
        ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
        ::setenv("LISTEN_FDS", "2", 1);
        ::setenv("LISTEN_FDNAMES", "api:courier", 1);
        const auto taken = inherited_listeners();
        const bool right = taken && taken->size() == 2 && (*taken)[0].name() == "api" &&
                           (*taken)[1].name() == "courier" && (*taken)[1].descriptor() == 4 &&
                           std::getenv("LISTEN_FDS") == nullptr;
        ::_exit(right ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(inherited_listeners().value().empty());
}

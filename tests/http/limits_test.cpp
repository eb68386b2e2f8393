#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/http/test_server.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using std::chrono::milliseconds;

namespace {
const std::string head = " HTTP/1.1\r\nHost: h\r\n";
}

TEST_CASE("who is late is told so and closed, and others are served", "[http][N2]") {
    HttpLimits limits;
    limits.head_time = limits.body_time = milliseconds{50};
    TestServer server{limits};
    const std::string late = GENERATE_COPY(
        std::string{"G"}, "GET /a" + head, "POST /a" + head + "Content-Length: 5\r\n\r\nhell",
        "POST /a" + head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhell");
    CAPTURE(late);
    auto slow = server.connect();
    REQUIRE(slow.send(late));
    auto other = server.connect();
    CHECK(other.ask("GET", "/now").status == 200);
    CHECK(slow.read_answer().status == 408);
    slow.half_close();
    CHECK(slow.read_to_end().empty());
    CHECK(server.handled() == 1);
}

TEST_CASE("dripping bytes does not buy time", "[http][N2]") {
    HttpLimits limits;
    limits.head_time = milliseconds{50};
    limits.drain_time = milliseconds{50};
    TestServer server{limits};
    auto slow = server.connect();
    REQUIRE(slow.send("GET /"));
    while (slow.send("a")) std::this_thread::yield();  // ends because the server closes
    const int status = slow.read_answer().status;
    CHECK((status == 408 || status == 414));
    CHECK(server.handled() == 0);
}

TEST_CASE("who takes nothing is closed", "[http][N2]") {
    HttpLimits limits;
    limits.write_time = milliseconds{50};
    TestServer server{limits};
    auto deaf = server.connect();
    REQUIRE(deaf.send("GET /big" + head + "\r\n"));
    while (server.handled() == 0 || server.connections() != 0) std::this_thread::yield();
    CHECK(deaf.read_to_end().size() < 4'000'000);
}

TEST_CASE("an idle connection is closed without a word", "[http]") {
    HttpLimits limits;
    limits.idle_time = milliseconds{500};  // the request comes well before
    TestServer server{limits};
    CHECK(server.connect().read_to_end().empty());
    auto used = server.connect();
    CHECK(used.ask("GET", "/now").status == 200);
    CHECK(used.read_to_end().empty());
}

TEST_CASE("a body is taken up to its limit and not a byte further", "[http]") {
    HttpLimits limits;
    limits.body_bytes = 100;
    TestServer server{limits};
    const auto [size, status] =
        GENERATE(table<std::size_t, int>({{99, 200}, {100, 200}, {101, 413}}));
    CAPTURE(size);
    const std::string body(size, 'x');
    CHECK(server.connect().ask("POST", "/a", body).status == status);
    auto chunked = server.connect();
    char line[16];
    std::snprintf(line, sizeof line, "%zx\r\n", size);
    (void)chunked.send("POST /a" + head + "Transfer-Encoding: chunked\r\n\r\n" + line + body +
                       "\r\n0\r\n\r\n");
    CHECK(chunked.read_answer().status == status);
}

TEST_CASE("a body of megabytes arrives whole", "[http]") {
    TestServer server;
    const std::string body(8 * 1024 * 1024, 'x');
    const HttpAnswer answer = server.connect().ask("POST", "/a", body);
    CHECK(answer.status == 200);
    CHECK(answer.body.size() == body.size() + 8);
}

TEST_CASE("a head is taken up to its limit and not a byte further", "[http]") {
    HttpLimits limits;
    limits.head_bytes = 200;
    TestServer server{limits};
    const auto [size, status] =
        GENERATE(table<std::size_t, int>({{199, 200}, {200, 200}, {201, 431}}));
    CAPTURE(size);
    const std::string before = "GET /now" + head + "X: ";
    auto client = server.connect();
    (void)client.send(before + std::string(size - before.size() - 4, 'x') + "\r\n\r\n");
    CHECK(client.read_answer().status == status);
}

TEST_CASE("one user's connections are limited, and room returns when he closes some",
          "[http][N1]") {
    HttpLimits limits;
    limits.connections_per_uid = 100;
    TestServer server{limits};
    std::vector<UnixHttpClient> held;
    for (int i = 0; i < 100; ++i) held.push_back(server.connect());
    CHECK(held.back().ask("GET", "/now").status == 200);
    for (int i = 0; i < 1'100; ++i) {
        auto one_too_many = server.connect();
        one_too_many.half_close();
        const HttpAnswer answer = one_too_many.read_answer();
        REQUIRE(answer.status == 503);
        CHECK(answer.headers.at("connection") == "close");
    }
    CHECK(held.front().ask("GET", "/now").status == 200);
    held.pop_back();
    while (server.connections() != 99) std::this_thread::yield();
    CHECK(server.connect().ask("GET", "/now").status == 200);
}

TEST_CASE("a thousand refused at once are all told so", "[http][N1]") {
    HttpLimits limits;
    limits.connections_per_uid = 10;
    TestServer server{limits};
    rlimit files{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &files) == 0);
    files.rlim_cur = files.rlim_max;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &files) == 0);
    std::vector<UnixHttpClient> clients;
    for (int i = 0; i < 1'200; ++i) clients.push_back(server.connect());
    for (int i = 10; i < 1'200; ++i)
        REQUIRE(clients[static_cast<std::size_t>(i)].read_answer().status == 503);
    for (std::size_t i = 0; i < 10; ++i) CHECK(clients[i].ask("GET", "/now").status == 200);
}

TEST_CASE("the reserve is kept for those it is meant for", "[http][N1]") {
    HttpLimits limits;
    limits.connections = 10;
    limits.reserved = 4;
    limits.reserved_for = {};
    SECTION("a common user may not use it") {
        TestServer server{limits};
        std::vector<UnixHttpClient> held;
        for (int i = 0; i < 6; ++i) held.push_back(server.connect());
        CHECK(held.back().ask("GET", "/now").status == 200);
        CHECK(server.connect().ask("GET", "/now").status == 503);
    }
    SECTION("an administrator may") {
        limits.reserved_for = {::getuid()};
        TestServer server{limits};
        std::vector<UnixHttpClient> held;
        for (int i = 0; i < 10; ++i) held.push_back(server.connect());
        CHECK(held.back().ask("GET", "/now").status == 200);
        CHECK(server.connect().ask("GET", "/now").status == 503);
    }
}

TEST_CASE("without a descriptor left the server refuses, and recovers", "[http][L2]") {
    TestServer server;
    auto before = server.connect();
    CHECK(before.ask("GET", "/now").status == 200);
    auto starved = server.connect();
    CHECK(starved.ask("GET", "/now").status == 200);

    std::vector<int> hoard;
    UnixHttpClient waiting = server.connect();
    CHECK(waiting.ask("GET", "/now").status == 200);
    rlimit files{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &files) == 0);
    const rlimit few{.rlim_cur = 256, .rlim_max = files.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
    for (int fd = ::open("/dev/null", O_RDONLY); fd >= 0; fd = ::open("/dev/null", O_RDONLY))
        hoard.push_back(fd);
    ::close(hoard.back());  // just enough for a client, none for the server
    hoard.pop_back();
    {
        auto refused = server.connect();
        CHECK(refused.read_answer().status == 503);
        CHECK(before.ask("GET", "/now").status == 200);
    }
    for (const int fd : hoard) ::close(fd);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &files) == 0);
    CHECK(server.connect().ask("GET", "/now").status == 200);
    CHECK_FALSE(server.failures().empty());
}

TEST_CASE("who may not, or sends too much, is told on the head and no body is read",
          "[http][N2][V10]") {
    const auto admit = [](const Request& asked) -> Admission {
        if (asked.path == "/forbidden") return {protocol_problem(403, "not you"), 0};
        return {{}, asked.path == "/large" ? 1000U : 10U};
    };
    TestServer server{{}, admit};
    const auto [path, framing, status] = GENERATE(table<std::string, std::string, int>({
        {"/forbidden", "Content-Length: 8000000\r\n\r\n", 403},
        {"/forbidden", "Expect: 100-continue\r\nContent-Length: 8000000\r\n\r\n", 403},
        {"/forbidden", "Transfer-Encoding: chunked\r\n\r\n", 403},
        {"/small", "Content-Length: 11\r\n\r\n", 413},
        {"/small", "Transfer-Encoding: chunked\r\n\r\nb\r\nhello world", 413},
        {"/large", "Content-Length: 1001\r\n\r\n", 413},
        {"/large", "Content-Length: 5\r\n\r\nhello", 200},
        {"/forbidden", "Content-Length: 0\r\n\r\n", 403},
    }));
    CAPTURE(path, framing);
    auto client = server.connect();
    REQUIRE(client.send("POST " + path + head + framing));
    CHECK(client.read_answer().status == status);
    CHECK(server.handled() == (status == 200 ? 1 : 0));
}

TEST_CASE("the bodies of all connections together have a limit, and room comes back",
          "[http][N2][V10]") {
    HttpLimits limits;
    limits.all_bodies_bytes = 100;
    TestServer server{limits};
    {
        auto first = server.connect();
        REQUIRE(
            first.send("POST /a" + head + "Content-Length: 100\r\n\r\n" + std::string(60, 'x')));
        auto second = server.connect();
        int status = 0;
        while (status != 503) {  // until the first one's bytes are there
            auto other = server.connect();
            status = other.ask("POST", "/b", std::string(60, 'y')).status;
            REQUIRE((status == 503 || status == 200));
        }
        CHECK(second.ask("POST", "/c", std::string(30, 'z')).status == 200);
        CHECK(second.ask("POST", "/c", std::string(30, 'z')).status == 200);
        REQUIRE(first.send(std::string(40, 'x')));
        CHECK(first.read_answer().status == 200);
    }
    auto later = server.connect();
    for (int i = 0; i < 3; ++i) CHECK(later.ask("POST", "/d", std::string(100, 'z')).status == 200);
}

#include "daemon/http/server.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/http/test_server.hpp"

using namespace forcewatch;
using namespace forcewatch::test;

namespace {
const std::string head = " HTTP/1.1\r\nHost: h\r\n";
}

TEST_CASE("one connection serves many requests, with and without a coroutine", "[http]") {
    TestServer server;
    auto client = server.connect();
    for (int i = 0; i < 50; ++i) {
        CHECK(client.ask("GET", "/now").body == "{\"status\":\"well\"}");
        CHECK(client.ask("POST", "/a?b=c", "body").body == "POST /a?b=c body");
    }
    CHECK(server.connections() == 1);
}

TEST_CASE("the handler learns who calls from the kernel", "[http]") {
    TestServer server;
    const std::string expected = std::to_string(::getuid()) + " " + std::to_string(::getgid()) +
                                 " " + std::to_string(::getpid()) + " " +
                                 std::to_string(::getgroups(0, nullptr));
    CHECK(server.connect().ask("GET", "/peer").body == expected);
}

TEST_CASE("pipelined requests are answered in order", "[http][N4]") {
    TestServer server;
    auto client = server.connect();
    std::string requests;
    for (int i = 0; i < 100; ++i)
        requests +=
            (i % 3 == 0 ? "GET /now" + head + "\r\n"
                        : "PUT /" + std::to_string(i) + head + "Content-Length: 1\r\n\r\nx");
    REQUIRE(client.send(requests));
    for (int i = 0; i < 100; ++i) {
        CAPTURE(i);
        CHECK(client.read_answer().body ==
              (i % 3 == 0 ? "{\"status\":\"well\"}" : "PUT /" + std::to_string(i) + " x"));
    }
}

TEST_CASE("who closes his half after asking still gets his answer", "[http][N4]") {
    TestServer server;
    auto client = server.connect();
    REQUIRE(client.send("GET /big" + head + "\r\n"));
    client.half_close();
    CHECK(client.read_answer().body.size() == 4'000'000);
    CHECK(client.read_to_end().empty());
}

TEST_CASE("a request broken off at any byte has no effect", "[http][N4]") {
    TestServer server;
    const std::vector<std::string> requests{
        "GET /a?b=c" + head + "\r\n",
        "POST /a" + head + "Content-Length: 5\r\n\r\nhello",
        "POST /a" + head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    };
    for (const std::string& request : requests) {
        for (std::size_t size = 0; size < request.size(); ++size) {
            auto client = server.connect();
            REQUIRE(client.send(request.substr(0, size)));
        }
    }
    while (server.connections() != 0) std::this_thread::yield();
    CHECK(server.handled() == 0);
    for (const std::string& request : requests) {
        auto client = server.connect();
        REQUIRE(client.send(request));
        CHECK(client.read_answer().status == 200);
    }
    CHECK(server.handled() == 3);
}

TEST_CASE("HEAD is answered like GET, without the body", "[http]") {
    TestServer server;
    auto client = server.connect();
    const HttpAnswer answer = client.ask("HEAD", "/now");
    CHECK(answer.status == 200);
    CHECK(answer.headers.at("content-length") == "17");
    CHECK(client.ask("HEAD", "/stream").headers.at("transfer-encoding") == "chunked");
    CHECK(client.ask("GET", "/now").body.size() == 17);
}

TEST_CASE("a streamed answer arrives in chunks, or until the close for HTTP/1.0", "[http]") {
    TestServer server;
    auto client = server.connect();
    const HttpAnswer answer = client.ask("GET", "/stream");
    CHECK(answer.whole);
    CHECK(answer.body.size() == 20 * 70'000);
    CHECK(client.ask("GET", "/now").status == 200);

    auto old = server.connect();
    REQUIRE(old.send("GET /stream HTTP/1.0\r\n\r\n"));
    const HttpAnswer plain = old.read_answer();
    CHECK(plain.headers.count("transfer-encoding") == 0);
    CHECK(plain.headers.at("connection") == "close");
    CHECK(plain.body.size() == 20 * 70'000);
}

TEST_CASE("a stream that breaks is seen to be broken", "[http]") {
    TestServer server;
    const HttpAnswer answer = server.connect().ask("GET", "/broken-stream");
    CHECK(answer.status == 200);
    CHECK_FALSE(answer.whole);
    CHECK(server.failures() == std::vector<std::string>{"the source dried up"});
}

TEST_CASE("a caller who waits to be asked for the body is asked, or refused at once", "[http]") {
    HttpLimits limits;
    limits.body_bytes = 100;
    TestServer server{limits};
    auto client = server.connect();
    REQUIRE(client.send("POST /a" + head + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
    REQUIRE(client.send("xy"));
    CHECK(client.read_answer().body == "POST /a xy");

    auto second = server.connect();
    REQUIRE(second.send("POST /a" + head + "Expect: 100-continue\r\nContent-Length: 101\r\n\r\n"));
    CHECK(second.read_answer().status == 413);

    auto raw = server.connect();
    REQUIRE(raw.send("POST /a" + head + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n"));
    raw.half_close();
    CHECK(raw.read_to_end() == "HTTP/1.1 100 Continue\r\n\r\n");
}

TEST_CASE("a handler that throws is a 500 that tells nothing, and a report that tells all",
          "[http]") {
    TestServer server;
    auto client = server.connect();
    for (const std::string path : {"/throw", "/throw-now", "/split"}) {
        const HttpAnswer answer = client.ask("GET", path);
        CHECK(answer.status == 500);
        CHECK(answer.body.find("thrown") == std::string::npos);
        CHECK(answer.headers.count("set-cookie") == 0);
    }
    CHECK(server.failures() == std::vector<std::string>{"thrown on purpose",
                                                        "/throw-now: thrown at once",
                                                        "a response header holds a line break"});
    CHECK(client.ask("GET", "/now").status == 200);
}

TEST_CASE("a browser's page may look but not touch", "[http]") {
    TestServer server;
    auto client = server.connect();
    const std::string origin = "Origin: https://evil.example\r\n";
    CHECK(client.ask("GET", "/now", "", origin).status == 200);
    for (const std::string method : {"POST", "PUT", "PATCH", "DELETE"})
        CHECK(client.ask(method, "/a", "", origin).status == 403);
    CHECK(client.ask("POST", "/a", "", "Origin: null\r\n").status == 403);
    CHECK(server.handled() == 1);
}

TEST_CASE("a handler that waited can see that its caller has gone", "[http]") {
    TestServer server;
    auto stays = server.connect();
    REQUIRE(stays.send("GET /wait" + head + "\r\n"));
    while (server.handled() < 1) std::this_thread::yield();
    server.let_go();
    CHECK(stays.read_answer().body == "waited");

    Request gone;
    int pair[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    gone.socket = pair[0];
    CHECK_FALSE(gone.hung_up());
    ::close(pair[1]);
    CHECK(gone.hung_up());
    ::close(pair[0]);
}

TEST_CASE("a stopping server finishes what is in flight and closes what is idle", "[http]") {
    TestServer server;
    auto busy = server.connect();
    auto idle = server.connect();
    CHECK(idle.ask("GET", "/now").status == 200);
    REQUIRE(busy.send("GET /wait" + head + "\r\n"));
    while (server.handled() < 2) std::this_thread::yield();
    auto stopped = server.stop();
    CHECK(idle.read_to_end().empty());
    CHECK_THROWS(server.connect());
    server.let_go();
    const HttpAnswer answer = busy.read_answer();
    CHECK(answer.body == "waited");
    CHECK(answer.headers.at("connection") == "close");
    CHECK(stopped.wait_for(std::chrono::seconds{30}) == std::future_status::ready);
}

TEST_CASE("half a request holds up a stopping server for a moment only", "[http]") {
    HttpLimits limits;
    limits.stop_time = std::chrono::hours{1};
    limits.drain_time = std::chrono::milliseconds{50};
    TestServer server{limits};
    auto half_head = server.connect();
    REQUIRE(half_head.send("GET /a HTT"));
    auto half_body = server.connect();
    REQUIRE(half_body.send("POST /a" + head + "Expect: 100-continue\r\nContent-Length: 9\r\n\r\n"));
    auto silent = server.connect();
    while (server.connections() < 3) std::this_thread::yield();
    auto stopped = server.stop();
    CHECK(stopped.wait_for(std::chrono::seconds{30}) == std::future_status::ready);
    CHECK(half_head.read_answer().status == 408);
    CHECK(half_body.read_answer().status == 408);
    CHECK(silent.read_to_end().empty());
    CHECK(server.handled() == 0);
}

TEST_CASE("a stopping server does not wait for ever", "[http]") {
    HttpLimits limits;
    limits.stop_time = std::chrono::milliseconds{50};
    TestServer server{limits};
    auto busy = server.connect();
    REQUIRE(busy.send("GET /wait" + head + "\r\n"));
    while (server.handled() < 1) std::this_thread::yield();
    auto stopped = server.stop();
    CHECK(stopped.wait_for(std::chrono::seconds{30}) == std::future_status::ready);
    CHECK(busy.read_to_end().empty());
}

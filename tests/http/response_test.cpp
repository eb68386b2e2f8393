#include "daemon/http/response.hpp"

#include <catch2/catch.hpp>

#include "daemon/http/problem.hpp"

using namespace forcewatch;

TEST_CASE("a problem is a document of RFC 9457 that any JSON reader takes", "[http][R99]") {
    ProblemDocument problem;
    problem.status = 422;
    problem.name = "invalid-field";
    problem.title = "A field is not valid";
    problem.detail = "The \"due\" date\nis in the past.";
    problem.hint = "Send a later one.";
    problem.errors = {{"/due_on", "too early"}, {"/owner", "unknown"}};
    const Response response = to_response(problem);
    CHECK(response.status == 422);
    CHECK(response.content_type == "application/problem+json");
    CHECK(response.text() ==
          "{\"type\":\"/problems/invalid-field\",\"title\":\"A field is not valid\","
          "\"status\":422,\"detail\":\"The \\\"due\\\" date\\u000ais in the past.\","
          "\"hint\":\"Send a later one.\",\"errors\":["
          "{\"pointer\":\"/due_on\",\"detail\":\"too early\"},"
          "{\"pointer\":\"/owner\",\"detail\":\"unknown\"}]}\n");
}

TEST_CASE("the head says how the body ends", "[http]") {
    Response response;
    response.body = std::string{"{}"};
    std::string head;
    REQUIRE(append_head(head, response, true, true));
    CHECK(head ==
          "HTTP/1.1 200 OK\r\nX-Content-Type-Options: nosniff\r\n"
          "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n");

    response.status = 304;
    response.headers = {{"ETag", "\"7\""}};
    head.clear();
    REQUIRE(append_head(head, response, false, true));
    CHECK(head ==
          "HTTP/1.1 304 Not Modified\r\nX-Content-Type-Options: nosniff\r\n"
          "ETag: \"7\"\r\nConnection: close\r\n\r\n");
}

TEST_CASE("a header cannot break out of its line", "[http]") {
    const auto [name, value] = GENERATE(table<std::string, std::string>({
        {"X", "a\r\nSet-Cookie: b"},
        {"X", "a\nb"},
        {"X", std::string{"a\0b", 3}},
        {"X: y\r\nZ", "a"},
        {"X Y", "a"},
        {"", "a"},
    }));
    Response response;
    response.headers.emplace_back(name, value);
    std::string head = "before";
    CHECK_FALSE(append_head(head, response, true, true));
    CHECK(head == "before");
}

#include "daemon/http/request.hpp"

#include <catch2/catch.hpp>

#include "daemon/http/request_parser.hpp"

using namespace forcewatch;

TEST_CASE("a target is split and decoded, with the order of its query kept", "[http]") {
    Request request;
    REQUIRE(request.set_target("/v1/areas?force=kent&at_or_below=requires+improvement&force=&x"));
    CHECK(request.path == "/v1/areas");
    CHECK(
        request.query ==
        std::vector<std::pair<std::string, std::string>>{
            {"force", "kent"}, {"at_or_below", "requires improvement"}, {"force", ""}, {"x", ""}});
    CHECK(request.query_value("force") == "kent");
    CHECK_FALSE(request.query_value("none"));
}

TEST_CASE("header fields are found in any case, and only whole names", "[http]") {
    Request request;
    request.add_header("If-Match", "\"7\"");
    request.add_header("Accept", "a");
    request.add_header("accept", "b");
    CHECK(request.header("if-match") == "\"7\"");
    CHECK(request.header("ACCEPT") == "a");
    CHECK(request.header_count("accept") == 2);
    CHECK_FALSE(request.header("if-matc"));
    CHECK_FALSE(request.header("if-match2"));
}

TEST_CASE("a request moves with its header fields, however short", "[http]") {
    Request request;
    request.add_header("a", "b");
    const Request moved = std::move(request);
    CHECK(moved.header("A") == "b");
}

TEST_CASE("percent decoding refuses what is not text", "[http]") {
    const auto [text, expected] = GENERATE(table<std::string, std::optional<std::string>>({
        {"", ""},
        {"a%20b", "a b"},
        {"%E2%82%AC", "\xe2\x82\xac"},
        {"%f0%9f%9a%92", "\xf0\x9f\x9a\x92"},
        {"a+b", "a+b"},
        {"%", std::nullopt},
        {"%4", std::nullopt},
        {"%4g", std::nullopt},
        {"%00", std::nullopt},
        {"%80", std::nullopt},
        {"%c1%81", std::nullopt},
        {"%e0%80%80", std::nullopt},
        {"%f4%90%80%80", std::nullopt},
        {"%e2%82", std::nullopt},
    }));
    CAPTURE(text);
    CHECK(percent_decoded(text, false) == expected);
}

namespace {

/// Feeds as a connection does: until the request is whole or nothing is left.
std::size_t feed_all(RequestParser& parser, std::string_view bytes) {
    std::size_t taken = 0;
    while (taken < bytes.size() && parser.state() < RequestParser::State::complete)
        taken += parser.feed(bytes.substr(taken));
    return taken;
}

}  // namespace

TEST_CASE("the parser stops after the head, so that the body may be refused", "[http][N2]") {
    const HttpLimits limits;
    RequestParser parser{limits};
    const std::string head = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n";
    CHECK(parser.feed(head + "xy") == head.size());
    REQUIRE(parser.state() == RequestParser::State::body);
    CHECK(parser.request().path == "/a");
    CHECK(parser.request().body.empty());
    parser.limit_body(1);
    CHECK(parser.error_status() == 413);
}

TEST_CASE("the parser takes one request at a time and says how much it took", "[http][N4]") {
    const HttpLimits limits;
    RequestParser parser{limits};
    const std::string first = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nxy";
    const std::string both = first + "GET /b HTTP/1.1\r\nHost: h\r\n\r\n";
    CHECK(feed_all(parser, both) == first.size());
    REQUIRE(parser.state() == RequestParser::State::complete);
    CHECK(parser.request().body == "xy");
    CHECK(parser.keep_alive());
    parser.next();
    CHECK_FALSE(parser.started());
    CHECK(feed_all(parser, std::string_view{both}.substr(first.size())) ==
          both.size() - first.size());
    REQUIRE(parser.state() == RequestParser::State::complete);
    CHECK(parser.request().path == "/b");
    CHECK(parser.request().body.empty());
}

TEST_CASE("the parser decides alike wherever the bytes are cut", "[http][N4]") {
    const HttpLimits limits;
    const std::string text =
        "PUT /a?b=c HTTP/1.1\r\nHost: h\r\nX-Long: some value \r\nTransfer-Encoding: chunked\r\n"
        "\r\n5\r\nhello\r\n6;q\r\n world\r\n0\r\n\r\n";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        CAPTURE(cut);
        RequestParser parser{limits};
        const std::string_view view = text;
        CHECK(feed_all(parser, view.substr(0, cut)) == cut);
        CHECK((parser.state() == RequestParser::State::complete) == (cut == text.size()));
        CHECK(feed_all(parser, view.substr(cut)) == text.size() - cut);
        REQUIRE(parser.state() == RequestParser::State::complete);
        CHECK(parser.request().method == Method::put);
        CHECK(parser.request().body == "hello world");
        CHECK(parser.request().header("x-long") == "some value");
    }
}

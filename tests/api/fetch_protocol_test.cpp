#include "daemon/api/fetch_protocol.hpp"

#include <catch2/catch.hpp>

using namespace forcewatch;
using namespace std::chrono_literals;

TEST_CASE("orders and what was fetched come over as they were written", "[api][feed]") {
    CHECK(read_fetch_wish(write_fetch_wish(50s)).value() == 50s);
    CHECK(read_fetch_order(write_fetch_order({})).value() == std::nullopt);
    const FetchOrder order{3, "news", "https://a.example/feed", "W/\"1\"", "yesterday"};
    CHECK(read_fetch_order(write_fetch_order(order)).value() == order);
    Fetched fetched{3,       200, "", "https://a.example/feed",     "text/xml",
                    "\"2\"", "",  9s, std::string("<a>\n\0\xFF", 6)};
    CHECK(read_fetched(write_fetched(fetched)).value() == fetched);
}

TEST_CASE("what does not keep to the protocol is refused", "[api][feed][N3]") {
    CHECK_FALSE(read_fetch_wish(R"({"wait_seconds":61})"));
    CHECK_FALSE(
        read_fetch_order(R"({"order":{"id":0,"feed":"","url":"","etag":"","last_modified":""}})"));
    CHECK_FALSE(read_fetch_order(R"({"order":null,"more":1})"));
    CHECK_FALSE(read_fetched("{}"));
    Fetched fetched;
    fetched.id = 1;
    fetched.body.assign(fetch_limits::body + 1, 'x');
    CHECK_FALSE(read_fetched(write_fetched(fetched)));
    fetched.body.clear();
    fetched.etag = "a\nb";
    CHECK_FALSE(read_fetched(write_fetched(fetched)));
}

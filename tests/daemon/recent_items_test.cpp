#include "daemon/recent_items.hpp"

#include <catch2/catch.hpp>

#include "daemon/engine/london.hpp"

using namespace forcewatch;

namespace {

const Date day{std::chrono::year{2026} / 6 / 10};
const Instant morning = at_local_time(day, std::chrono::hours{9});

Request asked(std::string_view target) {
    Request request;
    REQUIRE(request.set_target(target));
    return request;
}

Response about(std::string body) {
    Response response;
    response.body = std::move(body);
    response.headers.emplace_back("ETag", "\"7\"");
    return response;
}

void keep(RecentItems& items, std::string_view target, std::string body, Instant now = morning) {
    Response response = about(std::move(body));
    items.keep(asked(target), response, now);
}

bool has(const RecentItems& items, std::string_view target, Instant now = morning) {
    return items.find(asked(target), now).has_value();
}

}  // namespace

TEST_CASE("an item that is asked for again is answered with the same bytes", "[daemon][P3]") {
    RecentItems items;
    Response first = about("{}");
    items.keep(asked("/v1/actions/t/A"), first, morning);
    CHECK(first.text() == "{}");
    const auto again = items.find(asked("/v1/actions/t/A"), morning);
    REQUIRE(again);
    CHECK(again->status == 200);
    CHECK(again->text().data() == first.text().data());
    CHECK(again->headers == first.headers);
    CHECK_FALSE(has(items, "/v1/actions/t/B"));
    items.clear();
    CHECK_FALSE(has(items, "/v1/actions/t/A"));
}

TEST_CASE("an item is kept for its day in London, wherever the clock jumps", "[daemon][P3][R41]") {
    RecentItems items;
    keep(items, "/v1/findings/kent/AFI-1", "{}");
    const Instant midnight = starts_at(day + std::chrono::days{1});
    CHECK(has(items, "/v1/findings/kent/AFI-1", midnight - std::chrono::seconds{1}));
    CHECK_FALSE(has(items, "/v1/findings/kent/AFI-1", midnight));
    CHECK_FALSE(has(items, "/v1/findings/kent/AFI-1", starts_at(day) - std::chrono::seconds{1}));
    keep(items, "/v1/findings/kent/AFI-2", "{}", midnight);
    CHECK_FALSE(has(items, "/v1/findings/kent/AFI-1", midnight));
    CHECK(has(items, "/v1/findings/kent/AFI-2", midnight));
}

TEST_CASE("what is not one item as it stands today is not kept", "[daemon][P3]") {
    RecentItems items;
    for (const auto* target : {"/v1/actions", "/v1/alerts/1", "/v1/stages", "/v1/forces/kent",
                               "/v1/actions/t/A?as_of=2025-01-01"}) {
        CAPTURE(target);
        keep(items, target, "{}");
        CHECK_FALSE(has(items, target));
    }
    keep(items, "/v1/actions/t/A", "{}");
    CHECK_FALSE(has(items, "/v1/actions/t/A?as_of=2025-01-01"));
    Response missing = about("{}");
    missing.status = 404;
    items.keep(asked("/v1/actions/t/B"), missing, morning);
    CHECK_FALSE(has(items, "/v1/actions/t/B"));
}

TEST_CASE("what is kept is bounded in bytes", "[daemon][P3][P12]") {
    RecentItems items{4'000};
    keep(items, "/v1/actions/t/big", std::string(5'000, 'x'));
    CHECK_FALSE(has(items, "/v1/actions/t/big"));
    keep(items, "/v1/actions/t/A", std::string(1'500, 'x'));
    keep(items, "/v1/actions/t/B", std::string(1'500, 'x'));
    CHECK(has(items, "/v1/actions/t/A"));
    keep(items, "/v1/actions/t/C", std::string(1'500, 'x'));
    CHECK(has(items, "/v1/actions/t/C"));
    CHECK_FALSE(has(items, "/v1/actions/t/A"));
}

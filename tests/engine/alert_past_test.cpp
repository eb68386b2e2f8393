#include "daemon/engine/alert_past.hpp"

#include <catch2/catch.hpp>

#include "tests/engine/lifecycle.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;
using std::chrono::days;

namespace {

/// The only alert as it stood then.
Alert stood(Office& office, Instant then) {
    const auto alert = office.only_alert();
    return alert_as_known(alert, office.store->alerts().revisions(alert.id), then);
}

}  // namespace

TEST_CASE("an alert is shown as its revisions had left it at each moment", "[engine][alert][R91]") {
    const Instant opened = at("2026-02-28", 12);
    Office office{two_destinations(), opened};
    office.plan("A", "2026-03-01", opened);
    office.settle(opened);
    const auto id = office.only_alert().id;
    const auto summary = office.only_alert().summary;
    office.acknowledge(id, opened + 1h,
                       {{}, "Custody lead", "on it", opened + days{20}, false, {}});
    const auto taken_back = office.order(
        opened + 2h, [&](AlertOrders& orders) { return orders.unacknowledge(id, "ill"); });
    REQUIRE(taken_back);
    office.acknowledge(id, opened + 3h,
                       {{}, "Custody lead", "again", opened + days{20}, false, {}});
    const Instant worse = at("2026-03-02", 13);
    office.settle(worse);
    REQUIRE(office.only_alert().severity == Severity::critical);
    office.finish("A", worse + 1h);
    office.settle(worse + 1h);
    REQUIRE(office.only_alert().state == AlertState::closed);

    const auto [after, state] = GENERATE_COPY(
        table<std::chrono::seconds, AlertState>({{0s, AlertState::open},
                                                 {1h - 1s, AlertState::open},
                                                 {1h, AlertState::acknowledged},
                                                 {2h - 1s, AlertState::acknowledged},
                                                 {2h, AlertState::open},
                                                 {3h, AlertState::acknowledged},
                                                 {worse - opened - 1s, AlertState::acknowledged},
                                                 {worse - opened, AlertState::open},
                                                 {worse - opened + 1h, AlertState::closed}}));
    CAPTURE(after.count());
    const auto then = stood(office, opened + after);
    CHECK(then.state == state);
    CHECK(then.closed_at.has_value() == (state == AlertState::closed));
    CHECK(then.ending.empty() == (state != AlertState::closed));
    CHECK((then.severity == Severity::critical) == (opened + after >= worse));
    CHECK_THAT(then.summary, !Contains("acknowledged"));
    if (opened + after < worse) CHECK(then.summary == summary);
}

TEST_CASE("an alert that is open again was closed while it was closed by hand",
          "[engine][alert][R91]") {
    const Instant opened = at("2026-03-03", 12);
    Office office{two_destinations(), opened};
    office.plan("A", "2026-03-01", opened);
    office.settle(opened);
    const auto id = office.only_alert().id;
    REQUIRE(office.order(opened + 1h, [&](AlertOrders& orders) {
        return orders.close(id, "agreed", day("2026-03-10"));
    }));
    office.live(at("2026-03-09", 0), at("2026-03-10", 1));
    REQUIRE(office.only_alert().state == AlertState::open);
    CHECK(stood(office, opened).state == AlertState::open);
    const auto then = stood(office, at("2026-03-09", 12));
    CHECK(then.state == AlertState::closed);
    CHECK_THAT(then.ending, Contains("agreed"));
    CHECK(then.closed_at == opened + 1h);
}

#include "daemon/engine/mail_reports.hpp"
#include "tests/engine/lifecycle.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

const auto start = at("2026-03-02", 12);  // a Monday

Settings with_fallback() {
    auto settings = two_destinations();
    settings.destinations.front().target = EmailTarget{{"liaison@force.example"}, {}};
    settings.destinations.push_back({"desk", WebhookTarget{}, true});
    settings.routes = {{{}, {}, {}, Severity::info, {"liaison"}}};
    settings.alerting.fallback = "desk";
    settings.alerting.fallback_after = {
        {Severity::info, 1h}, {Severity::warning, 1h}, {Severity::critical, 1h}};
    return settings;
}

tl::expected<std::string, EventFault> report(Office& office, const MailReport& what, Instant now) {
    return MailReports{*office.store, office.settings, now}.take(what);
}

}  // namespace

TEST_CASE("an address that is permanently refused gets nothing more, and the fallback hears of it",
          "[engine][lifecycle][R81]") {
    Office office{with_fallback(), start};
    office.plan("A-1", "2026-02-20", start);
    office.settle(start);
    REQUIRE(office.bodies("liaison").size() == 1);
    CHECK(office.carry(start) > 0);
    const auto sent = office.store->outbox().list({{}, "liaison", 0, 10}).front();

    const MailReport temporary{MailReport::Kind::temporary, sent.parcel.message_id, {}, "full"};
    REQUIRE(report(office, temporary, start).value() == "liaison@force.example");
    CHECK(office.store->addresses().marked().empty());
    CHECK(office.store->outbox().find(sent.id)->report == "temporary: full");

    const MailReport permanent{
        MailReport::Kind::permanent, "<" + sent.parcel.message_id + ">", {}, "5.1.1: no such user"};
    REQUIRE(report(office, permanent, start + 1h));
    REQUIRE(report(office, permanent, start + 1h));  // mail systems repeat themselves
    CHECK(office.store->outbox().find(sent.id)->report == "permanent: 5.1.1: no such user");
    CHECK(office.store->outbox().find(sent.id)->state == DeliveryState::sent);
    office.settle(start + 1h);
    REQUIRE(office.bodies("desk").size() == 1);
    CHECK_THAT(office.bodies("desk").front(), Contains("Mail to liaison@force.example comes back"));

    office.plan("A-2", "2026-02-21", start + 2h);
    office.settle(start + 2h);
    CHECK(office.bodies("liaison").size() == 1);
    office.settle(start + 4h);  // as nobody took it in time
    CHECK_THAT(office.bodies("desk").back(), Contains("A-2"));

    MailReports reports{*office.store, office.settings, start + 5h};
    CHECK(reports.allow("liaison@force.example", {}));
    CHECK_FALSE(reports.allow("liaison@force.example", {}));
    office.settle(start + 5h);
    CHECK_THAT(office.bodies("desk").back(), Contains("it takes mail again"));
    office.plan("A-3", "2026-02-22", start + 6h);
    office.settle(start + 6h);
    CHECK(office.bodies("liaison").size() == 2);
}

TEST_CASE("what was closed by hand opens again once it was over, and after its review",
          "[engine][lifecycle][R66][R81]") {
    Office office{with_fallback(), start};
    const MailReport permanent{MailReport::Kind::permanent, {}, "kim@force.example", "5.1.1"};
    REQUIRE(report(office, permanent, start));
    const auto open = [&] {
        AlertFilter filter;
        filter.open = true;
        return office.store->alerts().list(filter);
    };
    const auto close_until = [&](const char* review) {
        REQUIRE(open().size() == 1);
        REQUIRE(office.order(start, [&](AlertOrders& orders) {
            return orders.close(open().front().id, "known", day(review));
        }));
    };
    close_until("2027-03-01");
    REQUIRE(report(office, permanent, start + 1h));
    CHECK(open().empty());
    {
        Store::Transaction transaction{*office.store};
        REQUIRE(
            MailReports{*office.store, office.settings, start + 2h}.allow("KIM@force.example", {}));
        transaction.commit();
    }
    REQUIRE(report(office, permanent, start + 3h));
    close_until("2026-03-10");
    REQUIRE(report(office, permanent, at("2026-03-11", 12)));
    CHECK(open().size() == 1);
}

TEST_CASE("a report of a message that was never sent names nothing and is refused",
          "[engine][R81]") {
    Office office{with_fallback(), start};
    const auto unknown = report(office, {MailReport::Kind::permanent, "nobody@x", {}, {}}, start);
    REQUIRE_FALSE(unknown);
    CHECK_THAT(unknown.error().what, Contains("no message nobody@x"));
    CHECK(report(office, {MailReport::Kind::delivered, {}, "a@b.example", {}}, start));
    CHECK(office.store->addresses().marked().empty());
}

TEST_CASE("whoever wants no digest still gets what a duty depends on", "[engine][lifecycle][R82]") {
    auto settings = two_destinations();
    settings.destinations.front().target =
        EmailTarget{{"liaison@force.example", "deputy@force.example"},
                    Digest{Digest::Days::weekdays, {}, 8h + 30min}};
    Office office{settings, start};
    office.store->addresses().mark(
        {"deputy@force.example", "liaison", AddressState::unsubscribed, start, "by the link"});
    office.plan("A-1", "2026-03-08", start);
    office.settle(start);
    const auto morning = at("2026-03-03", 8, 30);
    office.settle(morning);
    const auto to = [&](const std::string& address) {
        int count = 0;
        for (const auto& each : office.store->outbox().list({{}, "liaison", 0, 1000}))
            if (each.parcel.recipient == address) ++count;
        return count;
    };
    CHECK(to("liaison@force.example") == 1);
    CHECK(to("deputy@force.example") == 0);
    const auto notices = office.store->notices().of_alert(office.only_alert().id);
    const auto kept = std::count_if(notices.begin(), notices.end(), [](const Notice& notice) {
        return notice.outcome == NoticeOutcome::unsubscribed;
    });
    CHECK(kept == 1);

    office.import_reference(morning);
    REQUIRE(office.record(report_on_kent(), morning));
    office.settle(morning);
    office.settle(at("2026-03-04", 8, 30));
    CHECK(to("deputy@force.example") == 1);
}

#include "tests/engine/lifecycle.hpp"

#include "daemon/engine/quiet_hours.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;
using std::chrono::days;
using Bodies = std::vector<std::string>;

namespace {

const auto start = at("2026-03-01", 12);

}  // namespace

TEST_CASE("a burst of one group goes as one message, and a late joiner after the interval",
          "[engine][lifecycle][R48]") {
    auto settings = two_destinations();
    settings.alerting.group_wait = 5min;
    settings.alerting.group_interval = 1h;
    Office office{settings, start};
    for (const auto* id : {"A-1", "A-2", "A-3"}) office.plan(id, "2026-03-02", start);
    office.settle(start);
    CHECK(office.sent("case-system").empty());
    office.start();  // the wait is restored with the time that remains
    office.engine->use(settings);
    office.settle(start + 4min);
    CHECK(office.sent("case-system").empty());
    office.settle(start + 5min);
    REQUIRE(office.bodies("case-system").size() == 1);
    CHECK_THAT(office.bodies("case-system").front(),
               Contains("A-1") && Contains("A-2") && Contains("A-3"));
    office.plan("A-4", "2026-03-02", start + 10min);
    office.settle(start + 64min);
    CHECK(office.bodies("case-system").size() == 1);
    office.settle(start + 65min);
    REQUIRE(office.bodies("case-system").size() == 2);
    CHECK_THAT(office.bodies("case-system").back(), Contains("A-4") && !Contains("A-1"));
}

TEST_CASE("a repeat comes exactly at its interval, whatever restarts", "[engine][lifecycle][R49]") {
    const auto every = GENERATE(std::chrono::seconds{7h}, std::chrono::seconds{24h});
    auto settings = two_destinations();
    settings.routes = {{{}, {}, {}, Severity::info, {"case-system"}, {}, {}, every}};
    Office office{settings, start};
    office.plan("A-1", "2026-03-06", start);
    office.settle(start);
    REQUIRE(office.sent("case-system").size() == 1);
    for (Instant now = start; now < start + 3 * every; now += 1min) {
        if ((now - start) % 3h == 0s) {
            office.start();
            office.engine->use(settings);
        }
        office.settle(now);
    }
    const auto sent = office.sent("case-system");
    REQUIRE(sent.size() == 3);
    CHECK(sent[1].first == text_of(start + every));
    CHECK(sent[2].first == text_of(start + 2 * every));
}

TEST_CASE("whoever was told that it opened is told that it closed, and nobody else",
          "[engine][lifecycle][R50]") {
    auto settings = two_destinations();
    settings.destinations.push_back({"third", EmailTarget{{"third@force.example"}, {}}, true});
    Office office{settings, start};
    office.plan("A-1", "2026-03-02", start);
    office.settle(start);
    office.carry(start, {Verdict::delivered, 250, {}, {}}, "liaison");
    office.carry(start, {Verdict::unknown, 0, "no answer", {}}, "case-system");
    office.carry(start, {Verdict::rejected, 550, "no such user", {}}, "third");
    office.finish("A-1", start + 1h);
    office.settle(start + 1h);
    CHECK(office.bodies("liaison").size() == 2);      // sent
    CHECK(office.bodies("case-system").size() == 2);  // possibly sent
    CHECK(office.bodies("third").size() == 1);        // given up
}

TEST_CASE("what opened and closed before anybody could be told is one message, or a record",
          "[engine][lifecycle][R51][R62]") {
    const auto [due, told] = GENERATE(table<std::string, bool>({
        {"2026-03-02", true},   // a warning
        {"2026-03-05", false},  // an info
    }));
    auto settings = two_destinations();
    settings.quiet_hours = QuietHours{18h, 8h, false, false, {}};
    Office office{settings, at("2026-03-01", 12)};
    const auto evening = at("2026-03-01", 20);
    office.plan("A-1", due, evening);
    office.settle(evening);
    CHECK(office.bodies("case-system").size() == 1);  // a program keeps no quiet hours
    CHECK(office.bodies("liaison").empty());
    office.finish("A-1", evening + 1h);
    office.settle(evening + 1h);
    CHECK(office.bodies("liaison").empty());
    office.settle(at("2026-03-02", 8));
    REQUIRE(office.bodies("liaison").size() == (told ? 1U : 0U));
    const auto id = office.only_alert().id;
    if (told)
        CHECK_THAT(office.bodies("liaison").front(),
                   Contains("opened") && Contains("closed") && Contains("quiet hours"));
    else
        CHECK_THAT(office.decisions(id).back(), Contains("recorded only"));
}

TEST_CASE("quiet hours defer to their end and drop nothing, also when the clocks change",
          "[engine][lifecycle][R62][T1]") {
    const auto [evening, morning] = GENERATE(table<Instant, Instant>({
        {at("2026-03-27", 19), at("2026-03-28", 8)},
        {at("2026-03-28", 19), at("2026-03-29", 8)},  // the hour that is missing
        {at("2026-10-24", 19), at("2026-10-25", 8)},  // the hour that comes twice
    }));
    auto settings = two_destinations();
    settings.quiet_hours = QuietHours{18h, 8h, false, false, Severity::critical};
    Office office{settings, evening - 24h};
    office.plan("A-1", text_of(london_date(evening) + days{5}), evening);
    office.plan("A-2", text_of(london_date(evening) - days{2}), evening);
    office.settle(evening);
    REQUIRE(office.bodies("liaison").size() == 1);  // critical goes at once
    CHECK_THAT(office.bodies("liaison").front(), Contains("A-2"));
    office.settle(morning - 1s);
    CHECK(office.bodies("liaison").size() == 1);
    office.settle(morning);
    REQUIRE(office.bodies("liaison").size() == 2);
    CHECK_THAT(office.bodies("liaison").back(), Contains("A-1"));
}

TEST_CASE("quiet over a weekend and a bank holiday ends on the first working morning",
          "[engine][lifecycle][R62]") {
    WorkingCalendar calendar;
    calendar.set_year(2026, {day("2026-04-03"), day("2026-04-06")});  // Good Friday, Easter Monday
    const QuietHours quiet{18h, 8h, true, true, {}};
    CHECK_FALSE(quiet_until(quiet, calendar, at("2026-04-02", 17, 59)));
    CHECK(quiet_until(quiet, calendar, at("2026-04-02", 18)) == at("2026-04-07", 8));
    CHECK(quiet_until(quiet, calendar, at("2026-04-05", 12)) == at("2026-04-07", 8));
    CHECK_FALSE(quiet_until(quiet, calendar, at("2026-04-07", 8)));
    const QuietHours noon{12h, 13h, false, false, {}};
    CHECK(quiet_until(noon, calendar, at("2026-04-07", 12)) == at("2026-04-07", 13));
    CHECK_FALSE(quiet_until(noon, calendar, at("2026-04-07", 13)));
}

TEST_CASE("an acknowledgement needs a reason, ends by itself, and only once at a time",
          "[engine][lifecycle][R52][R53]") {
    auto settings = two_destinations();
    Office office{settings, start};
    office.plan("A-1", "2026-03-06", start);
    office.settle(start);
    const auto id = office.only_alert().id;
    const auto refusal = [&](AcknowledgeOrder order, Instant now) {
        order.alert = id;
        const auto done =
            office.order(now, [&](AlertOrders& orders) { return orders.acknowledge(order); });
        return done ? std::string{} : done.error().what;
    };
    CHECK_THAT(refusal({{}, {}, " ", {}, false, {}}, start), Contains("say what is being done"));
    CHECK_THAT(refusal({{}, {}, "x", start + days{31}, false, {}}, start),
               Contains("at the latest"));
    CHECK_THAT(refusal({{}, {}, "x", start, false, {}}, start), Contains("in the past"));
    office.acknowledge(id, start, {{}, {}, "on it", start + 26h, false, {}});
    CHECK_THAT(refusal({{}, {}, "me too", {}, false, {}}, start), Contains("is acknowledged by"));
    CHECK(office.only_alert().state == AlertState::acknowledged);
    office.settle(start + 26h - 1s);
    CHECK(office.bodies("case-system").size() == 1);
    office.start();  // the daemon was off when it ended
    office.engine->use(settings);
    office.settle(start + 26h + 5min);
    CHECK(office.only_alert().state == AlertState::open);
    REQUIRE(office.bodies("case-system").size() == 2);
    CHECK_THAT(office.bodies("case-system").back(),
               Contains("acknowledgement ended") && Contains("still so"));
    office.settle(start + 30h);
    CHECK(office.bodies("case-system").size() == 2);
    office.finish("A-1", start + 31h);
    office.settle(start + 31h);
    CHECK_THAT(refusal({{}, {}, "too late", {}, false, {}}, start + 31h), Contains("is closed"));
}

TEST_CASE("an acknowledgement hides no worsening, and a sticky one says so",
          "[engine][lifecycle][R54]") {
    const bool sticky = GENERATE(false, true);
    Office office{two_destinations(), start};
    office.plan("A-1", "2026-03-06", start);
    office.settle(start);
    const auto id = office.only_alert().id;
    office.acknowledge(id, start, {{}, {}, "on it", start + days{20}, sticky, {}});
    SECTION("a higher severity") { office.settle(at("2026-03-07", 12)); }
    SECTION("a further step past the date") {
        office.settle(at("2026-03-07", 12));
        if (!sticky)
            office.acknowledge(id, at("2026-03-07", 13),
                               {{}, {}, "still on it", at("2026-03-20", 0), sticky, {}});
        office.settle(at("2026-03-11", 12));
    }
    SECTION("an earlier date") {
        DeadlineRevised earlier;
        earlier.item = action_subject("tracker", "A-1");
        earlier.deadline = {DeadlineKind::local, *PartialDate::parse("2026-03-03"), {}, {}};
        earlier.agreed_on = day("2026-03-02");
        earlier.reason = "asked for sooner";
        REQUIRE(office.record(earlier, at("2026-03-02", 9)));
        office.settle(at("2026-03-02", 9));
    }
    CHECK((office.only_alert().state == AlertState::acknowledged) == sticky);
    CHECK((office.bodies("case-system").size() > 1) != sticky);
    const auto revisions = office.store->alerts().revisions(id);
    std::string remarks;
    for (const auto& revision : revisions)
        for (const auto& remark : revision.remarks) remarks += remark;
    CHECK_THAT(remarks, Contains("It got worse"));
}

TEST_CASE("whoever acknowledged is reminded, and after three unanswered ones it is dropped",
          "[engine][lifecycle][R55]") {
    auto settings = two_destinations();
    settings.alerting.group_wait = GENERATE(0s, 30s);
    settings.alerting.group_interval = 1min;
    Office office{settings, start};
    PersonRecorded person;
    person.person = "Custody lead";
    REQUIRE(office.record(person, start));
    const auto token = office.store->people().token_of("Custody lead");
    REQUIRE(office.store->people().set({token, "Custody lead", "custody@force.example"}));
    office.plan("A-1", "2026-03-07", start);
    office.live(start, start + 2min, 1min);
    const auto id = office.only_alert().id;
    office.acknowledge(id, start + 2min, {{}, "Custody lead", "on it", start + days{4}, false, 6h});
    for (int i = 1; i <= 3; ++i) {
        office.live(start + i * 6h, start + i * 6h + 4min, 1min);
        const auto reminders = office.bodies("liaison");
        REQUIRE(reminders.size() == static_cast<std::size_t>(1 + i));
        CHECK_THAT(reminders.back(), Contains("acknowledged until"));
    }
    const auto all = office.store->outbox().list({{}, "liaison", 0, 100});
    CHECK(all.back().parcel.recipient == "custody@force.example");
    CHECK(office.only_alert().state == AlertState::acknowledged);
    office.live(start + 24h, start + 24h + 4min, 1min);
    CHECK(office.only_alert().state == AlertState::open);
    CHECK_THAT(office.bodies("case-system").back(), Contains("dropped after 3 reminders"));
}

TEST_CASE("what waits for a destination that is gone does not keep the engine awake",
          "[engine][lifecycle][R64]") {
    Office office{two_destinations(), start};
    office.plan("A-1", "2026-03-07", start);
    auto without = office.settings;
    without.destinations.pop_back();
    office.adopt(without, start);
    office.settle(start);
    CHECK(office.bodies("case-system").empty());
    const auto next = office.engine->next_step_at();
    CHECK((!next || *next > start));
    office.adopt(office.settings, start + 1h);
    office.settle(start + 1h);
    CHECK(office.bodies("case-system").size() == 1);
}

TEST_CASE("a silence on an owner is written with the name and kept without it",
          "[engine][lifecycle][R58][R107]") {
    const std::string condition =
        GENERATE("owner=Ann Lee", "owner={Ann Lee,Bob Ray}", "owner^=Ann", "owner=~Ann.*");
    Office office{two_destinations(), start};
    office.plan("A-1", "2026-03-07", start, "Ann Lee");
    office.plan("A-2", "2026-03-07", start, "Bob Ray");
    office.plan("A-3", "2026-03-07", start, "Cat Orr");
    const auto silence = office.order(start, [&](AlertOrders& orders) {
        return orders.silence({{condition}, {}, start + 2h, "leave"});
    });
    REQUIRE(silence);
    CHECK_THAT(silence->matchers.front(), !Contains("Lee"));
    office.settle(start);
    std::string told;
    for (const auto& body : office.bodies("case-system")) told += body;
    CHECK_THAT(told, !Contains("A-1") && Contains("A-3"));
    CHECK((told.find("A-2") == std::string::npos) == (condition.find("Bob") != std::string::npos));
}

TEST_CASE("a reminder does not wait behind what the acknowledgement holds back",
          "[engine][lifecycle][R55]") {
    Office office{two_destinations(), start};
    office.plan("A-1", "2026-03-07", start);
    office.settle(start);
    const auto told = office.bodies("case-system").size();
    office.acknowledge(office.only_alert().id, start,
                       {{}, {}, "on it", start + days{20}, true, days{4}});
    office.live(start, start + days{9}, 1h);
    REQUIRE(office.only_alert().severity == Severity::critical);
    REQUIRE(office.only_alert().state == AlertState::acknowledged);
    CHECK(office.bodies("case-system").size() == told + 2);
}

TEST_CASE("a silence hides until its end, which is told at once", "[engine][lifecycle][R58][R59]") {
    Office office{two_destinations(), start};
    const auto silence = [&](std::vector<std::string> matchers, Instant until,
                             const std::string& reason = "system change") {
        return office.order(start, [&](AlertOrders& orders) {
            return orders.silence({std::move(matchers), {}, until, reason});
        });
    };
    CHECK_THAT(silence({}, start + 2h).error().what, Contains("would hide everything"));
    CHECK_THAT(silence({"force=kent"}, start + 2h, "").error().what, Contains("say why"));
    CHECK_THAT(silence({"forc=kent"}, start + 2h).error().what, Contains("did you mean \"force\""));
    CHECK_THAT(silence({"force=kant"}, start + 2h).error().what, Contains("did you mean \"kent\""));
    CHECK_THAT(silence({"rule={deadline}"}, start + 2h).error().what,
               Contains("did you mean \"deadlines\""));
    CHECK_THAT(silence({"finding-kind=cause of conern"}, start + 2h).error().what,
               Contains("cause of concern"));
    CHECK_THAT(silence({"severity!=warn"}, start + 2h).error().what, Contains("warning"));
    CHECK_THAT(silence({"rule=~("}, start + 2h).error().what, Contains("missing"));
    CHECK_THAT(silence({"force=kent"}, start).error().what, Contains("after the beginning"));
    CHECK_THAT(silence({"owner=Nobody"}, start + 2h).error().what, Contains("no person is called"));
    REQUIRE(silence({"force=kent", "rule=~dead.*", "severity={info,warning}"}, start + 2h));
    office.plan("A-1", "2026-03-06", start);
    office.plan("A-2", "2026-02-20", start);  // critical: the silence does not pick it
    office.settle(start);
    REQUIRE(office.bodies("case-system").size() == 1);
    CHECK_THAT(office.bodies("case-system").front(), Contains("A-2"));
    office.settle(start + 2h - 1s);  // the end is exclusive
    CHECK(office.bodies("case-system").size() == 1);
    office.settle(start + 2h);
    REQUIRE(office.bodies("case-system").size() == 2);
    CHECK_THAT(office.bodies("case-system").back(),
               Contains("A-1") && Contains("was silenced by uid:1000 until 2026-03-01T14:00:00Z"));
    CHECK(office.store->care().silences(false, 10).empty());
}

TEST_CASE("what a silence hid says so although it is gathered after that",
          "[engine][lifecycle][R59]") {
    auto settings = two_destinations();
    settings.alerting.group_wait = 30s;
    Office office{settings, start};
    REQUIRE(office.order(start, [&](AlertOrders& orders) {
        return orders.silence({{"force=kent"}, {}, start + 2h, "system change"});
    }));
    office.plan("A-1", "2026-03-06", start);
    for (const auto later : {0s, 1h + 0s, 2h + 0s}) office.settle(start + later);
    REQUIRE(office.bodies("case-system").empty());
    office.settle(start + 2h + 30s);
    REQUIRE(office.bodies("case-system").size() == 1);
    CHECK_THAT(office.bodies("case-system").front(),
               Contains("A-1") && Contains("was silenced by uid:1000 until 2026-03-01T14:00:00Z"));
}

TEST_CASE("every Monday while silences are in force, what they hide is told",
          "[engine][lifecycle][R59]") {
    auto settings = two_destinations();
    settings.routes = {{{}, {}, {}, Severity::info, {"case-system"}}};
    Office office{settings, start};
    const auto silence = [&](const std::string& matcher, Instant until) {
        REQUIRE(office.order(start, [&](AlertOrders& orders) {
            return orders.silence({{matcher}, {}, until, "move"});
        }));
    };
    silence("force=kent", at("2026-03-17", 12));
    silence("kind=rocu", at("2026-03-05", 12));
    office.plan("A-1", "2026-02-20", start);
    office.settle(start);
    const auto lists = [&] {
        std::vector<std::string> found;
        for (auto& body : office.bodies("case-system"))
            if (body.find("Silences in force") != std::string::npos) found.push_back(body);
        return found;
    };
    office.live(start, at("2026-03-02", 8, 30));
    CHECK(lists().empty());
    office.start();
    office.engine->use(settings);
    office.live(at("2026-03-02", 8, 30), at("2026-03-04", 12));
    REQUIRE(lists().size() == 1);
    CHECK_THAT(lists().front(), Contains("silence 1 (force=kent) until 2026-03-17T12:00:00Z") &&
                                    Contains("hides 1 alert: move") &&
                                    Contains("silence 2 (kind=rocu)") &&
                                    Contains("hides nothing: move"));
    office.live(at("2026-03-04", 12), at("2026-04-10", 12));
    REQUIRE(lists().size() == 3);
    CHECK_THAT(lists().back(), !Contains("rocu"));
}

TEST_CASE("a silence that is ended by hand lets go what it hid", "[engine][lifecycle][R59]") {
    Office office{two_destinations(), start};
    std::int64_t id = 0;
    REQUIRE(office.order(start, [&](AlertOrders& orders) {
        auto made = orders.silence({{"force=kent"}, {}, start + days{9}, "move"});
        if (made) id = made->id;
        return made;
    }));
    office.plan("A-1", "2026-03-06", start);
    office.settle(start);
    CHECK(office.bodies("case-system").empty());
    CHECK(office.order(start + 1h,
                       [&](AlertOrders& orders) { return orders.end_silence(id, "done"); }));
    office.settle(start + 1h);
    CHECK(office.bodies("case-system").size() == 1);
    CHECK_FALSE(office.order(start + 2h,
                             [&](AlertOrders& orders) { return orders.end_silence(id, "again"); }));
}

TEST_CASE("a planned pause holds what is not statutory, and ends on its day",
          "[engine][lifecycle][R60]") {
    Office office{two_destinations(), start};
    REQUIRE(office.order(start, [&](AlertOrders& orders) {
        return orders.pause({"kent", {}, day("2026-03-01"), day("2026-03-10"), "reorganisation"});
    }));
    office.plan("A-1", "2026-03-06", start);
    office.settle(at("2026-03-09", 23));
    CHECK(office.bodies("case-system").empty());
    const auto id = office.only_alert().id;
    CHECK_THAT(office.decisions(id).front(), Contains("paused until 2026-03-10"));
    office.settle(at("2026-03-10", 0));
    REQUIRE(office.bodies("case-system").size() == 1);
    CHECK_THAT(office.bodies("case-system").front(), Contains("was paused until 2026-03-10"));
}

TEST_CASE("a statutory clock runs on through a pause, which its message only notes",
          "[engine][lifecycle][R60]") {
    Office office{two_destinations(), start};
    office.import_reference(start);
    REQUIRE(office.order(start, [&](AlertOrders& orders) {
        return orders.pause({"kent", {}, day("2026-03-01"), day("2026-03-10"), "reorganisation"});
    }));
    REQUIRE(office.record(report_on_kent(), start));
    office.settle(start);
    const auto bodies = office.bodies("case-system");
    REQUIRE_FALSE(bodies.empty());
    for (const auto& body : bodies) CHECK_THAT(body, Contains("A pause is planned until"));
}

TEST_CASE("closed by hand it stays so until its review, and is then the same episode",
          "[engine][lifecycle][R66]") {
    Office office{two_destinations(), start};
    office.plan("A-1", "2026-03-06", start);
    office.settle(start);
    const auto id = office.only_alert().id;
    const auto close = [&](const std::string& reason, std::string_view review) {
        return office.order(
            start + 1h, [&](AlertOrders& orders) { return orders.close(id, reason, day(review)); });
    };
    CHECK_FALSE(close("", "2026-03-09"));
    CHECK_FALSE(close("agreed", "2026-03-01"));
    REQUIRE(close("agreed with the inspectorate", "2026-03-09"));
    office.settle(start + 1h);
    CHECK_THAT(office.bodies("case-system").back(), Contains("closed by hand until 2026-03-09"));
    office.settle(at("2026-03-08", 12));
    CHECK(office.bodies("case-system").size() == 2);
    SECTION("still so") {
        office.settle(at("2026-03-09", 0));
        CHECK(office.only_alert().state == AlertState::open);
        CHECK(office.only_alert().id == id);
        CHECK_THAT(office.bodies("case-system").back(), Contains("reopened"));
    }
    SECTION("ended meanwhile") {
        office.finish("A-1", at("2026-03-08", 13));
        office.settle(at("2026-03-10", 0));
        CHECK(office.only_alert().state == AlertState::closed);
        CHECK(office.bodies("case-system").size() == 2);
    }
}

TEST_CASE("a severity change is one alert and says from what to what", "[engine][lifecycle][R65]") {
    Office office{two_destinations(), start};
    office.plan("A-1", "2026-03-06", start);
    office.live(start, at("2026-03-07", 12), 6h);
    const auto alert = office.only_alert();
    CHECK(alert.severity == Severity::critical);
    const auto sent = office.store->outbox().list({{}, "case-system", 0, 100});
    CHECK(sent.size() == 3);
    for (const auto& delivery : sent) CHECK(delivery.parcel.order_key == alert.subject);
}

TEST_CASE("whom no message reached is not among the others who were told", "[engine][R79][R50]") {
    Office office{two_destinations(), at("2026-03-01", 12)};
    std::map<std::string, std::vector<std::string>> others;  // in the last letter to each
    office.engine.emplace(*office.store, [&](const MessageInput& input, const MailSettings& mail) {
        others[input.destination.name] = input.items.front().others;
        return office.renderer(input, mail);
    });
    office.engine->use(office.settings);
    office.plan("A-1", "2026-03-09", at("2026-03-01", 12));
    office.settle(at("2026-03-02", 12));
    office.carry(at("2026-03-02", 12), {Verdict::rejected, 550, "no such user", {}}, "liaison");
    office.carry(at("2026-03-02", 12));
    office.settle(at("2026-03-08", 12));
    CHECK(others.at("liaison") == std::vector<std::string>{"case-system"});
    // Of the last revision its message is still to come, of the first none came.
    office.carry(at("2026-03-08", 12), {Verdict::rejected, 550, "no such user", {}}, "liaison");
    office.settle(at("2026-03-10", 12));
    others.clear();
    office.carry(at("2026-03-10", 12), {Verdict::rejected, 550, "no such user", {}}, "liaison");
    office.finish("A-1", at("2026-03-11", 12));
    office.settle(at("2026-03-11", 12));
    CHECK(others.at("case-system").empty());
}

// An owner is asked for updates once, not once for each of their actions.
#include "tests/engine/lifecycle.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

using std::chrono::days;

constexpr auto half_a_day = 12h;

Settings asking_owners() {
    auto settings = two_destinations();
    settings.destinations = {{"people", EmailTarget{{"owner"}, {}}, true}};
    settings.rules = {
        {"no-update", Stalled{}, {}, {}, {}, {{days{60}, {}, Severity::warning}}, days{30}}};
    return settings;
}

/// Ann's A-1 falls silent on 2 March, her A-2 on the 12th, and Cat's A-3 with it.
struct Owners : Office {
    explicit Owners(const Settings& wanted) : Office{wanted, at("2026-01-01", 9)} {
        for (const std::string name : {"Ann", "Cat"})
            REQUIRE(store->people().set(
                {store->people().token_of(name), name, name + "@force.example"}));
        plan("A-1", "Ann");
        plan("A-2", "Ann");
        plan("A-3", "Cat");
        update("A-1", at("2026-01-01", 10));
        update("A-2", at("2026-01-11", 10));
        update("A-3", at("2026-01-11", 10));
    }
    void plan(const std::string& id, const std::string& owner,
              const std::string& due = "2028-01-31", const std::string& planned = "2026-01-01") {
        Office::plan(id, due, at("2026-01-01", 9), owner, {}, planned);
    }
    void give(const std::string& id, const std::string& owner, Instant now) {
        ActionAmended amended;
        amended.source = "tracker";
        amended.external_id = id;
        amended.owner = owner;
        REQUIRE(record(amended, now));
    }
    void update(const std::string& id, Instant now) {
        ActionUpdated update;
        update.source = "tracker";
        update.external_id = id;
        update.note = "under way";
        update.on = london_date(now);
        REQUIRE(record(update, now));
    }
    Alert alert(const std::string& id) {
        const auto alerts = store->alerts().of_subject("action:tracker/" + id);
        REQUIRE_FALSE(alerts.empty());
        return alerts.back();
    }
    /// On which day each mail to somebody went, with the actions it names.
    std::vector<std::string> mail_to(const std::string& name) {
        std::vector<std::string> found;
        for (const auto& delivery : store->outbox().list({{}, "people", 0, 1000})) {
            if (delivery.parcel.recipient != name + "@force.example") continue;
            auto line = text_of(london_date(delivery.created_at));
            for (const char* id : {"A-1", "A-2", "A-3", "A-4"})
                if (Contains(id).match(delivery.parcel.body)) line += std::string{" "} + id;
            found.push_back(line);
        }
        return found;
    }
};

using Mail = std::vector<std::string>;

}  // namespace

TEST_CASE("an owner is asked once: what falls silent meanwhile goes along with the repeat",
          "[engine][R38]") {
    auto settings = asking_owners();
    settings.alerting.group_wait = GENERATE(0s, 30s);
    Owners office{settings};
    office.live(at("2026-03-01", 12), at("2026-04-02", 12), 30min);
    CHECK(office.mail_to("Ann") == Mail{"2026-03-02 A-1", "2026-04-01 A-1 A-2"});
    CHECK(office.mail_to("Cat") == Mail{"2026-03-12 A-3"});
    CHECK(office.decisions(office.alert("A-2").id) ==
          Mail{fmt::format(
              "asked: the owner was asked on 2026-03-02 about alert {} and has not answered",
              number_of(office.alert("A-1").id))});
    const auto told = office.store->notices().of_alert(office.alert("A-2").id);
    REQUIRE(told.size() == 1);
    CHECK(told.front().outcome == NoticeOutcome::told);
}

TEST_CASE("once the pending request is answered the next one goes, if it is still wanted",
          "[engine][R38]") {
    Owners office{asking_owners()};
    office.live(at("2026-03-01", 12), at("2026-03-14", 12), half_a_day);
    SECTION("by an update of what was asked about") {
        office.update("A-1", at("2026-03-14", 13));
        office.settle(at("2026-03-14", 13));
        // The other says that the first request has ended.
        CHECK(office.mail_to("Ann") == Mail{"2026-03-02 A-1", "2026-03-14 A-2", "2026-03-14 A-1"});
    }
    SECTION("by taking it on") {
        office.acknowledge(office.alert("A-1").id, at("2026-03-14", 13));
        office.settle(at("2026-03-14", 13));
        CHECK(office.mail_to("Ann").back() == "2026-03-14 A-2");
    }
    SECTION("not by an update of what was not asked yet") {
        office.update("A-2", at("2026-03-14", 13));
        office.settle(at("2026-03-14", 13));
        CHECK(office.mail_to("Ann").size() == 1);
    }
}

TEST_CASE("an action in other hands leaves nobody waiting for its answer", "[engine][R38][R8]") {
    Owners office{asking_owners()};
    office.live(at("2026-03-01", 12), at("2026-03-05", 12), half_a_day);
    SECTION("who has it now was not asked yet, and is asked of what else falls silent") {
        office.give("A-1", "Cat", at("2026-03-05", 13));
        office.live(at("2026-03-05", 14), at("2026-03-13", 12), half_a_day);
        CHECK(office.mail_to("Cat") == Mail{"2026-03-12 A-3"});
        CHECK(office.mail_to("Ann") == Mail{"2026-03-02 A-1", "2026-03-12 A-2"});
    }
    SECTION("who had it is asked of what waited") {
        office.live(at("2026-03-05", 14), at("2026-03-13", 12), half_a_day);
        REQUIRE(office.mail_to("Ann") == Mail{"2026-03-02 A-1"});
        office.give("A-1", "Cat", at("2026-03-13", 13));
        office.settle(at("2026-03-13", 13));
        CHECK(office.mail_to("Ann") == Mail{"2026-03-02 A-1", "2026-03-13 A-2"});
    }
}

TEST_CASE("a request that never arrived holds up no other", "[engine][R38]") {
    Owners office{asking_owners()};
    office.live(at("2026-03-01", 12), at("2026-03-14", 12), half_a_day);
    CHECK(office.carry(at("2026-03-14", 13), {Verdict::rejected, 550, "no such user", {}}) == 2);
    office.settle(at("2026-03-14", 13));
    CHECK(office.mail_to("Ann").back() == "2026-03-14 A-2");
}

TEST_CASE("what is more severe than the pending request does not wait for its answer",
          "[engine][R38]") {
    auto settings = asking_owners();
    settings.rules.front().ladder.push_back({days{120}, {}, Severity::critical});
    Owners office{settings};
    office.live(at("2026-03-01", 12), at("2026-03-05", 12), half_a_day);
    office.plan("A-4", "Ann", "2028-01-31", "2025-10-01");
    office.settle(at("2026-03-05", 13));
    CHECK(office.mail_to("Ann") == Mail{"2026-03-02 A-1", "2026-03-05 A-4"});
}

TEST_CASE("thousands of silent actions of one owner are one message, at a cost in proportion",
          "[engine][R38][R48]") {
    auto settings = asking_owners();
    settings.alerting.group_wait = 30s;
    Owners office{settings};
    constexpr int many = 2'000;
    std::string plan = "source,external_id,force,title,owner,planned,deadline,due\n";
    for (int i = 0; i < many; ++i)
        plan += fmt::format("tracker,M-{},kent,Custody,Ann,2026-01-01,local,2028-01-31\n", i);
    office.import("plan.csv", plan, at("2026-01-01", 9));
    office.settle(at("2026-03-02", 12));
    office.settle(at("2026-03-02", 12) + 1min);
    CHECK(office.mail_to("Ann").size() == 1);
    CHECK(office.store->notices().waiting_by_destination().empty());
}

TEST_CASE("a request that is not repeated holds up the next one no longer than its repeat is due",
          "[engine][R38][R32]") {
    Owners office{asking_owners()};
    office.live(at("2026-03-01", 12), at("2026-03-14", 12), half_a_day);
    const auto silenced = office.order(at("2026-03-14", 13), [&](AlertOrders& orders) {
        SilenceOrder order;
        order.matchers = {"subject=action:tracker/A-1"};
        order.until = at("2026-12-01", 12);
        order.reason = "a move of offices";
        return orders.silence(order);
    });
    REQUIRE(silenced);
    office.live(at("2026-03-14", 14), at("2026-04-10", 12), 30min);
    CHECK(office.mail_to("Ann") == Mail{"2026-03-02 A-1", "2026-04-02 A-2"});
}

TEST_CASE("what falls silent in the same moment is asked in one message", "[engine][R38]") {
    auto settings = asking_owners();
    settings.alerting.group_wait = GENERATE(0s, 30s);
    Owners office{settings};
    office.plan("A-4", "Ann");
    office.update("A-4", at("2026-01-01", 10));
    office.live(at("2026-03-01", 12), at("2026-03-04", 12), 30min);
    CHECK(office.mail_to("Ann") == Mail{"2026-03-02 A-1 A-4"});
}

TEST_CASE("other rules, other readers and digests wait for no answer", "[engine][R38]") {
    auto settings = asking_owners();
    SECTION("a reader who is not asked as the owner") {
        settings.destinations.front().target = EmailTarget{{"Ann@force.example"}, {}};
        Owners office{settings};
        office.live(at("2026-03-01", 12), at("2026-03-13", 12), half_a_day);
        CHECK(office.mail_to("Ann") == Mail{"2026-03-02 A-1", "2026-03-12 A-2", "2026-03-12 A-3"});
    }
    SECTION("a digest, which is one message anyhow") {
        settings.destinations.front().target =
            EmailTarget{{"owner"}, Digest{Digest::Days::weekdays, {}, 8h + 30min}};
        Owners office{settings};
        office.live(at("2026-03-01", 12), at("2026-03-13", 12), 30min);
        CHECK(office.mail_to("Ann").back() == "2026-03-13 A-1 A-2");
        CHECK(office.decisions(office.alert("A-2").id).size() == 1);
    }
    SECTION("a deadline") {
        settings.rules.push_back({"deadlines",
                                  DeadlineRule{},
                                  {},
                                  {},
                                  {},
                                  {{days{1}, {}, Severity::critical}},
                                  days{30}});
        Owners office{settings};
        office.plan("A-4", "Ann", "2026-03-05");
        office.update("A-4", at("2026-02-01", 9));
        office.live(at("2026-03-01", 12), at("2026-03-07", 12), half_a_day);
        CHECK(office.mail_to("Ann") == Mail{"2026-03-02 A-1", "2026-03-06 A-4"});
    }
}

// Who is told as the owner of an item and the like.
#include "tests/engine/lifecycle.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

const auto noon_of_monday = at("2026-03-02", 12);

Settings to_roles(const std::vector<std::string>& roles) {
    auto settings = two_destinations();
    settings.destinations = {{"people", EmailTarget{roles, {}}, true}};
    return settings;
}

/// Ann and Cat have addresses, Bob has none.
struct Plan : Office {
    explicit Plan(const Settings& wanted) : Office{wanted, noon_of_monday} {
        for (const char* name : {"Ann", "Bob", "Cat"}) {
            auto& people = store->people();
            const std::string first{name};
            const auto token = people.token_of(first);
            if (first != "Bob") REQUIRE(people.set({token, first, first + "@force.example"}));
        }
    }
    void plan(const std::string& id, const std::string& owner,
              const std::vector<std::string>& contributors = {}) {
        Office::plan(id, "2026-02-20", noon_of_monday, owner, contributors);
    }
    /// Who got which message.
    std::map<std::string, std::vector<std::string>> mail() {
        std::map<std::string, std::vector<std::string>> found;
        for (const auto& delivery : store->outbox().list({{}, "people", 0, 100}))
            found[delivery.parcel.recipient].push_back(delivery.parcel.body);
        return found;
    }
    std::vector<Notice> notices(const std::string& action) {
        const auto alerts = store->alerts().of_subject("action:tracker/" + action);
        REQUIRE(alerts.size() == 1);
        return store->notices().of_alert(alerts.front().id);
    }
};

}  // namespace

TEST_CASE("who is told of an alert in two roles gets one mail", "[engine][R46][R77]") {
    auto settings = to_roles({"owner", "contributors"});
    settings.alerting.group_wait = GENERATE(0s, 30s);
    Plan office{settings};
    office.plan("A-1", "Ann", {"Ann", "Cat"});
    office.settle(noon_of_monday);
    office.settle(noon_of_monday + 1min);
    const auto mail = office.mail();
    CHECK(mail.at("Ann@force.example").size() == 1);
    CHECK(mail.at("Cat@force.example").size() == 1);
    for (const auto& notice : office.notices("A-1")) CHECK(notice.outcome == NoticeOutcome::told);
}

TEST_CASE("what became of the message of each who shares a role is known", "[engine][R50][R100]") {
    Plan office{to_roles({"contributors"})};
    office.plan("A-1", "Bob", {"Ann", "Cat"});
    office.settle(noon_of_monday);
    const auto notice = office.notices("A-1").front();
    auto& store = *office.store;
    const auto messages = store.notices().messages_of(notice);
    REQUIRE(messages.size() == 2);
    std::set<std::string> readers;
    for (const auto id : messages) readers.insert(store.outbox().find(id)->parcel.recipient);
    CHECK(readers == std::set<std::string>{"Ann@force.example", "Cat@force.example"});
    for (const auto id : messages) {
        const auto told_of = store.notices().in_message(id);
        REQUIRE(told_of.size() == 1);
        CHECK(told_of.front().id == notice.id);
    }
    const auto fares = [&](Verdict verdict) {
        Store::Transaction transaction{store};
        auto desk = office.engine->desk(noon_of_monday);
        const auto held = desk.claim({"1", {}, {}}, {1});
        REQUIRE(held.size() == 1);
        CHECK(desk.settle(held.front().id, held.front().lease, {verdict, 550, "no such user", {}}));
        transaction.commit();
    };
    const Addressee contributors{"people", "contributors"};
    fares(Verdict::rejected);
    CHECK(store.notices().last_told(notice.alert, contributors));
    fares(Verdict::rejected);
    CHECK_FALSE(store.notices().last_told(notice.alert, contributors));
}

TEST_CASE("two people with one mailbox get one mail, however its letters are written",
          "[engine][R46]") {
    Plan office{to_roles({"contributors"})};
    REQUIRE(office.store->people().set(
        {office.store->people().token_of("Bob"), "Bob", "ANN@force.example"}));
    office.plan("A-1", "Cat", {"Ann", "Bob"});
    office.settle(noon_of_monday);
    CHECK(office.mail().size() == 1);
}

TEST_CASE("an erased person is gone from what was sent, and hears no more", "[engine][R107]") {
    Plan office{to_roles({"owner"})};
    office.plan("A-1", "Ann");
    office.settle(noon_of_monday);
    auto& store = *office.store;
    REQUIRE(office.carry(noon_of_monday) == 1);
    office.plan("A-2", "Ann");
    office.settle(noon_of_monday);
    const auto ann = *store.people().find(store.people().token_of("Ann"));
    {
        Store::Transaction transaction{store};
        REQUIRE(store.people().erase(ann.token));
        store.outbox().forget_person(ann.token, ann.email, noon_of_monday);
        transaction.commit();
    }
    const auto messages = store.outbox().list({{}, "people", 0, 100});
    REQUIRE(messages.size() == 2);
    for (const auto& message : messages) {
        CHECK(message.parcel.recipient == ann.token);
        CHECK(message.parcel.body.empty());
    }
    CHECK(messages[0].state == DeliveryState::sent);
    CHECK(messages[1].state == DeliveryState::dismissed);
    CHECK(office.carry(noon_of_monday) == 0);
}

TEST_CASE("who has left is told nothing more: the deputy is, or else the fallback",
          "[engine][R8][R76]") {
    auto settings = to_roles({"owner"});
    settings.destinations.push_back({"desk", WebhookTarget{}, true});
    settings.routes = {{{}, {}, {}, Severity::info, {"people"}}};
    settings.alerting.fallback = "desk";
    const bool with_deputy = GENERATE(true, false);
    Plan office{settings};
    PersonRecorded ann;
    ann.person = "Ann";
    if (with_deputy) ann.deputy = "Cat";
    REQUIRE(office.record(ann, noon_of_monday));
    REQUIRE(office.record(PersonMoved{"Ann", false, day("2026-03-01")}, noon_of_monday));
    office.plan("A-1", "Ann");
    office.settle(noon_of_monday);
    CHECK(office.carry(noon_of_monday) == (with_deputy ? 1 : 0));
    office.live(noon_of_monday, noon_of_monday + 48h, 1h);
    const auto mail = office.mail();
    CHECK_FALSE(mail.contains("Ann@force.example"));
    CHECK(mail.contains("Cat@force.example") == with_deputy);
    CHECK(office.bodies("desk").empty() == with_deputy);
}

TEST_CASE("each owner in a group reads what is theirs, and who has no address is not told",
          "[engine][R48][R50][R79]") {
    auto settings = to_roles({"owner"});
    settings.alerting.group_wait = 30s;
    Plan office{settings};
    office.plan("A-1", "Ann");
    office.plan("A-2", "Bob");
    office.plan("A-3", "Cat");
    office.plan("A-4", "Cat");
    office.settle(noon_of_monday);
    office.settle(noon_of_monday + 1min);
    const auto mail = office.mail();
    REQUIRE(mail.size() == 2);
    REQUIRE(mail.at("Ann@force.example").size() == 1);
    REQUIRE(mail.at("Cat@force.example").size() == 1);
    CHECK_THAT(mail.at("Ann@force.example").front(), Contains("A-1") && !Contains("A-3"));
    CHECK_THAT(mail.at("Cat@force.example").front(),
               Contains("A-3") && Contains("A-4") && !Contains("A-1"));
    const auto bobs = office.notices("A-2");
    REQUIRE(bobs.size() == 1);
    CHECK(bobs.front().outcome == NoticeOutcome::nobody);
    CHECK_FALSE(bobs.front().outbox);
    const auto cats = office.notices("A-3").front().outbox;
    REQUIRE(cats);
    CHECK(office.store->outbox().find(*cats)->parcel.recipient == "Cat@force.example");
}

TEST_CASE("a digest to owners lists to each what is theirs and still open", "[engine][R63]") {
    auto settings = to_roles({"owner"});
    settings.destinations.front().target =
        EmailTarget{{"owner"}, Digest{Digest::Days::weekdays, {}, 8h + 30min}};
    settings.rules.front().ladder = {{std::chrono::days{1}, {}, Severity::info}};
    Plan office{settings};
    office.plan("A-1", "Ann");
    office.plan("A-3", "Cat");
    office.settle(noon_of_monday);
    office.settle(at("2026-03-03", 8, 30));
    REQUIRE(office.mail().size() == 2);
    office.settle(at("2026-03-04", 8, 30));
    const auto second = office.mail().at("Ann@force.example");
    REQUIRE(second.size() == 2);
    CHECK_THAT(second.back(), Contains("still open") && Contains("A-1") && !Contains("A-3"));
}

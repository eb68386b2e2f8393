#include <SQLiteCpp/SQLiteCpp.h>

#include <catch2/catch.hpp>

#include "storage/outbox_sql.hpp"
#include "storage/store.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace forcewatch;
using forcewatch::test::ScratchFolder;

namespace {

Instant at(int seconds) { return Instant{std::chrono::seconds{1'700'000'000 + seconds}}; }

NewParcel parcel(const std::string& id, const std::string& key = "track:kent",
                 const std::string& to = "hook") {
    return {id, to, {}, key, "webhook", {}, "application/json", "{}"};
}

Settlement sent() { return {DeliveryState::sent, at(0), 200, {}, "delivered"}; }

std::vector<std::string> ids(const std::vector<Leased>& deliveries) {
    std::vector<std::string> found;
    for (const auto& delivery : deliveries) found.push_back(delivery.parcel.message_id);
    return found;
}

struct Fixture {
    ScratchFolder scratch;
    Store store{scratch / "a.db"};
    Outbox& outbox{store.outbox()};

    std::vector<Leased> claim(int seconds, const std::string& session = "1") {
        return outbox.claim(session, {}, {10}, at(seconds), at(seconds + 600));
    }
    /// False: it is not carried under that lease.
    bool settle(DeliveryId id, std::int64_t lease, const Settlement& settlement, Instant now) {
        const auto carried = outbox.carried(id, lease);
        if (carried) outbox.settle(*carried, settlement, now);
        return carried.has_value();
    }
    void give_back(DeliveryId id, std::int64_t lease, Instant now) {
        outbox.give_back(outbox.carried(id, lease).value(), now);
    }
};

}  // namespace

TEST_CASE("a leased parcel is not handed out again until its lease is settled",
          "[storage][outbox][R67]") {
    Fixture f;
    f.outbox.add(parcel("m1"), at(0));
    const auto first = f.claim(1);
    REQUIRE(ids(first) == std::vector<std::string>{"m1"});
    CHECK(first[0].attempts == 1);
    CHECK(f.claim(2).empty());
    CHECK(f.settle(first[0].id, first[0].lease, sent(), at(3)));
    CHECK(f.claim(4).empty());
    CHECK(f.outbox.find(first[0].id)->state == DeliveryState::sent);
}

TEST_CASE("a test that is refused holds up nothing else, not even a list",
          "[storage][outbox][R87]") {
    Fixture f;
    f.outbox.add(parcel("test", "test:1"), at(0));
    const auto test = f.claim(1);
    REQUIRE(test.size() == 1);
    REQUIRE(f.settle(test[0].id, test[0].lease,
                     {DeliveryState::pending, at(1800), 404, {}, "refused"}, at(2)));
    f.outbox.add(parcel("list", ""), at(3));
    f.outbox.add(parcel("alert", "track:kent"), at(3));
    CHECK(ids(f.claim(4)) == std::vector<std::string>{"list"});
}

TEST_CASE("parcels of one subject to one recipient go one after the other",
          "[storage][outbox][R87]") {
    Fixture f;
    f.outbox.add(parcel("m1"), at(0));
    f.outbox.add(parcel("m2"), at(0));
    f.outbox.add(parcel("other", "track:essex"), at(0));
    f.outbox.add(parcel("elsewhere", "track:kent", "mail"), at(0));
    const auto first = f.claim(1);
    CHECK(ids(first) == std::vector<std::string>{"m1", "other", "elsewhere"});
    SECTION("the next follows when the first has arrived") {
        CHECK(f.settle(first[0].id, first[0].lease, sent(), at(2)));
        CHECK(ids(f.claim(3)) == std::vector<std::string>{"m2"});
    }
    SECTION("and waits while the first is to be tried again") {
        CHECK(f.settle(first[0].id, first[0].lease,
                       {DeliveryState::pending, at(100), 503, "busy", "retry_later"}, at(2)));
        CHECK(f.claim(50).empty());
        CHECK(ids(f.claim(100)) == std::vector<std::string>{"m1"});
    }
    SECTION("and follows when the first is given up") {
        CHECK(f.settle(first[0].id, first[0].lease,
                       {DeliveryState::dead, at(2), 410, "gone", "gone"}, at(2)));
        CHECK(ids(f.claim(3)) == std::vector<std::string>{"m2"});
    }
}

TEST_CASE("a settlement of an older lease changes nothing", "[storage][outbox]") {
    Fixture f;
    f.outbox.add(parcel("m1"), at(0));
    const auto first = f.claim(1).at(0);
    CHECK(f.settle(first.id, first.lease, {DeliveryState::pending, at(2), 0, {}, "retry_later"},
                   at(2)));
    const auto second = f.claim(3).at(0);
    CHECK_FALSE(f.settle(first.id, first.lease, sent(), at(4)));
    CHECK(f.outbox.find(second.id)->state == DeliveryState::leased);
    CHECK(second.attempts == 2);
}

TEST_CASE("a lease says whose it is, since when and until when", "[storage][outbox][R78]") {
    Fixture f;
    f.outbox.add(parcel("m1"), at(0));
    f.outbox.add(parcel("m2", "track:essex"), at(0));
    const auto first = f.outbox.claim("1", {}, {1}, at(1), at(601)).at(0);
    const auto second = f.outbox.claim("2", {}, {1}, at(2), at(602)).at(0);
    const auto leases = f.outbox.leases("1");
    REQUIRE(leases.size() == 2);
    CHECK(leases[0].id == first.id);
    CHECK(leases[0].token == first.lease);
    CHECK(leases[0].own);
    CHECK(leases[0].began_at == at(1));
    CHECK(leases[0].ends_at == at(601));
    CHECK(leases[1].id == second.id);
    CHECK_FALSE(leases[1].own);
    f.outbox.renew(first.id, at(900));
    CHECK(f.outbox.next_due_at() == at(602));
    CHECK(f.outbox.leases("1")[0].ends_at == at(900));
    CHECK(f.settle(first.id, first.lease, sent(), at(3)));
    CHECK(f.outbox.leases("1").size() == 1);
}

TEST_CASE("a destination that is busy is passed over", "[storage][outbox][R77]") {
    Fixture f;
    f.outbox.add(parcel("m1", "track:kent", "slow"), at(0));
    f.outbox.add(parcel("m2", "track:kent", "fast"), at(0));
    CHECK(ids(f.outbox.claim("1", {"slow"}, {10}, at(1), at(600))) ==
          std::vector<std::string>{"m2"});
}

TEST_CASE("what waits is taken longest due first, wherever it goes", "[storage][outbox][R77]") {
    Fixture f;
    f.outbox.add(parcel("m1", "a", "west"), at(3));
    f.outbox.add(parcel("m2", "b", "east"), at(1));
    f.outbox.add(parcel("m3", "c", "west"), at(2));
    f.outbox.add(parcel("m4", "d", "full"), at(0));
    CHECK(f.outbox.next_due_at() == at(0));
    CHECK(f.outbox.next_due_at({"full"}) == at(1));
    CHECK_FALSE(f.outbox.has_ready({"full", "east", "west"}, at(9)));
    CHECK(ids(f.outbox.claim("1", {"full"}, {2}, at(9), at(600))) ==
          std::vector<std::string>{"m2", "m3"});
    CHECK(ids(f.outbox.claim("1", {"full"}, {2}, at(9), at(600))) ==
          std::vector<std::string>{"m1"});
}

TEST_CASE("a claim ends with the parcel that fills it, and takes one of any size",
          "[storage][outbox][R77]") {
    Fixture f;
    for (const auto* id : {"m1", "m2", "m3"}) f.outbox.add(parcel(id, id), at(0));
    const auto size = parcel("m1").body.size();
    const auto taken = [&](std::size_t most_bytes) {
        return ids(f.outbox.claim("1", {}, {10, most_bytes}, at(1), at(600)));
    };
    CHECK(taken(size + 1) == std::vector<std::string>{"m1", "m2"});
    CHECK(taken(1) == std::vector<std::string>{"m3"});
}

TEST_CASE("a dead parcel is sent again with the same id and bytes", "[storage][outbox][R71]") {
    Fixture f;
    const auto id = f.outbox.add(parcel("m1"), at(0));
    const auto held = f.claim(1).at(0);
    CHECK_FALSE(f.outbox.replay(id, at(2)));
    CHECK(f.settle(id, held.lease, {DeliveryState::dead, at(2), 500, "no", "rejected"}, at(2)));
    CHECK(f.outbox.list({DeliveryState::dead, {}, 0, 10}).size() == 1);
    REQUIRE(f.outbox.replay(id, at(3)));
    const auto again = f.claim(4).at(0);
    CHECK(again.parcel.message_id == "m1");
    CHECK(again.parcel.body == held.parcel.body);
    CHECK(f.outbox.find(id)->answered == 0);
    const auto tries = f.outbox.tries(id);
    REQUIRE(tries.size() == 2);
    CHECK(tries[0].verdict == "rejected");
    CHECK(tries[0].ended_at == at(2));
    CHECK(tries[1].number == 2);
    CHECK(tries[1].began_at == at(4));
    CHECK_FALSE(tries[1].ended_at);
}

TEST_CASE("a try that was never begun leaves the schedule as it was", "[storage][outbox][R68]") {
    Fixture f;
    const auto id = f.outbox.add(parcel("m1"), at(0));
    const auto first = f.claim(1).at(0);
    f.give_back(id, first.lease, at(2));
    CHECK_FALSE(f.outbox.find(id)->first_attempt_at);
    const auto second = f.claim(3).at(0);
    REQUIRE(
        f.settle(id, second.lease, {DeliveryState::pending, at(5), 451, {}, "retry_later"}, at(4)));
    const auto third = f.claim(6).at(0);
    f.give_back(id, third.lease, at(7));
    CHECK(f.outbox.find(id)->first_attempt_at == at(3));
    CHECK(f.outbox.tries(id).size() == 1);
}

TEST_CASE("tries that ended with their courier are counted since the last that was answered",
          "[storage][outbox][K2]") {
    Fixture f;
    const auto id = f.outbox.add(parcel("m1"), at(0));
    const auto try_once = [&](int second, const char* verdict, bool answered) {
        const auto held = f.claim(second).at(0);
        const int abandoned = f.outbox.abandoned_tries(id);
        CHECK(f.settle(id, held.lease,
                       {DeliveryState::pending, at(second), 0, {}, verdict, answered}, at(second)));
        return abandoned;
    };
    CHECK(try_once(1, "abandoned", false) == 1);
    CHECK(try_once(2, "abandoned", false) == 2);
    CHECK(try_once(3, "unknown", true) == 3);
    CHECK(try_once(4, "abandoned", false) == 1);
}

TEST_CASE("only what is dead, no test and made since then is sent again at once",
          "[storage][outbox][R71]") {
    Fixture f;
    const auto die = [&](const NewParcel& parcel, int second) {
        const auto id = f.outbox.add(parcel, at(second));
        const auto held = f.claim(second).at(0);
        CHECK(f.settle(id, held.lease, {DeliveryState::dead, at(second), 500, {}, "rejected"},
                       at(second)));
        return id;
    };
    die(parcel("before", "a", "office"), 1);
    const auto first = die(parcel("first", "b", "office"), 2);
    die(parcel("a test", "test:1", "office"), 3);
    die(parcel("elsewhere", "c", "other"), 4);
    const auto second = die(parcel("second", "d", "office"), 5);
    f.outbox.add(parcel("waits", "e", "office"), at(6));
    CHECK(f.outbox.replayable("office", at(2), 10) == std::vector{first, second});
    CHECK(f.outbox.replayable("office", at(2), 1) == std::vector{first});
}

TEST_CASE("a dead parcel may be dismissed, and sent again after all", "[storage][outbox][R71]") {
    Fixture f;
    const auto id = f.outbox.add(parcel("m1"), at(0));
    const auto held = f.claim(1).at(0);
    CHECK_FALSE(f.outbox.dismiss(id, "uid 0: no"));
    CHECK(f.settle(id, held.lease, {DeliveryState::dead, at(2), 410, {}, "gone"}, at(2)));
    REQUIRE(f.outbox.dismiss(id, "uid 0: told by telephone"));
    CHECK_FALSE(f.outbox.dismiss(id, "uid 0: again"));
    CHECK(f.outbox.find(id)->state == DeliveryState::dismissed);
    CHECK(f.outbox.find(id)->remark == "uid 0: told by telephone");
    CHECK(f.outbox.counts().dead == 0);
    CHECK(f.outbox.counts().waiting == 0);
    CHECK(f.claim(3).empty());
    REQUIRE(f.outbox.replay(id, at(4)));
    CHECK(f.outbox.find(id)->remark.empty());
    CHECK(f.claim(5).size() == 1);
}

TEST_CASE("one id is one row", "[storage][outbox][R72]") {
    Fixture f;
    f.outbox.add(parcel("m1"), at(0));
    CHECK(f.outbox.add(parcel("m1"), at(1)) == f.outbox.list({{}, {}, 0, 10}).front().id);
    CHECK(f.outbox.list({{}, {}, 0, 10}).size() == 1);
}

TEST_CASE("the counts follow every change of state", "[storage][outbox][R111]") {
    Fixture f;
    const auto counted = [&] {
        const auto counts = f.outbox.counts();
        return std::tuple{counts.waiting, counts.unknown, counts.dead};
    };
    using Counted = std::tuple<std::int64_t, std::int64_t, std::int64_t>;
    CHECK(counted() == Counted{0, 0, 0});
    CHECK_FALSE(f.outbox.counts().oldest_waiting_at);
    f.outbox.add(parcel("m1"), at(5));
    f.outbox.add(parcel("m2", "track:essex"), at(6));
    CHECK(counted() == Counted{2, 0, 0});
    CHECK(f.outbox.counts().oldest_waiting_at == at(5));
    const auto held = f.claim(7);
    CHECK(counted() == Counted{2, 0, 0});
    CHECK(f.settle(held[0].id, held[0].lease, {DeliveryState::unknown, at(99), 0, {}, "unknown"},
                   at(8)));
    CHECK(counted() == Counted{2, 1, 0});
    CHECK(f.settle(held[1].id, held[1].lease, {DeliveryState::dead, at(8), 550, {}, "x"}, at(8)));
    CHECK(counted() == Counted{1, 1, 1});
    CHECK(f.outbox.replay(held[1].id, at(9)));
    CHECK(counted() == Counted{2, 1, 0});
    {
        Store::Transaction undone{f.store};
        f.outbox.add(parcel("m3"), at(9));
    }
    CHECK(counted() == Counted{2, 1, 0});
    f.outbox.add({"m4", "mail", "owner@force.example", "track:kent", "email", {}, "a/b", "{}"},
                 at(9));
    CHECK(counted() == Counted{3, 1, 0});
    f.outbox.forget_person("token", "owner@force.example", at(10));
    CHECK(counted() == Counted{2, 1, 0});
    const auto again = f.claim(11).at(0);
    CHECK(f.settle(again.id, again.lease, {DeliveryState::dead, at(12), 550, {}, "x"}, at(12)));
    CHECK(f.outbox.dismiss(again.id, "by uid:0"));
    CHECK(counted() == Counted{1, 1, 0});
    CHECK(f.outbox.replay(again.id, at(13)));
    CHECK(counted() == Counted{2, 1, 0});
    CHECK(verify(f.scratch / "a.db").empty());
}

TEST_CASE("a test that was given up is in the list and counts as no message",
          "[storage][outbox][R87][R109]") {
    Fixture f;
    for (const auto* key : {"test:1", "track:kent"}) f.outbox.add(parcel(key, key), at(0));
    for (const auto& held : f.claim(1))
        REQUIRE(f.settle(held.id, held.lease, {DeliveryState::dead, at(1), 404, {}, "rejected"},
                         at(1)));
    CHECK(f.outbox.counts().dead == 1);
    CHECK(f.outbox.list({.state = DeliveryState::dead, .destination = {}}).size() == 2);
    CHECK(f.outbox.dismiss(DeliveryId{1}, "by uid:0"));
    CHECK(f.outbox.counts().dead == 1);
    CHECK(f.outbox.dismiss(DeliveryId{2}, "by uid:0"));
    CHECK(f.outbox.counts().dead == 0);
}

TEST_CASE("no question to the outbox reads more rows than it answers", "[storage][outbox][R111]") {
    Fixture f;
    SQLite::Database database{(f.scratch / "a.db").string(), SQLite::OPEN_READONLY};
    for (const auto& [name, sql] : std::vector<std::pair<std::string, const char*>>{
             {"next destination", outbox_sql::next_destination_sql},
             {"ready", outbox_sql::ready_sql},
             {"has ready", outbox_sql::has_ready_sql},
             {"renew", outbox_sql::renew_sql},
             {"body", outbox_sql::body_sql},
             {"count more", outbox_sql::count_more_sql},
             {"begin anew", outbox_sql::begin_anew_sql},
             {"unsettled", outbox_sql::unsettled_sql},
             {"find", outbox_sql::find_sql},
             {"carried", outbox_sql::carried_sql},
             {"settle", outbox_sql::settle_sql},
             {"list", outbox_sql::list_sql},
             {"list of sent", outbox_sql::list_of_sent_sql},
             {"list of leased", outbox_sql::list_of_leased_sql},
             {"list of a state", outbox_sql::list_of_state_sql},
             {"next due", outbox_sql::next_sql},
             {"count", outbox_sql::count_sql},
             {"refused tests", outbox_sql::refused_tests_sql},
             {"oldest", outbox_sql::oldest_sql}}) {
        SQLite::Statement plan{database, std::string{"EXPLAIN QUERY PLAN "} + sql};
        std::string text;
        while (plan.executeStep()) text += plan.getColumn(3).getString() + "\n";
        CAPTURE(name, text);
        CHECK_THAT(text, Catch::Contains("SEARCH") || Catch::Contains("INDEX outbox_refused_test"));
        CHECK_THAT(text, !Catch::Contains("SCAN o ") && !Catch::Contains("SCAN b "));
        CHECK_THAT(text, !Catch::Contains("TEMP B-TREE"));
        if (name == "ready" || name == "has ready")
            CHECK_THAT(text, Catch::Contains("outbox_ready (destination=? AND due_at<?)"));
        if (name == "list of a state") CHECK_THAT(text, Catch::Contains("outbox_state (state=?"));
    }
}

// One message that cannot be written, and one clock that fails, stop no other.
#include "tests/engine/lifecycle.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

const auto noon_of_monday = at("2026-03-02", 12);

/// Nothing that names A-2 can be written until it is mended.
struct Broken : Office {
    explicit Broken(const Settings& wanted) : Office{wanted, noon_of_monday} {
        engine.emplace(*store, [this, writes = renderer](const MessageInput& input,
                                                         const MailSettings& mail) {
            const auto is_bad = [](const LetterAlert& item) {
                return item.alert.subject == "action:tracker/A-2";
            };
            if (!mended && (std::any_of(input.items.begin(), input.items.end(), is_bad) ||
                            std::any_of(input.still_open.begin(), input.still_open.end(), is_bad)))
                throw std::runtime_error{"planted"};
            return writes(input, mail);
        });
        engine->use(settings);
        for (const char* id : {"A-1", "A-2", "A-3"}) plan(id, "2026-02-20", noon_of_monday);
    }
    AlertId alert(const std::string& id) {
        return store->alerts().of_subject("action:tracker/" + id).back().id;
    }
    [[nodiscard]] bool heard_of(const std::string& id) {
        const auto all = bodies("liaison");
        return std::any_of(all.begin(), all.end(), [&](const std::string& body) {
            return body.find(id) != std::string::npos;
        });
    }
    bool mended{};
};

Settings gathering(std::chrono::seconds wait, bool digest) {
    auto settings = two_destinations();
    settings.alerting.group_wait = wait;
    if (digest)
        settings.destinations.front().target =
            EmailTarget{{"liaison@force.example"}, Digest{Digest::Days::weekdays, {}, 8h + 30min}};
    // Not urgent, so that a digest takes it.
    settings.rules.front().ladder = {{std::chrono::days{1}, {}, Severity::info}};
    return settings;
}

}  // namespace

TEST_CASE("a message that cannot be written stops no other, and goes once it can be",
          "[engine][R40]") {
    const auto [wait, digest] =
        GENERATE(table<std::chrono::seconds, bool>({{0s, false}, {30s, false}, {30s, true}}));
    CAPTURE(wait.count(), digest);
    Broken office{gathering(wait, digest)};
    office.settle(noon_of_monday);
    const auto looked_at = digest ? at("2026-03-03", 8, 30) : noon_of_monday + 1min;
    office.settle(looked_at);
    CHECK(office.heard_of("A-1"));
    CHECK(office.heard_of("A-3"));
    CHECK_FALSE(office.heard_of("A-2"));
    // The others of its group stay together.
    const std::size_t messages = wait == 0s ? 2 : 1;
    CHECK(office.bodies("case-system").size() == messages);
    CHECK(office.store->notices().unwritten(10) == std::vector{office.alert("A-2")});
    const auto why = office.decisions(office.alert("A-2"));
    CHECK(std::find(why.begin(), why.end(), "faulty: it cannot be put into words (planted)") !=
          why.end());

    office.mended = true;
    office.settle(looked_at + 50min);
    CHECK_FALSE(office.heard_of("A-2"));
    office.settle(looked_at + 61min);
    CHECK(office.heard_of("A-2"));
    CHECK(office.store->notices().unwritten(10).empty());
    CHECK(office.bodies("case-system").size() == messages + 1);
}

TEST_CASE("a digest leaves out what is still open and cannot be written, and says so",
          "[engine][R40][R63]") {
    Broken office{gathering(0s, true)};
    office.mended = true;
    office.settle(noon_of_monday);
    office.settle(at("2026-03-03", 8, 30));
    REQUIRE(office.heard_of("A-2"));
    office.mended = false;
    office.plan("A-4", "2026-02-20", at("2026-03-03", 12));
    office.settle(at("2026-03-03", 12));
    office.settle(at("2026-03-04", 8, 30));
    const auto digest = office.bodies("liaison").back();
    CHECK_THAT(digest,
               Contains("digest:") && Contains("A-4") && Contains("A-1") && !Contains("A-2"));
    CHECK(office.decisions(office.alert("A-2")).back() ==
          "faulty: it cannot be put into words (planted)");
}

TEST_CASE("a clock of an alert that fails stops no other, and is tried again", "[engine][R40]") {
    auto settings = two_destinations();
    settings.alerting.group_wait = 0s;
    Office office{settings, noon_of_monday};
    for (const char* id : {"A-1", "A-2"}) office.plan(id, "2026-02-20", noon_of_monday);
    office.settle(noon_of_monday);
    AcknowledgeOrder until_tuesday;
    until_tuesday.until = at("2026-03-03", 12);
    std::map<std::string, AlertId> alerts;
    for (const std::string id : {"A-1", "A-2"}) {
        alerts[id] = office.store->alerts().of_subject("action:tracker/" + id).back().id;
        office.acknowledge(alerts[id], noon_of_monday + 1h, until_tuesday);
    }
    office.engine->set_probe([](const std::string& subject) {
        if (subject == "action:tracker/A-1") throw std::runtime_error{"planted"};
    });
    const auto state = [&](const std::string& id) {
        return office.store->alerts().find(alerts.at(id))->state;
    };
    office.settle(at("2026-03-03", 12));
    CHECK(state("A-1") == AlertState::acknowledged);
    CHECK(state("A-2") == AlertState::open);
    const auto why = office.decisions(alerts.at("A-1"));
    REQUIRE_FALSE(why.empty());
    CHECK_THAT(why.back(), Contains("faulty: what was due on alert") && Contains("planted"));
    const auto told = [&] {
        const auto all = office.bodies("case-system");
        return std::count_if(all.begin(), all.end(), [](const std::string& body) {
            return body.find("is tried each hour") != std::string::npos;
        });
    };
    CHECK(told() == 1);
    office.settle(at("2026-03-03", 13));
    CHECK(told() == 1);
    CHECK(office.decisions(alerts.at("A-1")).size() == why.size());
    office.engine->set_probe({});
    office.settle(at("2026-03-03", 14));
    CHECK(state("A-1") == AlertState::open);
}

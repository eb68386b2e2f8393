/// A small world for tests of the engine: one police force, and events about it in one line each.
#pragma once

#include "tests/support/world.hpp"

namespace forcewatch::test {

inline ForceRecorded police(const std::string& id, const std::string& name) {
    ForceRecorded force;
    force.force = id;
    force.name = name;
    force.force_kind = ForceKind::police;
    return force;
}

inline FindingRaised finding(const std::string& reference, FindingKind kind,
                             const std::string& raised = "2026-01-01") {
    FindingRaised event;
    event.force = "kent";
    event.reference = reference;
    event.finding_kind = kind;
    event.title = "Custody";
    event.raised = *PartialDate::parse(raised);
    return event;
}

inline ActionPlanned action(const std::string& id, const std::string& due,
                            const std::string& owner = {}) {
    ActionPlanned event;
    event.source = "tracker";
    event.external_id = id;
    event.force = "kent";
    event.title = "Rota";
    event.owner = owner;
    event.planned = *PartialDate::parse("2026-01-01");
    event.deadline = {DeadlineKind::local, *PartialDate::parse(due), {}, {}};
    return event;
}

inline DeadlineRevised moved(const std::string& item, const std::string& due,
                             const std::string& agreed_on, const std::string& reason,
                             const std::string& approval = {}) {
    return {item,
            {DeadlineKind::local, *PartialDate::parse(due), {}, {}},
            day(agreed_on),
            reason,
            approval};
}

inline Rule rule_of(const std::string& name, Condition condition, int first_step = 0) {
    return {name, std::move(condition),
            {},   {},
            {},   {{std::chrono::days{first_step}, {}, Severity::warning}},
            {}};
}

/// Everything goes to one folder.
inline Settings to_folder(std::vector<Rule> rules) {
    Settings settings;
    settings.destinations = {{"outbox", FolderTarget{"/nowhere"}, true}};
    settings.rules = std::move(rules);
    return settings;
}

struct KentWorld : World {
    explicit KentWorld(std::vector<Rule> rules = {}, const char* on = "2026-01-01") {
        adopt(to_folder(std::move(rules)), noon(on));
        REQUIRE(record(police("kent", "Kent Police"), noon(on)));
    }
    /// Records as the user of that number; fails the test if it is refused.
    void must(const Event& event, const char* on, std::int64_t uid = 1000) {
        auto done = as(event, on, uid);
        if (!done) FAIL(done.error().field << ": " << done.error().what);
    }
    tl::expected<void, EventFault> as(const Event& event, const char* on, std::int64_t uid = 1000) {
        Store::Transaction transaction{*store};
        auto done = engine->record({event}, {uid, "test", {}, {}, {}}, noon(on));
        if (done) transaction.commit();
        return done;
    }
    [[nodiscard]] Finding finding_now(const std::string& reference) {
        return store->facts().finding("finding:kent/" + reference).value();
    }
    [[nodiscard]] std::vector<std::string> open_rules() {
        std::vector<std::string> rules;
        for (const auto& alert : open_alerts()) rules.push_back(alert.rule);
        std::sort(rules.begin(), rules.end());
        return rules;
    }
    [[nodiscard]] std::size_t messages() {
        return store->outbox().list({{}, {}, 0, 10'000}).size();
    }
};

}  // namespace forcewatch::test

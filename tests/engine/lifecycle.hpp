// A small world with people to tell: one force, actions with dates, and destinations of each kind.
#pragma once

#include "daemon/engine/release.hpp"
#include "tests/support/world.hpp"

namespace forcewatch::test {

inline Settings two_destinations() {
    Settings settings;
    settings.destinations = {{"liaison", EmailTarget{{"liaison@force.example"}, {}}, true},
                             {"case-system", WebhookTarget{}, true}};
    settings.rules = {{"deadlines",
                       DeadlineRule{},
                       {},
                       {},
                       {},
                       {{std::chrono::days{-7}, {}, Severity::info},
                        {std::chrono::days{-1}, {}, Severity::warning},
                        {std::chrono::days{1}, {}, Severity::critical},
                        {std::chrono::days{5}, {}, Severity::critical}},
                       std::chrono::days{30}}};
    return settings;
}

/// To be answered within 56 days: by 4 March.
inline InspectionPublished report_on_kent() {
    InspectionPublished report;
    report.inspection = "peel-kent";
    report.programme = "PEEL";
    report.cycle = "2023-25";
    report.published = *PartialDate::parse("2026-01-08");
    report.forces = {"kent"};
    return report;
}

inline Instant at(std::string_view day_text, int hour, int minute = 0) {
    return at_local_time(day(day_text), std::chrono::minutes{60 * hour + minute});
}

struct Office : World {
    explicit Office(Settings wanted, Instant now)
        : World{[](const MessageInput& input, const MailSettings& mail) {
              auto parcels = plain_parcels(input, mail);
              const bool is_mail = std::holds_alternative<EmailTarget>(input.destination.target);
              if (is_mail) parcels.front().kind = "email";
              return parcels;
          }},
          settings{std::move(wanted)} {
        adopt(settings, now);
        ForceRecorded kent;
        kent.force = "kent";
        kent.name = "Kent Police";
        kent.force_kind = ForceKind::police;
        REQUIRE(record(kent, now));
        settle(now);
    }
    void plan(const std::string& id, const std::string& due, Instant now,
              const std::string& owner = {}, const std::vector<std::string>& contributors = {},
              const std::string& planned = "2025-01-01") {
        ActionPlanned action;
        action.source = "tracker";
        action.external_id = id;
        action.force = "kent";
        action.title = "Custody " + id;
        action.owner = owner;
        action.contributors = contributors;
        action.planned = *PartialDate::parse(planned);
        action.deadline = {DeadlineKind::local, *PartialDate::parse(due), {}, {}};
        REQUIRE(record(action, now));
    }
    void finish(const std::string& id, Instant now) {
        ActionUpdated update;
        update.source = "tracker";
        update.external_id = id;
        update.state = ActionState::complete;
        update.on = london_date(now);
        REQUIRE(record(update, now));
    }
    /// Lives from `from` to `until`, one look every `step`.
    void live(Instant from, Instant until, std::chrono::seconds step = std::chrono::minutes{30}) {
        for (Instant now = from; now <= until; now += step) settle(now);
    }
    /// What was sent to a destination so far: when, and the body.
    std::vector<std::pair<std::string, std::string>> sent(const std::string& destination) {
        std::vector<std::pair<std::string, std::string>> found;
        for (const auto& delivery : store->outbox().list({{}, destination, 0, 100'000}))
            found.emplace_back(text_of(delivery.created_at), delivery.parcel.body);
        return found;
    }
    std::vector<std::string> bodies(const std::string& destination) {
        std::vector<std::string> found;
        for (auto& [when, body] : sent(destination)) found.push_back(std::move(body));
        return found;
    }
    std::vector<std::string> decisions(AlertId alert) {
        std::vector<std::string> found;
        for (const auto& each : store->notices().decisions(alert))
            found.push_back(std::string{text_of(each.held.cause)} + ": " + each.held.words);
        return found;
    }
    template <typename Run>
    auto order(Instant now, Run run) {
        Store::Transaction transaction{*store};
        auto outcome = engine->order({1000, "test", {}, {}, {}}, now, run);
        if (outcome) transaction.commit();
        return outcome;
    }
    void acknowledge(AlertId id, Instant now, AcknowledgeOrder wanted = {}) {
        wanted.alert = id;
        if (wanted.reason.empty()) wanted.reason = "working on it";
        const auto done =
            order(now, [&](AlertOrders& orders) { return orders.acknowledge(wanted); });
        if (!done) FAIL(done.error().what);
    }
    Alert only_alert() {
        AlertFilter all;
        const auto alerts = store->alerts().list(all);
        REQUIRE(alerts.size() == 1);
        return alerts.front();
    }
    /// A courier takes all that is due and says what became of it.
    int carry(Instant now, const DeliveryOutcome& outcome = {Verdict::delivered, 250, {}, {}},
              const std::string& only = {}) {
        Store::Transaction transaction{*store};
        int carried = 0;
        std::vector<std::string> busy;
        for (const auto& destination : settings.destinations)
            if (!only.empty() && destination.name != only) busy.push_back(destination.name);
        for (const auto& delivery : engine->desk(now).claim({"1", busy, {}}, {1000})) {
            CHECK(engine->desk(now).settle(delivery.id, delivery.lease, outcome));
            ++carried;
        }
        transaction.commit();
        return carried;
    }
    Settings settings;
};

}  // namespace forcewatch::test

#include "daemon/metrics.hpp"

#include <fmt/format.h>

#include "daemon/engine/restraints.hpp"
#include "daemon/feed_work.hpp"

namespace forcewatch {

namespace {

class Page {
public:
    void gauge(std::string_view name, std::string_view help, std::int64_t value) {
        begin(name, help, "gauge");
        line(name, {}, value);
    }
    void counter(std::string_view name, std::string_view help, std::int64_t value) {
        begin(name, help, "counter");
        line(name, {}, value);
    }
    /// Lines of the name follow.
    void begin(std::string_view name, std::string_view help, std::string_view type) {
        text_ +=
            fmt::format("# HELP forcewatch_{0} {1}\n# TYPE forcewatch_{0} {2}\n", name, help, type);
    }
    void line(std::string_view name, std::string_view labels, std::int64_t value) {
        text_ += labels.empty() ? fmt::format("forcewatch_{} {}\n", name, value)
                                : fmt::format("forcewatch_{}{{{}}} {}\n", name, labels, value);
    }
    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    std::string text_;
};

std::int64_t seconds_of(const std::optional<Instant>& at) {
    return at ? at->time_since_epoch().count() : 0;
}

void write_outbox(Page& page, Engine& engine) {
    const auto outbox = engine.store().outbox().counts();
    page.gauge("outbox_waiting", "Messages not yet delivered.", outbox.waiting);
    page.gauge("outbox_dead", "Messages given up.", outbox.dead);
    page.gauge("outbox_unknown", "Messages whose outcome is not known.", outbox.unknown);
    page.gauge("outbox_oldest_timestamp_seconds",
               "When the oldest waiting message was made; 0: none waits.",
               seconds_of(outbox.oldest_waiting_at));
    constexpr auto sends = "sends_total";
    page.begin(sends, "Tries to send since the daemon started, by destination and outcome.",
               "counter");
    for (const auto& [key, count] : engine.tally().sends)
        page.line(sends,
                  fmt::format("destination=\"{}\",outcome=\"{}\"", key.first, text_of(key.second)),
                  count);
}

void write_evaluation(Page& page, Engine& engine, Instant now) {
    // What is to be judged at once, whatever the day, stands at the beginning of time.
    const auto next = engine.store().agenda().next_due_at();
    const bool waits = next && *next > Instant{} && *next < now;
    const auto late = waits ? now - *next : std::chrono::seconds{0};
    page.gauge("evaluation_lag_seconds", "For how long what is due has waited to be evaluated.",
               late.count());
    page.counter("evaluation_steps_total", "Evaluations since the daemon started.",
                 engine.tally().steps);
    constexpr auto open = "alerts_open";
    page.begin(open, "Open alerts by rule.", "gauge");
    for (const auto& [rule, count] : engine.store().alerts().open_by_rule())
        page.line(open, fmt::format("rule=\"{}\"", rule), count);
    page.gauge("alerts_unanswered", "Open alerts that nobody took by the end of their escalation.",
               static_cast<std::int64_t>(engine.store().care().unanswered().size()));
}

void write_health(Page& page, Engine& engine, Instant now, const Health& health) {
    auto& store = engine.store();
    page.gauge("feeds_troubled",
               "Feeds that fail for long, or are silent for longer than they may be.",
               static_cast<std::int64_t>(troubled_feeds(engine, now).size()));
    page.gauge("journal_events", "Events in the journal.", number_of(store.journal().head()));
    page.gauge("database_bytes", "Size of the database.", store.size_in_bytes());
    page.gauge("failing", "1 while nothing can be recorded.", health.failing.empty() ? 0 : 1);
    page.gauge("sending_held", "1 while an operator holds all sending.",
               held_words(store).empty() ? 0 : 1);
    page.gauge("courier_connected", "1 while a courier is there: it was heard within 90 seconds.",
               health.courier_present(now) ? 1 : 0);
    page.gauge("courier_last_seen_timestamp_seconds", "When a courier was last heard; 0: never.",
               seconds_of(health.courier_seen_at));
}

}  // namespace

std::string metrics_text(Engine& engine, Instant now, const Health& health) {
    Page page;
    write_outbox(page, engine);
    write_evaluation(page, engine, now);
    write_health(page, engine, now, health);
    return page.take();
}

}  // namespace forcewatch

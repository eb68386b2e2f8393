#include "daemon/engine/alert_orders.hpp"

#include <fmt/format.h>

#include "core/check.hpp"
#include "core/text_check.hpp"
#include "daemon/engine/labels.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/engine/matcher_values.hpp"
#include "daemon/engine/no_such.hpp"
#include "daemon/engine/restraints.hpp"
#include "daemon/engine/silence_list.hpp"
#include "storage/hold.hpp"

namespace forcewatch {

namespace {

using Kind = EventFault::Kind;

tl::unexpected<EventFault> refuse(Kind kind, std::string field, std::string what) {
    return tl::unexpected(EventFault{kind, std::move(field), std::move(what)});
}

tl::expected<std::vector<Matcher>, EventFault> parsed(const std::vector<std::string>& texts,
                                                      People& people) {
    std::vector<Matcher> matchers;
    for (const auto& text : texts) {
        auto matcher = parse_matcher(people.named(text));
        if (!matcher) return refuse(Kind::invalid, "matchers", matcher.error());
        matchers.push_back(std::move(*matcher));
    }
    if (matchers.empty())
        return refuse(Kind::invalid, "matchers",
                      "a silence without a condition would hide everything; to stop all sending, "
                      "use hold");
    if (auto fault = pattern_fault(matchers)) return refuse(Kind::invalid, "matchers", *fault);
    return matchers;
}

std::string number_text(std::int64_t id) { return std::to_string(id); }

}  // namespace

AlertOrders::AlertOrders(Store& store, Reference& reference, const Settings& settings,
                         Origin origin, Instant now)
    : store_{store},
      reference_{reference},
      settings_{settings},
      origin_{origin},
      recorder_{store, reference, now, std::move(origin)},
      book_{store, settings, now},
      now_{now} {}

std::string AlertOrders::author() const { return fmt::format("uid:{}", origin_.uid); }

void AlertOrders::record(const Event& event) {
    const auto done = recorder_.record(event);
    FW_CHECK(done.has_value());
}

AlertOrders::Outcome<Alert> AlertOrders::open_alert(AlertId id) {
    auto alert = store_.alerts().find(id);
    if (!alert)
        return refuse(Kind::unknown, "alert", fmt::format("there is no alert {}", number_of(id)));
    if (alert->state == AlertState::closed)
        return refuse(Kind::conflict, "alert",
                      fmt::format("alert {} is closed: {}", number_of(id), alert->ending));
    return std::move(*alert);
}

AlertOrders::Outcome<Alert> AlertOrders::acknowledge(const AcknowledgeOrder& order) {
    auto alert = open_alert(order.alert);
    if (!alert) return alert;
    if (const auto known = store_.care().acknowledgement(order.alert))
        return refuse(
            Kind::conflict, "alert",
            fmt::format("alert {} is acknowledged by {} until {}: {}", number_of(order.alert),
                        store_.people().shown(known->by), text_of(known->until), known->reason));
    if (is_blank(order.reason)) return refuse(Kind::invalid, "reason", "say what is being done");
    const Instant latest = now_ + settings_.alerting.acknowledge_at_most;
    const Instant until = order.until.value_or(latest);
    if (until <= now_) return refuse(Kind::invalid, "until", "lies in the past");
    if (until > latest)
        return refuse(Kind::invalid, "until",
                      fmt::format("may be {} at the latest", text_of(latest)));
    Acknowledgement acknowledgement{
        alert->id,
        order.by.empty() ? author() : store_.people().token_of(order.by),
        order.reason,
        now_,
        until,
        order.sticky,
        order.remind_every,
        0,
        {}};
    if (const auto next = store_.care().clock(alert->id, AlertClock::escalate))
        acknowledgement.left_over = std::max(*next - now_, std::chrono::seconds{0});
    record(AlertAcknowledged{number_text(number_of(alert->id)), alert->rule, alert->subject,
                             acknowledgement.by, order.reason, text_of(until), order.sticky,
                             static_cast<int>(order.remind_every.count())});
    store_.care().acknowledge(acknowledgement);
    store_.care().set_clock(alert->id, AlertClock::escalate, {});
    store_.care().set_clock(alert->id, AlertClock::acknowledgement, until);
    if (order.remind_every.count() > 0)
        store_.care().set_clock(alert->id, AlertClock::remind, now_ + order.remind_every);
    if (auto state = store_.care().escalation(alert->id); state && state->unanswered) {
        state->unanswered = false;
        store_.care().set_escalation(*state);
    }
    alert->state = AlertState::acknowledged;
    book_.stir(Restraint::Cause::asked, *alert);
    return book_.revise(std::move(*alert), Change::acknowledged,
                        fmt::format("acknowledged by {} until {}: {}", acknowledgement.by,
                                    text_of(until), order.reason),
                        {});
}

AlertOrders::Outcome<Alert> AlertOrders::unacknowledge(AlertId id, const std::string& reason) {
    auto alert = open_alert(id);
    if (!alert) return alert;
    if (alert->state != AlertState::acknowledged)
        return refuse(Kind::conflict, "alert",
                      fmt::format("alert {} is not acknowledged", number_of(id)));
    record(AlertUnacknowledged{number_text(number_of(id)), reason});
    book_.end_acknowledgement(*alert);
    return book_.revise(
        std::move(*alert), Change::resumed,
        "the acknowledgement was taken back" + (reason.empty() ? std::string{} : ": " + reason),
        {});
}

AlertOrders::Outcome<Alert> AlertOrders::close(AlertId id, const std::string& reason,
                                               Date review_on) {
    auto alert = open_alert(id);
    if (!alert) return alert;
    if (is_blank(reason)) return refuse(Kind::invalid, "reason", "say why it can be closed");
    if (review_on <= london_date(now_))
        return refuse(Kind::invalid, "review_on",
                      "must be a day to come: on it the alert opens again, if it is still so");
    record(AlertClosed{number_text(number_of(id)), alert->rule, alert->subject, reason, review_on});
    book_.close_by_hand(std::move(*alert), reason, review_on);
    return *store_.alerts().find(id);
}

std::optional<EventFault> AlertOrders::fault_of(const SilenceOrder& order) const {
    const auto matchers = parsed(order.matchers, store_.people());
    if (!matchers) return matchers.error();
    if (auto fault = unknown_value(*matchers, store_, reference_, settings_))
        return EventFault{Kind::invalid, "matchers", std::move(*fault)};
    if (is_blank(order.reason))
        return EventFault{Kind::invalid, "reason", "say why nothing is to be heard"};
    if (order.until <= order.from.value_or(now_) || order.until <= now_)
        return EventFault{Kind::invalid, "until", "must come after the beginning, and after now"};
    return std::nullopt;
}

/// The journal names nobody but by token.
std::vector<std::string> AlertOrders::with_tokens(const std::vector<std::string>& matchers) {
    std::vector<std::string> kept;
    for (const auto& text : matchers) {
        auto matcher = parse_matcher(text);
        FW_CHECK(matcher.has_value());
        if (matcher->label == "owner" && names_values(*matcher))
            for (auto& value : matcher->values) value = store_.people().known_token(value);
        kept.push_back(text_of(*matcher));
    }
    return kept;
}

std::vector<Alert> alerts_picked(Store& store, Reference& reference,
                                 const std::vector<std::string>& conditions) {
    const auto matchers = parsed(conditions, store.people());
    std::vector<Alert> picked;
    if (!matchers) return picked;
    StoreFacts facts{store, reference};
    constexpr int page = 1000;
    AlertFilter open;
    open.open = true;
    open.limit = page;
    for (bool more = true; more;) {
        auto alerts = store.alerts().list(open);
        more = alerts.size() == page;
        if (more) open.after = number_of(alerts.back().id);
        for (auto& alert : alerts)
            if (matches(*matchers, shown_labels_of(alert, facts, store.people())))
                picked.push_back(std::move(alert));
    }
    return picked;
}

AlertOrders::Outcome<Silence> AlertOrders::silence(const SilenceOrder& order) {
    if (auto fault = fault_of(order)) return tl::unexpected(std::move(*fault));
    Silence silence{0,
                    with_tokens(order.matchers),
                    order.from.value_or(now_),
                    order.until,
                    author(),
                    order.reason,
                    false};
    silence.id = store_.care().add(silence);
    SilenceList{store_, reference_, now_}.expect();
    record(SilenceSet{number_text(silence.id), silence.matchers, text_of(silence.from_at),
                      text_of(silence.until_at), silence.reason});
    return silence;
}

AlertOrders::Outcome<Silence> AlertOrders::end_silence(std::int64_t id, const std::string& reason) {
    const auto silence = store_.care().silence(id);
    if (!silence)
        return refuse(Kind::unknown, "silence", fmt::format("there is no silence {}", id));
    if (silence->ended || silence->until_at <= now_)
        return refuse(Kind::conflict, "silence",
                      fmt::format("silence {} is over since {}", id, text_of(silence->until_at)));
    record(SilenceEnded{number_text(id), reason});
    store_.care().end_silence(id, now_);
    return *store_.care().silence(id);
}

AlertOrders::Outcome<Pause> AlertOrders::pause(const PauseOrder& order) {
    if (!reference_.force(order.force))
        return refuse(Kind::invalid, "force", no_such_force(store_, order.force));
    if (auto fault = mistyped_area(order.area, reference_))
        return refuse(Kind::invalid, "area", std::move(*fault));
    if (is_blank(order.reason)) return refuse(Kind::invalid, "reason", "say why it is paused");
    if (order.until <= order.from || order.until <= london_date(now_))
        return refuse(Kind::invalid, "until", "must come after the beginning, and after today");
    Pause pause{0, order.force, order.area, order.from, order.until, author(), order.reason, false};
    pause.id = store_.care().add(pause);
    record(PauseSet{number_text(pause.id), pause.force, pause.area, pause.from_on, pause.until_on,
                    pause.reason});
    return pause;
}

AlertOrders::Outcome<Pause> AlertOrders::end_pause(std::int64_t id, const std::string& reason) {
    const auto pause = store_.care().pause(id);
    if (!pause) return refuse(Kind::unknown, "pause", fmt::format("there is no pause {}", id));
    const Date today = london_date(now_);
    if (pause->ended || pause->until_on <= today)
        return refuse(Kind::conflict, "pause",
                      fmt::format("pause {} is over since {}", id, text_of(pause->until_on)));
    record(PauseEnded{number_text(id), reason});
    store_.care().end_pause(id, today);
    return *store_.care().pause(id);
}

AlertOrders::Outcome<void> AlertOrders::hold(bool held, const std::string& reason) {
    const bool is_held = !held_words(store_).empty();
    if (held && is_blank(reason))
        return refuse(Kind::invalid, "reason", "say why nothing is to be sent");
    if (held == is_held)
        return refuse(Kind::conflict, "hold",
                      held ? "sending is held already" : "sending is not held");
    record(SendingHeld{held, reason});
    store_.set_setting(hold_setting, held ? hold_words(author(), now_, reason) : std::string{});
    if (!held) store_.notices().stir(Restraint::Cause::hold, {}, now_);
    return {};
}

Alert AlertOrders::open_drill() {
    const AlertSubject about{fmt::format("drill:{}", number_of(store_.journal().head())),
                             {},
                             ForceKind::other,
                             "DRILL: nothing is wrong, this is an exercise"};
    book_.open_notice(about, drill_rule, Severity::critical,
                      "an operator tries whether alerts arrive", london_date(now_));
    return *store_.alerts().open_alert(drill_rule, about.id);
}

Alert AlertOrders::escalate_drill(const Alert& alert) {
    auto revised = book_.revise(alert, Change::escalated, "the exercise goes to the next step", {});
    const auto state = store_.care().escalation(alert.id);
    const auto routing = book_.teller().routing_of(alert, ForceKind::other);
    if (state)
        book_.teller().to(revised, state->steps.front().to, "escalation " + state->name);
    else
        book_.teller().by_routes(revised, routing);
    return revised;
}

AlertOrders::Outcome<Alert> AlertOrders::drill(const std::string& step, std::optional<AlertId> id) {
    if (step == "open") return open_drill();
    if (step != "escalate" && step != "close")
        return refuse(Kind::unknown, "step", "a drill knows open, escalate and close");
    if (!id) return refuse(Kind::invalid, "alert", "which alert, by number");
    auto alert = open_alert(*id);
    if (!alert) return alert;
    if (alert->rule != drill_rule)
        return refuse(Kind::conflict, "alert",
                      fmt::format("alert {} is no drill", number_of(alert->id)));
    if (step == "escalate") return escalate_drill(*alert);
    book_.close_told(alert->subject, "the exercise is over");
    return *store_.alerts().find(alert->id);
}

}  // namespace forcewatch

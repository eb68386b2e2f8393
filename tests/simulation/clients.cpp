#include "tests/simulation/clients.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace forcewatch::sim {

using Kind = Command::Kind;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

constexpr int programme_cycles = 20;
constexpr int most_tries = 2000;

bool is_order(Kind kind) {
    return kind == Kind::acknowledge || kind == Kind::unacknowledge || kind == Kind::close ||
           kind == Kind::silence;
}
bool is_fact(Kind kind) { return kind <= Kind::judge; }

}  // namespace

std::vector<ImportRow> regime() {
    std::vector<Event> events;
    events.emplace_back(
        ScaleDefined{"four", {"outstanding", "good", "requires improvement", "inadequate"}});
    const PartialDate far_off{Date{std::chrono::year{2040} / 12 / 31}};
    for (int cycle = 1; cycle <= programme_cycles; ++cycle) {
        const auto name = fmt::format("c{:02}", cycle);
        events.emplace_back(CycleDefined{"peel", name, cycle, {}, far_off});
        events.emplace_back(AreaDefined{"peel", name, "custody", "Custody", "yes", "four"});
    }
    for (int force = 0; force < most_forces; ++force) {
        ForceRecorded recorded;
        recorded.force = force_id(force);
        recorded.name = force_id(force);
        recorded.force_kind = ForceKind::police;
        events.emplace_back(recorded);
    }
    std::vector<ImportRow> rows;
    for (const auto& event : events) rows.push_back({event, "regime", 0});
    return rows;
}

Clients::Clients(Context& context, Daemon& daemon) : context_{context}, daemon_{daemon} {
    for (const auto& command : context.plan.commands) waiting_.push_back({command, command.at});
}

std::string Clients::line_of(const Command& command) {
    if (command.kind <= Kind::finish_action) return fmt::format("action {}", command.item);
    if (is_fact(command.kind)) return fmt::format("force {}", command.item);
    return fmt::format("order {} {}", command.at.time_since_epoch().count(), command.item);
}

std::optional<Instant> Clients::next_at() const {
    std::optional<Instant> next;
    for (const auto& request : waiting_) {
        if (next && request.command.at > *next) break;
        if (!next || request.next_at < *next) next = request.next_at;
    }
    return next;
}

std::vector<std::string> Clients::waiting() const {
    std::vector<std::string> lines;
    for (const auto& request : waiting_)
        lines.push_back(fmt::format("{} of {}, refused for \"{}\",", line_of(request.command),
                                    text_of(request.command.at), request.refusal));
    return lines;
}

bool Clients::run() {
    bool asked = false;
    std::map<std::string, Instant> busy;  // nobody asks anew before they were answered
    for (std::size_t i = 0; i < waiting_.size() && daemon_.runs();) {
        auto& request = waiting_[i];
        if (request.command.at > context_.now) break;
        const auto line = line_of(request.command);
        if (const auto before = busy.find(line); before != busy.end())
            request.next_at = std::max(request.next_at, before->second);
        if (request.next_at > context_.now) {
            busy.emplace(line, request.next_at);
            ++i;
            continue;
        }
        asked = true;
        const auto answer = ask(request);
        ++request.tries;
        const bool again = answer == Answer::accepted && request.tries == 1 &&
                           context_.chance(context_.plan.odds.asks_twice);
        const bool gives_up = answer == Answer::refused && !is_fact(request.command.kind);
        if ((answer == Answer::accepted && !again) || gives_up) {
            ++context_.findings.commands;
            waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
            continue;
        }
        if (request.tries == most_tries)
            context_.findings.add(Wrong::stuck, fmt::format("{} is never answered", line));
        request.next_at = context_.now + (answer == Answer::none ? minutes{2} : minutes{6 * 60});
        busy.emplace(line, request.next_at);
        ++i;
    }
    return asked;
}

Clients::Answer Clients::ask(Request& request) {
    const auto kind = request.command.kind;
    if (kind == Kind::restart) {
        if (context_.is_far_ahead()) return Answer::later;
        daemon_.stop();
        return Answer::accepted;
    }
    if (kind == Kind::reload) {
        const auto text = fmt::format("rules, comment {}", ++configurations_);
        if (!daemon_.attempt([&] { daemon_.adopt(text); })) return Answer::none;
        if (context_.seams.reloaded)
            context_.seams.reloaded([this](const std::string& sql) { daemon_.tamper(sql); });
        return Answer::accepted;
    }
    auto answer = Answer::none;
    daemon_.attempt([&] { answer = is_order(kind) ? order(request) : record(request); });
    return answer;
}

Clients::Answer Clients::record(Request& request) {
    if (request.rows.empty()) fix(request);
    if (request.rows.empty()) return Answer::later;
    if (request.tries > 0 && context_.seams.renames_on_retry) rename(request);
    // What is asked again and known already touches nothing.
    const auto news = std::make_shared<bool>();
    const bool done = daemon_.durable(
        KillPoint::record_before,
        [&] {
            const auto before = daemon_.store().journal().where().seq;
            const auto taken = daemon_.engine().import(request.rows, {0, "simulation", {}, {}, {}},
                                                       daemon_.clock());
            if (!taken) request.refusal = taken.error().front().fault.what;
            *news = daemon_.store().journal().where().seq != before;
            return taken.has_value();
        },
        [&context = context_, effect = request.effect, news] {
            if (!*news) return;
            effect();
            context.model.recorded(context.wall());
        });
    return done ? Answer::accepted : Answer::refused;
}

void Clients::fix(Request& request) {
    if (request.command.kind <= Kind::finish_action)
        fix_action(request);
    else
        fix_force(request);
}

void Clients::fix_action(Request& request) {
    const auto& command = request.command;
    auto item = actions_[command.item];
    item.subject = "action:tracker/" + action_id(command.item);
    const Date today = london_day(context_.now);
    Event event;
    if (command.kind == Kind::plan_action) {
        ActionPlanned planned;
        planned.source = "tracker";
        planned.external_id = action_id(command.item);
        planned.force = force_id(command.item % context_.plan.forces);
        planned.title = "Rota";
        planned.planned = PartialDate{today};
        planned.deadline = {DeadlineKind::local, PartialDate{command.on}, {}, {}};
        item.due = command.on;
        item.said_on = today;
        event = planned;
    } else if (command.kind == Kind::move_deadline) {
        item.due = command.on;
        event = DeadlineRevised{item.subject,
                                {DeadlineKind::local, PartialDate{command.on}, {}, {}},
                                today,
                                "agreed",
                                "paper 4"};
    } else {
        ActionUpdated update;
        update.source = "tracker";
        update.external_id = action_id(command.item);
        item.done = command.kind == Kind::finish_action;
        update.state = !item.done    ? ActionState::in_progress
                       : command.low ? ActionState::cancelled
                                     : ActionState::complete;
        update.on = today;
        item.said_on = today;
        event = update;
    }
    request.rows = {{event, "people", 0}};
    request.effect = [this, item, number = command.item] {
        actions_[number] = item;
        context_.model.set_action(item);
    };
}

/// Days on which something is published about a force never meet, so their order is no question;
/// and nobody publishes what by the daemon's clock is still to come.
std::optional<Date> Clients::fresh_day(int force) {
    auto& last = last_days_[force];
    const Date today = london_day(context_.now);
    if (today <= last || london_day(context_.wall()) < today) return std::nullopt;
    return last = today;
}

void Clients::fix_force(Request& request) {
    const auto& command = request.command;
    const auto force = force_id(command.item);
    const auto fresh = fresh_day(command.item);
    if (!fresh) return;
    const Date on = *fresh;
    if (command.kind == Kind::judge) {
        const int number = std::min(++judgements_[command.item], programme_cycles);
        const auto cycle = fmt::format("c{:02}", number);
        InspectionPublished published;
        published.inspection = fmt::format("{}-{}", force, cycle);
        published.programme = "peel";
        published.cycle = cycle;
        published.published = PartialDate{on};
        published.title = "Custody";
        published.forces = {force};
        JudgementMade judgement;
        judgement.inspection = published.inspection;
        judgement.force = force;
        judgement.area = "custody";
        judgement.grade = command.low ? "requires improvement" : "good";
        judgement.basis = "stated";
        request.rows = {{Event{published}, "news", 0}, {Event{judgement}, "news", 0}};
        request.effect = [this, force, low = command.low, on] {
            context_.model.set_grade("track:" + force + "/peel/custody@c01", low, on);
        };
        return;
    }
    StageMoved moved;
    moved.force = force;
    const bool enters = command.kind == Kind::enter_stage;
    moved.stage = enters ? MonitoringStage::engage : MonitoringStage::scan;
    moved.decided = PartialDate{on};
    request.rows = {{Event{moved}, "news", 0}};
    request.effect = [this, force, enters, on] {
        context_.model.set_stage("monitoring:" + force, enters, on);
    };
}

/// A planted fault: the same thing under another name.
void Clients::rename(Request& request) const {
    for (auto& row : request.rows)
        if (auto* event = std::get_if<Event>(&row.item))
            if (auto* planned = std::get_if<ActionPlanned>(event)) planned->external_id += "-again";
}

bool Clients::choose_alert(Request& request) {
    if (request.alert) return true;
    AlertFilter open;
    open.open = true;
    open.limit = 1000;
    std::vector<AlertId> some;
    for (const auto& alert : daemon_.store().alerts().list(open))
        if (context_.model.find(alert.rule, alert.subject) != nullptr) some.push_back(alert.id);
    if (some.empty()) return false;
    request.alert = some[static_cast<std::size_t>(request.command.item) % some.size()];
    return true;
}

Clients::Answer Clients::order(Request& request) {
    const auto& command = request.command;
    // Whoever looks at a wrong clock decides nothing by it.
    if (context_.ahead.count() != 0) return Answer::later;
    if (command.kind != Kind::silence && !choose_alert(request)) return Answer::refused;
    const auto key = fmt::format("order-{}", command.at.time_since_epoch().count());
    if (daemon_.store().answers().find(0, key)) return Answer::accepted;
    const Instant now = daemon_.clock();
    const auto effect = std::make_shared<std::function<void()>>();
    const bool done = daemon_.durable(
        KillPoint::order_before,
        [&] {
            const bool accepted = daemon_.engine().order(
                {0, "simulation", {}, {}, {}}, now,
                [&](AlertOrders& orders) { return decide(orders, request, *effect); });
            if (accepted)
                daemon_.store().answers().keep({0, key, {}, 200, {}, {}, now}, now - days{30});
            return accepted;
        },
        [effect] {
            if (*effect) (*effect)();
        });
    return done ? Answer::accepted : Answer::refused;
}

bool Clients::decide(AlertOrders& orders, const Request& request, std::function<void()>& effect) {
    const auto& command = request.command;
    const Instant now = daemon_.clock();
    const Instant until = now + command.lasts;
    auto& receivers = context_.receivers;
    switch (command.kind) {
        case Kind::acknowledge:
            receivers.excuse(*request.alert, now, until);
            effect = [&receivers, alert = *request.alert, until,
                      before = daemon_.store().alerts().find(*request.alert)] {
                receivers.acknowledged(alert, before ? before->revision : 0, until);
            };
            return orders
                .acknowledge({*request.alert,
                              {},
                              "on it",
                              until,
                              command.low,
                              command.low ? hours{24} : hours{0}})
                .has_value();
        case Kind::unacknowledge:
            // Who had not heard of it yet hears nothing new.
            effect = [&receivers, alert = *request.alert] { receivers.taken_back(alert); };
            return orders.unacknowledge(*request.alert, "not any more").has_value();
        case Kind::silence: {
            const auto force = force_id(command.item % context_.plan.forces);
            receivers.excuse(force, now, until);
            return orders.silence({{"force=" + force}, {}, until, "a move"}).has_value();
        }
        default: {
            const Date review_on =
                london_day(now) + days{1} + std::chrono::floor<days>(command.lasts);
            const auto closed = orders.close(*request.alert, "agreed", review_on);
            if (!closed) return false;
            receivers.excuse(*request.alert, now, midnight(review_on));
            effect = [this, rule = closed->rule, subject = closed->subject, review_on,
                      alert = *request.alert] {
                context_.model.close_by_hand(rule, subject, review_on);
                context_.receivers.taken_back(alert);
            };
            return true;
        }
    }
}

void Clients::finish_everything() {
    const auto add = [&](Kind kind, int item) {
        Command command;
        command.kind = kind;
        command.at = context_.now;
        command.item = item;
        waiting_.push_back({command, context_.now});
    };
    for (const auto& [number, item] : actions_)
        if (!item.done) add(Kind::finish_action, number);
    for (int force = 0; force < context_.plan.forces; ++force) {
        add(Kind::leave_stage, force);
        add(Kind::judge, force);
    }
}

}  // namespace forcewatch::sim

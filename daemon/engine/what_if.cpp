#include "daemon/engine/what_if.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "daemon/engine/london.hpp"
#include "daemon/engine/subject.hpp"

namespace forcewatch {

namespace {

constexpr Date end_of_time{std::chrono::year{9999} / std::chrono::December / 31};
constexpr Date long_ago{std::chrono::year{1900} / std::chrono::January / 1};

/// `standing` is the alert as the turn leaves it, or as it stood before it closed.
Foreseen foreseen(const SubjectRuling& ruling, const AlertTurn& turn, const AlertMemory& standing,
                  Instant now) {
    Foreseen seen;
    seen.at = now;
    seen.rule = ruling.rule->name;
    seen.about = *ruling.about;
    seen.change = turn.change.value_or(Change::opened);
    seen.severity = standing.severity;
    seen.episode_on = standing.episode_on;
    seen.effective_on = turn.memory ? ruling.ruling.effective_on : london_date(now);
    for (const auto& step : turn.steps) seen.steps.push_back(step.name);
    seen.summary = turn.memory ? ruling.ruling.summary : turn.ending;
    seen.tells = turn.tells;
    return seen;
}

/// Every subject that the facts give, of one force or of all.
std::set<std::string> subjects_of(const Facts& facts, const std::string& force) {
    std::set<std::string> subjects;
    const auto mine = [&](const std::string& id) { return force.empty() || id == force; };
    const auto add = [&](const auto& items) {
        for (const auto& [subject, item] : items)
            if (mine(item.force)) subjects.insert(subject);
    };
    add(facts.findings);
    add(facts.actions);
    add(facts.meetings);
    add(facts.obligations);
    for (const auto& [subject, judgement] : facts.judgements) {
        const auto inspection = facts.inspections.find("inspection:" + judgement.inspection);
        if (mine(judgement.force) && inspection != facts.inspections.end())
            subjects.insert(tracks_subject(judgement.force, inspection->second.programme));
    }
    for (const auto& [subject, move] : facts.stage_moves)
        if (mine(move.force)) subjects.insert(monitoring_subject(move.force));
    for (const auto& [subject, each] : facts.forces)
        if (mine(each.id)) subjects.insert(silence_subject(each.id));
    return subjects;
}

AlertMemory memory_of(const Alert& alert, std::set<std::string> steps) {
    return {alert.episode_on, alert.severity,   alert.revision, alert.version, alert.reminders,
            std::move(steps), alert.held_until, alert.told,     alert.closing, alert.damped};
}

/// The subject of the agenda under which an alert's subject is judged.
std::string agenda_subject_of(const std::string& subject) {
    const auto kind = subject_kind(subject);
    const auto key = subject_key(subject);
    if (kind == "papers") return fmt::format("meeting:{}", key);
    if (kind != "track") return subject;
    const auto first = key.find('/');
    return fmt::format("tracks:{}", key.substr(0, key.find('/', first + 1)));
}

std::string why_not(const Rule& rule, const AlertSubject& about) {
    if (!rule.kinds.empty() && !rule.kinds.contains(about.kind))
        return fmt::format("it looks at other kinds of force than {}", text_of(about.kind));
    if (!rule.forces.empty() && !rule.forces.contains(about.force))
        return "it looks at other forces";
    if (!rule.programmes.empty()) return "it looks at other programmes, or at another kind of item";
    return "it looks at another kind of item";
}

}  // namespace

void WhatIf::remember(const std::string& rule, const std::string& subject, AlertMemory memory) {
    alerts_[{subject, rule}] = std::move(memory);
}

void WhatIf::keep_closed(const std::string& rule, const std::string& subject, AlertMemory memory,
                         Instant review_at) {
    closed_[{subject, rule}] = {std::move(memory), review_at};
}

std::optional<Instant> WhatIf::still_closed(const Key& key, const SubjectRuling& each, Instant now,
                                            std::vector<Foreseen>* story) {
    const auto known = closed_.find(key);
    if (known == closed_.end()) return std::nullopt;
    const auto& ruling = each.ruling;
    const bool same_episode = is_same_episode(known->second.memory, *each.rule, ruling, now);
    if (same_episode && now < known->second.review_at) return known->second.review_at;
    auto memory = std::move(known->second.memory);
    closed_.erase(known);
    if (!same_episode) return std::nullopt;
    memory.severity = ruling.severity;
    if (story != nullptr) {
        Foreseen seen;
        seen.at = now;
        seen.rule = each.rule->name;
        seen.about = *each.about;
        seen.change = Change::reopened;
        seen.severity = ruling.severity;
        seen.episode_on = memory.episode_on;
        seen.effective_on = london_date(now);
        seen.summary = ruling.summary;
        seen.tells = true;
        story->push_back(std::move(seen));
    }
    alerts_[key] = std::move(memory);
    return std::nullopt;
}

std::vector<WhatIf::Standing> WhatIf::standing() const {
    std::vector<Standing> open;
    for (const auto& [key, memory] : alerts_)
        open.push_back({key.second, key.first, memory.episode_on});
    return open;
}

void WhatIf::judge(const std::string& subject, Instant now, std::vector<Foreseen>* story) {
    const auto rulings = judge_subject(facts_, rules_, subject, london_date(now));
    std::optional<Instant> next;
    if (rulings.next_on) next = starts_at(*rulings.next_on);
    for (const auto& each : rulings.all) {
        const Key key{each.about->id, each.rule->name};
        if (const auto review_at = still_closed(key, each, now, story)) {
            if (!next || *review_at < *next) next = review_at;
            continue;
        }
        const auto known = alerts_.find(key);
        std::optional<AlertMemory> memory;
        if (known != alerts_.end()) memory = known->second;
        if (story == nullptr) {
            memory = forcewatch::memory_of(each.ruling);
        } else {
            for (const auto& turn : turns_of(memory, *each.rule, each.ruling, now)) {
                const AlertMemory& standing = turn.memory ? *turn.memory : *memory;
                if (turn.change || turn.tells)
                    story->push_back(foreseen(each, turn, standing, now));
                memory = turn.memory;
            }
        }
        if (memory) {
            if (memory->held_until && (!next || *memory->held_until < *next))
                next = memory->held_until;
            alerts_[key] = std::move(*memory);
            titles_[key] = each.about->title;
        } else if (known != alerts_.end()) {
            alerts_.erase(known);
        }
    }
    close_gone(subject, rulings, now, story);
    if (next) {
        next_.insert_or_assign(next_.end(), subject, *next);
        agenda_[*next].push_back(subject);
    } else {
        next_.erase(subject);
    }
}

void WhatIf::close_gone(const std::string& subject, const SubjectRulings& rulings, Instant now,
                        std::vector<Foreseen>* story) {
    if (alerts_.empty()) return;
    const auto stands = [&](const Key& key) {
        return std::any_of(rulings.all.begin(), rulings.all.end(), [&](const SubjectRuling& each) {
            return each.about->id == key.first && each.rule->name == key.second;
        });
    };
    const auto prefix = subject_kind(subject) == "tracks"
                            ? fmt::format("track:{}/", subject_key(subject))
                            : subject;
    for (auto at = alerts_.lower_bound({prefix, {}});
         at != alerts_.end() && at->first.first.starts_with(prefix);) {
        const bool same = prefix != subject || at->first.first == subject;
        if (!same || stands(at->first)) {
            ++at;
            continue;
        }
        if (story != nullptr) {
            Foreseen seen;
            seen.at = now;
            seen.rule = at->first.second;
            seen.about = {at->first.first, {}, {}, titles_[at->first]};
            seen.change = Change::closed;
            seen.severity = at->second.severity;
            seen.episode_on = at->second.episode_on;
            seen.effective_on = london_date(now);
            seen.summary = rulings.stands_for.empty() ? "withdrawn" : rulings.stands_for;
            seen.tells = at->second.told;
            story->push_back(std::move(seen));
        }
        at = alerts_.erase(at);
    }
}

void WhatIf::run(Instant until, std::vector<Foreseen>& story) {
    while (!agenda_.empty() && agenda_.begin()->first < until) {
        const Instant now = agenda_.begin()->first;
        auto due = std::move(agenda_.begin()->second);
        agenda_.erase(agenda_.begin());
        std::sort(due.begin(), due.end());
        due.erase(std::unique(due.begin(), due.end()), due.end());
        for (const auto& subject : due) {
            const auto planned = next_.find(subject);
            if (planned != next_.end() && planned->second == now) judge(subject, now, &story);
        }
    }
}

std::vector<Foreseen> forecast(Store& store, const std::vector<Rule>& rules,
                               const std::string& force, Instant now, Date until) {
    const Facts reference = store.facts().reference();
    WhatIf world{rules, reference};
    auto events = store.journal().to_fold(end_of_time, Instant::max(), force);
    for (Recorded event; events.next(event);) world.facts().apply(std::move(event));
    for (const auto& [subject, each] : world.facts().facts().forces)
        if (const auto heard = store.journal().heard_at(each.id))
            world.facts().set_heard(each.id, london_date(*heard));
    AlertFilter filter;
    filter.force = force;
    filter.limit = 1'000'000;
    for (const auto& alert : store.alerts().list(filter)) {
        if (alert.state == AlertState::closed && !alert.review_at) continue;
        auto memory = memory_of(alert, store.alerts().told_steps(alert.id, alert.version));
        if (alert.review_at)
            world.keep_closed(alert.rule, alert.subject, std::move(memory), *alert.review_at);
        else
            world.remember(alert.rule, alert.subject, std::move(memory));
    }
    std::vector<Foreseen> story;
    for (const auto& subject : subjects_of(world.facts().facts(), force))
        world.judge(subject, now, &story);
    world.run(starts_at(until + std::chrono::days{1}), story);
    return story;
}

std::vector<Foreseen> forecast_from(Store& store, const std::vector<Rule>& rules,
                                    const std::string& force, Date from, Date until,
                                    Instant known_at) {
    const Facts reference = store.facts().reference();
    WhatIf world{rules, reference};
    auto events = store.journal().to_fold(from, known_at, force);
    for (Recorded event; events.next(event);) {
        if (!event.force.empty()) world.facts().set_heard(event.force, event.effective_on);
        world.facts().apply(std::move(event));
    }
    std::vector<Foreseen> story;
    for (const auto& subject : subjects_of(world.facts().facts(), force))
        world.judge(subject, starts_at(from), nullptr);
    world.run(starts_at(until + std::chrono::days{1}), story);
    return story;
}

BackTest back_test(Store& store, const std::vector<Rule>& rules, const std::string& force,
                   Date from, Date to, Instant known_at) {
    const Facts reference = store.facts().reference();
    WhatIf world{rules, reference};
    auto events = store.journal().to_fold(to, known_at, force);
    const auto hear = [&](const Recorded& event) {
        if (!event.force.empty() && event.effective_on > long_ago)
            world.facts().set_heard(event.force, event.effective_on);
    };
    Recorded event;
    bool more = events.next(event);
    for (; more && event.effective_on < from; more = events.next(event)) {
        hear(event);
        world.facts().apply(std::move(event));
    }
    // What held on the day before had been told by then.
    const Instant eve = starts_at(from - std::chrono::days{1});
    for (const auto& subject : subjects_of(world.facts().facts(), force))
        world.judge(subject, eve, nullptr);

    BackTest test{world.standing(), {}};
    auto& story = test.story;
    while (more) {
        const Date today = event.effective_on;
        world.run(starts_at(today) + std::chrono::seconds{1}, story);  // midnight comes first
        std::set<std::string> touched;
        std::set<std::string> heard;
        for (; more && event.effective_on == today; more = events.next(event)) {
            hear(event);
            world.facts().apply(event);
            touched_by(event.event, world.facts(), [&](std::string subject) {
                touched.insert(touched.end(), std::move(subject));  // often they come in order
            });
            if (!event.force.empty()) heard.insert(silence_subject(event.force));
        }
        touched.merge(heard);
        for (const auto& subject : touched) world.judge(subject, starts_at(today), &story);
    }
    world.run(starts_at(to + std::chrono::days{1}), story);
    return test;
}

namespace {

/// The rules that were not asked, and why.
void add_others(std::vector<Explained>& explained, const std::vector<Rule>& rules,
                const AlertSubject& about, const std::string& stands_for) {
    for (const auto& rule : rules) {
        const bool asked = std::any_of(explained.begin(), explained.end(),
                                       [&](const Explained& each) { return each.rule == &rule; });
        if (asked) continue;
        const auto why = stands_for.empty() ? why_not(rule, about)
                                            : fmt::format("it is judged elsewhere: {}", stands_for);
        explained.push_back({&rule, about, why, {}});
    }
}

}  // namespace

Explanation explain(Store& store, const std::vector<Rule>& rules, const std::string& subject,
                    Date on, Instant known_at) {
    const Facts reference = store.facts().reference();
    MemoryFacts facts{reference};
    auto events = store.journal().to_fold(on, known_at, {});
    for (Recorded event; events.next(event);) {
        if (!event.force.empty()) facts.set_heard(event.force, event.effective_on);
        facts.apply(std::move(event));
    }
    const auto rulings = judge_subject(facts, rules, agenda_subject_of(subject), on);
    Explanation explanation;
    auto& explained = explanation.rules;
    std::vector<std::string> abouts;
    for (const auto& each : rulings.all)
        if (each.about->id == subject || agenda_subject_of(each.about->id) == subject) {
            explained.push_back({each.rule, *each.about, {}, each.ruling});
            if (std::find(abouts.begin(), abouts.end(), each.about->id) == abouts.end())
                abouts.push_back(each.about->id);
        }
    const bool stands = std::find(rulings.subjects.begin(), rulings.subjects.end(), subject) !=
                        rulings.subjects.end();
    const bool no_such_track = subject_kind(subject) == "track" && !stands;
    if (explained.empty() &&
        (no_such_track || (rulings.subjects.empty() && rulings.stands_for.empty())))
        return explanation;
    if (abouts.empty()) abouts.push_back(subject);
    for (const auto& about : abouts)
        explanation.sources.emplace_back(
            about, citations_of(store, facts_behind(facts, about), on, known_at));
    const AlertSubject about =
        explained.empty() ? AlertSubject{subject, {}, {}, {}} : explained.front().about;
    add_others(explained, rules, about, rulings.stands_for);
    return explanation;
}

}  // namespace forcewatch

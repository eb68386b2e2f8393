#include "daemon/engine/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/engine/feed_watch.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/engine/subject.hpp"

namespace forcewatch {

namespace {

constexpr auto withdrawn = "withdrawn";
constexpr auto rule_gone = "the rule no longer looks at this";
constexpr std::chrono::days aside_for{1};

/// The force that a subject of the agenda names; an action's has to be asked for.
std::string force_named(FactSource& facts, const std::string& subject) {
    if (subject_kind(subject) == "action") {
        const auto action = facts.action(subject);
        return action ? action->force : std::string{};
    }
    const auto key = subject_key(subject);
    return std::string{subject_kind(subject) == "obligation" ? key.substr(key.rfind('/') + 1)
                                                             : key.substr(0, key.find('/'))};
}

}  // namespace

Evaluation::Evaluation(Store& store, Reference& reference, const Settings& settings, Instant now,
                       bool baseline)
    : store_{store},
      facts_{store, reference},
      settings_{settings},
      now_{now},
      today_{london_date(now)},
      book_{store, settings, now, baseline} {}

void Evaluation::run(const std::string& subject) {
    if (subject_kind(subject) == "feed")
        return store_.agenda().set(subject, watch_feed(store_, settings_, book_, subject, now_));
    const auto verdicts = judge_subject(facts_, settings_.rules, subject, today_);
    std::optional<Instant> next;
    if (verdicts.next_on) next = starts_at(*verdicts.next_on);
    for (const auto& verdict : verdicts.all) {
        const auto held = book_.update(verdict);
        if (held && (!next || *held < *next)) next = held;
    }
    close_gone(subject, verdicts);
    store_.agenda().set(subject, next);
}

void Evaluation::close_gone(const std::string& subject, const SubjectRulings& verdicts) {
    for (const auto& id : verdicts.subjects) {
        std::vector<std::string> kept;
        for (const auto& verdict : verdicts.all)
            if (verdict.about->id == id) kept.push_back(verdict.rule->name);
        book_.close_others(id, kept, rule_gone);
    }
    if (!verdicts.stands_for.empty()) return book_.close_others(subject, {}, verdicts.stands_for);
    const auto stands = [&](const std::string& id) {
        return std::find(verdicts.subjects.begin(), verdicts.subjects.end(), id) !=
               verdicts.subjects.end();
    };
    const auto kind = subject_kind(subject);
    const auto key = subject_key(subject);
    if (kind == "tracks") {
        for (const auto& old : store_.alerts().open_subjects(fmt::format("track:{}/", key)))
            if (!stands(old)) book_.close_others(old, {}, withdrawn);
    } else if (kind == "meeting") {
        const auto papers = fmt::format("papers:{}", key);
        if (!stands(papers)) book_.close_others(papers, {}, withdrawn);
    }
    if (kind != "tracks" && !stands(subject)) book_.close_others(subject, {}, withdrawn);
}

void Evaluation::set_aside(const std::string& subject, const std::string& why) {
    const auto force_id = force_named(facts_, subject);
    const Force* force = facts_.force(force_id);
    const AlertSubject about{
        subject, force_id, force != nullptr ? force->kind : ForceKind::other,
        fmt::format("{}: {}", force != nullptr ? force->name : force_id, subject)};
    book_.open_notice(about, cannot_evaluate_rule, Severity::critical,
                      fmt::format("it cannot be evaluated and was set aside: {}", why), today_);
    store_.agenda().set(subject, now_ + aside_for);
}

}  // namespace forcewatch

#include "daemon/engine/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/engine/london.hpp"
#include "daemon/engine/subject.hpp"

namespace forcewatch {

namespace {

void soonest(std::optional<Date>& next, const std::optional<Date>& candidate) {
    if (candidate && (!next || *candidate < *next)) next = candidate;
}

/// A deadline item as the rules see it, and whose it is.
struct DatedItem {
    DeadlineClock clock;
    std::string force;
    std::string what;
};

constexpr auto withdrawn = "withdrawn";
constexpr auto rule_gone = "the rule no longer looks at this";

}  // namespace

Evaluation::Evaluation(Store& store, Reference& reference, const Settings& settings, Instant now)
    : store_{store},
      reference_{reference},
      settings_{settings},
      today_{london_date(now)},
      book_{store, settings, now} {}

void Evaluation::run(const std::string& subject) {
    const auto kind = subject_kind(subject);
    if (kind == "tracks")
        run_tracks(subject);
    else if (kind == "monitoring")
        run_monitoring(subject);
    else
        run_dated(subject);
}

std::optional<AlertSubject> Evaluation::subject_about(const std::string& id,
                                                      const std::string& force_id,
                                                      const std::string& what) const {
    const auto& force = reference_.force(force_id);
    if (!force) return std::nullopt;
    return AlertSubject{id, force_id, force->kind, fmt::format("{}: {}", force->name, what)};
}

template <typename C, typename Judge>
std::optional<Date> Evaluation::judge_all(const AlertSubject& subject, std::string_view programme,
                                          Judge&& judge) {
    std::optional<Date> next;
    std::vector<std::string> kept;
    for (const auto& rule : settings_.rules) {
        if (!std::holds_alternative<C>(rule.condition) ||
            !selects(rule, subject.kind, subject.force, programme))
            continue;
        const Ruling ruling = judge(rule);
        book_.update(subject, rule, ruling);
        soonest(next, ruling.next_on);
        kept.push_back(rule.name);
    }
    book_.close_others(subject.id, kept, rule_gone);
    return next;
}

void Evaluation::run_dated(const std::string& subject) {
    std::optional<DatedItem> item;
    const auto kind = subject_kind(subject);
    if (kind == "action") {
        if (auto action = store_.facts().action(subject))
            item = {{DeadlineSubject::action, action->deadline.current(), clock_stopped_on(*action),
                     action->title},
                    action->force,
                    fmt::format("action {}: {}", action->external_id, action->title)};
    } else if (kind == "obligation") {
        const auto obligation = store_.facts().obligation(subject);
        if (obligation && obligation->tracked)
            item = {{DeadlineSubject::obligation, obligation->deadline, obligation->replied_on,
                     obligation->title},
                    obligation->force,
                    fmt::format("{} ({})", obligation->title, obligation->inspection)};
    }
    const auto finding = kind == "finding" ? store_.facts().finding(subject) : std::nullopt;
    if (finding)
        item = {
            {DeadlineSubject::finding, finding->deadline.current(), std::nullopt, finding->title},
            finding->force,
            fmt::format("{} {}: {}", text_of(finding->kind), finding->reference, finding->title)};

    const auto about = item ? subject_about(subject, item->force, item->what) : std::nullopt;
    if (!about) {
        book_.close_others(subject, {}, withdrawn);
        store_.agenda().set(subject, std::nullopt);
        return;
    }
    const auto next = judge_all<DeadlineRule>(*about, {}, [&](const Rule& rule) {
        DeadlineClock clock = item->clock;
        if (finding)
            clock.met_on = clock_stopped_on(*finding, std::get<DeadlineRule>(rule.condition).stops);
        return judge_deadline(rule, clock, today_);
    });
    store_.agenda().set(subject, next ? std::optional{starts_at(*next)} : std::nullopt);
}

void Evaluation::run_tracks(const std::string& subject) {
    const auto key = subject_key(subject);
    const std::string force{key.substr(0, key.find('/'))};
    const std::string programme{key.substr(key.find('/') + 1)};
    const auto judgements = store_.facts().judgements(force, programme);
    std::optional<Date> next;
    for (const auto& [cycle, judgement] : judgements)
        for (const auto& grade : judgement.grades)
            if (grade.on > today_) soonest(next, grade.on);

    std::vector<std::string> current;
    for (const auto& track : tracks_of(reference_.area_map(programme), judgements, today_)) {
        const auto about = subject_about(track_subject(force, programme, track.root), force,
                                         fmt::format("{} ({})", track.name, programme));
        if (!about) continue;
        current.push_back(about->id);
        soonest(next, judge_all<GradePersists>(*about, programme, [&](const Rule& rule) {
                    return judge_track(rule, track, today_);
                }));
    }
    for (const auto& old : store_.alerts().open_subjects(track_subject(force, programme, {})))
        if (std::find(current.begin(), current.end(), old) == current.end())
            book_.close_others(old, {}, withdrawn);
    store_.agenda().set(subject, next ? std::optional{starts_at(*next)} : std::nullopt);
}

void Evaluation::run_monitoring(const std::string& subject) {
    const std::string force{subject_key(subject)};
    const auto about = subject_about(subject, force, "monitoring stage");
    if (!about) return;
    const auto intervals = stage_intervals(store_.facts().stage_moves(force));
    const auto next = judge_all<StageRule>(
        *about, {}, [&](const Rule& rule) { return judge_stage(rule, intervals, today_); });
    store_.agenda().set(subject, next ? std::optional{starts_at(*next)} : std::nullopt);
}

}  // namespace forcewatch

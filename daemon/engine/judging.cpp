#include "daemon/engine/judging.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "daemon/engine/subject.hpp"

namespace forcewatch {

namespace {

void soonest(std::optional<Date>& next, const std::optional<Date>& candidate) {
    if (candidate && (!next || *candidate < *next)) next = candidate;
}

template <typename... Conditions>
bool is_any_of(const Rule& rule) {
    return (std::holds_alternative<Conditions>(rule.condition) || ...);
}

bool is_item_rule(const Rule& rule) {
    return is_any_of<DeadlineRule, Stalled, Unowned, Slipped, Unverified>(rule);
}

template <typename Condition>
bool any_of_type(const std::vector<Rule>& rules) {
    return std::any_of(rules.begin(), rules.end(), [](const Rule& rule) {
        return std::holds_alternative<Condition>(rule.condition);
    });
}

std::pair<std::string, std::string> split(std::string_view key) {
    const auto slash = key.find('/');
    if (slash == std::string_view::npos) return {std::string{key}, {}};
    return {std::string{key.substr(0, slash)}, std::string{key.substr(slash + 1)}};
}

struct Judge {
    FactSource& facts;
    const std::vector<Rule>& rules;
    Date today;
    SubjectRulings rulings{};

    /// Empty: the force is not known.
    std::shared_ptr<const AlertSubject> about(std::string id, const std::string& force_id,
                                              const std::string& what) {
        const Force* force = facts.force(force_id);
        if (force == nullptr) return {};
        rulings.subjects.push_back(id);
        std::string name = force->name;
        if (!force->successor.empty()) {
            const Force* successor = facts.force(force->successor);
            name +=
                fmt::format(" (now {})", successor != nullptr ? successor->name : force->successor);
        }
        name.append(": ").append(what);
        return std::make_shared<const AlertSubject>(
            AlertSubject{std::move(id), force_id, force->kind, std::move(name)});
    }

    template <typename Wanted, typename Say>
    void by_rules(const std::shared_ptr<const AlertSubject>& subject, std::string_view programme,
                  Wanted&& wanted, Say&& say) {
        if (!subject) return;
        if (rulings.all.empty()) rulings.all.reserve(rules.size());
        for (const auto& rule : rules) {
            if (!wanted(rule) || !selects(rule, subject->kind, subject->force, programme)) continue;
            rulings.all.push_back({subject, &rule, say(rule)});
            soonest(rulings.next_on, rulings.all.back().ruling.next_on);
        }
    }

    /// The programme of an inspection, where any rule asks for one.
    std::string programme_of(const std::string& inspection_id) {
        const bool asked = std::any_of(rules.begin(), rules.end(),
                                       [](const Rule& rule) { return !rule.programmes.empty(); });
        const auto inspection =
            asked && !inspection_id.empty() ? facts.inspection(inspection_id) : std::nullopt;
        return inspection ? inspection->programme : std::string{};
    }

    void item(const std::string& subject, const std::string& force, const std::string& what,
              const ItemView& view, const std::string& programme = {}) {
        by_rules(about(subject, force, what), programme, is_item_rule,
                 [&](const Rule& rule) { return judge_item(rule, view, today, facts.calendar()); });
    }

    void action(const std::string& subject) {
        const auto action = facts.action(subject);
        if (!action) return;
        std::optional<Person> owner;
        if (!action->owner.empty() && any_of_type<Unowned>(rules))
            owner = facts.person(action->owner);
        item(subject, action->force, "action " + action->external_id + ": " + action->title,
             view_of(*action, owner));
    }

    void finding(const std::string& subject) {
        const auto finding = facts.finding(subject);
        if (!finding) return;
        if (const auto principal = principal_of(facts, *finding)) {
            rulings.stands_for = fmt::format("the same as {}", principal->reference);
            return;
        }
        const auto view = view_of(*finding);
        by_rules(about(subject, finding->force,
                       fmt::format("{} {}: {}", text_of(finding->kind), finding->reference,
                                   finding->title)),
                 programme_of(finding->inspection), is_item_rule, [&](const Rule& rule) {
                     auto ruling = judge_item(rule, view, today, facts.calendar());
                     const auto also = ruling.firing
                                           ? facts.duplicates_of(finding->force, finding->reference)
                                           : std::vector<std::string>{};
                     if (!also.empty())
                         ruling.remarks.push_back(
                             fmt::format("It stands for {}, too.", fmt::join(also, ", ")));
                     return ruling;
                 });
    }

    void obligation(const std::string& subject) {
        const auto obligation = facts.obligation(subject);
        if (!obligation || !obligation->tracked) return;
        if (const auto shared = shared_clock_of(facts, *obligation); !shared.empty()) {
            rulings.stands_for = fmt::format("shares the clock of {}", shared);
            return;
        }
        item(subject, obligation->force,
             fmt::format("{} ({})", obligation->title, obligation->cause), view_of(*obligation),
             programme_of(obligation->cause));
    }

    void meeting(const std::string& subject) {
        const auto meeting = facts.meeting(subject);
        if (!meeting) return;
        const auto what =
            fmt::format("{} {}: {}", text_of(meeting->kind), meeting->id, meeting->title);
        item(subject, meeting->force, what, view_of(*meeting));
        if (meeting->papers_days > 0)
            item(papers_subject(meeting->force, meeting->id), meeting->force,
                 fmt::format("papers for {}", what), papers_of(*meeting));
    }

    std::vector<TrackFinding> findings_in(const std::string& force, const std::string& programme,
                                          const AreaMap& map) {
        std::vector<TrackFinding> found;
        if (!any_of_type<Recurring>(rules)) return found;
        for (const auto& finding : facts.findings_of(force)) {
            if (principal_of(facts, finding)) continue;  // counted where that one is
            if (finding.area.empty() || !finding.raised_on || finding.inspection.empty()) continue;
            const auto inspection = facts.inspection(finding.inspection);
            if (!inspection || inspection->programme != programme) continue;
            const auto area = map.find(inspection->cycle, finding.area);
            if (!area) continue;
            found.push_back({map.areas()[*area].order, map.areas()[*area].root, *finding.raised_on,
                             finding.inspectorate_state == InspectorateState::open
                                 ? std::nullopt
                                 : finding.inspectorate_state_on});
        }
        return found;
    }

    void tracks(std::string_view key) {
        const auto [force_id, programme] = split(key);
        const auto judgements = facts.judgements(force_id, programme);
        for (const auto& [cycle, judgement, published] : judgements)
            for (const auto& grade : judgement.grades)
                if (grade.on > today) soonest(rulings.next_on, grade.on);
        const auto& map = facts.area_map(programme);
        const auto findings = findings_in(force_id, programme, map);
        const Force* force = facts.force(force_id);
        auto all = tracks_of(map, judgements, today);
        for (auto& track : all) {
            // A force that became another is judged under that name from then on.
            const auto ended = force != nullptr ? force->ended.last_day() : std::nullopt;
            if (ended && *ended <= today && !track.discontinued_on) track.discontinued_on = ended;
            if (ended && *ended > today) soonest(rulings.next_on, ended);
            std::vector<TrackFinding> own;
            for (const auto& finding : findings)
                if (finding.area == track.root) own.push_back(finding);
            by_rules(about(track_subject(force_id, programme, track.root), force_id,
                           fmt::format("{} ({})", track.name, programme)),
                     programme, is_any_of<GradePersists, GradeDeclined, Recurring>,
                     [&](const Rule& rule) {
                         return judge_track(rule, track, own, today, facts.calendar());
                     });
        }
    }

    void monitoring(std::string_view key) {
        const std::string force{key};
        MonitoringView view;
        view.intervals = stage_intervals(facts.stage_moves(force));
        const bool asks_more = std::any_of(rules.begin(), rules.end(), [](const Rule& rule) {
            const auto* stage = std::get_if<StageRule>(&rule.condition);
            return stage != nullptr && stage->when != StageWatch::in &&
                   stage->when != StageWatch::left;
        });
        if (asks_more) {
            view.findings = facts.findings_of(force);
            share_decisions(view.findings);
            for (auto& condition : facts.conditions(force))
                if (condition.finding.empty()) view.conditions.push_back(std::move(condition));
        }
        by_rules(
            about(monitoring_subject(force), force, "monitoring stage"), {}, is_any_of<StageRule>,
            [&](const Rule& rule) { return judge_stage(rule, view, today, facts.calendar()); });
    }

    void silence(std::string_view key) {
        const std::string force{key};
        by_rules(about(silence_subject(force), force, "records"), {}, is_any_of<Silent>,
                 [&](const Rule& rule) {
                     return judge_silence(rule, facts.heard_on(force), today, facts.calendar());
                 });
    }
};

/// The duties of a finding, when it came to share a clock or to have its own.
void touch_duties(FactSource& source, const std::string& force, const std::string& reference,
                  const std::function<void(std::string subject)>& touch) {
    for (const auto& duty : source.duties_of_causes())
        touch(obligation_subject(duty, reference, force));
}

}  // namespace

std::optional<Finding> principal_of(FactSource& facts, const Finding& finding) {
    return principal_of(finding,
                        [&](const std::string& subject) { return facts.finding(subject); });
}

std::string shared_clock_of(FactSource& facts, const Obligation& obligation) {
    return shared_clock_of(
        obligation, [&](const std::string& subject) { return facts.finding(subject); },
        [&](const std::string& subject) { return facts.obligation(subject); });
}

SubjectRulings judge_subject(FactSource& facts, const std::vector<Rule>& rules,
                             const std::string& subject, Date today) {
    Judge judge{facts, rules, today};
    const auto kind = subject_kind(subject);
    if (kind == "action")
        judge.action(subject);
    else if (kind == "finding")
        judge.finding(subject);
    else if (kind == "obligation")
        judge.obligation(subject);
    else if (kind == "meeting")
        judge.meeting(subject);
    else if (kind == "tracks")
        judge.tracks(subject_key(subject));
    else if (kind == "monitoring")
        judge.monitoring(subject_key(subject));
    else if (kind == "silence")
        judge.silence(subject_key(subject));
    return std::move(judge.rulings);
}

void touched_by(const Event& event, FactSource& source,
                const std::function<void(std::string subject)>& touch) {
    if (is_reference(event)) return;
    const std::string subject = subject_of(event);
    const auto kind = subject_kind(subject);
    const auto key = subject_key(subject);
    if (const auto* published = std::get_if<InspectionPublished>(&event)) {
        for (const auto& force : published->forces)
            touch(tracks_subject(force, published->programme));
    } else if (kind == "inspection") {
        if (const auto inspection = source.inspection(std::string{key}))
            for (const auto& force : inspection->forces)
                touch(tracks_subject(force, inspection->programme));
    } else if (kind == "judgement") {
        const auto [inspection_id, rest] = split(key);
        if (const auto inspection = source.inspection(inspection_id))
            touch(tracks_subject(split(rest).first, inspection->programme));
    } else if (kind == "stage" || kind == "condition") {
        touch(monitoring_subject(split(key).first));
    } else if (kind == "finding") {
        touch(subject);
        const auto [force, reference] = split(key);
        if (std::holds_alternative<FindingMatched>(event))
            touch_duties(source, force, reference, touch);
        touch(monitoring_subject(force));
        const auto finding = source.finding(subject);
        const auto inspection = finding && !finding->area.empty()
                                    ? source.inspection(finding->inspection)
                                    : std::nullopt;
        if (inspection) touch(tracks_subject(force, inspection->programme));
    } else if (kind == "action" || kind == "obligation" || kind == "meeting") {
        touch(subject);
        if (const auto* arose = std::get_if<ObligationArose>(&event))
            for (const auto& reference : source.duplicates_of(arose->force, arose->cause))
                touch(obligation_subject(arose->definition, reference, arose->force));
    }
}

}  // namespace forcewatch

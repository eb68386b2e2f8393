#include "daemon/engine/provenance.hpp"

#include <algorithm>
#include <map>

#include "daemon/engine/subject.hpp"

namespace forcewatch {

namespace {

constexpr int all_imports = 100'000;

/// Collects subjects, each once and in the order in which they matter.
struct Collector {
    FactSource& facts;
    std::vector<std::string> subjects{};

    void add(std::string subject) {
        if (std::find(subjects.begin(), subjects.end(), subject) == subjects.end())
            subjects.push_back(std::move(subject));
    }
    void add_inspection(const std::string& inspection) {
        if (!inspection.empty()) add("inspection:" + inspection);
    }

    void finding(const std::string& subject) {
        const auto finding = facts.finding(subject);
        if (!finding) return;
        add(subject);
        add_inspection(finding->inspection);
        if (const auto principal = principal_of(facts, *finding)) {
            add(finding_subject(principal->force, principal->reference));
            add_inspection(principal->inspection);
        }
    }

    void action(const std::string& subject) {
        const auto action = facts.action(subject);
        if (!action) return;
        add(subject);
        if (!action->owner.empty() && facts.person(action->owner))
            add(person_subject(action->owner));
    }

    void obligation(const std::string& subject) {
        const auto obligation = facts.obligation(subject);
        if (!obligation) return;
        add(subject);
        finding(finding_subject(obligation->force, obligation->cause));
        if (facts.inspection(obligation->cause)) add_inspection(obligation->cause);
        for (const auto& move : facts.stage_moves(obligation->force))
            if (move.decided.last_day() && text_of(*move.decided.last_day()) == obligation->cause)
                add(subject_of(
                    Event{StageMoved{move.force, move.stage, move.decided, {}, {}, {}}}));
        if (const auto shared = shared_clock_of(facts, *obligation); !shared.empty()) add(shared);
        add("obligation-definition:" + obligation->definition);
    }

    /// `key`: force, programme and root of the track.
    void track(std::string_view key) {
        const auto slash = key.find('/');
        const auto second = key.find('/', slash + 1);
        if (second == std::string_view::npos) return;
        const std::string force{key.substr(0, slash)};
        const std::string programme{key.substr(slash + 1, second - slash - 1)};
        const auto root = key.substr(second + 1);
        const auto& map = facts.area_map(programme);
        const auto in_track = [&](const std::string& cycle, const std::string& area) {
            const auto place = map.find(cycle, area);
            return place && map.areas()[*place].root == root;
        };
        for (const auto& placed : facts.judgements(force, programme)) {
            const auto& judgement = placed.judgement;
            if (!in_track(placed.cycle, judgement.area)) continue;
            add(judgement_subject(judgement.inspection, force, judgement.area));
            add_inspection(judgement.inspection);
        }
        for (const auto& each : facts.findings_of(force)) {
            const auto inspection =
                each.area.empty() ? std::nullopt : facts.inspection(each.inspection);
            if (inspection && inspection->programme == programme &&
                in_track(inspection->cycle, each.area))
                finding(finding_subject(force, each.reference));
        }
    }

    void monitoring(const std::string& force) {
        for (const auto& move : facts.stage_moves(force))
            add(subject_of(Event{StageMoved{move.force, move.stage, move.decided, {}, {}, {}}}));
        std::vector<std::string> named;
        for (const auto& condition : facts.conditions(force)) {
            if (!condition.finding.empty()) continue;
            add(condition_subject(force, condition.id));
            named.insert(named.end(), condition.findings.begin(), condition.findings.end());
        }
        for (const auto& each : facts.findings_of(force)) {
            if (is_cause(each.kind) ||
                std::find(named.begin(), named.end(), each.reference) != named.end())
                finding(finding_subject(force, each.reference));
        }
    }
};

struct UrlOf {
    template <typename E>
    std::string operator()(const E& e) const {
        if constexpr (requires { e.url; })
            return e.url;
        else if constexpr (requires { e.link; })
            return e.link;
        else
            return {};
    }
};

/// Of each kind the latest to take effect; grades each have a day of their own.
std::vector<Recorded> present_words(std::vector<Recorded> events) {
    drop_withdrawn(events);
    if (events.size() > 1) sort_for_folding(events);
    std::map<std::size_t, std::size_t> latest;
    for (std::size_t i = 0; i < events.size(); ++i) latest[events[i].event.index()] = i;
    std::vector<Recorded> words;
    for (std::size_t i = 0; i < events.size(); ++i)
        if (latest[events[i].event.index()] == i ||
            std::holds_alternative<JudgementRegraded>(events[i].event))
            words.push_back(std::move(events[i]));
    return words;
}

}  // namespace

std::vector<std::string> facts_behind(FactSource& facts, const std::string& about) {
    Collector collector{facts};
    const auto kind = subject_kind(about);
    const auto key = subject_key(about);
    if (kind == "finding")
        collector.finding(about);
    else if (kind == "action")
        collector.action(about);
    else if (kind == "obligation")
        collector.obligation(about);
    else if (kind == "meeting" || kind == "papers")
        collector.add("meeting:" + std::string{key});
    else if (kind == "track")
        collector.track(key);
    else if (kind == "monitoring")
        collector.monitoring(std::string{key});
    return std::move(collector.subjects);
}

std::vector<Citation> citations_of(Store& store, const std::vector<std::string>& subjects, Date on,
                                   Instant known_at) {
    std::vector<Citation> citations;
    const auto imports = store.imports().list(0, all_imports);
    for (const auto& subject : subjects) {
        auto events = store.journal().about(subject);
        std::erase_if(events, [&](const Recorded& each) {
            return each.effective_on > on || each.recorded_at > known_at;
        });
        for (auto& recorded : present_words(std::move(events))) {
            if (std::holds_alternative<EventsWithdrawn>(recorded.event)) continue;
            Citation citation;
            const auto import =
                std::find_if(imports.begin(), imports.end(), [&](const PastImport& each) {
                    return each.first <= recorded.seq && recorded.seq <= each.last;
                });
            if (import != imports.end()) citation.import = import->id;
            citation.url = std::visit(UrlOf{}, recorded.event);
            citation.recorded = std::move(recorded);
            citations.push_back(std::move(citation));
        }
    }
    return citations;
}

}  // namespace forcewatch

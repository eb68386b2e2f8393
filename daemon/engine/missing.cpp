#include "daemon/engine/missing.hpp"

#include <algorithm>

#include "core/reconcile.hpp"

namespace forcewatch {

Missing missing_of(Store& store, const std::set<std::string>& named, std::size_t most) {
    const auto& facts = store.facts();
    std::set<std::string> forces;  // of findings
    std::set<FactTables::Plan> plans;
    std::set<std::string> sources;
    for (const auto& subject : named) {
        if (subject.starts_with("finding:")) {
            forces.insert(subject.substr(8, subject.find('/') - 8));
        } else if (subject.starts_with("action:")) {
            auto plan = facts.plan_of(subject);
            if (!plan) continue;
            sources.insert(plan->source);
            plans.insert(std::move(*plan));
        }
    }
    Missing missing;
    const auto consider = [&](const std::string& subject) {
        ++missing.scope;
        if (named.contains(subject)) return;
        ++missing.count;
        if (missing.subjects.size() < most) missing.subjects.push_back(subject);
    };
    for (const auto& source : sources)
        facts.each_open_action(source, [&](const std::string& subject, const std::string& force) {
            if (plans.contains({source, force})) consider(subject);
        });
    for (const auto& force : forces) facts.each_open_finding(force, consider);
    // One source may begin as another does: "a-b" stands before "a/".
    std::sort(missing.subjects.begin(), missing.subjects.end());
    return missing;
}

std::vector<ImportRow> closings_of(Store& store, const Missing& missing, Date today,
                                   const std::string& file) {
    const auto why = absent_from(file);
    std::vector<ImportRow> recommendations;
    std::vector<ImportRow> rest;
    for (const auto& subject : missing.subjects) {
        if (const auto finding = store.facts().finding(subject)) {
            FindingDecided closed{finding->force, finding->reference, InspectorateState::closed,
                                  today, why};
            auto& rows = finding->parent.empty() ? rest : recommendations;
            rows.push_back({Event{std::move(closed)}, file, 0});
        } else if (const auto action = store.facts().action(subject)) {
            rest.push_back({Event{ActionUpdated{action->source, action->external_id,
                                                ActionState::cancelled, today, why}},
                            file, 0});
        }
    }
    recommendations.insert(recommendations.end(), rest.begin(), rest.end());
    return recommendations;
}

}  // namespace forcewatch

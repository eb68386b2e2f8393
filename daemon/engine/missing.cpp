#include "daemon/engine/missing.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace forcewatch {

namespace {

constexpr int page_size = 500;

bool is_open(const Finding& finding) {
    return finding.inspectorate_state == InspectorateState::open;
}
bool is_open(const Action& action) {
    return action.state == ActionState::open || action.state == ActionState::in_progress;
}

std::string subject_of_item(const Finding& finding) {
    return finding_subject(finding.force, finding.reference);
}
std::string subject_of_item(const Action& action) {
    return action_subject(action.source, action.external_id);
}

/// Calls `visit` for each item of a force, a page at a time. `list` asks the tables.
template <typename List, typename Visit>
void each_of(const std::string& force, List&& list, Visit&& visit) {
    ItemFilter filter;
    filter.force = force;
    filter.limit = page_size;
    for (;;) {
        const auto page = list(filter);
        for (const auto& item : page) visit(item);
        if (page.size() < page_size) return;
        filter.after_due_on = due_key(page.back().deadline.current());
        filter.after_subject = subject_of_item(page.back());
    }
}

}  // namespace

Missing missing_of(Store& store, const std::set<std::string>& named) {
    std::set<std::string> forces;                         // of findings
    std::set<std::pair<std::string, std::string>> plans;  // of actions: force and source
    for (const auto& subject : named) {
        if (subject.starts_with("finding:")) {
            forces.insert(subject.substr(8, subject.find('/') - 8));
        } else if (subject.starts_with("action:")) {
            if (const auto action = store.facts().action(subject))
                plans.emplace(action->force, action->source);
        }
    }
    Missing missing;
    const auto consider = [&](std::string subject, bool open) {
        if (!open) return;
        ++missing.scope;
        if (!named.contains(subject)) missing.subjects.push_back(std::move(subject));
    };
    auto& facts = store.facts();
    for (const auto& force : forces)
        each_of(
            force, [&](const ItemFilter& filter) { return facts.findings(filter); },
            [&](const Finding& finding) { consider(subject_of_item(finding), is_open(finding)); });
    std::set<std::string> of_plans;
    for (const auto& [force, source] : plans) of_plans.insert(force);
    for (const auto& force : of_plans)
        each_of(
            force, [&](const ItemFilter& filter) { return facts.actions(filter); },
            [&](const Action& action) {
                if (plans.contains({force, action.source}))
                    consider(subject_of_item(action), is_open(action));
            });
    std::sort(missing.subjects.begin(), missing.subjects.end());
    return missing;
}

std::vector<ImportRow> closings_of(Store& store, const Missing& missing, Date today,
                                   const std::string& file) {
    const auto why = fmt::format("no longer in {}", file);
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

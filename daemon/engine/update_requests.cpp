#include "daemon/engine/update_requests.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "daemon/engine/labels.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/engine/roles.hpp"
#include "daemon/engine/subject.hpp"

namespace forcewatch {

namespace {

using std::chrono::days;

/// A request is pending until its repeat, and a day more for the repeat to come first.
days patience(const Rule& rule) { return rule.remind_every.value_or(days{30}) + days{1}; }

}  // namespace

std::optional<UpdateRequests::Request> UpdateRequests::request(const Alert& alert,
                                                               const Addressee& who) {
    if (who.recipient != "owner" || subject_kind(alert.subject) != "action" ||
        alert.state == AlertState::closed)
        return std::nullopt;
    const auto rule = std::find_if(settings_.rules.begin(), settings_.rules.end(),
                                   [&](const Rule& each) { return each.name == alert.rule; });
    if (rule == settings_.rules.end() || !std::holds_alternative<Stalled>(rule->condition))
        return std::nullopt;
    auto owner = accountable_for(alert.subject, facts_).owner;
    const auto holders = holders_of(who.recipient, alert, facts_, store_);
    if (owner.empty() || holders.empty()) return std::nullopt;
    return Request{&*rule, std::move(owner), holders.front().email};
}

Restraint UpdateRequests::on(const Alert& alert, const Addressee& who) {
    const auto wanted = request(alert, who);
    if (!wanted) return {};
    const Key key{alert.rule, wanted->owner, who};
    auto found = asked_.find(key);
    if (found == asked_.end())
        found = asked_
                    .emplace(key, store_.notices().last_asked(alert.rule, wanted->owner,
                                                              wanted->address, who))
                    .first;
    const auto& asked = found->second;
    if (!asked || alert.severity > asked->severity || asked->at + patience(*wanted->rule) <= now_)
        return {};
    const auto id = number_of(asked->alert);
    return {Restraint::Cause::asked, key_of(asked->alert),
            fmt::format("the owner was asked on {} about alert {} and has not answered",
                        text_of(london_date(asked->at)), id),
            asked->at + patience(*wanted->rule)};
}

std::vector<AlertId> UpdateRequests::along_with(const std::vector<const Alert*>& alerts,
                                                const Addressee& who) {
    std::set<std::pair<std::string, std::string>> askings;  // rule and owner
    for (const auto* alert : alerts)
        if (auto wanted = request(*alert, who))
            askings.emplace(alert->rule, std::move(wanted->owner));
    std::vector<AlertId> others;
    for (const auto& [rule, owner] : askings) {
        asked_.erase({rule, owner, who});
        const auto more = store_.notices().to_ask(rule, owner, who);
        others.insert(others.end(), more.begin(), more.end());
    }
    return others;
}

}  // namespace forcewatch

#include "daemon/engine/roles.hpp"

#include <set>

#include "daemon/engine/labels.hpp"

namespace forcewatch {

namespace {

bool has_left(const std::string& token, FactSource& facts) {
    const auto person = facts.person(token);
    return person && !person->active;
}

std::string deputy_of(const std::string& token, FactSource& facts) {
    const auto person = facts.person(token);
    return person ? person->deputy : std::string{};
}

std::set<std::string> tokens_of(const std::string& role, const Alert& alert, FactSource& facts,
                                Store& store) {
    if (role == "acknowledger") {
        const auto acknowledged = store.care().acknowledgement(alert.id);
        return {acknowledged ? acknowledged->by : std::string{}};
    }
    const auto accountable = accountable_for(alert.subject, facts);
    if (role == "contributors")
        return {accountable.contributors.begin(), accountable.contributors.end()};
    if (role == "owner" && !has_left(accountable.owner, facts)) return {accountable.owner};
    return {deputy_of(accountable.owner, facts)};
}

}  // namespace

std::vector<Name> holders_of(const std::string& role, const Alert& alert, FactSource& facts,
                             Store& store) {
    std::vector<Name> holders;
    for (const auto& token : tokens_of(role, alert, facts, store))
        if (auto name = store.people().find(token); name && !has_left(token, facts))
            holders.push_back(std::move(*name));
    return holders;
}

}  // namespace forcewatch

#include "daemon/engine/matcher_values.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/nearest.hpp"
#include "daemon/engine/no_such.hpp"

namespace forcewatch {

namespace {

using Names = std::vector<std::string>;

bool knows(const Names& known, const std::string& value) {
    return std::find(known.begin(), known.end(), value) != known.end();
}

std::string not_known(std::string_view what, const std::string& value, const Names& known) {
    return fmt::format("no {} is called \"{}\"{}", what, value, did_you_mean(value, known));
}

Names areas_of(Reference& reference) {
    Names names;
    for (const auto& [subject, area] : reference.facts().areas) names.push_back(area.area);
    return names;
}

std::optional<std::string> unknown(std::string_view what, const std::string& value,
                                   const Names& known) {
    if (knows(known, value)) return std::nullopt;
    return not_known(what, value, known);
}

std::optional<std::string> mistyped(std::string_view what, const std::string& value,
                                    const Names& known) {
    if (knows(known, value) || nearest(value, known).empty()) return std::nullopt;
    return not_known(what, value, known);
}

struct Checker {
    Store& store;
    Reference& reference;
    const Settings& settings;

    [[nodiscard]] Names programmes() const {
        Names names;
        for (const auto& [subject, cycle] : reference.facts().cycles)
            names.push_back(cycle.programme);
        return names;
    }
    [[nodiscard]] Names rules() const {
        Names names;
        for (const auto& rule : settings.rules) names.push_back(rule.name);
        return names;
    }

    [[nodiscard]] std::optional<std::string> operator()(const std::string& label,
                                                        const std::string& value) const {
        if (label == "force" && !reference.force(value)) return no_such_force(store, value);
        if (label == "programme") return unknown("programme", value, programmes());
        if (label == "owner" && !store.people().find(store.people().known_token(value)))
            return no_such_person(store, value);
        if (label == "rule") return mistyped("rule", value, rules());
        if (label == "area") return mistyped("area", value, areas_of(reference));
        return std::nullopt;
    }
};

}  // namespace

std::optional<std::string> unknown_value(const std::vector<Matcher>& matchers, Store& store,
                                         Reference& reference, const Settings& settings) {
    const Checker check{store, reference, settings};
    for (const auto& matcher : matchers) {
        if (!names_values(matcher)) continue;
        for (const auto& value : matcher.values)
            if (auto fault = check(matcher.label, value))
                return fmt::format("{}: {}", text_of(matcher), *fault);
    }
    return std::nullopt;
}

std::optional<std::string> mistyped_area(const std::string& area, Reference& reference) {
    return mistyped("area", area, areas_of(reference));
}

}  // namespace forcewatch

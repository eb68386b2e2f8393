#include "daemon/engine/labels.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "daemon/engine/subject.hpp"

namespace forcewatch {

namespace {

void put(Labels& labels, const char* name, const std::string& value) {
    if (!value.empty()) labels[name] = value;
}

/// "track:kent/peel/root" names programme and area.
void put_track(Labels& labels, std::string_view key) {
    const auto first = key.find('/');
    if (first == std::string_view::npos) return;
    const auto second = key.find('/', first + 1);
    labels["programme"] = std::string{key.substr(first + 1, second - first - 1)};
    if (second != std::string_view::npos) labels["area"] = std::string{key.substr(second + 1)};
}

void put_finding(Labels& labels, const Finding& finding) {
    put(labels, "area", finding.area);
    put(labels, "finding", finding.reference);
    put(labels, "parent", finding.parent);
    labels["finding-kind"] = std::string{text_of(finding.kind)};
}

/// Patterns come from people: bounded in memory, and of linear time.
RE2::Options pattern_options() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(1 << 20);
    return options;
}

bool full_match(const std::string& value, const std::string& pattern) {
    const RE2 compiled{pattern, pattern_options()};
    return compiled.ok() && RE2::FullMatch(value, compiled);
}

bool holds(const Matcher& matcher, const Labels& labels) {
    using Kind = Matcher::Kind;
    const auto found = labels.find(matcher.label);
    const bool denies = matcher.kind == Kind::not_equal || matcher.kind == Kind::not_pattern;
    if (found == labels.end()) return denies;
    const auto& value = found->second;
    switch (matcher.kind) {
        case Kind::equal:
            return value == matcher.values.front();
        case Kind::not_equal:
            return value != matcher.values.front();
        case Kind::prefix:
            return value.starts_with(matcher.values.front());
        case Kind::one_of:
            return std::find(matcher.values.begin(), matcher.values.end(), value) !=
                   matcher.values.end();
        case Kind::pattern:
            return full_match(value, matcher.values.front());
        case Kind::not_pattern:
            return !full_match(value, matcher.values.front());
    }
    return false;
}

}  // namespace

Labels labels_of(const Alert& alert, FactSource& facts) {
    Labels labels;
    labels["alert"] = std::to_string(number_of(alert.id));
    labels["rule"] = alert.rule;
    labels["subject"] = alert.subject;
    labels["severity"] = std::string{text_of(alert.severity)};
    const auto type = subject_kind(alert.subject);
    labels["type"] = std::string{type};
    put(labels, "force", alert.force);
    if (const Force* force = facts.force(alert.force)) {
        labels["kind"] = std::string{text_of(force->kind)};
        put(labels, "region", force->region);
    }
    if (type == "track") put_track(labels, subject_key(alert.subject));
    if (type == "finding")
        if (const auto finding = facts.finding(alert.subject)) put_finding(labels, *finding);
    put(labels, "owner", accountable_for(alert.subject, facts).owner);
    return labels;
}

Labels shown_labels_of(const Alert& alert, FactSource& facts, People& people) {
    auto labels = labels_of(alert, facts);
    if (const auto owner = labels.find("owner"); owner != labels.end())
        owner->second = people.shown(owner->second);
    return labels;
}

bool matches(const std::vector<Matcher>& matchers, const Labels& labels) {
    return std::all_of(matchers.begin(), matchers.end(),
                       [&](const Matcher& matcher) { return holds(matcher, labels); });
}

std::optional<std::string> pattern_fault(const std::vector<Matcher>& matchers) {
    for (const auto& matcher : matchers) {
        if (matcher.kind != Matcher::Kind::pattern && matcher.kind != Matcher::Kind::not_pattern)
            continue;
        const RE2 compiled{matcher.values.front(), pattern_options()};
        if (!compiled.ok()) return fmt::format("\"{}\": {}", text_of(matcher), compiled.error());
    }
    return std::nullopt;
}

Accountable accountable_for(const std::string& subject, FactSource& facts) {
    const auto type = subject_kind(subject);
    if (type == "action") {
        if (const auto action = facts.action(subject)) return {action->owner, action->contributors};
    } else if (type == "finding") {
        if (const auto finding = facts.finding(subject)) return {finding->claimed_by, {}};
    }
    return {};
}

std::string due_of(const std::string& subject, FactSource& facts) {
    const auto words = [](const Deadline& deadline) {
        const auto date = deadline.due.text();
        return date.empty() ? deadline.words : date;
    };
    const auto type = subject_kind(subject);
    if (type == "action") {
        if (const auto item = facts.action(subject)) return words(item->deadline.current());
    } else if (type == "finding") {
        if (const auto item = facts.finding(subject)) return words(item->deadline.current());
    } else if (type == "obligation") {
        if (const auto item = facts.obligation(subject)) return words(item->deadline.current());
    } else if (type == "meeting") {
        if (const auto item = facts.meeting(subject)) return words(item->deadline.current());
    }
    return {};
}

}  // namespace forcewatch

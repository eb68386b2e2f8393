#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "config/duration.hpp"
#include "config/sections.hpp"
#include "config/words.hpp"
#include "core/nearest.hpp"

namespace forcewatch {

namespace {

using std::chrono::seconds;

void read_into(TableReader& reader, std::string_view key, seconds least, seconds& into) {
    const auto period = reader.period(key);
    if (!period) return;
    if (*period < least)
        reader.report(key, fmt::format("expected {} seconds or more", least.count()));
    else
        into = *period;
}

/// A group gathers what comes at about the same time; what may wait for longer is a digest.
void refuse_long_wait(TableReader& reader, std::string_view key, seconds wait) {
    if (wait > std::chrono::hours{24})
        reader.report(key,
                      "expected a day or less; what may wait for longer belongs into a digest");
}

void read_group_by(TableReader& reader, Alerting& alerting) {
    if (!reader.has("group_by")) return;
    alerting.group_by.clear();
    for (const auto& [text, place] : reader.texts("group_by")) {
        const auto& known = label_names();
        if (std::find(known.begin(), known.end(), text) != known.end()) {
            alerting.group_by.push_back(text);
            continue;
        }
        reader.report_at(
            place, "group_by",
            fmt::format("there is no label \"{}\"{}", text, did_you_mean(text, known)));
    }
}

constexpr auto nobody = "none";

void read_otherwise(TableReader& reader, const Settings& settings, Alerting& alerting) {
    const auto name = reader.text("otherwise");
    if (!name || name->text == nobody) return;
    check_known(reader, *name, "otherwise", "destination", destination_names(settings));
    alerting.otherwise = name->text;
}

void read_fallback(TableReader& reader, const Settings& settings, Alerting& alerting) {
    if (const auto name = reader.text("fallback")) {
        check_known(reader, *name, "fallback", "destination", destination_names(settings));
        alerting.fallback = name->text;
    }
    if (const auto* table = reader.table("fallback_after")) {
        TableReader after{*table, reader.path_of("fallback_after"), reader.faults()};
        for (const auto severity : {Severity::critical, Severity::warning, Severity::info})
            read_into(after, text_of(severity), seconds{60}, alerting.fallback_after[severity]);
        after.refuse_unknown();
    }
}

std::vector<Matcher> read_matchers(TableReader& reader, std::string_view key) {
    std::vector<Matcher> matchers;
    for (const auto& [text, place] : reader.texts(key)) {
        auto matcher = parse_matcher(text);
        if (!matcher)
            reader.report_at(place, key, matcher.error());
        else if (matcher->kind == Matcher::Kind::pattern ||
                 matcher->kind == Matcher::Kind::not_pattern)
            reader.report_at(place, key, "a rule takes =, !=, ^= and sets, no patterns");
        else
            matchers.push_back(std::move(*matcher));
    }
    if (!reader.has(key) || reader.has_empty_list(key))
        reader.report(key, "names no condition, such as \"finding-kind=cause of concern\"");
    return matchers;
}

void read_same(TableReader& reader, Inhibition& inhibition) {
    const auto& known = label_names();
    const auto is_label = [&](const std::string& name) {
        return std::find(known.begin(), known.end(), name) != known.end();
    };
    for (const auto& [text, place] : reader.texts("same")) {
        const auto equals = text.find('=');
        const std::string target = text.substr(0, equals);
        const std::string source = equals == std::string::npos ? target : text.substr(equals + 1);
        if (is_label(target) && is_label(source))
            inhibition.same.emplace_back(target, source);
        else
            reader.report_at(place, "same",
                             "expected a label, such as \"force\", or two that must agree, such "
                             "as \"parent=finding\"");
    }
}

/// Two sets of conditions that no alert fulfils together say so by one label with two values.
bool may_be_one(const std::vector<Matcher>& left, const std::vector<Matcher>& right) {
    for (const auto& a : left)
        for (const auto& b : right)
            if (a.label == b.label && a.kind == Matcher::Kind::equal &&
                b.kind == Matcher::Kind::equal && a.values != b.values)
                return false;
    return true;
}

/// An alert that is inhibited must not inhibit in turn what leads back to it.
bool leads_back(const std::vector<Inhibition>& all, std::size_t from) {
    std::vector<bool> seen(all.size());
    const std::function<bool(std::size_t)> visit = [&](std::size_t at) {
        for (std::size_t next = 0; next < all.size(); ++next) {
            if (!may_be_one(all[at].target, all[next].source)) continue;
            if (next == from) return true;
            if (seen[next]) continue;
            seen[next] = true;
            if (visit(next)) return true;
        }
        return false;
    };
    return visit(from);
}

void read_inhibitions(TableReader& file, Settings& settings) {
    const auto tables = file.tables("inhibit");
    for (const auto* table : tables) {
        TableReader reader{*table, "inhibit", file.faults()};
        Inhibition inhibition;
        if (const auto name = reader.name("name")) inhibition.name = name->text;
        inhibition.source = read_matchers(reader, "source");
        inhibition.target = read_matchers(reader, "target");
        read_same(reader, inhibition);
        reader.refuse_unknown();
        settings.inhibitions.push_back(std::move(inhibition));
    }
    if (!file.faults().empty()) return;
    for (std::size_t i = 0; i < settings.inhibitions.size(); ++i)
        if (leads_back(settings.inhibitions, i)) {
            TableReader reader{*tables[i], "inhibit", file.faults()};
            reader.report("target", "goes in a circle: what it silences may silence its source");
            return;
        }
}

Escalation read_escalation(TableReader reader, const Settings& settings) {
    Escalation escalation;
    if (const auto name = reader.name("name")) escalation.name = name->text;
    escalation.from_delivery =
        read_choice<bool>(reader, "from", {{"delivery", true}, {"effect", false}}).value_or(false);
    for (const auto* table : reader.tables("steps")) {
        TableReader step_reader{*table, "escalation.steps", reader.faults()};
        EscalationStep step;
        if (!step_reader.has("after")) step_reader.report("after", "is missing");
        read_into(step_reader, "after", seconds{0}, step.after);
        if (!escalation.steps.empty() && step.after <= escalation.steps.back().after)
            step_reader.report("after", "must be later than the step before");
        step.to = read_to(step_reader, settings);
        step_reader.refuse_unknown();
        escalation.steps.push_back(std::move(step));
    }
    if (escalation.steps.empty()) reader.report("steps", "has no step");
    reader.refuse_unknown();
    return escalation;
}

/// What is overdue and reminds nobody for too long would break the promise of [alerts].
void cap_reminders(Settings& settings) {
    const auto longest = std::chrono::ceil<std::chrono::days>(settings.alerting.longest_gap);
    for (auto& rule : settings.rules)
        if (std::holds_alternative<DeadlineRule>(rule.condition) &&
            (!rule.remind_every || *rule.remind_every > longest))
            rule.remind_every = longest;
}

}  // namespace

void read_alerts(TableReader& file, Settings& settings) {
    if (const auto* table = file.table("alerts")) {
        TableReader reader{*table, "alerts", file.faults()};
        Alerting& alerting = settings.alerting;
        read_group_by(reader, alerting);
        read_into(reader, "group_wait", seconds{0}, alerting.group_wait);
        refuse_long_wait(reader, "group_wait", alerting.group_wait);
        read_into(reader, "group_interval", seconds{1}, alerting.group_interval);
        refuse_long_wait(reader, "group_interval", alerting.group_interval);
        read_into(reader, "longest_gap", std::chrono::hours{24}, alerting.longest_gap);
        read_into(reader, "acknowledge_at_most", std::chrono::hours{1},
                  alerting.acknowledge_at_most);
        read_into(reader, "disable_after", std::chrono::hours{1}, alerting.disable_after);
        if (const auto count = reader.integer("unanswered_reminders", 1, 100))
            alerting.unanswered_reminders = static_cast<int>(*count);
        if (const auto count = reader.integer("storm", 0, 1'000'000))
            alerting.storm = static_cast<int>(*count);
        if (const auto severity = reader.text("tell_missed")) {
            if (const auto parsed = parse_severity(severity->text))
                alerting.tell_missed = *parsed;
            else
                reader.report("tell_missed", parsed.error());
        }
        read_otherwise(reader, settings, alerting);
        read_fallback(reader, settings, alerting);
        reader.refuse_unknown();
    }
    for (const auto* table : file.tables("escalation")) {
        auto escalation = read_escalation({*table, "escalation", file.faults()}, settings);
        const bool known =
            std::any_of(settings.escalations.begin(), settings.escalations.end(),
                        [&](const Escalation& other) { return other.name == escalation.name; });
        if (known)
            TableReader{*table, "escalation", file.faults()}.report(
                "name", fmt::format("\"{}\" is the name of an earlier one", escalation.name));
        settings.escalations.push_back(std::move(escalation));
    }
    read_inhibitions(file, settings);
    cap_reminders(settings);
}

}  // namespace forcewatch

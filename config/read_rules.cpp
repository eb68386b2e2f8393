#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/duration.hpp"
#include "config/sections.hpp"
#include "config/words.hpp"
#include "core/nearest.hpp"

namespace forcewatch {

namespace {

constexpr std::array<std::string_view, 5> grades{"outstanding", "good", "adequate",
                                                 "requires improvement", "inadequate"};

Expected<std::string> parse_programme(const std::string& text) {
    if (!text.empty()) return text;
    return tl::unexpected(Problem{"a programme has a name, such as \"PEEL\""});
}

std::optional<std::string> read_grade(TableReader& reader) {
    const auto grade = reader.text("grade");
    if (!grade) return std::nullopt;
    if (std::find(grades.begin(), grades.end(), grade->text) == grades.end())
        reader.report("grade",
                      fmt::format("\"{}\" is not one of {}", grade->text, fmt::join(grades, ", ")));
    return grade->text;
}

Condition read_grade_persists(TableReader& reader) {
    GradePersists condition;
    if (const auto grade = read_grade(reader))
        condition.grade = *grade;
    else if (!reader.has("grade"))
        reader.report("grade", "is missing");
    if (const auto counts = reader.text("counts")) {
        const auto weakest = parse_comparability(counts->text);
        if (weakest)
            condition.counts = *weakest;
        else
            reader.report("counts", weakest.error());
    }
    return condition;
}

Condition read_recurring(TableReader& reader) {
    Recurring condition;
    if (auto grade = read_grade(reader)) condition.grade = std::move(*grade);
    return condition;
}

std::set<DeadlineSubject> read_subjects(TableReader& reader) {
    return read_words<DeadlineSubject>(
        reader, "subjects", [](const std::string& text) { return parse_deadline_subject(text); });
}

Condition read_deadline(TableReader& reader) {
    DeadlineRule condition;
    condition.subjects = read_subjects(reader);
    if (const auto stops = reader.text("stops")) {
        const auto axis = parse_axis(stops->text);
        if (axis)
            condition.stops = *axis;
        else
            reader.report("stops", axis.error());
    }
    return condition;
}

Condition read_stalled(TableReader& reader) {
    Stalled condition;
    condition.subjects = read_subjects(reader);
    for (const auto subject : condition.subjects)
        if (subject != DeadlineSubject::action && subject != DeadlineSubject::finding)
            reader.report("subjects", "only actions and findings can stall");
    condition.due_within = reader.days("due_within", 1, 3650);
    return condition;
}

Condition read_slipped(TableReader& reader) {
    Slipped condition;
    condition.subjects = read_subjects(reader);
    if (const auto moves = reader.integer("moves", 0, 1000))
        condition.moves = static_cast<int>(*moves);
    condition.by = reader.days("by", 0, 36500);
    if (!reader.has("moves") && !reader.has("by"))
        reader.report("", "needs moves = 1 (moved more often) or by = \"90d\" (further), or both");
    return condition;
}

Condition read_stage(TableReader& reader) {
    StageRule condition;
    if (const auto stage = reader.text("stage")) {
        const auto known = parse_stage(stage->text);
        if (known)
            condition.stage = *known;
        else
            reader.report("stage", known.error());
    }
    if (const auto when = reader.text("when")) {
        const auto watch = parse_stage_watch(when->text);
        if (watch)
            condition.when = *watch;
        else
            reader.report("when", watch.error());
    }
    if (const auto keep = reader.days("keep", 1, 3650)) condition.keep = *keep;
    if (reader.has("keep") && condition.when != StageWatch::left)
        reader.report("keep", "belongs to when = \"left\" alone");
    if (reader.has("programmes")) reader.report("programmes", "a stage belongs to no programme");
    return condition;
}

Condition read_silent(TableReader& reader) {
    if (reader.has("programmes"))
        reader.report("programmes", "what is recorded about a force belongs to no one programme");
    return Silent{};
}

template <typename C>
Condition plain_condition(TableReader&) {
    return C{};
}

void read_condition(TableReader& reader, Rule& rule) {
    const auto type = reader.required_text("type");
    if (!type) return;
    using Read = Condition (*)(TableReader&);
    const std::vector<std::pair<std::string_view, Read>> readers{
        {"grade-persists", read_grade_persists},
        {"grade-declined", plain_condition<GradeDeclined>},
        {"deadline", read_deadline},
        {"stalled", read_stalled},
        {"unowned", plain_condition<Unowned>},
        {"slipped", read_slipped},
        {"unverified", plain_condition<Unverified>},
        {"stage", read_stage},
        {"recurring", read_recurring},
        {"silent", read_silent}};
    for (const auto& [name, read] : readers)
        if (type->text == name) {
            rule.condition = read(reader);
            return;
        }
    const std::vector<std::string> types{rule_types().begin(), rule_types().end()};
    reader.report("type", fmt::format("\"{}\" is not one of {}{}", type->text,
                                      fmt::join(types, ", "), did_you_mean(type->text, types)));
}

/// "30d", "-7d", "2w", or working days: "5wd".
void read_offset(TableReader& reader, LadderStep& step) {
    const auto text = reader.text("at");
    if (!text) return;
    step.working = text->text.ends_with("wd");
    const auto plain =
        step.working ? text->text.substr(0, text->text.size() - 2) + "d" : text->text;
    const auto days = parse_days(plain);
    if (!days || days->count() < -3650 || days->count() > 36500)
        reader.report("at", "expected days, such as \"30d\", or working days, such as \"5wd\"");
    else
        step.offset = *days;
}

LadderStep read_step(TableReader reader, const Rule& rule) {
    LadderStep step;
    read_offset(reader, step);
    if (const auto rounds = reader.integer("rounds", 1, 100))
        step.rounds = static_cast<int>(*rounds);
    if (reader.has("at") == reader.has("rounds"))
        reader.report("", "needs exactly one of at = \"30d\" and rounds = 2");
    if (step.rounds && !std::holds_alternative<GradePersists>(rule.condition))
        reader.report("rounds", "belongs to grade-persists alone");
    if (step.offset && step.offset->count() < 0 &&
        !std::holds_alternative<DeadlineRule>(rule.condition))
        reader.report("at", "only a deadline has steps before its day");
    if (const auto severity = reader.required_text("severity")) {
        const auto known = parse_severity(severity->text);
        if (known)
            step.severity = *known;
        else
            reader.report("severity", known.error());
    }
    reader.refuse_unknown();
    return step;
}

void read_ladder(TableReader& reader, Rule& rule) {
    const auto steps = reader.tables("ladder");
    if (!reader.has("ladder") || reader.has_empty_list("ladder"))
        reader.report("ladder",
                      "needs at least one step, such as { at = \"0d\", severity = \"info\" }");
    std::set<std::string> names;
    for (const auto* table : steps) {
        rule.ladder.push_back(read_step({*table, reader.path_of("ladder"), reader.faults()}, rule));
        const auto& step = rule.ladder.back();
        if ((step.offset || step.rounds) && !names.insert(step.name()).second)
            reader.report_at(table->source().begin, "ladder",
                             fmt::format("the step {} stands here twice", step.name()));
    }
}

}  // namespace

void read_rules(TableReader& file, Settings& settings) {
    for (const auto* table : file.tables("rule")) {
        TableReader reader{*table, "rule", file.faults()};
        Rule rule;
        if (const auto name = reader.name("name")) {
            rule.name = name->text;
            if (std::any_of(settings.rules.begin(), settings.rules.end(),
                            [&](const Rule& other) { return other.name == name->text; }))
                reader.report("name",
                              fmt::format("\"{}\" is the name of an earlier rule", name->text));
        }
        read_condition(reader, rule);
        rule.kinds = read_words<ForceKind>(
            reader, "kinds", [](const std::string& text) { return parse_force_kind(text); });
        rule.programmes = read_words<std::string>(reader, "programmes", parse_programme);
        rule.forces = read_words<std::string>(reader, "forces", parse_slug);
        read_ladder(reader, rule);
        rule.remind_every = reader.days("remind_every", 1, 3650);
        if (const auto hold_off = reader.period("hold_off")) rule.hold_off = *hold_off;
        reader.refuse_unknown();
        settings.rules.push_back(std::move(rule));
    }
}

}  // namespace forcewatch

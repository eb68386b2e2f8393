#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/nearest.hpp"
#include "config/sections.hpp"

namespace forcewatch {

namespace {

constexpr std::array<std::string_view, 5> grades{"outstanding", "good", "adequate",
                                                 "requires improvement", "inadequate"};

bool is_slug(std::string_view text) {
    return !text.empty() && text.size() <= 100 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

// Reads a list of words with `parse`; faults stand at the word.
template <typename T, typename Parse>
std::set<T> read_words(TableReader& reader, std::string_view key, Parse parse) {
    std::set<T> words;
    if (reader.has_empty_list(key)) reader.report(key, "is empty; leave it out to mean all");
    for (const auto& [text, place] : reader.texts(key)) {
        const Expected<T> word = parse(text);
        if (!word)
            reader.report_at(place, key, word.error());
        else
            words.insert(*word);
    }
    return words;
}

Expected<std::string> parse_slug(const std::string& text) {
    if (is_slug(text)) return text;
    return tl::unexpected(
        fmt::format("\"{}\" is not the id of a force, such as \"devon-and-cornwall\"", text));
}

Expected<std::string> parse_programme(const std::string& text) {
    if (!text.empty()) return text;
    return tl::unexpected(Problem{"a programme has a name, such as \"PEEL\""});
}

GradePersists read_grade_persists(TableReader& reader) {
    GradePersists condition;
    if (const auto grade = reader.required_text("grade")) {
        const bool known = std::find(grades.begin(), grades.end(), grade->text) != grades.end();
        if (known)
            condition.grade = grade->text;
        else
            reader.report("grade", fmt::format("\"{}\" is not one of {}", grade->text,
                                               fmt::join(grades, ", ")));
    }
    if (const auto counts = reader.text("counts")) {
        const auto weakest = parse_comparability(counts->text);
        if (weakest)
            condition.counts = *weakest;
        else
            reader.report("counts", weakest.error());
    }
    return condition;
}

DeadlineRule read_deadline(TableReader& reader) {
    DeadlineRule condition;
    condition.subjects = read_words<DeadlineSubject>(
        reader, "subjects", [](const std::string& text) { return parse_deadline_subject(text); });
    if (const auto stops = reader.text("stops")) {
        const auto axis = parse_axis(stops->text);
        if (axis)
            condition.stops = *axis;
        else
            reader.report("stops", axis.error());
    }
    return condition;
}

StageRule read_stage(TableReader& reader) {
    StageRule condition;
    if (const auto stage = reader.text("stage")) {
        const auto known = parse_stage(stage->text);
        if (known)
            condition.stage = *known;
        else
            reader.report("stage", known.error());
    }
    condition.left = reader.boolean("left").value_or(false);
    if (const auto keep = reader.days("keep", 1, 3650)) condition.keep = *keep;
    if (reader.has("keep") && !condition.left)
        reader.report("keep", "belongs to left = true alone");
    return condition;
}

void read_condition(TableReader& reader, Rule& rule) {
    const auto type = reader.required_text("type");
    if (!type) return;
    if (type->text == "grade-persists")
        rule.condition = read_grade_persists(reader);
    else if (type->text == "deadline")
        rule.condition = read_deadline(reader);
    else if (type->text == "stage")
        rule.condition = read_stage(reader);
    else {
        const std::vector<std::string> types{"grade-persists", "deadline", "stage"};
        const auto hint = nearest(type->text, types);
        reader.report("type",
                      fmt::format("\"{}\" is not one of {}{}", type->text, fmt::join(types, ", "),
                                  hint.empty() ? "" : "; did you mean \"" + hint + "\"?"));
    }
}

LadderStep read_step(TableReader reader, const Rule& rule) {
    LadderStep step;
    step.offset = reader.days("at", -3650, 36500);
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

Severity read_threshold(TableReader& reader) {
    return read_choice<Severity>(reader, "severity",
                                 {{"info+", Severity::info},
                                  {"warning+", Severity::warning},
                                  {"critical+", Severity::critical},
                                  {"critical", Severity::critical}})
        .value_or(Severity::info);
}

// A name that must be one of `known`, with the nearest as a hint.
void check_known(TableReader& reader, const PlacedText& name, std::string_view key,
                 std::string_view what, const std::vector<std::string>& known) {
    if (std::find(known.begin(), known.end(), name.text) != known.end()) return;
    const auto hint = nearest(name.text, known);
    reader.report_at(name.place, key,
                     fmt::format("there is no {} \"{}\"{}", what, name.text,
                                 hint.empty() ? "" : "; did you mean \"" + hint + "\"?"));
}

void read_match(TableReader reader, const Settings& settings, Route& route) {
    route.kinds = read_words<ForceKind>(
        reader, "kind", [](const std::string& text) { return parse_force_kind(text); });
    route.forces = read_words<std::string>(reader, "force", parse_slug);
    std::vector<std::string> rules;
    for (const auto& rule : settings.rules) rules.push_back(rule.name);
    for (const auto& name : reader.texts("rule")) {
        check_known(reader, name, "rule", "rule", rules);
        route.rules.insert(name.text);
    }
    route.at_least = read_threshold(reader);
    reader.refuse_unknown();
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
        reader.refuse_unknown();
        settings.rules.push_back(std::move(rule));
    }
}

void read_routes(TableReader& file, Settings& settings) {
    std::vector<std::string> destinations;
    for (const auto& destination : settings.destinations) destinations.push_back(destination.name);
    for (const auto* table : file.tables("route")) {
        TableReader reader{*table, "route", file.faults()};
        Route route;
        if (const auto* match = reader.table("match"))
            read_match({*match, "route.match", file.faults()}, settings, route);
        for (const auto& name : reader.texts("to")) {
            check_known(reader, name, "to", "destination", destinations);
            if (std::find(route.to.begin(), route.to.end(), name.text) != route.to.end())
                reader.report_at(name.place, "to",
                                 fmt::format("\"{}\" stands here twice", name.text));
            route.to.push_back(name.text);
        }
        if (!reader.has("to"))
            reader.report("to", "is missing");
        else if (reader.has_empty_list("to"))
            reader.report("to", "names no destination");
        reader.refuse_unknown();
        settings.routes.push_back(std::move(route));
    }
}

}  // namespace forcewatch

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <sstream>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/text.hpp"
#include "core/check.hpp"
#include "daemon/ingest/known_bodies.hpp"
#include "daemon/ingest/news_source.hpp"
#include "daemon/ingest/read_news.hpp"
#include "daemon/ingest/reading_json.hpp"
#include "daemon/ingest/shipped_bodies.hpp"

namespace forcewatch {

namespace {

/// What the daemon takes in one body.
constexpr std::size_t largest_file = 8UL << 20UL;

Outcome<std::string> bytes_of(const std::string& path) {
    if (path != "-") return read_whole_file(path, largest_file, "is larger than 8 MiB");
    std::ostringstream text;
    text << std::cin.rdbuf();
    if (text.view().size() > largest_file)
        return tl::unexpected(Failure{cli_exit::failed, "-: is larger than 8 MiB", {}});
    return text.str();
}

/// Reads here, with the names of the shipped bodies: what changes nothing needs no daemon.
Outcome<JsonValue> read_here(const std::string& name, const std::string& bytes) {
    static const auto names = names_of_bodies("bodies.csv", shipped_bodies());
    FW_CHECK(names.has_value());
    const auto items = read_news_source(name, {}, bytes);
    if (!items)
        return tl::unexpected(
            Failure{cli_exit::failed, fmt::format("{}: {}", one_line(name), items.error()), {}});
    std::vector<NewsReading> readings;
    for (const auto& item : *items) readings.push_back(read_news(item, *names));
    JsonWriter json;
    write_readings(json, name, readings);
    auto document = parse_json_object(json.take());
    if (!document)
        return tl::unexpected(
            Failure{cli_exit::failed, fmt::format("{}: {}", one_line(name), document.error()), {}});
    return std::move(*document);
}

/// The grades that are counted, such as "1 good, 2 adequate, of 5".
std::string counts_of(const JsonValue& proposal) {
    std::string text;
    for (const auto* grade : grade_words)
        if (const auto* number = value_at(proposal, fmt::format("counts.{}", grade)))
            if (const auto* areas = number->as<std::int64_t>(); areas != nullptr && *areas > 0)
                text += fmt::format("{}{} {}", text.empty() ? "" : ", ", *areas, grade);
    if (const auto total = text_at(proposal, "total"); !total.empty()) text += ", of " + total;
    return text;
}

std::string fact_of(const JsonValue& proposal) {
    const auto kind = text_at(proposal, "kind");
    if (kind == "stage") return text_at(proposal, "change") + " Engage";
    if (kind == "remains") return "in Engage still";
    if (kind == "judgement") return text_at(proposal, "area") + ": " + text_at(proposal, "grade");
    if (kind == "grade-counts") return counts_of(proposal);
    if (kind == "finding")
        return fmt::format("{} open: {}", text_at(proposal, "number"),
                           text_at(proposal, "finding"));
    return text_at(proposal, "programme");
}

void show(Session& session, const JsonValue& document) {
    TextTable table{{{"KIND", false},
                     {"FORCES", false, 12, 0},
                     {"FACT", false, 12, 0},
                     {"DATE", false, 0, 1},
                     {"SURE", true, 0, 1},
                     {"WORDS", false, 12, 2}}};
    for (const auto& proposal : array_at(document, "proposals")) {
        const auto* sure = value_at(proposal, "confidence");
        const auto* share = sure != nullptr ? sure->as<double>() : nullptr;
        const auto forces = joined_at(proposal, "forces", ", ");
        table.add({{text_at(proposal, "kind")},
                   {forces.empty() ? joined_at(proposal, "named", ", ") : forces},
                   {fact_of(proposal)},
                   {text_at(proposal, "date")},
                   {share != nullptr ? fmt::format("{:.0f}%", *share * 100) : ""},
                   {text_at(proposal, "words")}});
    }
    if (table.empty())
        session.say(fmt::format("{}: nothing to propose.", one_line(text_at(document, "source"))));
    else
        session.print(table);
    for (const auto& conflict : array_at(document, "conflicts"))
        session.say(fmt::format("Conflict ({}): {}: \"{}\"", text_at(conflict, "kind"),
                                one_line(text_at(conflict, "what")),
                                one_line(text_at(conflict, "words"))));
}

}  // namespace

int read_news_files(Session& session) {
    if (!session.given.dry_run)
        return session.fail({cli_exit::usage,
                             "forcewatchctl: read only shows what it finds yet: add --dry-run.",
                             {}});
    for (const auto& path : session.given.files) {
        const auto bytes = bytes_of(path);
        if (!bytes) return session.fail(bytes.error());
        const auto name = std::filesystem::path{path}.filename().string();
        auto document = read_here(name, *bytes);
        if (!document) return session.fail(document.error());
        if (session.given.json)
            session.print_json(*document);
        else
            show(session, *document);
    }
    return cli_exit::done;
}

}  // namespace forcewatch

#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <sstream>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/lists.hpp"
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
    auto total = text_at(proposal, "total");
    if (total.empty()) total = text_at(proposal, "counts.total");
    if (!total.empty()) text += ", of " + total;
    return text;
}

std::string fact_of(const JsonValue& proposal) {
    const auto kind = text_at(proposal, "kind");
    if (kind == "stage") return text_at(proposal, "change") + " Engage";
    if (kind == "remains") return "in Engage still";
    if (kind == "judgement") return text_at(proposal, "area") + ": " + text_at(proposal, "grade");
    if (kind == "grade-counts") return counts_of(proposal);
    if (kind == "finding" && value_at(proposal, "number") == nullptr)
        return text_at(proposal, "finding");
    if (kind == "finding")
        return fmt::format("{} open: {}", text_at(proposal, "number"),
                           text_at(proposal, "finding"));
    return text_at(proposal, "programme");
}

std::string sureness_of(const JsonValue& proposal) {
    const auto* sure = value_at(proposal, "confidence");
    const auto* share = sure != nullptr ? sure->as<double>() : nullptr;
    return share != nullptr ? fmt::format("{:.0f}%", *share * 100) : std::string{};
}

void show(Session& session, const JsonValue& document) {
    TextTable table{{{"KIND", false},
                     {"FORCES", false, 12, 0},
                     {"FACT", false, 12, 0},
                     {"DATE", false, 0, 1},
                     {"SURE", true, 0, 1},
                     {"WORDS", false, 12, 2}}};
    for (const auto& proposal : array_at(document, "proposals")) {
        const auto forces = joined_at(proposal, "forces", ", ");
        table.add({{text_at(proposal, "kind")},
                   {forces.empty() ? joined_at(proposal, "named", ", ") : forces},
                   {fact_of(proposal)},
                   {text_at(proposal, "date")},
                   {sureness_of(proposal)},
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

bool is_web_address(std::string_view text) {
    return text.starts_with("https://") || text.starts_with("http://");
}

/// The courier fetches it, so the daemon is asked even where nothing is to be kept.
Outcome<JsonValue> read_page(const Session& session, const std::string& address) {
    return session.api.post(
        "/v1/read",
        {{"url", address}, {"name", address}, {"dry_run", session.given.dry_run ? "true" : ""}});
}

Outcome<JsonValue> read_file(const Session& session, const std::string& path) {
    const auto bytes = read_whole_input(path, largest_file, "is larger than 8 MiB");
    if (!bytes) return tl::unexpected(bytes.error());
    const auto name = std::filesystem::path{path}.filename().string();
    if (session.given.dry_run) return read_here(name, *bytes);
    return session.api.post("/v1/read", {{"name", name}}, *bytes, "application/octet-stream");
}

}  // namespace

int read_news_files(Session& session) {
    for (const auto& path : session.given.files) {
        const auto document =
            is_web_address(path) ? read_page(session, path) : read_file(session, path);
        if (!document) return session.fail(document.error());
        if (session.given.json)
            session.print_json(*document);
        else
            show(session, *document);
        if (!session.given.json && !session.given.dry_run)
            session.say(
                fmt::format("{} kept for you to decide, {} known already: "
                            "forcewatchctl proposals",
                            counted(number_at(*document, "stored"), "proposal"),
                            number_at(*document, "known")));
    }
    return cli_exit::done;
}

namespace {

TextTable table_of_proposals(const JsonValue::Array& items, const Calendar&) {
    TextTable table{{{"ID", true},
                     {"STATE", false, 0, 3},
                     {"KIND", false},
                     {"FORCES", false, 12, 0},
                     {"FACT", false, 12, 0},
                     {"DATE", false, 0, 1},
                     {"SURE", true, 0, 2},
                     {"CONFLICTS", true, 0, 1},
                     {"WORDS", false, 12, 4}}};
    for (const auto& proposal : items)
        table.add({{text_at(proposal, "id")},
                   {text_at(proposal, "state")},
                   {text_at(proposal, "kind")},
                   {joined_at(proposal, "forces", ", ")},
                   {fact_of(proposal)},
                   {text_at(proposal, "date")},
                   {sureness_of(proposal)},
                   {fmt::format("{}", array_at(proposal, "conflicts").size())},
                   {text_at(proposal, "words")}});
    return table;
}

}  // namespace

int show_proposals(Session& session) {
    return show_list(session, "/v1/proposals", {{"state", session.given.state}},
                     "No proposals. News become some with: forcewatchctl read FILE",
                     table_of_proposals);
}

namespace {

/// What was said on the command line, as the body of a decision.
std::string decision_of(const Arguments& given) {
    JsonValue::Object body;
    const auto put = [&](const char* member, const std::string& text) {
        if (!text.empty()) body.push_back({member, {text}});
    };
    put("date", given.at);
    put("inspection", given.subject);
    put("cycle", given.cycle);
    put("area_id", given.area);
    put("reference", given.reference_id);
    put("title", given.title);
    put("reason", given.reason);
    if (!given.force.empty()) body.push_back({"forces", {JsonValue::Array{{given.force}}}});
    return json_text(JsonValue{std::move(body)});
}

int decide(Session& session, std::string_view decision, std::string_view told) {
    const auto proposal = session.api.post(
        fmt::format("/v1/proposals/{}/{}", percent_encoded(session.given.id), decision), {},
        decision_of(session.given));
    if (!proposal) return session.fail(proposal.error());
    if (session.given.json)
        session.print_json(*proposal);
    else
        session.print(
            fmt::format("Proposal {} is {}.\n", one_line(text_at(*proposal, "id")), told));
    return cli_exit::done;
}

}  // namespace

int confirm_proposal(Session& session) {
    return decide(session, "confirm", "confirmed and recorded");
}

int dismiss_proposal(Session& session) { return decide(session, "dismiss", "dismissed"); }

}  // namespace forcewatch

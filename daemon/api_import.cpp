// POST /v1/import: files become events, all of them or nothing.
#include <fmt/format.h>

#include <limits>
#include <span>

#include "daemon/api_write_parts.hpp"
#include "daemon/engine/missing.hpp"
#include "daemon/import_answer.hpp"
#include "daemon/import_request.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t most_missing_told = 1000;

/// What came of one file.
struct Outcome {
    ImportSummary summary;
    ImportEffect effect;
    Missing missing;
    bool closed{};  ///< what is missing was closed
};

void write_missing(JsonWriter& json, const Outcome& outcome) {
    json.key("missing").value(outcome.missing.count);
    json.key("missing_of").value(outcome.missing.scope).key("missing_closed").value(outcome.closed);
    json.key("missing_items").begin_array();
    const std::span subjects{outcome.missing.subjects};
    for (const auto& subject : subjects.first(std::min(subjects.size(), most_missing_told)))
        json.value(subject);
    json.end_array();
}

/// The same for a trial and for the real run, byte for byte.
void write_outcome(JsonWriter& json, const ImportFile& file, const Outcome& outcome) {
    const auto& summary = outcome.summary;
    const auto& effect = outcome.effect;
    json.begin_object().key("file").value(file.name).key("format").value(file.format);
    json.key("layout").value(file.layout).key("rows").value(file.lines);
    json.key("added").value(effect.added).key("changed").value(effect.changed);
    json.key("unchanged").value(effect.unchanged).key("following").value(effect.following);
    json.key("events").value(summary.events).key("alert_revisions").value(summary.alert_revisions);
    write_missing(json, outcome);
    json.key("ignored_columns").begin_array();
    for (const auto& column : file.ignored_columns) json.value(column);
    json.end_array();
    write_items(json, effect);
    write_alerts(json, summary.alerts);
    json.end_object();
}

std::vector<FileFault> faults_of(const ImportRequest& asked, const FileToImport& file,
                                 const std::vector<RowFault>& faults) {
    std::vector<RefusedField> refused;
    refused.reserve(faults.size());
    for (const auto& [row, fault, line, layout] : faults)
        refused.push_back({line, layout, fault.field, fault.what});
    return placed_faults(file.name, file.bytes, asked.options(file), refused);
}

void add(ImportSummary& sum, ImportSummary more) {
    sum.events += more.events;
    sum.alert_revisions += more.alert_revisions;
    sum.alerts.insert(sum.alerts.end(), more.alerts.begin(), more.alerts.end());
}

Response too_many_missing(const Missing& missing, int limit) {
    return problem(
        409, "too-many-missing", "Too much is missing from the file",
        fmt::format("{} of {} open items of its scope ({} %) are not in the file, and more "
                    "than {} % are not closed by absence; look at the trial's "
                    "missing_items, and raise missing_limit if they are all gone for good",
                    missing.count, missing.scope, missing.percent(), limit));
}

/// One file of the request; the answer where it is refused.
tl::expected<Outcome, Response> take_file(const ImportRequest& asked, const FileToImport& file,
                                          Origin origin, Engine& engine, Instant now) {
    const auto before = engine.store().journal().head();
    const RowFeed feed = [&](const auto& take) {
        if (file.streams)
            (void)scan_import(file.name, file.bytes, asked.options(file),
                              [&](ImportRow&& row) { take(row); });
        for (const auto& row : file.read.rows) take(row);
    };
    auto summary = engine.import(feed, origin, now, asked.mode);
    if (!summary) return tl::unexpected(file_refused(faults_of(asked, file, summary.error())));
    Outcome outcome;
    outcome.summary = std::move(*summary);
    constexpr auto all = std::numeric_limits<std::size_t>::max();
    if (asked.whole)
        outcome.missing = missing_of(engine.store(), outcome.summary.named,
                                     asked.close_missing_up_to ? all : most_missing_told);
    if (asked.close_missing_up_to && outcome.missing.count > 0) {
        if (outcome.missing.percent() > *asked.close_missing_up_to)
            return tl::unexpected(too_many_missing(outcome.missing, *asked.close_missing_up_to));
        const auto closings =
            closings_of(engine.store(), outcome.missing, london_date(now), file.name);
        auto closed = engine.import(closings, origin, now, asked.mode);
        if (!closed) return tl::unexpected(refused(closed.error().front().fault));
        add(outcome.summary, std::move(*closed));
        outcome.closed = true;
    }
    outcome.effect = effect_of(engine.store(), before, outcome.summary.named, most_items_told);
    return outcome;
}

/// Adds what came of a file to what is kept of the import.
void note(PastImport& past, const ImportFile& file, const Outcome& outcome) {
    past.files += (past.files.empty() ? "" : "\n") + file.name;
    if (!file.layout.empty() && past.layouts.find(file.layout) == std::string::npos)
        past.layouts += (past.layouts.empty() ? "" : "+") + file.layout;
    past.rows += file.lines;
    past.added += outcome.effect.added;
    past.changed += outcome.effect.changed;
}

}  // namespace

Work import_work(const Request& request) {
    return [sent = std::make_shared<const Request>(request)](Engine& engine,
                                                             Instant now) -> Turn::Result {
        const auto asked = read_import_request(*sent);
        if (!asked) return asked.error();
        const auto origin = origin_of(*sent);
        PastImport past;
        past.at = now;
        past.uid = origin.uid;
        past.baseline = asked->mode == ImportMode::baseline;
        const auto before = engine.store().journal().head();
        JsonWriter json;
        if (asked->many) json.begin_object().key("items").begin_array();
        for (const auto& file : asked->files) {
            auto of_file = origin;
            of_file.reason = "import of " + file.name;
            const auto outcome = take_file(*asked, file, std::move(of_file), engine, now);
            if (!outcome) return outcome.error();
            write_outcome(json, file.read, *outcome);
            note(past, file.read, *outcome);
        }
        if (asked->many) json.end_array().end_object();
        auto response = json_response(json.take());
        if (asked->dry) return {std::move(response), true};
        past.first = JournalSeq{number_of(before) + 1};
        past.last = engine.store().journal().head();
        if (past.last > before)
            response.headers.emplace_back(
                "Location",
                fmt::format("/v1/imports/{}", number_of(engine.store().imports().add(past))));
        return response;
    };
}

}  // namespace forcewatch

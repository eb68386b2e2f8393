#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/text.hpp"

namespace forcewatch {

namespace {

/// Each of these may refer to what stands in those before it.
constexpr std::array reference_files{
    "cycles.csv",        "bodies.csv",       "frameworks.csv", "area-map.csv",
    "bank-holidays.csv", "obligations.toml", "judgements.csv", "monitoring_timeline.csv"};
/// What the daemon takes in one body.
constexpr std::uintmax_t largest_file = 8UL << 20UL;

std::vector<std::string> files_asked(const Arguments& given) {
    std::vector<std::string> files;
    if (given.reference)
        for (const char* name : reference_files)
            files.push_back((std::filesystem::path{given.reference_folder} / name).string());
    // However a shell sorts them, the shipped files come in the order in which they build on each
    // other, and other files after them.
    auto named = given.files;
    const auto place = [](const std::string& path) {
        const auto name = std::filesystem::path{path}.filename().string();
        return std::find(reference_files.begin(), reference_files.end(), name) -
               reference_files.begin();
    };
    std::stable_sort(named.begin(), named.end(), [&](const auto& left, const auto& right) {
        return place(left) < place(right);
    });
    files.insert(files.end(), named.begin(), named.end());
    return files;
}

Outcome<std::string> read_file(const std::string& path) {
    return read_whole_file(path, largest_file,
                           "is larger than 8 MiB; split it, keeping the header in each part");
}

/// One line for each fault, such as an editor can jump to: file:line: column: value: reason.
int tell_faults(Session& session, const std::string& path, Failure failure) {
    const auto problem = parse_json_object(failure.document);
    if (!problem || text_at(*problem, "type") != "/problems/import") return session.fail(failure);
    for (const auto& error : array_at(*problem, "errors")) {
        std::string line = one_line(path);
        if (const auto number = number_at(error, "line"); number > 0)
            line += fmt::format(":{}", number);
        for (const char* part : {"column", "value", "detail"})
            if (const auto said = text_at(error, part); !said.empty())
                line += std::string_view{part} == "value" ? fmt::format(": \"{}\"", one_line(said))
                                                          : ": " + one_line(said);
        session.say(line);
    }
    failure.text = fmt::format("{}: {}.", one_line(path), one_line(text_at(*problem, "detail")));
    return session.fail(failure);
}

/// Shows on one line of a terminal which file is under way.
class Progress {
public:
    Progress(const Terminal& terminal, std::size_t count)
        : shown_{terminal.progress}, count_{count} {}
    ~Progress() { clear(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void at(const std::string& path, std::size_t bytes) {
        ++number_;
        if (shown_)
            fmt::print(stderr, "\r\x1b[KImporting {} ({} of {}, {} KiB) ...",
                       one_line(std::filesystem::path{path}.filename().string()), number_, count_,
                       (bytes + 1023) / 1024);
    }
    void clear() const {
        if (shown_) fmt::print(stderr, "\r\x1b[K");
    }

private:
    bool shown_;
    std::size_t count_;
    std::size_t number_{0};
};

void print_results(Session& session, JsonValue::Array results) {
    if (session.given.json) {
        session.print_json(
            JsonValue{JsonValue::Object{{"items", {std::move(results)}}, {"next", {}}}});
        return;
    }
    TextTable table{{{"FILE", false, 12, 0},
                     {"LAYOUT", false, 0, 2},
                     {"ROWS", true, 0, 1},
                     {"CHANGED", true},
                     {"EVENTS", true, 0, 1},
                     {"ALERTS", true}}};
    bool dry = false;
    std::int64_t changed = 0;
    for (const auto& result : results) {
        dry = dry || flag_at(result, "dry_run");
        changed += number_at(result, "changed");
        if (const auto ignored = joined_at(result, "ignored_columns", ", "); !ignored.empty())
            session.say(fmt::format("{}: no use was made of the columns {}.",
                                    one_line(text_at(result, "file")), one_line(ignored)));
        table.add({{text_at(result, "file")},
                   {text_at(result, "layout")},
                   {grouped(number_at(result, "rows"))},
                   {grouped(number_at(result, "changed")),
                    number_at(result, "changed") > 0 ? Tone::good : Tone::plain},
                   {grouped(number_at(result, "events"))},
                   {grouped(number_at(result, "alert_revisions"))}});
    }
    if (table.empty()) return;
    session.print(table);
    if (dry)
        session.say("A trial: nothing was changed.");
    else if (changed == 0)
        session.say("All of it was known already: nothing was changed.");
}

/// The document of the import; on a dry run the daemon forgets it again.
Outcome<JsonValue> import_one(const Session& session, const std::string& path, Progress& progress) {
    auto text = read_file(path);
    if (!text) return tl::unexpected(text.error());
    progress.at(path, text->size());
    return session.api.post("/v1/import",
                            {{"name", std::filesystem::path{path}.filename().string()},
                             {"dry_run", session.given.dry_run ? "true" : ""},
                             {"mode", session.given.baseline ? "baseline" : ""}},
                            *text, "text/csv");
}

}  // namespace

int import_files(Session& session) {
    const auto files = files_asked(session.given);
    if (files.empty()) {
        session.say(
            "forcewatchctl: import what? Name one or more CSV files, or --reference for the "
            "shipped data.");
        return cli_exit::usage;
    }
    JsonValue::Array results;
    std::optional<Failure> failure;
    {
        Progress progress{session.terminal, files.size()};
        for (const auto& path : files) {
            auto result = import_one(session, path, progress);
            if (!result) {
                failure = std::move(result.error());
                break;
            }
            results.push_back(std::move(*result));
        }
    }
    const std::size_t taken = results.size();
    if (!failure || !session.given.json) print_results(session, std::move(results));
    if (!failure) return cli_exit::done;
    const int code = tell_faults(session, files[taken], *failure);
    if (taken == 0 || session.given.dry_run) return code;
    session.say(fmt::format("The {} before it {} imported, the rest {} not.",
                            counted(static_cast<std::int64_t>(taken), "file"),
                            taken == 1 ? "was" : "were",
                            files.size() - taken > 1 ? "were" : "was"));
    return cli_exit::partly;
}

}  // namespace forcewatch

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>

#include "cli/commands.hpp"
#include "cli/effect.hpp"
#include "cli/exit_code.hpp"
#include "cli/files.hpp"
#include "cli/mapping_files.hpp"
#include "cli/text.hpp"

namespace forcewatch {

namespace {

/// Each of these may refer to what stands in those before it.
constexpr std::array reference_files{
    "cycles.csv",        "bodies.csv",       "frameworks.csv", "area-map.csv",
    "bank-holidays.csv", "obligations.toml", "judgements.csv", "monitoring_timeline.csv"};
/// What the daemon takes in one body.
constexpr std::uintmax_t largest_file = 8UL << 20UL;

std::vector<std::string> shipped_files(const Arguments& given) {
    std::vector<std::string> files;
    files.reserve(std::size(reference_files));
    for (const char* name : reference_files)
        files.push_back((std::filesystem::path{given.reference_folder} / name).string());
    return files;
}

std::vector<std::string> files_asked(const Arguments& given) {
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
    return named;
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

/// Shows on one line of a terminal what is under way, and about how long it will take.
class Progress {
public:
    Progress(const Terminal& terminal, std::size_t count)
        : shown_{terminal.progress}, count_{count} {}
    ~Progress() { clear(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void at(const std::string& name, std::size_t bytes) {
        ++number_;
        what_ = fmt::format("Importing {} ({} of {}, {} KiB)", one_line(name), number_, count_,
                            (bytes + 1023) / 1024);
        // One import is one transaction, and tells nothing before its end; what it takes grows with
        // its size.
        expected_ = static_cast<long>(bytes / bytes_a_second);
        if (shown_) fmt::print(stderr, "\r\x1b[K{} ...", what_);
    }
    /// Called now and then while the daemon works.
    void tick(long seconds) const {
        if (!shown_ || expected_ < 2 || seconds < 1) return;
        constexpr long width = 20;
        const auto done = std::min(width, seconds * width / expected_);
        const auto left = expected_ - seconds;
        fmt::print(stderr, "\r\x1b[K{} [{}{}] {}", what_,
                   std::string(static_cast<std::size_t>(done), '#'),
                   std::string(static_cast<std::size_t>(width - done), '.'),
                   left > 0 ? fmt::format("about {} s left", left) : "nearly there");
    }
    void clear() const {
        if (shown_) fmt::print(stderr, "\r\x1b[K");
    }

private:
    static constexpr std::size_t bytes_a_second = 800'000;
    bool shown_;
    std::size_t count_;
    std::size_t number_{0};
    std::string what_;
    long expected_{};
};

/// The parts of a form: files that are taken together, and the mapping that reads them.
class Form {
public:
    void add(std::string_view part, const std::string& name, const std::string& bytes) {
        std::string plain;
        for (const char c : name)
            if (c != '"' && c != '\\' && c != '\r' && c != '\n') plain += c;
        body_ += fmt::format(
            "--{}\r\nContent-Disposition: form-data; name=\"{}\"; "
            "filename=\"{}\"\r\n\r\n",
            boundary, part, plain);
        body_ += bytes;
        body_ += "\r\n";
    }
    [[nodiscard]] std::string finish() { return body_ + fmt::format("--{}--\r\n", boundary); }
    [[nodiscard]] static std::string content_type() {
        return fmt::format("multipart/form-data; boundary={}", boundary);
    }

private:
    static constexpr std::string_view boundary{"forcewatchctl-7f3c1a9e52d84b06"};
    std::string body_;
};

std::string missing_asked(const Arguments& given) {
    if (given.close_missing) return "close";
    return given.part ? "ignore" : "";
}

ApiClient::Parameters parameters_of(const Session& session, const std::string& name, bool dry) {
    const auto& given = session.given;
    return {{"name", name},
            {"dry_run", dry ? "true" : ""},
            {"mode", given.baseline ? "baseline" : ""},
            {"sheet", given.every_sheet ? "*" : given.sheet},
            {"missing", missing_asked(given)},
            {"missing_limit", given.close_missing ? std::to_string(given.missing_limit) : ""}};
}

/// What came of one request, as a list of the documents of its files.
JsonValue::Array outcomes_of(JsonValue answer) {
    if (answer.find("items") != nullptr && answer.find("file") == nullptr)
        return array_at(answer, "items");
    JsonValue::Array one;
    one.push_back(std::move(answer));
    return one;
}

void print_results(Session& session, const JsonValue::Array& results, bool dry) {
    if (session.given.json) {
        session.print_json(JsonValue{JsonValue::Object{{"items", {results}}, {"next", {}}}});
        return;
    }
    TextTable table{{{"FILE", false, 12, 0},
                     {"LAYOUT", false, 0, 2},
                     {"ROWS", true, 0, 1},
                     {"ADDED", true},
                     {"CHANGED", true},
                     {"UNCHANGED", true, 0, 3},
                     {"MISSING", true, 0, 1},
                     {"EVENTS", true, 0, 2},
                     {"ALERTS", true}}};
    std::int64_t news = 0;
    const auto count = [](const JsonValue& result, const char* what, Tone tone) {
        const auto number = number_at(result, what);
        return Cell{grouped(number), number > 0 ? tone : Tone::plain};
    };
    for (const auto& result : results) {
        news += number_at(result, "events");
        if (const auto ignored = joined_at(result, "ignored_columns", ", "); !ignored.empty())
            session.say(fmt::format("{}: no use was made of the columns {}.",
                                    one_line(text_at(result, "file")), one_line(ignored)));
        table.add({{text_at(result, "file")},
                   {text_at(result, "layout")},
                   {grouped(number_at(result, "rows"))},
                   count(result, "added", Tone::good),
                   count(result, "changed", Tone::good),
                   {grouped(number_at(result, "unchanged"))},
                   count(result, "missing", Tone::notice),
                   {grouped(number_at(result, "events"))},
                   {grouped(number_at(result, "alert_revisions"))}});
    }
    if (table.empty()) return;
    session.print(table);
    if (dry || session.given.all)
        for (const auto& result : results) {
            if (const auto format = text_at(result, "format"); dry && !format.empty())
                session.print(
                    fmt::format("{}: {}\n", one_line(text_at(result, "file")), one_line(format)));
            print_effect(session, result, session.given.all);
        }
    if (dry)
        session.say("A trial: nothing was changed.");
    else if (news == 0)
        session.say("All of it was known already: nothing was changed.");
}

/// Says by which number the import can be taken back.
void tell_undo(Session& session, const JsonValue::Array& results) {
    std::int64_t events = 0;
    for (const auto& result : results) events += number_at(result, "events");
    if (session.given.json || !session.terminal.interactive || events == 0) return;
    const auto imports = session.api.get("/v1/imports", {{"limit", "1"}});
    if (!imports || array_at(*imports, "items").empty()) return;
    session.say(fmt::format("To take it back: forcewatchctl import undo {} --reason TEXT",
                            text_at(array_at(*imports, "items").front(), "id")));
}

/// The documents of the import of one file; on a trial the daemon forgets it again.
Outcome<JsonValue> import_one(const Session& session, const std::string& path, Progress& progress) {
    auto text = read_file(path);
    if (!text) return tl::unexpected(text.error());
    const auto name = std::filesystem::path{path}.filename().string();
    progress.at(name, text->size());
    const auto tick = [&](long seconds) { progress.tick(seconds); };
    const auto parameters = parameters_of(session, name, session.given.dry_run);
    if (session.given.mapping.empty())
        return session.api.post("/v1/import", parameters, *text, "application/octet-stream", tick);
    const auto mapping = find_mapping(session.given.mapping);
    if (!mapping) return tl::unexpected(mapping.error());
    Form form;
    form.add("mapping", mapping->name, mapping->text);
    form.add("file", name, *text);
    return session.api.post("/v1/import", parameters, form.finish(), Form::content_type(), tick);
}

int import_named(Session& session, const std::vector<std::string>& files) {
    JsonValue::Array results;
    std::optional<Failure> failure;
    std::size_t taken = 0;
    {
        Progress progress{session.terminal, files.size()};
        for (const auto& path : files) {
            auto result = import_one(session, path, progress);
            if (!result) {
                failure = std::move(result.error());
                break;
            }
            ++taken;
            for (auto& outcome : outcomes_of(std::move(*result)))
                results.push_back(std::move(outcome));
        }
    }
    if (!failure || !session.given.json) print_results(session, results, session.given.dry_run);
    if (!failure) {
        if (!session.given.dry_run) tell_undo(session, results);
        return cli_exit::done;
    }
    const int code = tell_faults(session, files[taken], *failure);
    if (taken == 0 || session.given.dry_run) return code;
    session.say(fmt::format("The {} before it {} imported, the rest {} not.",
                            counted(static_cast<std::int64_t>(taken), "file"),
                            taken == 1 ? "was" : "were",
                            files.size() - taken > 1 ? "were" : "was"));
    return cli_exit::partly;
}

/// Whether a person at the terminal says yes.
bool agreed(const Session& session, std::string_view question) {
    if (!session.terminal.interactive || ::isatty(STDIN_FILENO) == 0) return false;
    fmt::print(stderr, "{} [y/N] ", question);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

/// The shipped files as one; into records that hold some already only once somebody agrees.
int import_reference(Session& session) {
    Form form;
    std::size_t size = 0;
    const auto files = shipped_files(session.given);
    for (const auto& path : files) {
        const auto text = read_file(path);
        if (!text) return session.fail(text.error());
        size += text->size();
        form.add("file", std::filesystem::path{path}.filename().string(), *text);
    }
    const auto body = form.finish();
    Progress progress{session.terminal, 1};
    const auto send = [&](bool dry) {
        progress.at(fmt::format("{} files of reference data", files.size()), size);
        auto answer = session.api.post("/v1/import", parameters_of(session, "", dry), body,
                                       Form::content_type(), [&](long s) { progress.tick(s); });
        progress.clear();
        return answer;
    };
    const auto refuse = [&](const Failure& failure) {
        return tell_faults(session, session.given.reference_folder, failure);
    };
    const auto known = session.api.get("/v1/imports", {{"limit", "1"}});
    if (!known) return session.fail(known.error());
    const bool upgrade = !array_at(*known, "items").empty();
    if (upgrade && !session.given.yes && !session.given.dry_run) {
        auto trial = send(true);
        if (!trial) return refuse(trial.error());
        const auto outcomes = outcomes_of(std::move(*trial));
        std::int64_t events = 0;
        for (const auto& outcome : outcomes) events += number_at(outcome, "events");
        if (events > 0) {
            print_results(session, outcomes, true);
            session.flush();
            if (!agreed(session, "Upgrade the reference data in this way?")) {
                session.say("Not upgraded. With --yes it is done without a question.");
                return cli_exit::usage;
            }
        }
    }
    auto done = send(session.given.dry_run);
    if (!done) return refuse(done.error());
    const auto outcomes = outcomes_of(std::move(*done));
    print_results(session, outcomes, session.given.dry_run);
    if (!session.given.dry_run) tell_undo(session, outcomes);
    return cli_exit::done;
}

}  // namespace

int import_files(Session& session) {
    if (session.given.guess) return propose_mapping(session);
    const auto files = files_asked(session.given);
    if (files.empty() && !session.given.reference) {
        session.say(
            "forcewatchctl: import what? Name one or more files, or --reference for the shipped "
            "data.");
        return cli_exit::usage;
    }
    if (session.given.reference) {
        const int code = import_reference(session);
        if (code != cli_exit::done || files.empty()) return code;
    }
    return import_named(session, files);
}

}  // namespace forcewatch

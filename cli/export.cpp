#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/text.hpp"
#include "cli/workbook.hpp"
#include "daemon/ingest/csv_reader.hpp"
#include "daemon/ingest/export_tables.hpp"
#include "daemon/ingest/formula_guard.hpp"

namespace forcewatch {

namespace {

Failure cannot_write(const std::string& path, int error) {
    return {cli_exit::failed,
            fmt::format("{}: cannot be written: {}", one_line(path), std::strerror(error)),
            {}};
}

ApiClient::Parameters parameters_of(const Session& session, std::string_view layout, bool csv) {
    return {{"format", csv ? "csv" : "jsonl"},
            {"layout", std::string{layout}},
            {"force", session.given.force},
            {"as_of", session.given.as_of},
            {"known_at", session.given.known_at}};
}

/// The tables asked for.
std::vector<std::string_view> layouts_of(const Session& session) {
    std::vector<std::string_view> layouts;
    for (const auto& table : export_tables())
        if (session.given.layout.empty() || session.given.layout == table.layout)
            layouts.push_back(table.layout);
    return layouts;
}

/// The answer goes to `path` under another name first, so that there is a whole file or none.
Outcome<void> save(const Session& session, const std::string& path, std::string_view layout,
                   bool csv) {
    const auto beside = path + ".new";
    std::ofstream out{beside, std::ios::binary | std::ios::trunc};
    if (!out) return tl::unexpected(cannot_write(beside, errno));
    auto done = session.api.download("/v1/export", parameters_of(session, layout, csv),
                                     [&](std::string_view piece) { out << piece; });
    out.close();
    std::error_code error;
    if (done && !out) done = tl::unexpected(cannot_write(beside, errno));
    if (done) std::filesystem::rename(beside, path, error);
    if (done && !error) return {};
    std::error_code ignored;
    std::filesystem::remove(beside, ignored);
    if (!done) return done;
    return tl::unexpected(cannot_write(path, error.value()));
}

/// One numbered file a table, in the order in which an import takes them.
Outcome<void> save_folder(const Session& session, const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return tl::unexpected(cannot_write(folder, error.value()));
    int number = 0;
    for (const auto& table : export_tables()) {
        ++number;
        if (!session.given.layout.empty() && session.given.layout != table.layout) continue;
        const auto name = fmt::format("{:02}-{}.csv", number, table.layout);
        const auto path = (std::filesystem::path{folder} / name).string();
        if (auto done = save(session, path, table.layout, true); !done) return done;
    }
    return {};
}

Outcome<void> save_workbook(const Session& session, const std::string& path) {
    const auto beside = path + ".new";
    Workbook book{beside};
    for (const auto layout : layouts_of(session)) {
        std::string text;
        auto got = session.api.download("/v1/export", parameters_of(session, layout, true),
                                        [&](std::string_view piece) { text += piece; });
        if (!got) return got;
        book.begin_sheet(std::string{layout});
        const auto read = read_csv(text, ',', [&](SourceRow&& row) {
            for (auto& cell : row.fields) unguard(cell);
            book.add_row(row.fields);
            return true;
        });
        if (!read) return tl::unexpected(Failure{cli_exit::failed, read.error().what, {}});
    }
    auto done = book.finish();
    std::error_code error;
    if (done) std::filesystem::rename(beside, path, error);
    if (done && error) done = tl::unexpected(cannot_write(path, error.value()));
    if (!done) std::filesystem::remove(beside, error);
    return done;
}

}  // namespace

int export_facts(Session& session) {
    const auto& given = session.given;
    if (!given.layout.empty() && find_export_table(given.layout) == nullptr) {
        std::string known;
        for (const auto& table : export_tables())
            known += (known.empty() ? "" : ", ") + std::string{table.layout};
        session.say(fmt::format("forcewatchctl: --layout takes one of {}.", known));
        return cli_exit::usage;
    }
    const bool to_stdout = given.path.empty() || given.path == "-";
    if (to_stdout && (given.format == "xlsx" || (given.format == "csv" && given.layout.empty()))) {
        session.say(
            given.format == "xlsx"
                ? "forcewatchctl: name the workbook to write, such as facts.xlsx."
                : "forcewatchctl: a CSV file holds one table: name a folder for all of them, "
                  "or one with --layout.");
        return cli_exit::usage;
    }
    Outcome<void> done;
    if (to_stdout)
        done = session.api.download("/v1/export",
                                    parameters_of(session, given.layout, given.format == "csv"),
                                    [&](std::string_view piece) { session.print(piece); });
    else if (given.format == "xlsx")
        done = save_workbook(session, given.path);
    else if (given.format == "csv" && given.layout.empty())
        done = save_folder(session, given.path);
    else
        done = save(session, given.path, given.layout, given.format == "csv");
    if (!done) return session.fail(done.error());
    if (!to_stdout) session.say(fmt::format("Exported to {}.", one_line(given.path)));
    return cli_exit::done;
}

}  // namespace forcewatch

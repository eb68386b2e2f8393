// GET /v1/export: every fact, as the files that an import takes.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "core/withdrawn.hpp"
#include "daemon/api_files.hpp"
#include "daemon/api_lists.hpp"
#include "daemon/ingest/export_tables.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t chunk_size = 64UL << 10UL;
constexpr std::string_view csv_type{"text/csv; charset=utf-8; header=present"};
constexpr std::string_view json_lines_type{"application/jsonl"};

/// Text that grows piece by piece, to be sent so.
class Pieces {
public:
    std::string& last() {
        if (pieces_.empty() || pieces_.back().size() >= chunk_size) pieces_.emplace_back();
        return pieces_.back();
    }
    [[nodiscard]] Response response(std::string_view type) && {
        Response response;
        response.content_type = type;
        auto pieces = std::make_shared<std::deque<std::string>>(std::move(pieces_));
        response.body = [pieces](std::string& chunk) {
            if (pieces->empty()) return false;
            chunk = std::move(pieces->front());
            pieces->pop_front();
            return true;
        };
        return response;
    }

private:
    std::deque<std::string> pieces_;
};

struct ExportAsked {
    bool csv{};
    std::vector<const ExportTable*> tables;
    std::optional<Response> fault;
};

ExportAsked read_asked(const Request& request) {
    ExportAsked asked;
    const auto format = request.query_value("format").value_or("jsonl");
    asked.csv = format == "csv";
    if (format != "csv" && format != "jsonl")
        asked.fault = bad_request("format: expected jsonl or csv", "/format");
    const auto layout = request.query_value("layout");
    if (layout) {
        const auto* table = find_export_table(*layout);
        std::string known;
        for (const auto& each : export_tables())
            known += (known.empty() ? "" : ", ") + std::string{each.layout};
        if (table == nullptr)
            asked.fault = bad_request("layout: expected one of " + known, "/layout");
        else
            asked.tables.push_back(table);
    } else if (asked.csv) {
        asked.fault =
            bad_request("layout: is needed with csv, since a file has one header", "/layout");
    } else {
        for (const auto& each : export_tables()) asked.tables.push_back(&each);
    }
    return asked;
}

/// Hands over the events that count, in order of arrival, none of them held.
template <typename Write>
void each_record(const Asker& asker, const ReadQuery& query, Write&& write) {
    // Without a day asked for, also what will take effect only later.
    constexpr Date end_of_time{std::chrono::year{9999} / std::chrono::December / 31};
    const Date as_of = query.as_of.value_or(end_of_time);
    const Instant known_at = query.known_at.value_or(everything_known);
    const auto& journal = asker.engine.store().journal();
    Withdrawn withdrawn;
    for (const auto& event : journal.withdrawals(as_of, known_at))
        withdrawn.note(event.item, event.first, event.last);
    journal.visit(as_of, known_at, query.force, [&](Recorded&& recorded) {
        if (is_exported(recorded.event) && !withdrawn.holds(recorded)) write(recorded);
    });
}

Response exported(const Asker& asker) {
    const ReadQuery query{asker.request, Times::both, {"format", "layout"}};
    if (query.fault) return *query.fault;
    const auto asked = read_asked(asker.request);
    if (asked.fault) return *asked.fault;
    if (auto unknown = asker.unknown_force(query)) return *unknown;

    std::unordered_map<std::string, std::string> names;
    for (const auto& person : asker.engine.store().people().all())
        if (!person.name.empty()) names.emplace(person.token, person.name);
    const NameOf name_of = [&](const std::string& token) {
        const auto found = names.find(token);
        if (found != names.end()) return found->second;
        // Elsewhere the token of somebody erased would be another person's.
        return token.starts_with("person-") ? "erased-" + token : token;
    };
    std::optional<Facts> facts;
    Pieces pieces;
    for (const auto* table : asked.tables) {
        if (asked.csv)
            append_csv_line(pieces.last(), {table->columns.begin(), table->columns.end()});
        const auto write = [&](const std::vector<std::string>& cells) {
            if (asked.csv)
                append_csv_line(pieces.last(), cells);
            else
                append_json_line(pieces.last(), *table, cells);
        };
        if (table->layout == "records") {
            each_record(asker, query,
                        [&](const Recorded& recorded) { write(record_cells(recorded, name_of)); });
            continue;
        }
        if (!facts) facts = asker.facts(query);
        export_rows(*facts, *table, name_of, write);
    }
    return std::move(pieces).response(asked.csv ? csv_type : json_lines_type);
}

}  // namespace

std::optional<std::function<Response(Engine&)>> export_for(const Request& request, Instant now) {
    const bool reads = request.method == Method::get || request.method == Method::head;
    if (!reads || request.path != "/v1/export") return std::nullopt;
    return [request, now](Engine& engine) {
        return exported({engine, request, now, london_date(now)});
    };
}

}  // namespace forcewatch

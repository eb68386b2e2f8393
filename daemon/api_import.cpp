// POST /v1/import: a file becomes events, all of it or nothing.
#include <fmt/format.h>

#include "config/obligations.hpp"
#include "daemon/api_write_parts.hpp"
#include "daemon/ingest/import_file.hpp"

namespace forcewatch {

namespace {

using ReadFile = tl::expected<ImportFile, std::vector<FileFault>>;

ReadFile read_duties(const std::string& name, std::string_view text) {
    auto duties = read_obligations(text, name);
    if (!duties) {
        std::vector<FileFault> faults;
        for (auto& fault : duties.error()) faults.push_back({name, 0, {}, {}, std::move(fault)});
        return tl::unexpected(std::move(faults));
    }
    ImportFile file{name, "obligations", {}, static_cast<int>(duties->size()), {}};
    for (auto& duty : *duties) file.rows.push_back({Event{std::move(duty)}, name, 0});
    return file;
}

/// One division of the government's own file of bank holidays.
void read_division(const std::string& division, ObjectReader& object, ImportFile& file) {
    std::map<int, HolidaysDefined> years;
    const auto* days = object.required_array("events", 10'000);
    for (std::size_t i = 0; days != nullptr && i < days->size(); ++i) {
        const auto* text = days->at(i).find("date");
        const auto* written = text != nullptr ? text->as<std::string>() : nullptr;
        const auto day =
            written != nullptr ? parse_date(*written) : Expected<Date>{tl::unexpect, Problem{}};
        if (!day) {
            object.report("events", fmt::format("entry {} has no date", i + 1));
            continue;
        }
        const int year = static_cast<int>(std::chrono::year_month_day{*day}.year());
        auto& defined = years[year];
        defined.division = division;
        defined.year = year;
        defined.days.push_back(text_of(*day));
    }
    for (auto& [year, defined] : years) {
        std::sort(defined.days.begin(), defined.days.end());
        ++file.lines;
        file.rows.push_back({Event{std::move(defined)}, file.name, 0});
    }
}

ReadFile read_bank_holidays(const std::string& name, std::string_view text) {
    const auto whole = [&](std::string reason) {
        return tl::unexpected(std::vector<FileFault>{{name, 0, {}, {}, std::move(reason)}});
    };
    const auto document = parse_json_object(text);
    if (!document) return whole(document.error());
    ImportFile file{name, "bank-holidays", {}, 0, {}};
    JsonFaults faults;
    for (const char* division : {"england-and-wales", "scotland", "northern-ireland"}) {
        const auto* found = document->find(division);
        if (found == nullptr) continue;
        ObjectReader object{*found, std::string{"/"} + division, faults};
        read_division(division, object, file);
    }
    if (!faults.empty()) return whole(faults.front().pointer + ": " + faults.front().message);
    if (file.rows.empty())
        return whole("holds no division of bank holidays, such as \"england-and-wales\"");
    return file;
}

ReadFile read_any(const std::string& name, std::string_view text) {
    if (name.ends_with(".toml")) return read_duties(name, text);
    if (name.ends_with(".json")) return read_bank_holidays(name, text);
    return read_import(name, text);
}

Response file_refused(const std::vector<FileFault>& faults) {
    JsonWriter json;
    json.begin_object();
    json.key("type").value("/problems/import").key("title").value("The file was not imported");
    json.key("status").value(422);
    json.key("detail").value(fmt::format("{} fault{}; nothing was changed", faults.size(),
                                         faults.size() == 1 ? "" : "s"));
    json.key("errors").begin_array();
    for (const auto& fault : faults) {
        json.begin_object().key("pointer").value(fmt::format("/{}/{}", fault.line, fault.column));
        json.key("detail")
            .value(fault.reason)
            .key("file")
            .value(fault.file)
            .key("line")
            .value(fault.line);
        json.key("column").value(fault.column).key("value").value(fault.value).end_object();
    }
    json.end_array().end_object();
    Response response;
    response.status = 422;
    response.content_type = "application/problem+json";
    response.body = json.take();
    return response;
}

Response import_response(const ImportFile& file, const ImportSummary& summary, bool dry) {
    JsonWriter json;
    json.begin_object();
    json.key("file")
        .value(file.name)
        .key("layout")
        .value(file.layout)
        .key("rows")
        .value(file.lines);
    json.key("changed").value(summary.added_or_changed).key("events").value(summary.events);
    json.key("alert_revisions").value(summary.alert_revisions);
    json.key("ignored_columns").begin_array();
    for (const auto& column : file.ignored_columns) json.value(column);
    json.end_array();
    json.key("dry_run").value(dry).end_object();
    Response response;
    response.body = json.take();
    return response;
}

}  // namespace

Work import_work(const Request& request) {
    std::string name{request.query_value("name").value_or("import.csv")};
    if (const auto slash = name.rfind('/'); slash != std::string::npos) name.erase(0, slash + 1);
    const bool dry = request.query_value("dry_run") == "true";
    const auto mode_asked = request.query_value("mode").value_or("normal");
    if (mode_asked != "normal" && mode_asked != "baseline")
        return answer_with(bad_request("mode: expected normal or baseline", "/mode"));
    const auto mode = mode_asked == "baseline" ? ImportMode::baseline : ImportMode::normal;
    auto read = read_any(name, request.body);
    if (!read) return answer_with(file_refused(read.error()));
    auto file = std::make_shared<const ImportFile>(std::move(*read));
    auto text = std::make_shared<const std::string>(request.body);
    return [file, text, dry, mode, origin = origin_of(request, "import of " + name)](Engine& engine,
                                                                                     Instant now) {
        std::optional<Store::Savepoint> trial;
        if (dry) trial.emplace(engine.store());
        auto summary = engine.import(file->rows, origin, now, mode);
        if (!summary) {
            std::vector<FileFault> faults;
            for (const auto& [row, fault] : summary.error())
                faults.push_back({file->name,
                                  file->rows[row].line,
                                  column_of(file->layout, fault.field),
                                  {},
                                  fault.what});
            fill_values(*text, faults);
            return file_refused(faults);
        }
        if (dry) engine.forget();
        return import_response(*file, *summary, dry);
    };
}

}  // namespace forcewatch

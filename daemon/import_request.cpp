#include "daemon/import_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "config/obligations.hpp"
#include "daemon/api/json_reader.hpp"
#include "daemon/api/json_writer.hpp"
#include "daemon/api_write_parts.hpp"
#include "daemon/http/form_data.hpp"
#include "daemon/ingest/xlsx_reader.hpp"

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
    ImportFile file{name, "TOML", "obligations", {}, static_cast<int>(duties->size()), {}};
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
    ImportFile file{name, "JSON", "bank-holidays", {}, 0, {}};
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

/// The two formats that are documents rather than tables.
std::optional<ReadFile> read_document(const std::string& name, std::string_view text) {
    if (name.ends_with(".toml")) return read_duties(name, text);
    const auto head = text.substr(0, 64);
    if (head.starts_with('{') && head.find("\"england-and-wales\"") != std::string_view::npos)
        return read_bank_holidays(name, text);
    return std::nullopt;
}

/// Its rows are kept where they are at most `room`, which they then take; else the file is read
/// again when they are wanted.
ReadFile read_table(FileToImport& file, const ImportOptions& options, std::size_t& room) {
    std::vector<ImportRow> rows;
    auto read = scan_import(file.name, file.bytes, options, [&](ImportRow&& row) {
        if (file.streams) return;
        rows.push_back(std::move(row));
        file.streams = rows.size() > room;
        if (file.streams) rows = {};
    });
    room -= rows.size();
    if (read) read->rows = std::move(rows);
    return read;
}

std::string base_name(std::string_view path) {
    return std::string{path.substr(path.rfind('/') + 1)};
}

std::optional<int> percent_of(std::string_view text) {
    int percent = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), percent);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole && percent >= 0 && percent <= 100 ? std::optional{percent} : std::nullopt;
}

/// Reads what stands in the query; the answer is what is wrong with it.
std::optional<Response> read_query(const Request& request, ImportRequest& asked) {
    asked.dry = request.query_value("dry_run") == "true";
    const auto mode = request.query_value("mode").value_or("normal");
    if (mode != "normal" && mode != "baseline")
        return bad_request("mode: expected normal or baseline", "/mode");
    if (mode == "baseline") asked.mode = ImportMode::baseline;
    const auto missing = request.query_value("missing").value_or("keep");
    if (missing != "keep" && missing != "close" && missing != "ignore")
        return bad_request("missing: expected keep, close or ignore", "/missing");
    asked.whole = missing != "ignore";
    const auto limit = percent_of(request.query_value("missing_limit").value_or("20"));
    if (!limit)
        return bad_request("missing_limit: expected a percentage from 0 to 100", "/missing_limit");
    if (missing == "close") asked.close_missing_up_to = limit;
    return std::nullopt;
}

std::optional<Response> read_mapping_part(std::string_view text, const std::string& name,
                                          ImportRequest& asked) {
    auto mapping = read_mapping(text, name);
    if (mapping) {
        asked.mapping = std::move(*mapping);
        return std::nullopt;
    }
    std::vector<FileFault> faults;
    for (auto& fault : mapping.error()) faults.push_back({name, 0, {}, {}, std::move(fault)});
    return file_refused(faults);
}

/// Names and bytes of the files, and the mapping.
std::optional<Response> read_parts(const Request& request, ImportRequest& asked) {
    const auto type = request.header("content-type").value_or("");
    asked.many = is_form_data(type);
    if (!asked.many) {
        const auto name = base_name(request.query_value("name").value_or("import.csv"));
        asked.files.push_back({name, request.body, {}, {}, {}});
        return std::nullopt;
    }
    const auto parts = read_form_data(type, request.body);
    if (!parts) return bad_request(parts.error());
    for (const auto& part : *parts) {
        if (part.name == "file")
            asked.files.push_back(
                {part.filename.empty() ? "import.csv" : part.filename, part.body, {}, {}, {}});
        else if (part.name != "mapping")
            return bad_request(
                fmt::format("the form has a part \"{}\"; expected file or mapping", part.name));
        else if (auto fault = read_mapping_part(
                     part.body, part.filename.empty() ? "mapping" : part.filename, asked))
            return fault;
    }
    if (asked.files.empty()) return bad_request("the form has no part \"file\"");
    return std::nullopt;
}

constexpr std::string_view every_sheet{"*"};

/// False: the sheet is blank, as spare ones are. One that cannot be read tells why later.
bool holds_rows(std::string_view bytes, const std::string& sheet) {
    bool any = false;
    const auto read = read_xlsx(bytes, sheet, [&](SourceRow&&) {
        any = true;
        return false;
    });
    return any || !read;
}

/// Sets which sheet is meant; each of them becomes a file where all are.
std::optional<Response> choose_sheets(const std::string& sheet, ImportRequest& asked) {
    if (sheet != every_sheet) {
        for (auto& file : asked.files) file.sheet = sheet;
        return std::nullopt;
    }
    asked.many = true;
    std::vector<FileToImport> files;
    for (const auto& file : asked.files) {
        const auto sheets = sheets_of(file.bytes);
        if (!sheets) return file_refused({{file.name, 0, {}, {}, sheets.error().what}});
        for (const auto& name : *sheets)
            if (holds_rows(file.bytes, name))
                files.push_back(
                    {fmt::format("{} [{}]", file.name, name), file.bytes, name, {}, {}});
    }
    asked.files = std::move(files);
    return std::nullopt;
}

}  // namespace

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

std::optional<Response> fault_of_import_parameters(const Request& request) {
    ImportRequest asked;
    return read_query(request, asked);
}

tl::expected<ImportRequest, Response> read_import_request(const Request& request) {
    ImportRequest asked;
    if (auto fault = read_query(request, asked)) return tl::unexpected(std::move(*fault));
    if (auto fault = read_parts(request, asked)) return tl::unexpected(std::move(*fault));
    const std::string sheet{request.query_value("sheet").value_or("")};
    if (auto fault = choose_sheets(sheet, asked)) return tl::unexpected(std::move(*fault));
    std::size_t room = 2'000;  // rows that are kept of all files
    for (auto& file : asked.files) {
        auto document = read_document(file.name, file.bytes);
        auto read = document ? std::move(*document) : read_table(file, asked.options(file), room);
        if (!read) return tl::unexpected(file_refused(read.error()));
        file.read = std::move(*read);
    }
    return asked;
}

}  // namespace forcewatch

#include "daemon/ingest/import_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "core/utf8.hpp"
#include "daemon/ingest/row_reader.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t most_faults = 100;

using Rows = std::vector<ImportRow>;

void add(Rows& rows, const RowReader& row, ImportItem item) {
    rows.push_back({std::move(item), row.source(), row.line()});
}

Deadline deadline_of(RowReader& row) {
    return {row.parsed("deadline", parse_deadline_kind, DeadlineKind::none),
            row.partial_date("due"), row.text("words"), row.text("resolved_by")};
}

void read_body(RowReader& row, Rows& rows) {
    ForceRecorded force;
    force.force = row.required("id");
    force.name = row.required("name");
    force.force_kind = row.parsed("kind", parse_force_kind, ForceKind::other);
    force.region = row.text("region");
    force.aliases = row.list("aliases", ';');
    force.slug = row.text("hmicfrs_slug");
    force.successor = row.text("successor");
    add(rows, row, Event{std::move(force)});
}

/// What a cycle's own name tells of it: "round 1 (2018/19)" began in 2018 and ended in 2019.
std::optional<CycleDefined> cycle_by_name(const std::string& programme, const std::string& cycle) {
    std::vector<int> years;
    for (std::size_t i = 0; i < cycle.size();) {
        std::size_t digits = 0;
        while (i + digits < cycle.size() &&
               std::isdigit(static_cast<unsigned char>(cycle[i + digits])) != 0)
            ++digits;
        if (digits == 4) years.push_back(std::stoi(cycle.substr(i, 4)));
        if (digits == 2 && !years.empty())
            years.push_back(years.front() / 100 * 100 + std::stoi(cycle.substr(i, 2)));
        i += std::max<std::size_t>(digits, 1);
    }
    if (years.empty()) return std::nullopt;
    const auto year = [](int value) { return *PartialDate::parse(fmt::format("{:04}", value)); };
    return CycleDefined{programme, cycle, years.front(), year(years.front()), year(years.back())};
}

void read_framework(RowReader& row, Rows& rows) {
    AreaDefined area;
    area.programme = row.required("framework");
    area.cycle = row.required("cycle");
    area.area = row.required("area_id");
    area.name = row.required("area_name");
    area.graded = row.required("graded");
    area.scale = row.text("grade_scale");
    if (auto cycle = cycle_by_name(area.programme, area.cycle))
        add(rows, row, IfUnknown{Event{std::move(*cycle)}});
    if (!area.scale.empty())
        add(rows, row, Event{ScaleDefined{area.scale, row.list("grade_scale", '|')}});
    add(rows, row, Event{std::move(area)});
}

void read_cycle(RowReader& row, Rows& rows) {
    CycleDefined cycle{row.required("framework"), row.required("cycle"), row.number("order"),
                       row.partial_date("starts"), row.partial_date("ends")};
    add(rows, row, Event{std::move(cycle)});
}

void read_area_link(RowReader& row, Rows& rows) {
    AreasLinked link{row.required("framework"),
                     row.required("from_cycle"),
                     row.required("from_area"),
                     row.required("to_cycle"),
                     row.required("to_area"),
                     row.parsed("comparability", parse_comparability, Comparability::partly),
                     row.text("note")};
    add(rows, row, Event{std::move(link)});
}

void read_obligation(RowReader& row, Rows& rows) {
    ObligationDefined obligation{
        row.required("id"),
        row.required("title"),
        row.list("kinds", ';'),
        row.number("days"),
        row.parsed("deadline", parse_deadline_kind, DeadlineKind::statutory),
        row.text("words"),
        row.partial_date("valid_from"),
        row.partial_date("valid_until")};
    add(rows, row, Event{std::move(obligation)});
}

void read_judgement(RowReader& row, Rows& rows) {
    const std::string inspection = row.required("inspection");
    const auto space = inspection.find(' ');
    if (space == std::string::npos)
        row.fault("inspection", "names a programme and its cycle, such as \"PEEL 2023-25\"");
    InspectionPublished published;
    published.programme = inspection.substr(0, space);
    published.cycle = space == std::string::npos ? std::string{} : inspection.substr(space + 1);
    published.published = row.partial_date("published");
    published.title = inspection;
    JudgementMade judgement;
    judgement.force = row.required("force_id");
    judgement.area = row.required("area");
    judgement.grade = row.required("grade");
    judgement.basis = row.text("basis");
    judgement.note = row.text("note");
    judgement.url = row.text("url");
    published.forces = {judgement.force};
    published.inspection = row.text("publication");
    if (published.inspection.empty())
        published.inspection = inspection_slug(inspection, judgement.force, published.published);
    judgement.inspection = published.inspection;
    add(rows, row, Event{std::move(published)});
    add(rows, row, Event{std::move(judgement)});
}

void read_move(RowReader& row, Rows& rows) {
    StageMoved move;
    move.force = row.required("force");
    move.stage = row.parsed("moved_to", parse_stage, MonitoringStage::scan);
    for (const char* column : {"moved_to", "date"})
        if (row.text(column).empty()) row.fault(column, "is empty");
    move.decided = row.partial_date("date");
    move.announced = row.partial_date("announced");
    move.note = row.text("note");
    move.url = row.text("source_url");
    constexpr std::array precisions{"", "year", "month", "day"};
    const auto given = row.text("date_precision");
    if (!given.empty() && move.decided.known() &&
        given != precisions.at(static_cast<std::size_t>(move.decided.precision())))
        row.fault("date_precision",
                  fmt::format("the date {} is not given to the {}", move.decided.text(), given));
    add(rows, row, Event{std::move(move)});
}

void read_finding(RowReader& row, Rows& rows) {
    FindingRow finding;
    finding.raised.force = row.required("force");
    finding.raised.reference = row.required("reference");
    finding.raised.finding_kind =
        row.parsed("kind", parse_finding_kind, FindingKind::area_for_improvement);
    finding.raised.title = row.required("title");
    finding.raised.inspection = row.text("inspection");
    finding.raised.area = row.text("area");
    finding.raised.parent = row.text("parent");
    finding.raised.origin = row.text("origin");
    finding.raised.raised = row.partial_date("raised");
    finding.raised.deadline = deadline_of(row);
    finding.force_state = row.maybe("force_state", parse_force_state);
    finding.force_state_on = row.date("force_state_on");
    finding.verified_on = row.date("verified_on");
    finding.inspectorate_state = row.maybe("inspectorate_state", parse_inspectorate_state);
    finding.inspectorate_state_on = row.date("inspectorate_state_on");
    add(rows, row, std::move(finding));
}

void read_action(RowReader& row, Rows& rows) {
    ActionRow action;
    action.planned.source = row.required("source");
    action.planned.external_id = row.required("external_id");
    action.planned.force = row.required("force");
    action.planned.title = row.required("title");
    action.planned.owner = row.text("owner");
    action.planned.contributors = row.list("contributors", ';');
    action.planned.findings = row.list("findings", ';');
    action.planned.planned = row.partial_date("planned");
    action.planned.deadline = deadline_of(row);
    action.state = row.maybe("state", parse_action_state);
    action.updated_on = row.date("updated_on");
    action.note = row.text("note");
    add(rows, row, std::move(action));
}

struct FieldColumn {
    std::string_view field;
    std::string_view column;
};

struct Layout {
    std::string_view name;
    std::vector<std::string_view> needs;
    void (*read)(RowReader&, Rows&);
    std::vector<FieldColumn> columns;  ///< where an event's field has another name in the file
};

const std::vector<Layout>& layouts() {
    static const std::vector<Layout> all{
        {"forces", {"id", "name", "kind", "region"}, read_body, {{"force", "id"}}},
        {"area-map",
         {"framework", "from_cycle", "from_area", "to_cycle", "to_area", "comparability"},
         read_area_link,
         {{"programme", "framework"}}},
        {"cycles",
         {"framework", "cycle", "order", "starts", "ends"},
         read_cycle,
         {{"programme", "framework"}}},
        {"frameworks",
         {"framework", "cycle", "area_id", "area_name", "graded", "grade_scale"},
         read_framework,
         {{"programme", "framework"},
          {"area", "area_id"},
          {"name", "area_name"},
          {"scale", "grade_scale"},
          {"grades", "grade_scale"}}},
        {"obligations", {"id", "title", "kinds", "days"}, read_obligation, {{"definition", "id"}}},
        {"judgements",
         {"force_id", "inspection", "area", "grade", "published"},
         read_judgement,
         {{"force", "force_id"}, {"programme", "inspection"}, {"cycle", "inspection"}}},
        {"monitoring",
         {"force", "moved_to", "date"},
         read_move,
         {{"stage", "moved_to"}, {"decided", "date"}, {"url", "source_url"}}},
        {"findings", {"force", "reference", "title"}, read_finding, {}},
        {"actions", {"source", "external_id", "force", "title"}, read_action, {}},
    };
    return all;
}

const Layout* layout_of(const Header& header) {
    for (const auto& layout : layouts())
        if (std::all_of(layout.needs.begin(), layout.needs.end(),
                        [&](std::string_view column) { return header.contains(column); }))
            return &layout;
    return nullptr;
}

std::string known_layouts() {
    std::string text;
    for (const auto& layout : layouts()) {
        text += fmt::format("{}{} (", text.empty() ? "" : "; ", layout.name);
        for (const auto& column : layout.needs)
            text += fmt::format("{}{}", column == layout.needs.front() ? "" : ",", column);
        text += ")";
    }
    return text;
}

}  // namespace

std::string inspection_slug(std::string_view inspection, std::string_view force,
                            const PartialDate& published) {
    std::string slug;
    for (const char c : inspection) {
        const auto lower = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        if (std::isalnum(static_cast<unsigned char>(lower)) != 0)
            slug += lower;
        else if (!slug.empty() && slug.back() != '-')
            slug += '-';
    }
    if (!slug.empty() && slug.back() == '-') slug.pop_back();
    return fmt::format("{}-{}-{}", slug, force, published.known() ? published.text() : "undated");
}

std::string column_of(std::string_view layout_name, std::string_view field) {
    for (const auto& layout : layouts())
        if (layout.name == layout_name)
            for (const auto& [known, column] : layout.columns)
                if (known == field) return std::string{column};
    return std::string{field};
}

void fill_values(std::string_view text, std::vector<FileFault>& faults) {
    const auto rows = read_csv(text);
    if (!rows || rows->empty()) return;
    const auto& header = rows->front().fields;
    for (auto& fault : faults) {
        const auto column = std::find(header.begin(), header.end(), fault.column);
        const auto row = std::find_if(rows->begin(), rows->end(),
                                      [&](const CsvRow& each) { return each.line == fault.line; });
        const auto place = static_cast<std::size_t>(column - header.begin());
        if (row != rows->end() && place < row->fields.size()) fault.value = row->fields[place];
    }
}

tl::expected<ImportFile, std::vector<FileFault>> read_import(const std::string& name,
                                                             std::string_view text) {
    const auto whole = [&](int line, std::string reason) {
        return tl::unexpected(std::vector<FileFault>{{name, line, {}, {}, std::move(reason)}});
    };
    if (!is_utf8(text)) return whole(0, "is not UTF-8");
    auto rows = read_csv(text);
    if (!rows) return whole(rows.error().line, std::move(rows.error().what));
    if (rows->empty()) return whole(0, "holds no header");

    Header header;
    for (std::size_t i = 0; i < rows->front().fields.size(); ++i)
        if (!header.emplace(rows->front().fields[i], i).second)
            return whole(1, fmt::format("names the column \"{}\" twice", rows->front().fields[i]));
    const Layout* layout = layout_of(header);
    if (layout == nullptr)
        return whole(1, "has a header that no layout knows; the layouts need: " + known_layouts());

    ImportFile file{name, std::string{layout->name}, {}, static_cast<int>(rows->size()) - 1};
    std::vector<FileFault> faults;
    for (std::size_t i = 1; i < rows->size() && faults.size() < most_faults; ++i) {
        const auto& fields = rows->at(i).fields;
        RowReader row{name, header, rows->at(i), faults};
        if (fields.size() != header.size())
            row.fault({}, fmt::format("has {} fields where the header has {}", fields.size(),
                                      header.size()));
        else
            layout->read(row, file.rows);
    }
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    return file;
}

}  // namespace forcewatch

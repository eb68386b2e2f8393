#include "daemon/ingest/layouts.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>

#include "core/event_codec.hpp"

namespace forcewatch {

namespace {

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
    force.ended = row.partial_date("ended");
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

/// One row a day; `finish` gathers the days of a year.
void read_holiday(RowReader& row, Rows& rows) {
    HolidaysDefined holidays;
    holidays.division = row.required("division");
    const auto day = row.date("date");
    if (!day && row.text("date").empty()) row.fault("date", "is empty");
    (void)row.text("title");
    if (!day) return;
    holidays.year = static_cast<int>(std::chrono::year_month_day{*day}.year());
    holidays.days = {text_of(*day)};
    add(rows, row, Event{std::move(holidays)});
}

void read_person(RowReader& row, Rows& rows) {
    PersonRecorded person{row.required("name"), row.text("deputy")};
    const std::string name = person.person;
    add(rows, row, Event{std::move(person)});
    if (const auto left = row.date("left")) add(rows, row, Event{PersonMoved{name, false, *left}});
}

void read_meeting(RowReader& row, Rows& rows) {
    MeetingPlanned meeting;
    meeting.force = row.required("force");
    meeting.meeting = row.required("meeting");
    meeting.meeting_kind = row.parsed("kind", parse_meeting_kind, MeetingKind::meeting);
    meeting.title = row.required("title");
    meeting.planned = row.partial_date("planned");
    if (!row.text("papers_days").empty()) meeting.papers_days = row.number("papers_days");
    meeting.deadline = deadline_of(row);
    if (meeting.deadline.kind == DeadlineKind::none)
        meeting.deadline.kind = DeadlineKind::inspectorate;
    add(rows, row, Event{std::move(meeting)});
}

void read_condition(RowReader& row, Rows& rows) {
    ConditionSet condition;
    condition.force = row.required("force");
    condition.condition = row.required("condition");
    condition.finding = row.text("finding");
    condition.text = row.required("text");
    condition.findings = row.list("findings", ';');
    add(rows, row, Event{std::move(condition)});
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
    // A publication with an id of its own has a row of its own, or was recorded before.
    if (row.text("publication").empty())
        add(rows, row, Event{std::move(published)});
    else
        add(rows, row, IfUnknown{Event{std::move(published)}});
    add(rows, row, Event{std::move(judgement)});
}

void read_inspection(RowReader& row, Rows& rows) {
    InspectionPublished published;
    published.inspection = row.required("publication");
    published.programme = row.required("framework");
    published.cycle = row.required("cycle");
    published.published = row.partial_date("published");
    published.title = row.text("title");
    published.url = row.text("url");
    published.forces = row.list("forces", ';');
    add(rows, row, Event{std::move(published)});
}

Expected<Certainty> parse_certainty(std::string_view text) {
    for (const auto certainty : {Certainty::exact, Certainty::partial, Certainty::undated})
        if (text == text_of(certainty)) return certainty;
    return tl::unexpected(Problem{"is none of exact, partial, undated"});
}

/// An event of a journal, as the export writes it.
void read_record(RowReader& row, Rows& rows) {
    auto event = decode(row.required("record"), row.untrimmed("fields"));
    const auto on = row.date("effective_on");
    const auto certainty = row.parsed("certainty", parse_certainty, Certainty::exact);
    if (!event) row.fault("fields", std::move(event.error()));
    if (!on && row.text("effective_on").empty()) row.fault("effective_on", "is empty");
    if (event && on) add(rows, row, PastEvent{std::move(*event), *on, certainty});
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
    finding.deadline_kind_said = !row.text("deadline").empty();
    finding.deadline_reason = row.text("deadline_reason");
    finding.approval = row.text("approval");
    finding.force_state = row.maybe("force_state", parse_force_state);
    finding.force_state_on = row.date("force_state_on");
    finding.claimed_by = row.text("claimed_by");
    finding.force_reason = row.text("force_reason");
    finding.verified_on = row.date("verified_on");
    finding.verified_by = row.text("verified_by");
    finding.inspectorate_state = row.maybe("inspectorate_state", parse_inspectorate_state);
    finding.inspectorate_state_on = row.date("inspectorate_state_on");
    finding.inspectorate_reason = row.text("inspectorate_reason");
    finding.same_as = row.text("same_as");
    finding.same_as_on = row.date("same_as_on");
    finding.same_as_by = row.text("same_as_by");
    finding.same_as_reason = row.text("same_as_reason");
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
    action.deadline_kind_said = !row.text("deadline").empty();
    action.deadline_reason = row.text("deadline_reason");
    action.approval = row.text("approval");
    action.state = row.maybe("state", parse_action_state);
    action.updated_on = row.date("updated_on");
    action.note = row.text("note");
    add(rows, row, std::move(action));
}

}  // namespace

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
        {"holidays", {"division", "date", "title"}, read_holiday, {{"days", "date"}}},
        {"meetings", {"force", "meeting", "title", "due"}, read_meeting, {}},
        {"conditions", {"force", "condition", "text"}, read_condition, {}},
        {"records", {"record", "fields", "effective_on", "certainty"}, read_record, {}},
        {"inspections",
         {"publication", "framework", "cycle", "published", "forces"},
         read_inspection,
         {{"inspection", "publication"}, {"programme", "framework"}}},
        {"judgements",
         {"force_id", "inspection", "area", "grade", "published"},
         read_judgement,
         {{"force", "force_id"}, {"programme", "inspection"}, {"cycle", "inspection"}}},
        {"monitoring",
         {"force", "moved_to", "date"},
         read_move,
         {{"stage", "moved_to"}, {"decided", "date"}, {"url", "source_url"}}},
        {"findings",
         {"force", "reference", "title"},
         read_finding,
         {{"state", "inspectorate_state"},
          {"verified", "verified_on"},
          {"by", "claimed_by"},
          {"reason", "deadline_reason"}}},
        {"actions",
         {"source", "external_id", "force", "title"},
         read_action,
         {{"reason", "deadline_reason"}}},
        {"people", {"name", "deputy"}, read_person, {{"person", "name"}}},
    };
    return all;
}

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

}  // namespace forcewatch

#include "daemon/ingest/export_tables.hpp"

#include <algorithm>

#include "core/event_codec.hpp"
#include "core/fact_fields.hpp"
#include "daemon/api/json_writer.hpp"
#include "daemon/ingest/formula_guard.hpp"

namespace forcewatch {

namespace {

/// Puts names in place of the tokens in an event.
struct Names {
    const NameOf& name_of;

    void replace(std::string& token) const {
        if (!token.empty()) token = name_of(token);
    }
    void operator()(FindingClaimed& e) const { replace(e.by); }
    void operator()(FindingVerified& e) const { replace(e.by); }
    void operator()(FindingMatched& e) const { replace(e.by); }
    void operator()(EvidenceFiled& e) const { replace(e.by); }
    void operator()(PersonRecorded& e) const {
        replace(e.person);
        replace(e.deputy);
    }
    void operator()(PersonMoved& e) const { replace(e.person); }
    void operator()(ActionPlanned& e) const {
        replace(e.owner);
        for (auto& token : e.contributors) replace(token);
    }
    void operator()(ActionAmended& e) const {
        if (e.owner) replace(*e.owner);
        if (e.contributors)
            for (auto& token : *e.contributors) replace(token);
    }
    template <typename Other>
    void operator()(Other&) const {}
};

std::string names_in(const std::string& tokens, const NameOf& name_of) {
    std::string names;
    for (std::size_t begin = 0; begin <= tokens.size();) {
        const auto end = std::min(tokens.find(';', begin), tokens.size());
        if (begin > 0) names += ';';
        if (end > begin) names += name_of(tokens.substr(begin, end - begin));
        begin = end + 1;
    }
    return names;
}

std::vector<std::string> cells_of(const ExportTable& table, const FactFields& fields,
                                  const NameOf& name_of) {
    std::vector<std::string> cells(table.columns.size());
    for (const auto& [field, text] : fields) {
        const auto place = std::find(table.columns.begin(), table.columns.end(), field);
        if (place == table.columns.end()) continue;
        const bool people = names_people(field) || (table.layout == "people" && field == "name");
        cells[static_cast<std::size_t>(place - table.columns.begin())] =
            people ? names_in(text, name_of) : text;
    }
    return cells;
}

FactFields judgement_fields(const Facts& facts, const Judgement& judgement) {
    auto fields = fields_of(judgement);
    const auto found = facts.inspections.find("inspection:" + judgement.inspection);
    if (found == facts.inspections.end()) return fields;
    fields.emplace_back("inspection", found->second.programme + " " + found->second.cycle);
    fields.emplace_back("published", found->second.published.text());
    return fields;
}

}  // namespace

const std::vector<ExportTable>& export_tables() {
    static const std::vector<ExportTable> tables{
        {"records",
         {"record", "item", "effective_on", "certainty", "fields", "recorded_at", "source",
          "reason"}},
        {"cycles", {"framework", "cycle", "order", "starts", "ends"}},
        {"forces",
         {"id", "name", "kind", "region", "aliases", "hmicfrs_slug", "successor", "ended"}},
        {"frameworks", {"framework", "cycle", "area_id", "area_name", "graded", "grade_scale"}},
        {"area-map",
         {"framework", "from_cycle", "from_area", "to_cycle", "to_area", "comparability", "note"}},
        {"holidays", {"division", "date", "title"}},
        {"people", {"name", "deputy", "left"}},
        {"inspections",
         {"publication", "framework", "cycle", "published", "title", "url", "forces"}},
        {"judgements",
         {"force_id", "inspection", "area", "grade", "published", "publication", "basis", "note",
          "url"}},
        {"monitoring", {"force", "moved_to", "date", "announced", "note", "source_url"}},
        {"findings",
         {"force",
          "reference",
          "kind",
          "title",
          "inspection",
          "area",
          "parent",
          "origin",
          "raised",
          "deadline",
          "due",
          "words",
          "resolved_by",
          "deadline_reason",
          "approval",
          "force_state",
          "force_state_on",
          "claimed_by",
          "force_reason",
          "verified_on",
          "verified_by",
          "inspectorate_state",
          "inspectorate_state_on",
          "inspectorate_reason",
          "same_as",
          "same_as_on",
          "same_as_by",
          "same_as_reason"}},
        {"conditions", {"force", "condition", "text", "finding", "findings"}},
        {"actions",
         {"source", "external_id", "force", "title", "owner", "contributors", "findings", "planned",
          "deadline", "due", "words", "resolved_by", "deadline_reason", "approval", "state",
          "updated_on", "note"}},
        {"meetings",
         {"force", "meeting", "title", "kind", "planned", "papers_days", "deadline", "due", "words",
          "resolved_by"}},
    };
    return tables;
}

const ExportTable* find_export_table(std::string_view layout) {
    for (const auto& table : export_tables())
        if (table.layout == layout) return &table;
    return nullptr;
}

void export_rows(const Facts& facts, const ExportTable& table, const NameOf& name_of,
                 const CellsSink& sink) {
    const auto all = [&](const auto& items) {
        for (const auto& [subject, item] : items) sink(cells_of(table, fields_of(item), name_of));
    };
    if (table.layout == "cycles") all(facts.cycles);
    if (table.layout == "forces") all(facts.forces);
    if (table.layout == "frameworks") all(facts.areas);
    if (table.layout == "area-map") all(facts.links);
    if (table.layout == "people") all(facts.people);
    if (table.layout == "inspections") all(facts.inspections);
    if (table.layout == "monitoring") all(facts.stage_moves);
    if (table.layout == "findings")  // what stands for another comes before it
        for (const bool linked : {false, true})
            for (const auto& [subject, finding] : facts.findings)
                if (linked != finding.same_as.empty())
                    sink(cells_of(table, fields_of(finding), name_of));
    if (table.layout == "conditions") all(facts.conditions);
    if (table.layout == "actions") all(facts.actions);
    if (table.layout == "meetings") all(facts.meetings);
    if (table.layout == "holidays")
        for (const auto& [subject, year] : facts.holidays)
            for (const auto& day : year.days) sink({year.division, day, {}});
    if (table.layout == "judgements")
        for (const auto& [subject, judgement] : facts.judgements)
            sink(cells_of(table, judgement_fields(facts, judgement), name_of));
}

bool is_exported(const Event& event) {
    return !is_decision(event) && !std::holds_alternative<RulesAdopted>(event) &&
           !std::holds_alternative<EventsWithdrawn>(event);
}

std::vector<std::string> record_cells(const Recorded& recorded, const NameOf& name_of) {
    Event event = recorded.event;
    std::visit(Names{name_of}, event);
    return {std::string{kind_of(event)},
            subject_of(recorded.event),
            text_of(recorded.effective_on),
            std::string{text_of(recorded.certainty)},
            encode(event),
            text_of(recorded.recorded_at),
            recorded.origin.source,
            recorded.origin.reason};
}

void append_csv_line(std::string& out, const std::vector<std::string>& cells) {
    bool first = true;
    for (const auto& cell : cells) {
        if (!first) out += ',';
        first = false;
        const auto safe = guarded(cell);
        const bool plain = safe.find_first_of(",\"\r\n;\t") == std::string::npos &&
                           !safe.starts_with(' ') && !safe.ends_with(' ');
        if (plain) {
            out += safe;
            continue;
        }
        out += '"';
        for (const char c : safe) {
            if (c == '"') out += '"';
            out += c;
        }
        out += '"';
    }
    out += "\r\n";
}

void append_json_line(std::string& out, const ExportTable& table,
                      const std::vector<std::string>& cells) {
    JsonWriter json;
    json.begin_object().key("layout").value(table.layout);
    for (std::size_t i = 0; i < cells.size(); ++i)
        if (!cells[i].empty()) json.key(table.columns[i]).value(cells[i]);
    json.end_object();
    out += json.take();
    out += '\n';
}

}  // namespace forcewatch

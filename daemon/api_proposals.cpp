#include "daemon/api_proposals.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/api_write_parts.hpp"
#include "daemon/ingest/import_file.hpp"
#include "daemon/ingest/news_source.hpp"
#include "daemon/ingest/read_news.hpp"
#include "daemon/ingest/reading_json.hpp"

namespace forcewatch {

namespace {

/// What the worker hands over to the turn.
struct Reading {
    std::string name;
    std::vector<NewsReading> items;
};

BodyNames names_in(Store& store) {
    std::vector<NamedForce> forces;
    for (auto& force : store.facts().forces())
        if (force.successor.empty())
            forces.push_back({force.id, force.name, force.kind, force.region, force.aliases});
    return BodyNames{std::move(forces)};
}

std::string joined(const std::vector<std::string>& texts) {
    return fmt::format("{}", fmt::join(texts, " "));
}

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t from = 0; from < text.size();) {
        const auto at = std::min(text.find(' ', from), text.size());
        if (at > from) parts.push_back(text.substr(from, at - from));
        from = at + 1;
    }
    return parts;
}

StoredProposal stored(const NewsReading& item, const Proposal& proposal, Instant now) {
    StoredProposal kept;
    kept.read_at = now;
    kept.source = item.source;
    kept.url = item.url;
    kept.title = item.title;
    kept.published = item.stamp.empty() ? item.published.text() : item.stamp;
    kept.kind = text_of(proposal.kind);
    kept.forces = joined(proposal.forces);
    kept.programme = proposal.programme;
    kept.change = proposal.change;
    kept.area = proposal.area;
    kept.grade = proposal.grade;
    kept.date = proposal.date.text();
    kept.counts = proposal.counts ? counts_text(*proposal.counts) : std::string{};
    kept.finding = proposal.number ? fmt::format("{} {}", *proposal.number, proposal.finding)
                                   : proposal.finding;
    kept.words = proposal.words;
    kept.percent = proposal.percent;
    kept.conflicts = conflicts_text(item.conflicts);
    // A page that is fetched or saved under another name is the same item.
    const auto& item_key = item.url.empty() ? item.title : item.url;
    kept.dedup_key = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", item_key, kept.kind, kept.forces,
                                 kept.change, kept.area, kept.grade + kept.counts + kept.finding);
    return kept;
}

Response keep(Engine& engine, const Reading& reading, Instant now) {
    std::int64_t added = 0;
    std::int64_t known = 0;
    for (const auto& item : reading.items)
        for (const auto& proposal : item.proposals) {
            if (proposal.kind == ProposalKind::remains) continue;  // nothing to record
            (engine.store().proposals().add(stored(item, proposal, now)) ? added : known) += 1;
        }
    JsonWriter json;
    json.begin_object();
    write_reading_members(json, reading.name, reading.items);
    json.key("stored").value(added).key("known").value(known).key("dry_run").value(false);
    json.end_object();
    return json_response(json.take());
}

Response read_here(Engine& engine, const Request& request, Reading& reading) {
    const auto type = request.header("content-type").value_or("");
    const auto items = read_news_source(reading.name, type, request.body);
    if (!items)
        return problem(422, "news", "The news was not read",
                       fmt::format("{}: {}", reading.name, items.error()));
    const auto names = names_in(engine.store());
    for (const auto& item : *items) reading.items.push_back(read_news(item, names));
    JsonWriter json;
    json.begin_object();
    write_reading_members(json, reading.name, reading.items);
    json.key("dry_run").value(true).end_object();
    return json_response(json.take());
}

void write_text(JsonWriter& json, std::string_view key, const std::string& text) {
    json.key(key);
    if (text.empty())
        json.null();
    else
        json.value(text);
}

void write_stored(JsonWriter& json, const StoredProposal& proposal) {
    json.begin_object().key("id").value(number_of(proposal.id));
    json.key("state").value(text_of(proposal.state));
    json.key("kind").value(proposal.kind).key("forces").begin_array();
    for (const auto& force : split(proposal.forces)) json.value(force);
    json.end_array();
    write_text(json, "programme", proposal.programme);
    write_text(json, "change", proposal.change);
    write_text(json, "area", proposal.area);
    write_text(json, "grade", proposal.grade);
    write_text(json, "date", proposal.date);
    write_text(json, "finding", proposal.finding);
    json.key("counts").raw(proposal.counts.empty() ? "null" : proposal.counts);
    json.key("words").value(proposal.words).key("confidence").value(proposal.percent / 100.0);
    json.key("conflicts").raw(proposal.conflicts);
    json.key("source").value(proposal.source);
    write_text(json, "url", proposal.url);
    write_text(json, "title", proposal.title);
    write_text(json, "published", proposal.published);
    json.key("read_at").value(text_of(proposal.read_at)).key("decided_at");
    if (proposal.decided_at)
        json.value(text_of(*proposal.decided_at));
    else
        json.null();
    write_text(json, "reason", proposal.reason);
    json.end_object();
}

Response stored_response(Engine& engine, ProposalId id) {
    JsonWriter json;
    write_stored(json, *engine.store().proposals().find(id));
    return json_response(json.take());
}

/// What a person says of a proposal: parts that replace what was read, and what only a person
/// knows.
struct Decision {
    std::optional<std::vector<std::string>> forces;
    std::optional<std::string> programme, change, area, grade, date;
    std::string inspection;
    std::string cycle;
    std::string area_id;
    std::string reference;
    std::string title;
    std::string reason;
};

constexpr std::size_t longest = 500;

std::optional<Response> read_decision(const Request& request, Decision& decision,
                                      bool needs_reason) {
    if (request.body.empty() && !needs_reason) return std::nullopt;
    return with_body(request, [&](ObjectReader& object) {
        if (const auto* forces = object.optional_array("forces", 100)) {
            decision.forces.emplace();
            for (const auto& force : *forces)
                if (const auto* id = force.as<std::string>())
                    decision.forces->push_back(*id);
                else
                    object.report("forces", "expected ids of forces");
        }
        decision.programme = object.optional_text("programme", longest);
        decision.change = object.optional_text("change", longest);
        decision.area = object.optional_text("area", longest);
        decision.grade = object.optional_text("grade", longest);
        decision.date = object.optional_text("date", longest);
        if (decision.change && *decision.change != "entered" && *decision.change != "left")
            object.report("change", "expected entered or left");
        if (decision.date && !PartialDate::parse(*decision.date))
            object.report("date", "expected a day, a month or a year, such as 2025-03-10");
        decision.inspection = object.optional_text("inspection", longest).value_or("");
        decision.cycle = object.optional_text("cycle", longest).value_or("");
        decision.area_id = object.optional_text("area_id", longest).value_or("");
        decision.reference = object.optional_text("reference", longest).value_or("");
        decision.title = object.optional_text("title", longest).value_or("");
        decision.reason = object.optional_text("reason", longest).value_or("");
        if (needs_reason && decision.reason.find_first_not_of(" \t\r\n") == std::string::npos)
            object.report("reason", "say why it is not taken");
    });
}

void apply(const Decision& decision, StoredProposal& proposal) {
    if (decision.forces) proposal.forces = joined(*decision.forces);
    if (decision.programme) proposal.programme = *decision.programme;
    if (decision.change) proposal.change = *decision.change;
    if (decision.area) proposal.area = *decision.area;
    if (decision.grade) proposal.grade = *decision.grade;
    if (decision.date) proposal.date = *decision.date;
}

/// The programme as the reference data calls it.
std::string programme_in_data(const std::string& read) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 7> names{
        {{"peel", "PEEL"},
         {"fire", "FRS"},
         {"ncpi", "NCPI"},
         {"custody", "Custody"},
         {"cdi", "CDI"},
         {"rocu", "SOC-ROCU"},
         {"jtai", "JTAI"}}};
    for (const auto& [short_name, name] : names)
        if (read == short_name) return std::string{name};
    return read;
}

/// What a confirmed proposal records; or what a person must add first.
class Events {
public:
    Events(const StoredProposal& proposal, const Decision& decision)
        : proposal_{proposal},
          decision_{decision},
          forces_{split(proposal.forces)},
          date_{PartialDate::parse(proposal.date).value_or(PartialDate{})} {}

    std::vector<Event> make() {
        if (forces_.empty()) needs("forces", "which forces it is about");
        if (proposal_.kind == "stage") return moves();
        if (proposal_.kind == "inspection") return inspection();
        if (proposal_.kind == "judgement") return judgements();
        if (proposal_.kind == "finding") return findings();
        return {};  // counts of grades are a check on the judgements, and no fact of their own
    }

    JsonFaults faults;

private:
    void needs(const char* member, std::string_view what) {
        faults.push_back({fmt::format("/{}", member), fmt::format("say {}", what)});
    }

    std::vector<Event> moves() {
        if (!date_.known()) needs("date", "when it moved: the item does not");
        std::vector<Event> events;
        for (const auto& force : forces_)
            events.push_back(StageMoved{
                force, proposal_.change == "left" ? MonitoringStage::scan : MonitoringStage::engage,
                date_,
                PartialDate::parse(proposal_.published.substr(0, 10)).value_or(PartialDate{}),
                proposal_.words, proposal_.url});
        return events;
    }
    std::vector<Event> inspection() {
        if (decision_.cycle.empty()) needs("cycle", "in which cycle, such as 2023-25");
        if (!date_.known()) needs("date", "when the report was published: the item does not");
        const auto programme = programme_in_data(proposal_.programme);
        const auto id =
            !decision_.inspection.empty() || forces_.empty()
                ? decision_.inspection
                : inspection_slug(programme + " " + decision_.cycle, forces_.front(), date_);
        return {InspectionPublished{id, programme, decision_.cycle, date_, proposal_.title,
                                    proposal_.url, forces_}};
    }
    std::vector<Event> judgements() {
        if (decision_.inspection.empty()) needs("inspection", "of which inspection, by its id");
        if (decision_.area_id.empty()) needs("area_id", "which area of the framework it is");
        std::vector<Event> events;
        for (const auto& force : forces_)
            events.push_back(JudgementMade{decision_.inspection, force, decision_.area_id,
                                           proposal_.grade, "stated", proposal_.words,
                                           proposal_.url});
        return events;
    }
    std::vector<Event> findings() {
        if (decision_.reference.empty()) needs("reference", "under which reference, such as CoC-1");
        if (decision_.title.empty()) needs("title", "what the cause of concern is");
        std::vector<Event> events;
        for (const auto& force : forces_) {
            FindingRaised finding;
            finding.force = force;
            finding.reference = decision_.reference;
            finding.inspection = decision_.inspection;
            finding.finding_kind = proposal_.finding.find("accelerated") != std::string::npos
                                       ? FindingKind::accelerated_cause_of_concern
                                       : FindingKind::cause_of_concern;
            finding.title = decision_.title;
            finding.raised = date_;
            events.push_back(std::move(finding));
        }
        return events;
    }

    const StoredProposal& proposal_;
    const Decision& decision_;
    std::vector<std::string> forces_;
    PartialDate date_;
};

Response decided_already(const StoredProposal& proposal) {
    return problem(
        409, "conflict", "The change conflicts with what is recorded",
        fmt::format("proposal {} is {}", number_of(proposal.id), text_of(proposal.state)));
}

using Change = std::function<Response(Engine&, StoredProposal&, Instant)>;

/// Runs `change` on an open proposal.
Work on_open(const std::string& id_text, Change change) {
    const auto id = whole_number(id_text);
    if (!id) return answer_with(not_found(fmt::format("there is no proposal {}", id_text)));
    return [id = ProposalId{*id}, change = std::move(change)](Engine& engine, Instant now) {
        auto proposal = engine.store().proposals().find(id);
        if (!proposal) return not_found(fmt::format("there is no proposal {}", number_of(id)));
        if (proposal->state != ProposalState::open) return decided_already(*proposal);
        return change(engine, *proposal, now);
    };
}

Work confirm(const Request& request, const std::string& id) {
    Decision decision;
    if (auto fault = read_decision(request, decision, false)) return answer_with(std::move(*fault));
    auto origin = origin_of(request, decision.reason);
    return on_open(id, [decision, origin](Engine& engine, StoredProposal& proposal, Instant now) {
        apply(decision, proposal);
        Events events{proposal, decision};
        const auto made = events.make();
        if (!events.faults.empty()) return invalid(events.faults);
        auto from = origin;
        from.source = proposal.url.empty() ? fmt::format("{}: {}", proposal.source, proposal.title)
                                           : proposal.url;
        if (!made.empty())
            if (auto done = engine.record(made, from, now); !done) return refused(done.error());
        engine.store().proposals().edit(proposal);
        engine.store().proposals().decide(proposal.id, ProposalState::confirmed, now, origin.uid,
                                          decision.reason);
        return stored_response(engine, proposal.id);
    });
}

Work dismiss(const Request& request, const std::string& id) {
    Decision decision;
    if (auto fault = read_decision(request, decision, true)) return answer_with(std::move(*fault));
    return on_open(id, [decision, uid = origin_of(request).uid](
                           Engine& engine, StoredProposal& proposal, Instant now) {
        engine.store().proposals().decide(proposal.id, ProposalState::dismissed, now, uid,
                                          decision.reason);
        return stored_response(engine, proposal.id);
    });
}

Work edit(const Request& request, const std::string& id) {
    Decision decision;
    if (auto fault = read_decision(request, decision, false)) return answer_with(std::move(*fault));
    return on_open(id, [decision](Engine& engine, StoredProposal& proposal, Instant) {
        apply(decision, proposal);
        for (const auto& force : split(proposal.forces))
            if (!engine.reference().force(force))
                return invalid({{"/forces", fmt::format("no force has the id \"{}\"", force)}});
        engine.store().proposals().edit(proposal);
        return stored_response(engine, proposal.id);
    });
}

}  // namespace

std::optional<ReadingWork> reading_for(const Request& request) {
    if (request.method != Method::post || request.path != "/v1/read") return std::nullopt;
    auto reading = std::make_shared<Reading>();
    reading->name = request.query_value("name").value_or("news");
    if (const auto slash = reading->name.rfind('/'); slash != std::string::npos)
        reading->name.erase(0, slash + 1);
    ReadingWork work;
    work.question = [reading, request](Engine& engine) {
        return read_here(engine, request, *reading);
    };
    if (request.query_value("dry_run") != "true")
        work.keep = [reading](Engine& engine, Instant now) { return keep(engine, *reading, now); };
    return work;
}

std::optional<Turn::Work> proposal_work(const Request& request) {
    const auto rest = path_under(request, "/v1/proposals/");
    if (!rest) return std::nullopt;
    constexpr std::string_view confirming = "/confirm";
    constexpr std::string_view dismissing = "/dismiss";
    if (request.method == Method::patch) return edit(request, *rest);
    if (request.method != Method::post) return std::nullopt;
    if (rest->ends_with(confirming))
        return confirm(request, rest->substr(0, rest->size() - confirming.size()));
    if (rest->ends_with(dismissing))
        return dismiss(request, rest->substr(0, rest->size() - dismissing.size()));
    return std::nullopt;
}

std::optional<Response> proposals_answer(const Asker& asker) {
    if (const auto id_text = path_under(asker.request, "/v1/proposals/")) {
        if (auto unwanted = asker.unwanted_parameters()) return *unwanted;
        const auto id = whole_number(*id_text);
        const auto proposal =
            id ? asker.engine.store().proposals().find(ProposalId{*id}) : std::nullopt;
        if (!proposal) return not_found(fmt::format("there is no proposal {}", *id_text));
        return stored_response(asker.engine, proposal->id);
    }
    if (asker.request.path != "/v1/proposals") return std::nullopt;
    ReadQuery query{asker.request, {"state"}};
    ProposalFilter filter;
    filter.after = query.cursor();
    if (query.fault) return *query.fault;
    const auto wanted = asker.request.query_value("state").value_or("open");
    if (wanted != "all") {
        const auto state = parse_proposal_state(wanted);
        if (!state) return bad_request("state: " + state.error() + ", or all", "/state");
        filter.state = *state;
    }
    filter.limit = query.limit;
    const auto proposals = asker.engine.store().proposals().list(filter);
    ListWriter list;
    for (const auto& proposal : proposals) write_stored(list.json, proposal);
    const bool full = proposals.size() == static_cast<std::size_t>(filter.limit);
    return list.end(full ? std::optional{std::to_string(number_of(proposals.back().id))}
                         : std::nullopt);
}

}  // namespace forcewatch

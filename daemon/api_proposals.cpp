#include "daemon/api_proposals.hpp"

#include <fmt/format.h>

#include "daemon/api_write_parts.hpp"
#include "daemon/engine/no_such.hpp"
#include "daemon/ingest/news_source.hpp"
#include "daemon/ingest/read_news.hpp"
#include "daemon/ingest/reading_json.hpp"
#include "daemon/news_work.hpp"
#include "daemon/proposal_events.hpp"

namespace forcewatch {

namespace {

/// What the worker hands over to the turn.
struct NewsFile {
    std::string name;
    std::string url;  ///< of the page, for items that do not give their own; may be empty
    std::vector<NewsReading> items;
};

Response keep(Engine& engine, const NewsFile& reading, Instant now) {
    const auto kept = keep_news(engine, reading.items, now);
    JsonWriter json;
    json.begin_object();
    write_reading_members(json, reading.name, reading.items);
    json.key("stored").value(kept.added).key("known").value(kept.known);
    json.key("dry_run").value(false).end_object();
    return json_response(json.take());
}

Response read_here(Engine& engine, const Request& request, NewsFile& reading) {
    const auto type =
        request.query_value("type").value_or(request.header("content-type").value_or(""));
    auto items = read_news_source(reading.name, type, request.body);
    if (!items)
        return problem(422, "news", "The news was not read",
                       fmt::format("{}: {}", reading.name, items.error()));
    date_in_london(*items);
    const auto names = names_in(engine.store());
    for (auto& item : *items) {
        if (item.url.empty()) item.url = reading.url;
        reading.items.push_back(read_news(item, names));
    }
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
    for (const auto& force : ids_in(proposal.forces)) json.value(force);
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

constexpr std::size_t longest = 500;

std::optional<Response> read_decision(const Request& request, ProposalDecision& decision,
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

/// Who decides on a proposal has settled where it disagreed.
void decide(Engine& engine, const StoredProposal& proposal, ProposalState state, std::int64_t uid,
            const std::string& reason, Instant now) {
    engine.store().proposals().decide(proposal.id, state, now, uid, reason);
    engine.store().conflicts().settle_all_of(
        proposal.id, now, uid,
        fmt::format("proposal {} was {}", number_of(proposal.id), text_of(state)));
}

Work confirm(const Request& request, const std::string& id) {
    ProposalDecision decision;
    if (auto fault = read_decision(request, decision, false)) return answer_with(std::move(*fault));
    auto origin = origin_of(request, decision.reason);
    return on_open(id, [decision, origin](Engine& engine, StoredProposal& proposal, Instant now) {
        apply(decision, proposal);
        auto completed = decision;
        complete(engine, proposal, completed);
        const auto [events, faults] = events_of(proposal, completed);
        if (!faults.empty()) return invalid(faults);
        auto from = origin;
        from.source = source_of(proposal);
        if (!events.empty())
            if (auto done = engine.record(events, from, now); !done) return refused(done.error());
        engine.store().proposals().edit(proposal);
        decide(engine, proposal, ProposalState::confirmed, origin.uid, decision.reason, now);
        return stored_response(engine, proposal.id);
    });
}

Work dismiss(const Request& request, const std::string& id) {
    ProposalDecision decision;
    if (auto fault = read_decision(request, decision, true)) return answer_with(std::move(*fault));
    return on_open(id, [decision, uid = origin_of(request).uid](
                           Engine& engine, StoredProposal& proposal, Instant now) {
        decide(engine, proposal, ProposalState::dismissed, uid, decision.reason, now);
        return stored_response(engine, proposal.id);
    });
}

Work edit(const Request& request, const std::string& id) {
    ProposalDecision decision;
    if (auto fault = read_decision(request, decision, false)) return answer_with(std::move(*fault));
    return on_open(id, [decision](Engine& engine, StoredProposal& proposal, Instant) {
        apply(decision, proposal);
        for (const auto& force : ids_in(proposal.forces))
            if (!engine.reference().force(force))
                return invalid({{"/forces", no_such_force(engine.store(), force)}});
        engine.store().proposals().edit(proposal);
        return stored_response(engine, proposal.id);
    });
}

}  // namespace

ReadingWork reading_for(const Request& request) {
    auto reading = std::make_shared<NewsFile>();
    reading->name = request.query_value("name").value_or("news");
    reading->url = request.query_value("url").value_or("");
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
    ReadQuery query{asker.request, Times::none, {"state"}};
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

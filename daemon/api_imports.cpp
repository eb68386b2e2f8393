// What came in by files: the list of imports, undoing one, and owners for many actions at once.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/overloaded.hpp"
#include "daemon/api_files.hpp"
#include "daemon/api_lists.hpp"
#include "daemon/api_write_parts.hpp"
#include "daemon/engine/no_such.hpp"
#include "daemon/import_answer.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t most_named = 20;
constexpr int all_of_them = 10'000'000;

void write_import(JsonWriter& json, const PastImport& import) {
    json.begin_object().key("id").value(number_of(import.id)).key("at").value(text_of(import.at));
    json.key("uid").value(import.uid).key("files").begin_array();
    std::string_view rest = import.files;
    while (!rest.empty()) {
        const auto end = std::min(rest.find('\n'), rest.size());
        json.value(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    json.end_array().key("layouts").value(import.layouts);
    json.key("mode").value(import.baseline ? "baseline" : "normal");
    json.key("rows").value(import.rows).key("added").value(import.added);
    json.key("changed").value(import.changed);
    json.key("first_seq").value(number_of(import.first));
    json.key("last_seq").value(number_of(import.last));
    json.key("undone_at");
    if (import.undone_at)
        json.value(text_of(*import.undone_at));
    else
        json.null();
    json.key("undone_by");
    if (import.undone_at)
        json.value(import.undone_by);
    else
        json.null();
    json.key("undone_why").value(import.undone_why).end_object();
}

/// Calls `name` with the subject of each publication and finding that an event says something of
/// besides its own item.
template <typename Name>
void for_each_named(const Recorded& recorded, const Name& name) {
    const auto finding = [&](const std::string& reference) {
        if (!reference.empty()) name(finding_subject(recorded.force, reference));
    };
    const auto findings = [&](const std::vector<std::string>& references) {
        for (const auto& reference : references) finding(reference);
    };
    const auto inspection = [&](const std::string& id) {
        if (!id.empty()) name("inspection:" + id);
    };
    const Overloaded visitor{[&](const FindingMatched& e) { finding(e.other); },
                             [&](const FindingRaised& e) {
                                 finding(e.parent);
                                 inspection(e.inspection);
                             },
                             [&](const FindingAmended& e) { finding(e.parent.value_or("")); },
                             [&](const ConditionSet& e) {
                                 finding(e.finding);
                                 findings(e.findings);
                             },
                             [&](const ActionPlanned& e) { findings(e.findings); },
                             [&](const ActionAmended& e) {
                                 if (e.findings) findings(*e.findings);
                             },
                             [&](const JudgementMade& e) { inspection(e.inspection); },
                             [](const auto&) {}};
    std::visit(visitor, recorded.event);
}

bool links_to(const std::set<std::string>& items, const Recorded& recorded) {
    bool links = false;
    for_each_named(recorded,
                   [&](const std::string& subject) { links = links || items.contains(subject); });
    return links;
}

/// What others recorded since about the items of an import: undoing it would leave that hanging.
/// Reference data carries everything later, so anything later counts.
std::vector<std::string> built_upon(Store& store, const PastImport& import) {
    std::set<std::string> mine;
    bool reference = false;
    std::vector<Recorded> later;
    const auto& journal = store.journal();
    const JournalSeq before{number_of(import.first) - 1};
    journal.each_after(before, journal.head(), [&](Recorded&& recorded) {
        const auto subject = subject_of(recorded.event);
        if (recorded.seq <= import.last) {
            reference = reference || is_reference(recorded.event) ||
                        std::holds_alternative<ForceRecorded>(recorded.event);
            mine.insert(subject);
        } else if (!is_decision(recorded.event) &&
                   (reference || mine.contains(subject) || links_to(mine, recorded))) {
            later.push_back(std::move(recorded));
        }
    });
    drop_withdrawn(later);  // what was itself taken back hangs on nothing
    std::vector<std::string> subjects;
    for (const auto& recorded : later) {
        const auto subject = subject_of(recorded.event);
        const bool counts =
            recorded.origin.uid >= 0 && !std::holds_alternative<EventsWithdrawn>(recorded.event);
        if (counts && std::find(subjects.begin(), subjects.end(), subject) == subjects.end())
            subjects.push_back(subject);
        if (subjects.size() > most_named) break;
    }
    return subjects;
}

Response hangs_on_it(const PastImport& import, std::vector<std::string> later) {
    const bool more = later.size() > most_named;
    later.resize(std::min(later.size(), most_named));
    return problem(
        409, "built-upon", "Later records build on this import",
        fmt::format("since import {} others recorded something of {}{}; undo that first, or "
                    "send \"force\": true to leave it hanging",
                    number_of(import.id), fmt::join(later, ", "), more ? " and more" : ""));
}

Work undo(const Request& request, const std::string& id_text) {
    const auto id = whole_number(id_text);
    if (!id) return answer_with(not_found(fmt::format("there is no import {}", id_text)));
    std::string reason;
    bool force = false;
    auto fault = with_body(request, [&](ObjectReader& object) {
        reason = object.required_text("reason", 1000);
        force = object.optional_bool("force").value_or(false);
    });
    if (fault) return answer_with(std::move(*fault));
    const bool dry = request.query_value("dry_run") == "true";
    auto origin = origin_of(request, reason);
    return [id = *id, reason, force, dry, origin](Engine& engine, Instant now) -> Turn::Result {
        auto& store = engine.store();
        const auto import = store.imports().find(ImportId{id});
        if (!import) return not_found(fmt::format("there is no import {}", id));
        if (import->undone_at)
            return problem(
                409, "conflict", "The change conflicts with what is recorded",
                fmt::format("import {} was undone at {}", id, text_of(*import->undone_at)));
        if (auto later = built_upon(store, *import); !later.empty() && !force)
            return hangs_on_it(*import, std::move(later));
        const auto before = store.journal().head();
        const auto why = fmt::format("import {} was undone: {}", id, reason);
        const auto alerts = engine.withdraw(import->first, import->last, origin, now, why);
        store.imports().mark_undone(import->id, now, origin.uid, reason);
        const auto effect = effect_of(store, before, {}, most_items_told);
        JsonWriter json;
        json.begin_object().key("import").value(id);
        json.key("items_touched").value(effect.following);
        write_items(json, effect);
        write_alerts(json, alerts);
        json.end_object();
        return {json_response(json.take()), dry};
    };
}

/// Which actions are given to somebody.
struct Assignment {
    std::string owner;
    std::string force;
    std::string area;
    std::string finding;
    std::optional<std::string> from;  ///< only those of this person; "": nobody's
    bool closed_too{};
};

bool is_wanted(Store& store, const Assignment& wanted, const Action& action) {
    const bool open = action.state == ActionState::open || action.state == ActionState::in_progress;
    if (!open && !wanted.closed_too) return false;
    const auto& about = action.findings;
    if (!wanted.finding.empty() &&
        std::find(about.begin(), about.end(), wanted.finding) == about.end())
        return false;
    return wanted.area.empty() ||
           std::any_of(about.begin(), about.end(), [&](const std::string& reference) {
               const auto finding = store.facts().finding(finding_subject(action.force, reference));
               return finding && finding->area == wanted.area;
           });
}

std::vector<Action> wanted_actions(Store& store, const Assignment& wanted) {
    ItemFilter filter;
    filter.force = wanted.force;
    filter.limit = all_of_them;
    if (wanted.from) filter.owner = store.people().known_token(*wanted.from);
    auto actions = store.facts().actions(filter);
    const auto token = store.people().known_token(wanted.owner);
    std::erase_if(actions, [&](const Action& action) {
        return action.owner == token || !is_wanted(store, wanted, action);
    });
    return actions;
}

std::optional<Response> read_assignment(const Request& request, Assignment& wanted) {
    return with_body(request, [&](ObjectReader& object) {
        wanted.owner = object.required_text("owner", 1000);
        wanted.force = object.optional_text("force", 200).value_or("");
        wanted.area = object.optional_text("area", 200).value_or("");
        wanted.finding = object.optional_text("finding", 1000).value_or("");
        wanted.from = object.optional_text("from", 1000);
        if (object.optional_bool("unowned").value_or(false)) wanted.from = "";
        wanted.closed_too = object.optional_bool("closed_too").value_or(false);
        if (wanted.force.empty() && wanted.area.empty() && wanted.finding.empty() && !wanted.from)
            object.report("force",
                          "is missing, and so is any other filter: name a force, an area, a "
                          "finding, whose actions (from), or unowned");
    });
}

Work assign(const Request& request) {
    Assignment wanted;
    if (auto fault = read_assignment(request, wanted)) return answer_with(std::move(*fault));
    const bool dry = request.query_value("dry_run") == "true";
    return [wanted, dry, origin = origin_of(request, "owner for several actions")](
               Engine& engine, Instant now) -> Turn::Result {
        auto& store = engine.store();
        if (!wanted.force.empty() && !engine.reference().force(wanted.force))
            return invalid({{"/force", no_such_force(store, wanted.force)}});
        if (wanted.from && !wanted.from->empty() &&
            !store.people().find(store.people().known_token(*wanted.from)))
            return invalid({{"/from", no_such_person(store, *wanted.from)}});
        std::vector<ImportRow> rows;
        for (const auto& action : wanted_actions(store, wanted)) {
            ActionAmended given{action.source, action.external_id, {}, wanted.owner, {}, {}};
            rows.push_back({Event{std::move(given)}, {}, 0});
        }
        const auto before = store.journal().head();
        auto done = engine.import(rows, origin, now);
        if (!done) return refused(done.error().front().fault);
        const auto effect = effect_of(store, before, done->named, most_items_told);
        JsonWriter json;
        json.begin_object().key("owner").value(wanted.owner);
        json.key("changed").value(effect.changed);
        write_items(json, effect);
        write_alerts(json, done->alerts);
        json.end_object();
        return {json_response(json.take()), dry};
    };
}

}  // namespace

std::optional<Response> imports_answer(const Asker& asker) {
    if (asker.request.path != "/v1/imports") return std::nullopt;
    ReadQuery query{asker.request, Times::none, {}};
    const auto before = query.cursor();
    if (query.fault) return *query.fault;
    const auto imports = asker.engine.store().imports().list(before, query.limit);
    ListWriter list;
    for (const auto& import : imports) write_import(list.json, import);
    std::optional<std::string> next;
    if (static_cast<int>(imports.size()) == query.limit)
        next = std::to_string(number_of(imports.back().id));
    return list.end(next);
}

std::optional<Work> files_work(const Request& request) {
    if (request.method != Method::post) return std::nullopt;
    if (request.path == "/v1/assign") return assign(request);
    constexpr std::string_view ending = "/undo";
    const auto rest = path_under(request, "/v1/imports/");
    if (!rest || !rest->ends_with(ending)) return std::nullopt;
    return undo(request, rest->substr(0, rest->size() - ending.size()));
}

}  // namespace forcewatch

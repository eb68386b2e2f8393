#include "daemon/api_what_if.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "core/day_count.hpp"
#include "daemon/api_files.hpp"
#include "daemon/api_lists.hpp"
#include "daemon/api_reads.hpp"
#include "daemon/api_same_as.hpp"
#include "daemon/engine/restraints.hpp"
#include "daemon/engine/what_if.hpp"

namespace forcewatch {

namespace {

using std::chrono::days;

void write_date(JsonWriter& json, std::string_view key, const std::optional<Date>& on) {
    json.key(key);
    if (on)
        json.value(text_of(*on));
    else
        json.null();
}

void write_foreseen(JsonWriter& json, const Foreseen& seen) {
    json.begin_object();
    json.key("at").value(text_of(seen.at)).key("on").value(text_of(london_date(seen.at)));
    json.key("rule").value(seen.rule).key("subject").value(seen.about.id);
    json.key("force").value(seen.about.force).key("title").value(seen.about.title);
    json.key("change").value(text_of(seen.change)).key("severity").value(text_of(seen.severity));
    json.key("episode_on").value(text_of(seen.episode_on));
    json.key("effective_on").value(text_of(seen.effective_on));
    write_texts(json, "steps", seen.steps);
    json.key("summary")
        .value(as_read_on(seen.summary, london_date(seen.at)))
        .key("tells")
        .value(seen.tells);
    json.end_object();
}

/// One parameter that is a day.
std::optional<Date> date_of(const Request& request, std::string_view name,
                            std::optional<Response>& fault) {
    const auto text = request.query_value(name);
    if (!text) return std::nullopt;
    const auto day = parse_date(*text);
    if (day) return *day;
    fault = bad_request(fmt::format("{}: {}", name, day.error()), fmt::format("/{}", name));
    return std::nullopt;
}

void write_verdict(JsonWriter& json, const Ruling& ruling, Date on) {
    json.key("firing").value(ruling.firing);
    json.key("severity");
    if (ruling.firing)
        json.value(text_of(ruling.severity));
    else
        json.null();
    json.key("summary").value(as_read_on(ruling.summary, on));
    json.key("steps").begin_array();
    for (const auto& step : ruling.reached) {
        json.begin_object().key("step").value(step.name).key("on").value(text_of(step.on));
        json.key("severity").value(text_of(step.severity)).end_object();
    }
    json.end_array();
    json.key("reminders").value(ruling.reminders);
    write_texts(json, "remarks", ruling.remarks);
    write_date(json, "next_on", ruling.next_on);
    json.key("episodes").begin_array();
    for (const auto& episode : ruling.episodes) {
        json.begin_object().key("from").value(text_of(episode.from));
        write_date(json, "until", episode.until);
        json.key("ending").value(episode.ending).end_object();
    }
    json.end_array();
}

/// Splits "judgements.csv:17" into the document and its row, or page; what has no row is whole.
std::pair<std::string, std::optional<std::int64_t>> place_in(const std::string& source) {
    const auto colon = source.rfind(':');
    const auto row =
        colon == std::string::npos ? std::nullopt : whole_number(source.substr(colon + 1));
    return row ? std::pair{source.substr(0, colon), row} : std::pair{source, row};
}

void write_citation(JsonWriter& json, const std::string& about, const Citation& citation) {
    const auto& recorded = citation.recorded;
    const auto& origin = recorded.origin;
    const auto [document, row] = place_in(origin.source);
    json.begin_object().key("about").value(about);
    json.key("fact").value(kind_of(recorded.event));
    json.key("subject").value(subject_of(recorded.event));
    json.key("effective_on").value(text_of(recorded.effective_on));
    json.key("certainty").value(text_of(recorded.certainty));
    json.key("seq").value(number_of(recorded.seq));
    json.key("recorded_at").value(text_of(recorded.recorded_at));
    write_text_or_null(json, "document", document);
    json.key("row").value(row);
    write_text_or_null(json, "url", citation.url);
    json.key("import");
    if (citation.import)
        json.value(number_of(*citation.import));
    else
        json.null();
    json.key("uid").value(origin.uid);
    write_text_or_null(json, "client", origin.client);
    write_text_or_null(json, "reason", origin.reason);
    json.end_object();
}

/// What keeps an alert from being told of at this moment, and until when.
class Mutes {
public:
    explicit Mutes(const Asker& asker)
        : now_{asker.now},
          notices_{asker.engine.store().notices()},
          people_{asker.engine.store().people()},
          restraints_{asker.engine.store(), asker.engine.reference(), asker.engine.settings(),
                      asker.now} {}

    void write(JsonWriter& json, const Alert& alert) {
        const auto mute = of(alert);
        write_text_or_null(json, "muted_by", people_.named(mute.words));
        write_optional(json, "muted_until", mute.until);
        write_held_back(json, alert.id);
    }

private:
    /// Whom something waits for, and what holds it back, in the words of when it was decided.
    void write_held_back(JsonWriter& json, AlertId alert) {
        const auto decisions = notices_.decisions(alert);
        json.key("held_back").begin_array();
        for (const auto& notice : notices_.of_alert(alert)) {
            if (notice.outcome != NoticeOutcome::waiting ||
                notice.held.cause == Restraint::Cause::none)
                continue;
            const Addressee who{notice.destination, notice.recipient};
            const auto decided =
                std::find_if(decisions.rbegin(), decisions.rend(), [&](const Decision& each) {
                    return each.who == who && each.held.cause == notice.held.cause;
                });
            json.begin_object().key("destination").value(who.destination);
            write_text_or_null(json, "recipient", who.recipient);
            json.key("cause").value(text_of(notice.held.cause));
            write_text_or_null(
                json, "words",
                decided == decisions.rend() ? std::string{} : people_.named(decided->held.words));
            write_optional(json, "until", notice.due_at);
            json.end_object();
        }
        json.end_array();
    }
    [[nodiscard]] Restraint of(const Alert& alert) {
        if (alert.review_at && *alert.review_at > now_)
            return {Restraint::Cause::dropped, {}, alert.ending, alert.review_at};
        if (alert.state == AlertState::closed) return {};
        return restraints_.muted(alert, {Change::opened});
    }

    Instant now_;
    const Notices& notices_;
    People& people_;
    Restraints restraints_;
};

/// What was decided of it when it happened; where the question is of today, also what hides it.
void write_stored(JsonWriter& json, const Asker& asker, const Explained& each, Instant known_at,
                  std::optional<Mutes>& mutes) {
    json.key("stored").begin_array();
    for (const auto& alert : asker.engine.store().alerts().of_subject(each.about.id)) {
        if (alert.rule != each.rule->name || alert.opened_at > known_at) continue;
        json.begin_object();
        write_alert(json, alert, asker.today);
        if (mutes) mutes->write(json, alert);
        json.end_object();
    }
    json.end_array();
}

constexpr const char* such_as = "; a subject is such as finding:kent/AFI-3 or tracks:kent/PEEL";

Response explained(const Asker& asker) {
    const ReadQuery query{asker.request, Times::both, {"subject", "at"}};
    std::optional<Response> fault = query.fault;
    const auto at = date_of(asker.request, "at", fault);
    const std::string subject{asker.request.query_value("subject").value_or("")};
    if (subject.empty())
        fault = bad_request(fmt::format("subject: is missing{}", such_as), "/subject");
    if (fault) return *fault;
    const Date on = at.value_or(asker.day_of(query));
    const auto known_at = query.known_at.value_or(everything_known);
    const auto all =
        explain(asker.engine.store(), asker.engine.settings().rules, subject, on, known_at);
    if (all.rules.empty())
        return not_found(fmt::format("nothing is known of {}{}", subject,
                                     subject.find(':') == std::string::npos ? such_as : ""));
    std::optional<Mutes> mutes;
    if (on == asker.today && !query.known_at) mutes.emplace(asker);
    JsonWriter json;
    json.begin_object().key("subject").value(subject).key("on").value(text_of(on));
    json.key("rules").begin_array();
    for (const auto& each : all.rules) {
        json.begin_object();
        json.key("rule").value(each.rule->name).key("type").value(type_of(each.rule->condition));
        json.key("subject").value(each.about.id).key("title").value(each.about.title);
        json.key("looks_at_it").value(each.why_not.empty());
        json.key("why_not").value(each.why_not);
        write_verdict(json, each.ruling, on);
        write_stored(json, asker, each, known_at, mutes);
        json.end_object();
    }
    json.end_array().key("sources").begin_array();
    for (const auto& [about, citations] : all.sources)
        for (const auto& citation : citations) write_citation(json, about, citation);
    json.end_array().end_object();
    return json_response(json.take());
}

Response foreseen_list(const std::vector<Foreseen>& story, Date from, Date to) {
    JsonWriter json;
    json.begin_object().key("from").value(text_of(from)).key("to").value(text_of(to));
    json.key("items").begin_array();
    for (const auto& seen : story) write_foreseen(json, seen);
    json.end_array().end_object();
    return json_response(json.take());
}

Response forecasted(const Asker& asker) {
    const ReadQuery query{asker.request, Times::recorded, {"days", "from"}};
    std::optional<Response> fault = query.fault;
    const auto from = date_of(asker.request, "from", fault);
    const auto length = whole_number(asker.request.query_value("days").value_or("90"));
    if (!length || *length < 1 || *length > 3660)
        fault = bad_request("days: expected a number from 1 to 3660", "/days");
    if (fault) return *fault;
    if (auto unknown = asker.unknown_force(query)) return *unknown;
    const auto& rules = asker.engine.settings().rules;
    const Date begin = from.value_or(asker.today);
    const Date end = begin + days{*length};
    const auto story = from || query.travels()
                           ? forecast_from(asker.engine.store(), rules, query.force, begin, end,
                                           query.known_at.value_or(everything_known))
                           : forecast(asker.engine.store(), rules, query.force, asker.now, end);
    return foreseen_list(story, begin, end);
}

/// One opening, as it is compared.
using Opening = std::tuple<std::string, std::string, std::string>;  // rule, subject, episode

Response back_tested(const Asker& asker, const std::vector<Rule>& rules) {
    const ReadQuery query{asker.request, Times::recorded, {"from", "to"}};
    std::optional<Response> fault = query.fault;
    const auto from = date_of(asker.request, "from", fault);
    const auto to = date_of(asker.request, "to", fault);
    if (!fault && (!from || !to || *from > *to))
        fault = bad_request("from and to: expected two days, the earlier one first", "/from");
    if (fault) return *fault;
    if (auto unknown = asker.unknown_force(query)) return *unknown;
    const auto [held, story] = back_test(asker.engine.store(), rules, query.force, *from, *to,
                                         query.known_at.value_or(everything_known));
    std::set<Opening> would;
    for (const auto& seen : story)
        if (seen.change == Change::opened)
            would.emplace(seen.rule, seen.about.id, text_of(seen.episode_on));
    std::set<Opening> told_before;
    for (const auto& each : held)
        told_before.emplace(each.rule, each.subject, text_of(each.episode_on));
    std::set<Opening> did;
    AlertFilter filter;
    filter.force = query.force;
    filter.limit = 1'000'000;
    for (const auto& alert : asker.engine.store().alerts().list(filter)) {
        const auto opened_on = london_date(alert.opened_at);
        Opening opening{alert.rule, alert.subject, text_of(alert.episode_on)};
        // What was recorded late opened late, and held before all the same.
        if (opened_on >= *from && opened_on <= *to && !told_before.contains(opening))
            did.insert(std::move(opening));
    }
    JsonWriter json;
    json.begin_object().key("from").value(text_of(*from)).key("to").value(text_of(*to));
    json.key("items").begin_array();
    for (const auto& seen : story) write_foreseen(json, seen);
    json.end_array();
    const auto write_difference = [&](std::string_view key, const std::set<Opening>& left,
                                      const std::set<Opening>& right) {
        json.key(key).begin_array();
        for (const auto& opening : left) {
            if (right.contains(opening)) continue;
            const auto& [rule, subject, episode] = opening;
            json.begin_object().key("rule").value(rule).key("subject").value(subject);
            json.key("episode_on").value(episode).end_object();
        }
        json.end_array();
    };
    write_difference("only_would", would, did);
    write_difference("only_did", did, would);
    json.end_object();
    return json_response(json.take());
}

Response rules_refused(const std::vector<Fault>& faults) {
    ProblemDocument problem;
    problem.status = 422;
    problem.name = "configuration";
    problem.title = "The rules are not sound";
    problem.detail = faults.front();
    for (const auto& fault : faults) problem.errors.push_back({{}, fault});
    return to_response(problem);
}

}  // namespace

std::optional<std::function<Response(Engine& engine)>> scan_for(const Request& request,
                                                                Instant now) {
    const bool reads = request.method == Method::get || request.method == Method::head;
    if (request.path == "/v1/explain" && reads)
        return [request, now](Engine& engine) {
            return explained({engine, request, now, london_date(now)});
        };
    if (request.path == "/v1/forecast" && reads)
        return [request, now](Engine& engine) {
            return forecasted({engine, request, now, london_date(now)});
        };
    if (request.path == "/v1/backtest" && (reads || request.method == Method::post))
        return [request, now](Engine& engine) {
            const Asker asker{engine, request, now, london_date(now)};
            if (request.body.empty()) return back_tested(asker, engine.settings().rules);
            const auto settings = read_settings(request.body, "rules");
            if (!settings) return rules_refused(settings.error());
            return back_tested(asker, settings->rules);
        };
    if (auto question = export_for(request, now)) return question;
    if (auto question = duplicates_for(request, now)) return question;
    const bool of_facts = request.path.starts_with("/v1/") && request.path != "/v1/status";
    if (reads && of_facts && (request.query_value("as_of") || request.query_value("known_at")))
        return [request, now](Engine& engine) {
            auto response = ApiReads{engine}.answer(request, now);
            return response ? std::move(*response)
                            : not_found(fmt::format("nothing is served at {}", request.path));
        };
    return std::nullopt;
}

}  // namespace forcewatch

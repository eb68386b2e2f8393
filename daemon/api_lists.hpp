// Private to daemon/: what the files of the read side share.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>

#include "daemon/engine/engine.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/http/response.hpp"
#include "daemon/read_query.hpp"
#include "daemon/views.hpp"

namespace forcewatch {

inline constexpr Instant everything_known = Instant::max();

/// A list in its envelope: the items, and the cursor of the next page.
struct ListWriter {
    JsonWriter json;

    ListWriter() { json.begin_object().key("items").begin_array(); }
    Response end(const std::optional<std::string>& next) {
        json.end_array();
        json.key("next").value(next);
        json.end_object();
        return json_response(json.take());
    }
    /// The same, with the times that were asked about.
    Response end(const std::optional<std::string>& next, const ReadQuery& query) {
        json.end_array();
        json.key("next").value(next);
        if (query.as_of) json.key("as_of").value(text_of(*query.as_of));
        if (query.known_at) json.key("known_at").value(text_of(*query.known_at));
        json.end_object();
        return json_response(json.take());
    }
};

/// One question to the API.
struct Asker {
    Engine& engine;
    const Request& request;
    Instant now;
    Date today;

    [[nodiscard]] FactTables& tables() const { return engine.store().facts(); }
    /// The day a question is about.
    [[nodiscard]] Date day_of(const ReadQuery& query) const { return query.as_of.value_or(today); }
    /// Facts of another time, of the force asked for or of all.
    [[nodiscard]] Facts facts(const ReadQuery& query) const {
        return engine.facts_at(day_of(query), query.known_at.value_or(everything_known),
                               query.force);
    }
    /// What stood at one subject at another time.
    [[nodiscard]] Facts facts_about(const ReadQuery& query, const std::string& subject) const {
        return engine.facts_about(subject, day_of(query),
                                  query.known_at.value_or(everything_known));
    }
    /// Set: the question names a force that is not known.
    [[nodiscard]] std::optional<Response> unknown_force(const ReadQuery& query) const;
    /// Set: a parameter is given that nothing here takes.
    [[nodiscard]] std::optional<Response> unwanted_parameters(
        std::initializer_list<std::string_view> wanted = {}) const;
};

/// Findings, actions, obligations, meetings, conditions.   Empty: no such path here.
[[nodiscard]] std::optional<Response> item_answer(const Asker& asker);
/// Inspections, areas, stages, people, policies, timelines.
[[nodiscard]] std::optional<Response> regime_answer(const Asker& asker);
/// The board, one force, its timeline.
[[nodiscard]] std::optional<Response> force_answer(const Asker& asker);
/// The stage that holds on a day.
[[nodiscard]] std::optional<StageInterval> stage_on(const std::vector<StageInterval>& intervals,
                                                    Date on);
/// Alerts, deliveries, journal.
[[nodiscard]] std::optional<Response> history_answer(const Asker& asker);

}  // namespace forcewatch

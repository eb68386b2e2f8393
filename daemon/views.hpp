/// Facts, alerts and deliveries as the JSON of the API. Each function writes one value.
#pragma once

#include "core/evaluate.hpp"
#include "core/facts.hpp"
#include "core/rag.hpp"
#include "daemon/api/json_writer.hpp"
#include "daemon/engine/fact_sources.hpp"
#include "storage/store.hpp"

namespace forcewatch {

/// What the facts are seen by.
struct ViewContext {
    Date today{};
    People* people{};                   ///< who the tokens are
    const std::vector<RagLine>* rag{};  ///< red, amber, green
    FactSource* facts{};  ///< to look up what an item hangs on; null: the item alone is looked at
};

/// A member that is a day or a moment; null where there is none.
template <typename T>
void write_optional(JsonWriter& json, std::string_view key, const std::optional<T>& value) {
    json.key(key);
    if (value)
        json.value(text_of(*value));
    else
        json.null();
}

/// A member that is a text; null where it is empty.
inline void write_text_or_null(JsonWriter& json, std::string_view key, const std::string& text) {
    json.key(key);
    if (text.empty())
        json.null();
    else
        json.value(text);
}

void write_force(JsonWriter& json, const Force& force);
void write_inspection(JsonWriter& json, const Inspection& inspection);
void write_finding(JsonWriter& json, const Finding& finding, const ViewContext& context);
void write_action(JsonWriter& json, const Action& action, const ViewContext& context);
void write_meeting(JsonWriter& json, const Meeting& meeting, const ViewContext& context);
void write_obligation(JsonWriter& json, const Obligation& obligation, const ViewContext& context);
/// With how it stands, given the findings it names.
void write_condition(JsonWriter& json, const ExitCondition& condition,
                     const std::vector<Finding>& findings);
void write_person(JsonWriter& json, const Name& name, const std::optional<Person>& person,
                  People& people);
void write_stage(JsonWriter& json, const std::string& force, const StageInterval& interval,
                 Date today);
/// `limit` is the grade at or below which since, rounds and days are counted.
void write_track(JsonWriter& json, const Track& track, const std::string& limit, Date today);
/// Days are counted to `day`, or to the day on which it closed.
void write_alert(JsonWriter& json, const Alert& alert, Date day);
void write_alert_revision(JsonWriter& json, const AlertRevision& revision, People& people);
/// Without the message's bytes.
void write_texts(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts);
void write_delivery(JsonWriter& json, const Delivery& delivery);
void write_try(JsonWriter& json, const Try& each);
void write_recorded(JsonWriter& json, const Recorded& recorded);

}  // namespace forcewatch

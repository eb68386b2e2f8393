#include "daemon/ingest/reading_json.hpp"

namespace forcewatch {

namespace {

void write_list(JsonWriter& json, std::string_view key, const std::vector<std::string>& texts) {
    json.key(key).begin_array();
    for (const auto& text : texts) json.value(text);
    json.end_array();
}

void write_text(JsonWriter& json, std::string_view key, const std::string& text) {
    if (!text.empty()) json.key(key).value(text);
}

void write_text_or_null(JsonWriter& json, std::string_view key, const std::string& text) {
    json.key(key);
    if (text.empty())
        json.null();
    else
        json.value(text);
}

void write_counts(JsonWriter& json, const GradeCounts& counts) {
    json.key("counts").begin_object();
    for (std::size_t i = 0; i < grade_words.size(); ++i)
        json.key(grade_words.at(i)).value(counts.areas.at(i));
    json.end_object();
    json.key("total").value(counts.total);
}

void write_about(JsonWriter& json, const NewsReading& reading) {
    write_text_or_null(json, "title", reading.title);
    write_text_or_null(json, "url", reading.url);
    write_text_or_null(json, "published",
                       reading.stamp.empty() ? reading.published.text() : reading.stamp);
    write_text_or_null(json, "programme", reading.programme);
    write_list(json, "forces", reading.forces);
}

void write_conflict(JsonWriter& json, const NewsConflict& conflict, std::size_t item) {
    json.begin_object().key("item").value(item);
    json.key("kind").value(conflict.kind).key("what").value(conflict.what);
    write_list(json, "forces", conflict.forces);
    json.key("words").value(conflict.words).end_object();
}

}  // namespace

void write_proposal_members(JsonWriter& json, const Proposal& proposal) {
    json.key("kind").value(text_of(proposal.kind));
    write_list(json, "forces", proposal.forces);
    write_list(json, "named", proposal.named);
    write_text_or_null(json, "programme", proposal.programme);
    write_text(json, "change", proposal.change);
    write_text(json, "area", proposal.area);
    write_text(json, "grade", proposal.grade);
    if (proposal.counts) write_counts(json, *proposal.counts);
    write_text(json, "finding", proposal.finding);
    if (proposal.number) json.key("number").value(*proposal.number);
    write_text_or_null(json, "date", proposal.date.text());
    json.key("words").value(proposal.words);
    json.key("confidence").value(proposal.percent / 100.0);
}

void write_readings(JsonWriter& json, const std::string& source,
                    const std::vector<NewsReading>& readings) {
    json.begin_object();
    write_reading_members(json, source, readings);
    json.end_object();
}

void write_reading_members(JsonWriter& json, const std::string& source,
                           const std::vector<NewsReading>& readings) {
    json.key("source").value(source);
    if (!readings.empty()) write_about(json, readings.front());
    json.key("items").begin_array();
    for (const auto& reading : readings) {
        json.begin_object().key("source").value(reading.source);
        write_about(json, reading);
        json.end_object();
    }
    json.end_array().key("proposals").begin_array();
    for (std::size_t item = 0; item < readings.size(); ++item)
        for (const auto& proposal : readings[item].proposals) {
            json.begin_object().key("item").value(item);
            write_proposal_members(json, proposal);
            json.end_object();
        }
    json.end_array().key("conflicts").begin_array();
    for (std::size_t item = 0; item < readings.size(); ++item)
        for (const auto& conflict : readings[item].conflicts) write_conflict(json, conflict, item);
    json.end_array();
}

std::string counts_text(const GradeCounts& counts) {
    JsonWriter json;
    json.begin_object();
    write_counts(json, counts);
    json.end_object();
    return json.take();
}

std::string conflicts_text(const std::vector<NewsConflict>& conflicts) {
    JsonWriter json;
    json.begin_array();
    for (const auto& conflict : conflicts) write_conflict(json, conflict, 0);
    json.end_array();
    return json.take();
}

}  // namespace forcewatch

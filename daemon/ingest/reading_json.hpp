/// What a reading looks like as JSON, for the API and the command line alike.
#pragma once

#include <vector>

#include "daemon/api/json_writer.hpp"
#include "daemon/ingest/news_item.hpp"

namespace forcewatch {

/// One object for all that a source holds: its own title, day, programme and forces are those of
/// its first item; each proposal and conflict says of which item it is, counted from 0.
void write_readings(JsonWriter& json, const std::string& source,
                    const std::vector<NewsReading>& readings);
/// The members of that object, inside one that has been begun.
void write_reading_members(JsonWriter& json, const std::string& source,
                           const std::vector<NewsReading>& readings);
/// As JSON: an object by grade, and an array.
[[nodiscard]] std::string counts_text(const GradeCounts& counts);
[[nodiscard]] std::string conflicts_text(const std::vector<NewsConflict>& conflicts);
/// The members of a proposal, inside an object that has been begun.
void write_proposal_members(JsonWriter& json, const Proposal& proposal);

}  // namespace forcewatch

/// What a proposal records once it is taken.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/api/json_reader.hpp"
#include "daemon/engine/engine.hpp"

namespace forcewatch {

/// What a person says of a proposal: parts that replace what was read, and what only a person
/// knows.
struct ProposalDecision {
    std::optional<std::vector<std::string>> forces;
    std::optional<std::string> programme, change, area, grade, date;
    std::string inspection;
    std::string cycle;
    std::string area_id;
    std::string reference;
    std::string title;
    std::string reason;
};

/// Takes the parts that replace what was read.
void apply(const ProposalDecision& decision, StoredProposal& proposal);

/// Adds what the reference data leaves no choice about: the cycle of an inspection where only one
/// of its programme ran on that day.
void complete(Engine& engine, const StoredProposal& proposal, ProposalDecision& decision);

/// What a proposal records, or, as faults, what a person must add first.
struct ProposalEvents {
    std::vector<Event> events;  ///< none: it is a check on other facts, and no fact of its own
    JsonFaults faults;
};
[[nodiscard]] ProposalEvents events_of(const StoredProposal& proposal,
                                       const ProposalDecision& decision);
/// Where the events of a proposal are from: its page, or the source and the title of its item.
[[nodiscard]] std::string source_of(const StoredProposal& proposal);

/// Ids with a blank between, as proposals keep them.
[[nodiscard]] std::string ids_text(const std::vector<std::string>& texts);
[[nodiscard]] std::vector<std::string> ids_in(const std::string& text);

}  // namespace forcewatch

#include "daemon/proposal_events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "daemon/ingest/import_file.hpp"

namespace forcewatch {

std::string ids_text(const std::vector<std::string>& texts) {
    return fmt::format("{}", fmt::join(texts, " "));
}

std::vector<std::string> ids_in(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t from = 0; from < text.size();) {
        const auto at = std::min(text.find(' ', from), text.size());
        if (at > from) parts.push_back(text.substr(from, at - from));
        from = at + 1;
    }
    return parts;
}

void apply(const ProposalDecision& decision, StoredProposal& proposal) {
    if (decision.forces) proposal.forces = ids_text(*decision.forces);
    if (decision.programme) proposal.programme = *decision.programme;
    if (decision.change) proposal.change = *decision.change;
    if (decision.area) proposal.area = *decision.area;
    if (decision.grade) proposal.grade = *decision.grade;
    if (decision.date) proposal.date = *decision.date;
}

namespace {

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
class EventMaker {
public:
    EventMaker(const StoredProposal& proposal, const ProposalDecision& decision)
        : proposal_{proposal},
          decision_{decision},
          forces_{ids_in(proposal.forces)},
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
    const ProposalDecision& decision_;
    std::vector<std::string> forces_;
    PartialDate date_;
};

}  // namespace

void complete(Engine& engine, const StoredProposal& proposal, ProposalDecision& decision) {
    const auto date = PartialDate::parse(proposal.date);
    if (proposal.kind != "inspection" || !decision.cycle.empty() || !date || !date->known()) return;
    const auto programme = programme_in_data(proposal.programme);
    std::vector<std::string> running;
    for (const auto& [subject, cycle] : engine.reference().facts().cycles)
        if (cycle.programme == programme && cycle.starts.known() && cycle.ends.known() &&
            *cycle.starts.first_day() <= *date->last_day() &&
            *date->first_day() <= *cycle.ends.last_day())
            running.push_back(cycle.cycle);
    if (running.size() == 1) decision.cycle = running.front();
}

ProposalEvents events_of(const StoredProposal& proposal, const ProposalDecision& decision) {
    EventMaker maker{proposal, decision};
    auto events = maker.make();
    return {std::move(events), std::move(maker.faults)};
}

std::string source_of(const StoredProposal& proposal) {
    return proposal.url.empty() ? fmt::format("{}: {}", proposal.source, proposal.title)
                                : proposal.url;
}

}  // namespace forcewatch

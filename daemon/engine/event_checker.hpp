// Private to daemon/engine/: checks one event against what is known.
#pragma once

#include <optional>

#include "daemon/engine/recorder.hpp"

namespace forcewatch {

class EventChecker {
public:
    EventChecker(Store& store, Reference& reference)
        : store_{store}, known_{reference}, reference_{reference.facts()} {}

    [[nodiscard]] std::optional<EventFault> check(const Event& event);

private:
    using Fault = std::optional<EventFault>;

    Fault known_force(const std::string& force);
    Fault known_cycle(const std::string& programme, const std::string& cycle, const char* field);
    Fault known_area(const std::string& programme, const std::string& cycle,
                     const std::string& area, const char* field);
    Fault known_finding(const std::string& force, const std::string& reference, const char* field);
    Fault known_action(const std::string& source, const std::string& external_id);
    Fault sound_deadline(const Deadline& deadline);
    Fault sound_grade(const std::string& inspection, const std::string& area,
                      const std::string& grade);
    Fault known_judgement(const std::string& inspection, const std::string& force,
                          const std::string& area);
    Fault closable(const std::string& force, const std::string& reference);

    Fault of(const ScaleDefined& e);
    Fault of(const CycleDefined& e);
    Fault of(const AreaDefined& e);
    Fault of(const AreasLinked& e);
    Fault of(const ObligationDefined& e);
    Fault of(const ForceRecorded& e);
    Fault of(const InspectionPublished& e);
    Fault of(const JudgementMade& e);
    Fault of(const JudgementCorrected& e);
    Fault of(const JudgementRegraded& e);
    Fault of(const StageMoved& e);
    Fault of(const FindingRaised& e);
    Fault of(const FindingAmended& e);
    Fault of(const FindingClaimed& e);
    Fault of(const FindingVerified& e);
    Fault of(const FindingDecided& e);
    Fault of(const ActionPlanned& e);
    Fault of(const ActionAmended& e);
    Fault of(const ActionUpdated& e);
    Fault of(const DeadlineRevised& e);
    Fault of(const ObligationArose& e);
    Fault of(const ObligationReplied& e);
    Fault of(const RulesAdopted&) { return std::nullopt; }
    Fault of(const Retracted& e);

    Store& store_;
    Reference& known_;
    const Facts& reference_;
};

}  // namespace forcewatch

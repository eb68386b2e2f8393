// Private to daemon/engine/: checks one event against what is known.
#pragma once

#include <optional>

#include "daemon/engine/recorder.hpp"

namespace forcewatch {

class EventChecker {
public:
    /// `uid` is that of whoever records, -1 the daemon itself.
    EventChecker(Store& store, Reference& reference, Date today, std::int64_t uid,
                 int moves_without_approval, bool closings_wait)
        : store_{store},
          known_{reference},
          reference_{reference.facts()},
          today_{today},
          uid_{uid},
          moves_without_approval_{moves_without_approval},
          closings_wait_{closings_wait} {}

    [[nodiscard]] std::optional<EventFault> check(const Event& event);
    /// A cause of concern stays open while one of its recommendations is; as they stood on a day.
    [[nodiscard]] std::optional<EventFault> closable(const std::string& force,
                                                     const std::string& reference, Date on);
    /// Nothing opens under a cause of concern that is closed.
    [[nodiscard]] std::optional<EventFault> fault_of_closed_parent(const std::string& force,
                                                                   const std::string& parent);

private:
    using Fault = std::optional<EventFault>;

    Fault known_force(const std::string& force);
    Fault known_cycle(const std::string& programme, const std::string& cycle, const char* field);
    Fault known_area(const std::string& programme, const std::string& cycle,
                     const std::string& area, const char* field);
    Fault known_finding(const std::string& force, const std::string& reference, const char* field);
    Fault sound_parent(const std::string& force, const std::string& reference,
                       const std::string& parent);
    Fault known_area_of(const std::string& inspection, const std::string& area);
    Fault known_action(const std::string& source, const std::string& external_id);
    Fault sound_successor(const ForceRecorded& e);
    Fault sound_deadline(const Deadline& deadline);
    Fault sound_grade(const std::string& inspection, const std::string& area,
                      const std::string& grade);
    Fault known_judgement(const std::string& inspection, const std::string& force,
                          const std::string& area);
    Fault not_future(Date on, const char* field = "on");
    /// What is announced for a coming day is welcome; a slip of the pen is not.
    Fault not_far_ahead(const PartialDate& date, const char* field);
    Fault in_its_time(const std::string& force, const std::string& reference, Date on,
                      const char* field);
    /// The finding as it stood at the end of a day.
    [[nodiscard]] std::optional<Finding> finding_at(const std::string& force,
                                                    const std::string& reference, Date on);
    [[nodiscard]] InspectorateState decided_state(const Finding& finding);
    Fault separable(const Finding& finding, const FindingMatched& e);
    Fault linkable(const Finding& finding, const FindingMatched& e);
    Fault known_findings(const std::string& force, const std::vector<std::string>& references);
    /// By name, however it is written.
    [[nodiscard]] bool is_same_person(const std::string& left, const std::string& right) const;
    [[nodiscard]] bool is_whoever_recorded_the_claim(const FindingVerified& e) const;
    [[nodiscard]] std::vector<Finding> recommendations_of(const std::string& force,
                                                          const std::string& cause) const;
    Fault named_by_others(const Finding& finding) const;
    Fault movable(const DeadlineHistory& history, const DeadlineRevised& revised);

    Fault of(const ScaleDefined& e);
    Fault of(const CycleDefined& e);
    Fault of(const AreaDefined& e);
    Fault of(const AreasLinked& e);
    Fault of(const HolidaysDefined& e);
    Fault of(const ObligationDefined& e);
    Fault of(const DeadlinePolicySet& e);
    Fault of(const PersonRecorded& e);
    Fault of(const PersonMoved& e);
    Fault of(const ConditionSet& e);
    Fault of(const ConditionJudged& e);
    Fault of(const MeetingPlanned& e);
    Fault of(const MeetingUpdated& e);
    Fault of(const EvidenceFiled& e);
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
    Fault of(const FindingMatched& e);
    Fault of(const ActionPlanned& e);
    Fault of(const ActionAmended& e);
    Fault of(const ActionUpdated& e);
    Fault of(const DeadlineRevised& e);
    Fault of(const ObligationArose& e);
    Fault of(const ObligationReplied& e);
    Fault of(const AlertAcknowledged&) { return std::nullopt; }
    Fault of(const AlertUnacknowledged&) { return std::nullopt; }
    Fault of(const AlertClosed&) { return std::nullopt; }
    Fault of(const SilenceSet&) { return std::nullopt; }
    Fault of(const SilenceEnded&) { return std::nullopt; }
    Fault of(const PauseSet& e) { return known_force(e.force); }
    Fault of(const PauseEnded&) { return std::nullopt; }
    Fault of(const SendingHeld&) { return std::nullopt; }
    Fault of(const DeliveryReplayed&) { return std::nullopt; }
    Fault of(const DeliveryDismissed&) { return std::nullopt; }
    Fault of(const DestinationEnabled&) { return std::nullopt; }
    Fault of(const RulesAdopted&) { return std::nullopt; }
    Fault of(const Retracted& e);
    Fault of(const EventsWithdrawn&) { return std::nullopt; }

    Store& store_;
    Reference& known_;
    const Facts& reference_;
    Date today_;
    std::int64_t uid_;
    int moves_without_approval_;
    bool closings_wait_;
};

}  // namespace forcewatch

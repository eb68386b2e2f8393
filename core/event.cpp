#include "core/event.hpp"

#include <fmt/format.h>

#include <tuple>

namespace forcewatch {

namespace {

template <typename Enum, typename... Known>
Expected<Enum> parse_one_of(std::string_view text, Known... known) {
    std::string expected;
    for (const Enum value : {known...}) {
        if (text_of(value) == text) return value;
        expected += expected.empty() ? "" : ", ";
        expected += text_of(value);
    }
    return tl::unexpected(fmt::format("\"{}\" is not one of {}", text, expected));
}

struct SubjectOf {
    std::string operator()(const ScaleDefined& e) const { return "scale:" + e.scale; }
    std::string operator()(const CycleDefined& e) const {
        return fmt::format("cycle:{} {}", e.programme, e.cycle);
    }
    std::string operator()(const AreaDefined& e) const {
        return fmt::format("area:{} {}/{}", e.programme, e.cycle, e.area);
    }
    std::string operator()(const AreasLinked& e) const {
        return fmt::format("link:{}/{}/{}/{}/{}", e.programme, e.from_cycle, e.from_area,
                           e.to_cycle, e.to_area);
    }
    std::string operator()(const ObligationDefined& e) const {
        return "obligation-definition:" + e.definition;
    }
    std::string operator()(const ForceRecorded& e) const { return "force:" + e.force; }
    std::string operator()(const InspectionPublished& e) const {
        return "inspection:" + e.inspection;
    }
    std::string operator()(const JudgementMade& e) const { return judgement(e); }
    std::string operator()(const JudgementCorrected& e) const { return judgement(e); }
    std::string operator()(const JudgementRegraded& e) const { return judgement(e); }
    std::string operator()(const StageMoved& e) const {
        return fmt::format("stage:{}/{}/{}", e.force, e.decided.text(), text_of(e.stage));
    }
    std::string operator()(const FindingRaised& e) const { return finding(e); }
    std::string operator()(const FindingAmended& e) const { return finding(e); }
    std::string operator()(const FindingClaimed& e) const { return finding(e); }
    std::string operator()(const FindingVerified& e) const { return finding(e); }
    std::string operator()(const FindingDecided& e) const { return finding(e); }
    std::string operator()(const ActionPlanned& e) const { return action(e); }
    std::string operator()(const ActionAmended& e) const { return action(e); }
    std::string operator()(const ActionUpdated& e) const { return action(e); }
    std::string operator()(const DeadlineRevised& e) const { return e.item; }
    std::string operator()(const ObligationArose& e) const { return obligation(e); }
    std::string operator()(const ObligationReplied& e) const { return obligation(e); }
    std::string operator()(const RulesAdopted&) const { return "rules:"; }
    std::string operator()(const Retracted& e) const { return e.item; }

private:
    static std::string judgement(const auto& e) {
        return judgement_subject(e.inspection, e.force, e.area);
    }
    static std::string finding(const auto& e) { return finding_subject(e.force, e.reference); }
    static std::string action(const auto& e) { return action_subject(e.source, e.external_id); }
    static std::string obligation(const auto& e) {
        return obligation_subject(e.definition, e.inspection, e.force);
    }
};

struct ForceOf {
    template <typename E>
    std::string operator()(const E& e) const {
        if constexpr (requires { e.force; })
            return e.force;
        else
            return {};
    }
};

}  // namespace

std::string finding_subject(std::string_view force, std::string_view reference) {
    return fmt::format("finding:{}/{}", force, reference);
}
std::string action_subject(std::string_view source, std::string_view external_id) {
    return fmt::format("action:{}/{}", source, external_id);
}
std::string judgement_subject(std::string_view inspection, std::string_view force,
                              std::string_view area) {
    return fmt::format("judgement:{}/{}/{}", inspection, force, area);
}
std::string obligation_subject(std::string_view definition, std::string_view inspection,
                               std::string_view force) {
    return fmt::format("obligation:{}/{}/{}", definition, inspection, force);
}

std::string_view kind_of(const Event& event) {
    return std::visit([](const auto& e) { return std::decay_t<decltype(e)>::kind; }, event);
}
std::string subject_of(const Event& event) { return std::visit(SubjectOf{}, event); }
std::string force_of(const Event& event) { return std::visit(ForceOf{}, event); }

bool folds_before(const Recorded& left, const Recorded& right) {
    const auto early = std::tuple{left.effective_on, left.event.index()};
    const auto late = std::tuple{right.effective_on, right.event.index()};
    if (early != late) return early < late;
    const int by_subject = subject_of(left.event).compare(subject_of(right.event));
    return by_subject != 0 ? by_subject < 0 : left.seq < right.seq;
}

std::string_view text_of(FindingKind kind) {
    switch (kind) {
        case FindingKind::cause_of_concern:
            return "cause of concern";
        case FindingKind::accelerated_cause_of_concern:
            return "accelerated cause of concern";
        case FindingKind::area_for_improvement:
            return "area for improvement";
        case FindingKind::recommendation:
            return "recommendation";
    }
    return "?";
}
std::string_view text_of(ForceState state) {
    switch (state) {
        case ForceState::open:
            return "open";
        case ForceState::in_progress:
            return "in progress";
        case ForceState::claimed_complete:
            return "claimed complete";
    }
    return "?";
}
std::string_view text_of(InspectorateState state) {
    switch (state) {
        case InspectorateState::open:
            return "open";
        case InspectorateState::closed:
            return "closed";
        case InspectorateState::superseded:
            return "superseded";
    }
    return "?";
}
std::string_view text_of(ActionState state) {
    switch (state) {
        case ActionState::open:
            return "open";
        case ActionState::in_progress:
            return "in progress";
        case ActionState::complete:
            return "complete";
        case ActionState::cancelled:
            return "cancelled";
    }
    return "?";
}

Expected<FindingKind> parse_finding_kind(std::string_view text) {
    return parse_one_of<FindingKind>(
        text, FindingKind::cause_of_concern, FindingKind::accelerated_cause_of_concern,
        FindingKind::area_for_improvement, FindingKind::recommendation);
}
Expected<ForceState> parse_force_state(std::string_view text) {
    return parse_one_of<ForceState>(text, ForceState::open, ForceState::in_progress,
                                    ForceState::claimed_complete);
}
Expected<InspectorateState> parse_inspectorate_state(std::string_view text) {
    return parse_one_of<InspectorateState>(text, InspectorateState::open, InspectorateState::closed,
                                           InspectorateState::superseded);
}
Expected<ActionState> parse_action_state(std::string_view text) {
    return parse_one_of<ActionState>(text, ActionState::open, ActionState::in_progress,
                                     ActionState::complete, ActionState::cancelled);
}

}  // namespace forcewatch

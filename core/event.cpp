#include "core/event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <tuple>
#include <utility>

#include "core/withdrawn.hpp"

namespace forcewatch {

namespace {

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
    std::string operator()(const HolidaysDefined& e) const {
        return fmt::format("holidays:{}/{}", e.division, e.year);
    }
    std::string operator()(const DeadlinePolicySet& e) const {
        return policy_subject(e.force_kind, e.finding_kind);
    }
    std::string operator()(const PersonRecorded& e) const { return person_subject(e.person); }
    std::string operator()(const PersonMoved& e) const { return person_subject(e.person); }
    std::string operator()(const ConditionSet& e) const { return condition(e); }
    std::string operator()(const ConditionJudged& e) const { return condition(e); }
    std::string operator()(const MeetingPlanned& e) const { return meeting(e); }
    std::string operator()(const MeetingUpdated& e) const { return meeting(e); }
    std::string operator()(const EvidenceFiled& e) const { return e.item; }
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
    std::string operator()(const FindingMatched& e) const { return finding(e); }
    std::string operator()(const ActionPlanned& e) const { return action(e); }
    std::string operator()(const ActionAmended& e) const { return action(e); }
    std::string operator()(const ActionUpdated& e) const { return action(e); }
    std::string operator()(const DeadlineRevised& e) const { return e.item; }
    std::string operator()(const ObligationArose& e) const { return obligation(e); }
    std::string operator()(const ObligationReplied& e) const { return obligation(e); }
    std::string operator()(const AlertAcknowledged& e) const { return "alert:" + e.alert; }
    std::string operator()(const AlertUnacknowledged& e) const { return "alert:" + e.alert; }
    std::string operator()(const AlertClosed& e) const { return "alert:" + e.alert; }
    std::string operator()(const SilenceSet& e) const { return "silencing:" + e.silence; }
    std::string operator()(const SilenceEnded& e) const { return "silencing:" + e.silence; }
    std::string operator()(const PauseSet& e) const { return "pause:" + e.pause; }
    std::string operator()(const PauseEnded& e) const { return "pause:" + e.pause; }
    std::string operator()(const SendingHeld&) const { return "sending:"; }
    std::string operator()(const DeliveryReplayed& e) const { return "delivery:" + e.delivery; }
    std::string operator()(const DeliveryDismissed& e) const { return "delivery:" + e.delivery; }
    std::string operator()(const DestinationEnabled& e) const {
        return "destination:" + e.destination;
    }
    std::string operator()(const RulesAdopted&) const { return "rules:"; }
    std::string operator()(const Retracted& e) const { return e.item; }
    std::string operator()(const EventsWithdrawn& e) const { return e.item; }

private:
    static std::string judgement(const auto& e) {
        return judgement_subject(e.inspection, e.force, e.area);
    }
    static std::string finding(const auto& e) { return finding_subject(e.force, e.reference); }
    static std::string action(const auto& e) { return action_subject(e.source, e.external_id); }
    static std::string obligation(const auto& e) {
        return obligation_subject(e.definition, e.cause, e.force);
    }
    static std::string meeting(const auto& e) { return meeting_subject(e.force, e.meeting); }
    static std::string condition(const auto& e) { return condition_subject(e.force, e.condition); }
};

/// Subjects are made for every event that is read, so without a format to parse.
std::string joined(std::initializer_list<std::string_view> parts) {
    std::size_t size = 0;
    for (const auto part : parts) size += part.size();
    std::string text;
    text.reserve(size);
    for (const auto part : parts) text += part;
    return text;
}

struct ForceOf {
    template <typename E>
    std::string operator()(const E& e) const {
        if constexpr (requires { e.force; })
            return e.force;
        else if constexpr (requires { e.forces; })
            return e.forces.size() == 1 ? e.forces.front() : std::string{};
        else if constexpr (requires { e.item; })
            return force_in(e.item);
        else
            return {};
    }
};

}  // namespace

std::string force_in(std::string_view item) {
    const auto kind = item.substr(0, item.find(':'));
    const auto key = item.substr(std::min(item.size(), kind.size() + 1));
    if (kind == "finding" || kind == "meeting" || kind == "condition" || kind == "stage")
        return std::string{key.substr(0, key.find('/'))};
    if (kind == "obligation") return std::string{key.substr(key.rfind('/') + 1)};
    if (kind == "judgement") {
        const auto rest = key.substr(std::min(key.size(), key.find('/') + 1));
        return std::string{rest.substr(0, rest.find('/'))};
    }
    return {};
}

std::string finding_subject(std::string_view force, std::string_view reference) {
    return joined({"finding:", force, "/", reference});
}
std::string action_subject(std::string_view source, std::string_view external_id) {
    return joined({"action:", source, "/", external_id});
}
std::string judgement_subject(std::string_view inspection, std::string_view force,
                              std::string_view area) {
    return joined({"judgement:", inspection, "/", force, "/", area});
}
std::string obligation_subject(std::string_view definition, std::string_view cause,
                               std::string_view force) {
    return joined({"obligation:", definition, "/", cause, "/", force});
}
std::string meeting_subject(std::string_view force, std::string_view meeting) {
    return joined({"meeting:", force, "/", meeting});
}
std::string condition_subject(std::string_view force, std::string_view condition) {
    return joined({"condition:", force, "/", condition});
}
std::string policy_subject(ForceKind force_kind, FindingKind finding_kind) {
    return joined({policy_prefix, text_of(force_kind), "/", text_of(finding_kind)});
}
std::string person_subject(std::string_view person) { return joined({"person:", person}); }

bool is_decision(const Event& event) {
    return std::holds_alternative<AlertAcknowledged>(event) ||
           std::holds_alternative<AlertUnacknowledged>(event) ||
           std::holds_alternative<AlertClosed>(event) ||
           std::holds_alternative<SilenceSet>(event) ||
           std::holds_alternative<SilenceEnded>(event) || std::holds_alternative<PauseSet>(event) ||
           std::holds_alternative<PauseEnded>(event) ||
           std::holds_alternative<SendingHeld>(event) ||
           std::holds_alternative<DeliveryReplayed>(event) ||
           std::holds_alternative<DeliveryDismissed>(event) ||
           std::holds_alternative<DestinationEnabled>(event);
}

std::string_view kind_of(const Event& event) {
    return std::visit([](const auto& e) { return std::decay_t<decltype(e)>::kind; }, event);
}
std::string subject_of(const Event& event) { return std::visit(SubjectOf{}, event); }
std::string force_of(const Event& event) { return std::visit(ForceOf{}, event); }

void sort_for_folding(std::vector<Recorded>& events) {
    struct Key {
        Date on{};
        std::size_t rank{};
        std::string subject;
        JournalSeq seq{};
        std::size_t place{};
        bool operator<(const Key& other) const {
            return std::tie(on, rank, subject, seq, place) <
                   std::tie(other.on, other.rank, other.subject, other.seq, other.place);
        }
    };
    std::vector<Key> keys;
    keys.reserve(events.size());
    for (std::size_t i = 0; i < events.size(); ++i)
        keys.push_back({events[i].effective_on, events[i].event.index(),
                        subject_of(events[i].event), events[i].seq, i});
    if (std::is_sorted(keys.begin(), keys.end())) return;
    std::sort(keys.begin(), keys.end());
    std::vector<Recorded> sorted;
    sorted.reserve(events.size());
    for (const auto& key : keys) sorted.push_back(std::move(events[key.place]));
    events = std::move(sorted);
}

void drop_withdrawn(std::vector<Recorded>& events) {
    Withdrawn withdrawn;
    for (const auto& recorded : events) withdrawn.note(recorded.seq, recorded.event);
    if (withdrawn.empty()) return;
    std::erase_if(events, [&](const Recorded& recorded) { return withdrawn.holds(recorded); });
}

bool folds_before(const Recorded& left, const Recorded& right) {
    const auto early = std::tuple{left.effective_on, left.event.index()};
    const auto late = std::tuple{right.effective_on, right.event.index()};
    if (early != late) return early < late;
    const int by_subject = subject_of(left.event).compare(subject_of(right.event));
    return by_subject != 0 ? by_subject < 0 : left.seq < right.seq;
}

}  // namespace forcewatch

#include "daemon/engine/disputes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/source_order.hpp"
#include "storage/store.hpp"

namespace forcewatch {

namespace {

std::string subject_of(const StageMove& move) {
    return forcewatch::subject_of(StageMoved{move.force, move.stage, move.decided, {}, {}, {}});
}

bool between(Date on, Date one, Date other) {
    return std::min(one, other) < on && on < std::max(one, other);
}

}  // namespace

Disputes::Outcome Disputes::settle(const Event& event, const Origin& origin) {
    if (origin.source.empty()) return {event};
    return std::visit([&](const auto& e) { return of(e, origin); }, event);
}

template <typename Said, typename Value>
std::optional<std::pair<Said, std::string>> Disputes::from_elsewhere(const std::string& subject,
                                                                     const Origin& origin,
                                                                     Value value) const {
    const auto told = store_.journal().about(subject);
    const Said* stands = nullptr;
    std::string source;
    for (auto each = told.rbegin(); each != told.rend(); ++each) {
        const auto* said = std::get_if<Said>(&each->event);
        if (said == nullptr) continue;
        if (each->origin.source.empty() || (stands != nullptr && value(*said) != value(*stands)))
            break;
        stands = said;
        source = each->origin.source;
    }
    if (stands == nullptr || document_of(source) == document_of(origin.source)) return std::nullopt;
    return std::pair{*stands, std::move(source)};
}

Believed Disputes::believed(const Rival& rival, const Origin& origin) const {
    return believed_of(order_, document_of(rival.source), document_of(origin.source));
}

Believed Disputes::keep(const std::string& subject, const std::string& forces, const Rival& rival,
                        const Origin& origin) {
    const auto one = document_of(rival.source);
    const auto other = document_of(origin.source);
    const auto believed = this->believed(rival, origin);
    StoredConflict conflict;
    conflict.kind = "sources";
    conflict.forces = forces;
    conflict.what = fmt::format("{}: {} says {}, {} says {}; {}", subject, rival.source, rival.said,
                                origin.source, rival.says_now,
                                believed == Believed::neither ? rival.unsettled
                                : believed == Believed::one   ? one + " holds"
                                                              : other + " holds");
    conflict.dedup_key = conflict.what;
    conflict.source = origin.source;
    conflict.found_at = now_;
    const auto id = store_.conflicts().add(conflict);
    if (id && believed != Believed::neither)
        store_.conflicts().settle(*id, now_, -1,
                                  "by the configuration: [sources] order names which is believed");
    return believed;
}

Disputes::Outcome Disputes::of(const JudgementMade& event, const Origin& origin) {
    const auto subject = forcewatch::subject_of(event);
    if (!store_.facts().holds(subject)) return {event};
    const auto before = from_elsewhere<JudgementMade>(
        subject, origin, [](const JudgementMade& said) { return said.grade; });
    if (!before || before->first.grade == event.grade) return {event};
    const auto believed =
        keep(subject, event.force,
             {before->second, before->first.grade, event.grade, "the later one holds"}, origin);
    return believed == Believed::one ? Outcome{} : Outcome{event};
}

Disputes::Outcome Disputes::of(const InspectionPublished& event, const Origin& origin) {
    const auto subject = forcewatch::subject_of(event);
    if (!store_.facts().holds(subject)) return {event};
    const auto before = from_elsewhere<InspectionPublished>(
        subject, origin, [](const InspectionPublished& said) { return said.published; });
    if (!before || agree(before->first.published, event.published)) return {event};
    const auto believed = keep(subject, fmt::format("{}", fmt::join(event.forces, " ")),
                               {before->second, before->first.published.text(),
                                event.published.text(), "the later one holds"},
                               origin);
    if (believed != Believed::one) return {event};
    auto otherwise_new = event;
    otherwise_new.published = before->first.published;
    return {otherwise_new};
}

std::vector<std::pair<StageMove, std::string>> Disputes::rivals_of(const StageMoved& event,
                                                                   const Origin& origin) const {
    std::vector<std::pair<StageMove, std::string>> rivals;
    const auto moves = store_.facts().stage_moves(event.force);
    const auto told_on = event.decided.last_day();
    if (!told_on) return rivals;
    for (const auto& move : moves) {
        if (move.stage != event.stage || agree(move.decided, event.decided) ||
            !may_be_one_event(move.decided, event.decided))
            continue;
        const bool back_and_forth =
            std::any_of(moves.begin(), moves.end(), [&](const StageMove& other) {
                return other.stage != event.stage && other.decided.known() &&
                       between(*other.decided.last_day(), *move.decided.last_day(), *told_on);
            });
        if (back_and_forth) continue;
        auto before = from_elsewhere<StageMoved>(
            subject_of(move), origin, [](const StageMoved& said) { return said.decided; });
        if (before) rivals.emplace_back(move, std::move(before->second));
    }
    return rivals;
}

Disputes::Outcome Disputes::of(const StageMoved& event, const Origin& origin) {
    const auto rivals = rivals_of(event, origin);
    const auto rival_of = [&](const auto& each) {
        return Rival{each.second, each.first.decided.text(), event.decided.text(),
                     "both stand, and the earlier day counts"};
    };
    for (const auto& each : rivals)
        if (believed(rival_of(each), origin) == Believed::one) {
            keep(subject_of(each.first), event.force, rival_of(each), origin);
            return {};
        }
    Outcome outcome{event};
    for (const auto& each : rivals)
        if (keep(subject_of(each.first), event.force, rival_of(each), origin) == Believed::other)
            outcome.beaten.push_back(subject_of(each.first));
    return outcome;
}

}  // namespace forcewatch

#include "daemon/engine/disputes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/source_order.hpp"
#include "storage/store.hpp"

namespace forcewatch {

namespace {

/// A source without its row: "judgements.csv" of "judgements.csv:17".
std::string document_of(const std::string& source) {
    const auto colon = source.rfind(':');
    const bool row = colon != std::string::npos && colon + 1 < source.size() &&
                     source.find_first_not_of("0123456789", colon + 1) == std::string::npos;
    return row ? source.substr(0, colon) : source;
}

bool between(Date on, Date one, Date other) {
    return std::min(one, other) < on && on < std::max(one, other);
}

}  // namespace

Disputes::Outcome Disputes::settle(const Event& event, const Origin& origin) {
    if (origin.source.empty()) return {event};
    return std::visit([&](const auto& e) { return of(e, origin); }, event);
}

template <typename Said>
std::optional<std::pair<Said, std::string>> Disputes::from_elsewhere(const std::string& subject,
                                                                     const Origin& origin) const {
    auto told = store_.journal().about(subject);
    const auto before = std::find_if(told.rbegin(), told.rend(), [](const Recorded& each) {
        return std::holds_alternative<Said>(each.event);
    });
    if (before == told.rend() || before->origin.source.empty() ||
        document_of(before->origin.source) == document_of(origin.source))
        return std::nullopt;
    return std::pair{std::get<Said>(std::move(before->event)), std::move(before->origin.source)};
}

Believed Disputes::keep(const std::string& subject, const std::string& forces, const Rival& rival,
                        const Origin& origin) {
    const auto one = document_of(rival.source);
    const auto other = document_of(origin.source);
    const auto believed = believed_of(order_, one, other);
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
    const auto subject = subject_of(event);
    if (!store_.facts().holds(subject)) return {event};
    const auto before = from_elsewhere<JudgementMade>(subject, origin);
    if (!before || before->first.grade == event.grade) return {event};
    const auto believed =
        keep(subject, event.force,
             {before->second, before->first.grade, event.grade, "the later one holds"}, origin);
    return believed == Believed::one ? Outcome{} : Outcome{event};
}

Disputes::Outcome Disputes::of(const InspectionPublished& event, const Origin& origin) {
    const auto subject = subject_of(event);
    if (!store_.facts().holds(subject)) return {event};
    const auto before = from_elsewhere<InspectionPublished>(subject, origin);
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

Disputes::Outcome Disputes::of(const StageMoved& event, const Origin& origin) {
    const auto moves = store_.facts().stage_moves(event.force);
    const auto told_on = event.decided.last_day();
    if (!told_on) return {event};
    for (const auto& move : moves) {
        if (move.stage != event.stage || agree(move.decided, event.decided) ||
            !may_be_one_event(move.decided, event.decided))
            continue;
        const bool back_and_forth =
            std::any_of(moves.begin(), moves.end(), [&](const StageMove& other) {
                return other.stage != event.stage && other.decided.known() &&
                       between(*other.decided.last_day(), *move.decided.last_day(), *told_on);
            });
        const auto subject =
            subject_of(StageMoved{move.force, move.stage, move.decided, {}, {}, {}});
        const auto before = from_elsewhere<StageMoved>(subject, origin);
        if (back_and_forth || !before) continue;
        const auto believed = keep(subject, event.force,
                                   {before->second, move.decided.text(), event.decided.text(),
                                    "both stand, and the earlier day counts"},
                                   origin);
        if (believed == Believed::one) return {};
        return {event, believed == Believed::other ? subject : std::string{}};
    }
    return {event};
}

}  // namespace forcewatch

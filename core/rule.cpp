#include "core/rule.hpp"

#include <fmt/format.h>

namespace forcewatch {

std::string LadderStep::name() const {
    if (rounds) return fmt::format("{} rounds", *rounds);
    return fmt::format("{}{}", offset.value_or(std::chrono::days{0}).count(), working ? "wd" : "d");
}

std::string_view type_of(const Condition& condition) { return rule_types().at(condition.index()); }

const std::vector<std::string_view>& rule_types() {
    static const std::vector<std::string_view> types{
        "grade-persists", "grade-declined", "deadline", "stalled",   "unowned",
        "slipped",        "unverified",     "stage",    "recurring", "silent"};
    return types;
}

std::string_view text_of(StageWatch watch) {
    switch (watch) {
        case StageWatch::in:
            return "in";
        case StageWatch::left:
            return "left";
        case StageWatch::left_open:
            return "left with open causes";
        case StageWatch::exit_met:
            return "exit conditions met";
        case StageWatch::exit_regressed:
            return "exit condition regressed";
    }
    return "?";
}

Expected<StageWatch> parse_stage_watch(std::string_view text) {
    for (const auto watch : {StageWatch::in, StageWatch::left, StageWatch::left_open,
                             StageWatch::exit_met, StageWatch::exit_regressed})
        if (text_of(watch) == text) return watch;
    return tl::unexpected(
        fmt::format("\"{}\" is not one of in, left, left with open causes, exit "
                    "conditions met, exit condition regressed",
                    text));
}

std::string_view text_of(DeadlineSubject subject) {
    switch (subject) {
        case DeadlineSubject::finding:
            return "finding";
        case DeadlineSubject::action:
            return "action";
        case DeadlineSubject::obligation:
            return "obligation";
        case DeadlineSubject::meeting:
            return "meeting";
        case DeadlineSubject::papers:
            return "papers";
    }
    return "?";
}

std::string_view text_of(Axis axis) {
    switch (axis) {
        case Axis::force:
            return "force";
        case Axis::verified:
            return "verified";
        case Axis::inspectorate:
            return "inspectorate";
    }
    return "?";
}

Expected<Axis> parse_axis(std::string_view text) {
    for (const auto axis : {Axis::force, Axis::verified, Axis::inspectorate})
        if (text_of(axis) == text) return axis;
    return tl::unexpected(fmt::format("\"{}\" is not one of force, verified, inspectorate", text));
}

Expected<DeadlineSubject> parse_deadline_subject(std::string_view text) {
    for (const auto subject :
         {DeadlineSubject::finding, DeadlineSubject::action, DeadlineSubject::obligation,
          DeadlineSubject::meeting, DeadlineSubject::papers})
        if (text_of(subject) == text) return subject;
    return tl::unexpected(
        fmt::format("\"{}\" is not one of finding, action, obligation, meeting, papers", text));
}

}  // namespace forcewatch

#include "core/rule.hpp"

#include <fmt/format.h>

namespace forcewatch {

std::string LadderStep::name() const {
    if (rounds) return fmt::format("{} rounds", *rounds);
    return fmt::format("{}d", offset.value_or(std::chrono::days{0}).count());
}

std::string_view type_of(const Condition& condition) {
    struct Names {
        std::string_view operator()(const GradePersists&) const { return "grade-persists"; }
        std::string_view operator()(const DeadlineRule&) const { return "deadline"; }
        std::string_view operator()(const StageRule&) const { return "stage"; }
    };
    return std::visit(Names{}, condition);
}

std::string_view text_of(DeadlineSubject subject) {
    switch (subject) {
        case DeadlineSubject::finding:
            return "finding";
        case DeadlineSubject::action:
            return "action";
        case DeadlineSubject::obligation:
            return "obligation";
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
         {DeadlineSubject::finding, DeadlineSubject::action, DeadlineSubject::obligation})
        if (text_of(subject) == text) return subject;
    return tl::unexpected(fmt::format("\"{}\" is not one of finding, action, obligation", text));
}

}  // namespace forcewatch

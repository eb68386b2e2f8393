#include "core/restraint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace forcewatch {

namespace {

using Cause = Restraint::Cause;
constexpr std::array<std::pair<Cause, std::string_view>, 14> names{{
    {Cause::none, ""},
    {Cause::hold, "hold"},
    {Cause::inhibited, "inhibited"},
    {Cause::silenced, "silenced"},
    {Cause::paused, "paused"},
    {Cause::acknowledged, "acknowledged"},
    {Cause::asked, "asked"},
    {Cause::quiet, "quiet hours"},
    {Cause::grouped, "grouped"},
    {Cause::digest, "digest"},
    {Cause::storm, "storm"},
    {Cause::damped, "damped"},
    {Cause::faulty, "faulty"},
    {Cause::dropped, "dropped"},
}};

}  // namespace

std::string key_of(AlertId alert) { return fmt::format("alert:{}", number_of(alert)); }

std::string_view text_of(Restraint::Cause cause) {
    const auto* found = std::find_if(names.begin(), names.end(),
                                     [&](const auto& each) { return each.first == cause; });
    return found == names.end() ? "?" : found->second;
}

Expected<Restraint::Cause> parse_restraint(std::string_view text) {
    const auto* found = std::find_if(names.begin(), names.end(),
                                     [&](const auto& each) { return each.second == text; });
    if (found != names.end()) return found->first;
    return tl::unexpected(fmt::format("\"{}\" is no reason to hold back a message", text));
}

}  // namespace forcewatch

#include "core/matcher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "core/event_words.hpp"
#include "core/nearest.hpp"

namespace forcewatch {

namespace {

using Kind = Matcher::Kind;
/// The longer ones first: "=~" begins like "=".
constexpr std::array<std::pair<std::string_view, Kind>, 5> signs{{
    {"!~", Kind::not_pattern},
    {"=~", Kind::pattern},
    {"!=", Kind::not_equal},
    {"^=", Kind::prefix},
    {"=", Kind::equal},
}};

std::vector<std::string> split_set(std::string_view text) {
    std::vector<std::string> values;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(',', begin), text.size());
        values.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return values;
}

/// Labels that have few values; any other value would pick nothing.
std::optional<std::string> wrong_value(const Matcher& matcher) {
    if (!names_values(matcher)) return std::nullopt;
    for (const auto& value : matcher.values) {
        std::optional<std::string> fault;
        const auto check = [&](const auto& parsed) {
            if (!parsed) fault = parsed.error();
        };
        if (matcher.label == "kind") check(parse_force_kind(value));
        if (matcher.label == "severity") check(parse_severity(value));
        if (matcher.label == "finding-kind") check(parse_finding_kind(value));
        if (fault) return fmt::format("{}: {}", matcher.label, *fault);
    }
    return std::nullopt;
}

}  // namespace

const std::vector<std::string>& label_names() {
    static const std::vector<std::string> names{
        "alert",  "area",      "finding", "finding-kind", "force",    "kind",    "owner",
        "parent", "programme", "region",  "rule",         "severity", "subject", "type"};
    return names;
}

bool names_values(const Matcher& matcher) {
    return matcher.kind == Kind::equal || matcher.kind == Kind::not_equal ||
           matcher.kind == Kind::one_of;
}

std::string text_of(const Matcher& matcher) {
    if (matcher.kind == Kind::one_of)
        return fmt::format("{}={{{}}}", matcher.label, fmt::join(matcher.values, ","));
    const auto* sign = std::find_if(signs.begin(), signs.end(),
                                    [&](const auto& each) { return each.second == matcher.kind; });
    return fmt::format("{}{}{}", matcher.label, sign->first, matcher.values.front());
}

Expected<Matcher> parse_matcher(std::string_view text) {
    const auto place = text.find_first_of("=!^");
    if (place == std::string_view::npos || place == 0)
        return tl::unexpected(fmt::format("\"{}\" is no condition, such as \"force=kent\"", text));
    const auto* sign = std::find_if(signs.begin(), signs.end(), [&](const auto& each) {
        return text.substr(place).starts_with(each.first);
    });
    if (sign == signs.end())
        return tl::unexpected(fmt::format(
            "\"{}\": expected =, !=, ^= (begins with), =~ or !~ (regular expression)", text));
    Matcher matcher{std::string{text.substr(0, place)}, sign->second, {}};
    const auto& known = label_names();
    if (std::find(known.begin(), known.end(), matcher.label) == known.end()) {
        const auto hint = did_you_mean(matcher.label, known);
        return tl::unexpected(fmt::format(
            "there is no label \"{}\"{}", matcher.label,
            hint.empty() ? fmt::format("; there are {}", fmt::join(known, ", ")) : hint));
    }
    const auto value = text.substr(place + sign->first.size());
    if (value.find_first_of("\r\n") != std::string_view::npos)
        return tl::unexpected(Problem{"a condition is one line"});
    if (matcher.kind == Kind::equal && value.size() >= 2 && value.front() == '{' &&
        value.back() == '}') {
        matcher.kind = Kind::one_of;
        matcher.values = split_set(value.substr(1, value.size() - 2));
    } else {
        matcher.values.emplace_back(value);
    }
    if (auto fault = wrong_value(matcher)) return tl::unexpected(std::move(*fault));
    return matcher;
}

}  // namespace forcewatch

// Private to daemon/: the parameters that reads share, parsed once.
#pragma once

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/nearest.hpp"
#include "core/types.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/http/problem.hpp"
#include "daemon/http/request.hpp"

namespace forcewatch {

[[nodiscard]] inline Response json_response(std::string body, int status = 200) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

[[nodiscard]] inline Response not_found(std::string detail) {
    ProblemDocument problem;
    problem.status = 404;
    problem.name = "not-found";
    problem.title = "There is no such thing";
    problem.detail = std::move(detail);
    return to_response(problem);
}

[[nodiscard]] inline Response bad_request(std::string detail, std::string pointer = {}) {
    ProblemDocument problem;
    problem.status = 400;
    problem.name = "bad-request";
    problem.title = "The request cannot be understood";
    problem.detail = detail;
    if (!pointer.empty()) problem.errors.push_back({std::move(pointer), std::move(detail)});
    return to_response(problem);
}

/// `after` is no cursor, or one of another list.
[[nodiscard]] inline Response bad_cursor() {
    return bad_request("after: expected the cursor of an earlier answer", "/after");
}

[[nodiscard]] inline Response no_such_parameter(const std::string& name,
                                                const std::vector<std::string>& known) {
    return bad_request("there is no parameter \"" + name + "\" here" + did_you_mean(name, known),
                       "/" + name);
}

/// The refusal of the first parameter that is not among `known`.
[[nodiscard]] inline std::optional<Response> unknown_parameter(
    const Request& request, const std::vector<std::string>& known) {
    for (const auto& [name, value] : request.query)
        if (std::find(known.begin(), known.end(), name) == known.end())
            return no_such_parameter(name, known);
    return std::nullopt;
}

/// A whole number that is all of `text`; empty: it is none.
[[nodiscard]] inline std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

/// What stands in the path behind `prefix`; empty: nothing does, or it is another path.
[[nodiscard]] inline std::optional<std::string> path_under(const Request& request,
                                                           std::string_view prefix) {
    const std::string_view path = request.path;
    if (!path.starts_with(prefix) || path.size() == prefix.size()) return std::nullopt;
    return std::string{path.substr(prefix.size())};
}

/// A parameter that is "true" or "false", which it is where it is absent; else `fault` is set.
[[nodiscard]] inline bool flag_in(const Request& request, std::string_view name,
                                  std::optional<Response>& fault) {
    const auto text = request.query_value(name).value_or("false");
    if (text != "true" && text != "false")
        fault =
            bad_request(std::string{name} + ": expected true or false", "/" + std::string{name});
    return text == "true";
}

/// The refusal of a parameter that is given twice: which one is meant?
[[nodiscard]] inline std::optional<Response> repeated_parameter(const Request& request) {
    std::set<std::string_view> seen;
    for (const auto& [name, value] : request.query)
        if (!seen.insert(name).second)
            return bad_request(name + ": is given more than once", "/" + name);
    return std::nullopt;
}

/// The moments that a question can be about, beside now.
enum class Times {
    none,      ///< how things are set up, and what people decided
    recorded,  ///< `known_at`: what happened when it happened
    both       ///< `as_of` as well: facts
};

/// What a list was asked for. `fault` is set where a parameter does not parse or is not known.
struct ReadQuery {
    std::string force;
    std::optional<Date> as_of;        ///< what was true on that day
    std::optional<Instant> known_at;  ///< by what was recorded until then
    std::optional<bool> open;
    std::string after;  ///< cursor
    int limit{100};
    std::optional<Response> fault;

    /// `others` are the parameters that the caller reads itself, also where one of ours has that
    /// name.
    ReadQuery(const Request& request, Times times, std::initializer_list<std::string_view> others) {
        for (const auto& [key, value] : request.query) {
            if (std::find(others.begin(), others.end(), key) != others.end()) continue;
            if (key == "force")
                force = value;
            else if (key == "as_of" && times == Times::both)
                read_as_of(value);
            else if (key == "known_at" && times != Times::none)
                read_known_at(value);
            else if (key == "state")
                read_state(value);
            else if (key == "after")
                after = value;
            else if (key == "limit")
                read_limit(value);
            else
                fault = no_such_parameter(key, with_ours(times, others));
        }
    }

    /// The question is about another time than now.
    [[nodiscard]] bool travels() const { return as_of || known_at; }
    /// A cursor that is a number; zero where there is none.
    [[nodiscard]] std::int64_t cursor() {
        std::int64_t number = 0;
        const auto [end, error] =
            std::from_chars(after.data(), after.data() + after.size(), number);
        if (!after.empty() && (error != std::errc{} || end != after.data() + after.size()))
            fault = bad_cursor();
        return number;
    }

private:
    static std::vector<std::string> with_ours(Times times,
                                              std::initializer_list<std::string_view> others) {
        std::vector<std::string> known{"force", "state", "after", "limit"};
        if (times == Times::both) known.emplace_back("as_of");
        if (times != Times::none) known.emplace_back("known_at");
        known.insert(known.end(), others.begin(), others.end());
        return known;
    }
    /// A moment, or a day: then its end.
    void read_known_at(const std::string& value) {
        if (const auto at = parse_instant(value))
            known_at = *at;
        else if (const auto day = parse_date(value))
            known_at = starts_at(*day + std::chrono::days{1}) - std::chrono::seconds{1};
        else
            fault = bad_request(
                "known_at: expected a moment, such as 2026-03-29T09:00:00Z, or a day", "/known_at");
    }
    void read_as_of(const std::string& value) {
        if (auto date = parse_date(value))
            as_of = *date;
        else
            fault = bad_request("as_of: " + date.error(), "/as_of");
    }
    void read_state(const std::string& value) {
        if (value != "open" && value != "closed" && value != "all")
            fault = bad_request("state: expected open, closed or all", "/state");
        if (value != "all") open = value == "open";
    }
    void read_limit(const std::string& value) {
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), limit);
        if (error != std::errc{} || end != value.data() + value.size() || limit < 1 || limit > 1000)
            fault = bad_request("limit: expected a number from 1 to 1000", "/limit");
    }
};

}  // namespace forcewatch

#include "tests/bench/measure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/check.hpp"

namespace forcewatch::bench {

namespace {

constexpr auto columns = "{:<5}{:<52}{:>14}{:>14}{:>9}  {:<9}{:<6}{}";

std::string number(double value) { return fmt::format("{:.{}f}", value, value < 10 ? 2 : 1); }

void print(const std::string& line) {
    std::fputs((line + "\n").c_str(), stdout);
    std::fflush(stdout);
}

}  // namespace

double median(std::vector<double> values) {
    FW_CHECK(!values.empty());
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double median_of(const Samples& samples, const Figure& figure) {
    std::vector<double> values;
    for (const auto& sample : samples) values.push_back(figure(sample));
    return median(std::move(values));
}

double median_ratio(const Samples& left, const Samples& right, const Figure& figure) {
    FW_CHECK(left.size() == right.size());
    std::vector<double> ratios;
    for (std::size_t i = 0; i < left.size(); ++i)
        ratios.push_back(figure(left[i]) / figure(right[i]));
    return median(std::move(ratios));
}

double percentile(std::vector<double> values, double share) {
    FW_CHECK(!values.empty());
    const auto wanted =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    const std::size_t rank = std::clamp<std::size_t>(wanted, 1, values.size()) - 1;
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank),
                     values.end());
    return values[rank];
}

std::vector<Samples> alternate(int rounds, const std::vector<std::function<Sample()>>& sides) {
    std::vector<Samples> samples(sides.size());
    for (int round = 0; round < rounds; ++round)
        for (std::size_t i = 0; i < sides.size(); ++i) {
            const std::size_t side = round % 2 == 0 ? i : sides.size() - 1 - i;
            samples[side].push_back(sides[side]());
        }
    return samples;
}

bool Verdict::reached() const {
    return wanted == Wanted::at_least ? value >= limit : value <= limit;
}

std::string Verdict::line() const {
    return fmt::format(columns, goal, what, ours, theirs, number(value),
                       fmt::format("{} {:g}", wanted == Wanted::at_least ? ">=" : "<=", limit),
                       reached() ? "ok" : "short", note);
}

std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number < 0 ? -number : number);
    for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
    return number < 0 ? "-" + digits : digits;
}

std::string per_second(double rate) {
    return rate < 100 ? fmt::format("{:.1f}/s", rate) : grouped(std::llround(rate)) + "/s";
}

std::string duration(double seconds) {
    if (seconds >= 1) return fmt::format("{:.2f} s", seconds);
    if (seconds >= 1e-3) return fmt::format("{:.2f} ms", seconds * 1e3);
    return fmt::format("{:.2f} us", seconds * 1e6);
}

std::string megabytes(std::int64_t bytes) {
    return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

void Report::heading() const {
    print(fmt::format(columns, "goal", "what", "forcewatch", "the other", "ratio", "wanted", "",
                      "notes"));
}

void Report::say(const Verdict& verdict) {
    ++(verdict.reached() ? reached_ : short_);
    print(verdict.line());
}

void Report::skip(std::string_view goals, std::string_view why) {
    ++skipped_;
    print(fmt::format("{:<5}SKIPPED, NOT MEASURED: {}", goals, why));
}

void Report::summary() const {
    print(fmt::format("{} ok, {} short, {} skipped", reached_, short_, skipped_));
}

}  // namespace forcewatch::bench

/// How a goal is measured and said: rounds that alternate, medians of ratios, one line per goal.
///
/// A ratio compares two things of the same round, so a busy machine disturbs both. Values only; no
/// clock is read here.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace forcewatch::bench {

/// Some items done by one side in one round.
struct Sample {
    double items{};
    double seconds{};      ///< by the wall clock
    double cpu_seconds{};  ///< of the side measured, all its threads

    [[nodiscard]] double rate() const { return items / seconds; }
    [[nodiscard]] double cpu_per_item() const { return cpu_seconds / items; }
    [[nodiscard]] double seconds_per_item() const { return seconds / items; }
};
using Samples = std::vector<Sample>;
using Figure = std::function<double(const Sample&)>;

/// Of an even number of values, the mean of the two in the middle. Never of none.
[[nodiscard]] double median(std::vector<double> values);
[[nodiscard]] double median_of(const Samples& samples, const Figure& figure);
/// The median over rounds of the figure of `left` divided by that of `right`.
[[nodiscard]] double median_ratio(const Samples& left, const Samples& right, const Figure& figure);
/// The smallest value that `share` (0 to 1) of all do not exceed. Never of none.
[[nodiscard]] double percentile(std::vector<double> values, double share);

/// Runs every side once per round, forwards and backwards in turn (A B, B A, …); returns the
/// samples of each side in the order of the rounds.
[[nodiscard]] std::vector<Samples> alternate(int rounds,
                                             const std::vector<std::function<Sample()>>& sides);

enum class Wanted { at_least, at_most };

/// What one goal asked for and got.
struct Verdict {
    std::string goal;    ///< such as "P8"
    std::string what;    ///< "import against Alertmanager"
    std::string ours;    ///< both figures, with their unit
    std::string theirs;  ///< empty: the goal is a bare number
    double value{};      ///< what is compared with `limit`
    Wanted wanted{};
    double limit{};
    std::string note;

    [[nodiscard]] bool reached() const;
    /// "P8   import against Alertmanager   24,100/s   3,900/s   6.18   >= 5   ok"
    [[nodiscard]] std::string line() const;
};

/// "24,100/s", "3.4 ms", "6.2 MB": three or more digits that count.
[[nodiscard]] std::string per_second(double rate);
[[nodiscard]] std::string duration(double seconds);
[[nodiscard]] std::string megabytes(std::int64_t bytes);
[[nodiscard]] std::string grouped(std::int64_t number);

/// Prints each line as soon as it is known.
class Report {
public:
    void say(const Verdict& verdict);
    /// What could not be measured here, and why.
    void skip(std::string_view goals, std::string_view why);
    void heading() const;
    void summary() const;

private:
    int reached_{};
    int short_{};
    int skipped_{};
};

}  // namespace forcewatch::bench

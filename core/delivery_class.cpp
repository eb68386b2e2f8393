#include "core/delivery_class.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

namespace forcewatch {

namespace {

constexpr std::chrono::seconds longest_wait = std::chrono::hours{24};

std::optional<int> number_in(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(" ,-"), text.size());
        if (end > 0) words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

std::optional<unsigned> month_named(std::string_view name) {
    constexpr std::array<std::string_view, 12> names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto* found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<unsigned>(found - names.begin()) + 1;
}

std::optional<std::chrono::seconds> time_of_day(std::string_view text) {
    if (text.size() != 8 || text[2] != ':' || text[5] != ':') return std::nullopt;
    const auto hours = number_in(text.substr(0, 2));
    const auto minutes = number_in(text.substr(3, 2));
    const auto seconds = number_in(text.substr(6, 2));
    if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 60)
        return std::nullopt;
    return std::chrono::hours{*hours} + std::chrono::minutes{*minutes} +
           std::chrono::seconds{*seconds};
}

int full_year(std::string_view text, int year) {
    if (text.size() != 2) return year;
    return year < 70 ? 2000 + year : 1900 + year;
}

// "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994".
std::optional<Instant> read_http_date(std::string_view text) {
    const auto words = words_of(text);
    const bool c_style = words.size() == 5;
    if (!c_style && (words.size() != 6 || words[5] != "GMT")) return std::nullopt;
    const auto month = month_named(words[c_style ? 1 : 2]);
    const auto day = number_in(words[c_style ? 2 : 1]);
    const auto year = number_in(words[c_style ? 4 : 3]);
    const auto time = time_of_day(words[c_style ? 3 : 4]);
    if (!month || !day || *day > 31 || !year || *year > 9999 || !time) return std::nullopt;
    const std::chrono::year_month_day date{
        std::chrono::year{full_year(words[c_style ? 4 : 3], *year)}, std::chrono::month{*month},
        std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return std::nullopt;
    return Instant{std::chrono::sys_days{date}} + *time;
}

}  // namespace

Verdict classify_http(int status, Sent sent) {
    if (status >= 200 && status < 300) return Verdict::delivered;
    if (status == 410) return Verdict::gone;
    if (status == 408 || status == 429) return Verdict::retry_later;
    if (status >= 300 && status < 500) return Verdict::rejected;
    if (status >= 500 && status < 600) return Verdict::retry_later;
    return sent == Sent::whole ? Verdict::unknown : Verdict::retry_later;
}

Verdict classify_smtp(int code, Sent sent) {
    if (code >= 400 && code < 500) return Verdict::retry_later;
    if (code >= 500 && code < 600)
        return sent == Sent::nothing ? Verdict::retry_later : Verdict::rejected;
    if (sent != Sent::whole) return Verdict::retry_later;
    return code >= 200 && code < 300 ? Verdict::delivered : Verdict::unknown;
}

std::chrono::seconds read_retry_after(std::string_view header, Instant now) {
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!header.empty() && blank(header.front())) header.remove_prefix(1);
    while (!header.empty() && blank(header.back())) header.remove_suffix(1);
    const bool digits = !header.empty() && std::all_of(header.begin(), header.end(),
                                                       [](char c) { return c >= '0' && c <= '9'; });
    if (digits) {
        const auto seconds = number_in(header);
        return seconds ? std::min(std::chrono::seconds{*seconds}, longest_wait) : longest_wait;
    }
    const auto until = read_http_date(header);
    if (!until) return std::chrono::seconds{0};
    return std::clamp(*until - now, std::chrono::seconds{0}, longest_wait);
}

}  // namespace forcewatch

/// How the daemon has the courier fetch feeds and pages.
///
/// `POST /courier/fetch` asks what to fetch and may be held back while there is nothing; one order
/// at a time. `POST /courier/fetched` says what came of it: one line of JSON, then the bytes as
/// they came. As on the rest of the courier's socket each side treats the other as hostile.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/types.hpp"

namespace forcewatch {

namespace fetch_limits {
inline constexpr std::size_t body = 4UL << 20U;  ///< bytes of one feed or page
inline constexpr std::size_t address = 2000;
inline constexpr std::size_t stamp = 500;  ///< of an ETag or a Last-Modified
inline constexpr std::size_t answer = 64UL << 10U;
inline constexpr std::size_t message = body + (64UL << 10U);  ///< of what was fetched, in all
}  // namespace fetch_limits

struct FetchOrder {
    std::int64_t id{};
    std::string feed;  ///< of the configuration; empty: a page that somebody asked for
    std::string url;
    std::string etag;           ///< of what is known already; empty: nothing is
    std::string last_modified;  ///< the same
    friend bool operator==(const FetchOrder&, const FetchOrder&) = default;
};

struct Fetched {
    std::int64_t id{};
    int status{};         ///< of HTTP; zero: no whole answer came
    std::string failure;  ///< why not, a sentence; empty where it came
    std::string url;      ///< at the end of all redirects
    std::string type;     ///< media type
    std::string etag;
    std::string last_modified;
    std::chrono::seconds retry_in{};  ///< what the server asked for; zero: nothing
    std::string body;
    friend bool operator==(const Fetched&, const Fetched&) = default;
};

[[nodiscard]] std::string write_fetch_wish(std::chrono::seconds wait);
/// Empty: there is nothing to fetch.
[[nodiscard]] std::string write_fetch_order(const std::optional<FetchOrder>& order);
[[nodiscard]] std::string write_fetched(const Fetched& fetched);

/// The error is one sentence that names the place by its JSON pointer.
[[nodiscard]] Expected<std::chrono::seconds> read_fetch_wish(std::string_view json);
[[nodiscard]] Expected<std::optional<FetchOrder>> read_fetch_order(std::string_view json);
[[nodiscard]] Expected<Fetched> read_fetched(std::string_view message);

/// True for what may stand in a header: printable ASCII.
[[nodiscard]] bool is_header_text(std::string_view text);

}  // namespace forcewatch

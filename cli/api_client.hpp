/// Asks forcewatchd over its Unix socket, one request at a time.
///
/// Blocks until the answer is there: a minute at most for a question, half an hour for a change.
/// Fails: with a Failure that a person can act on; nothing is thrown.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/document.hpp"

namespace forcewatch {

/// Why a command could not do its work.
struct Failure {
    int exit_code{1};
    std::string text;      ///< what, why, and what to do next
    std::string document;  ///< the problem document as it came; empty: there was none
};
template <typename T>
using Outcome = tl::expected<T, Failure>;

class ApiClient {
public:
    /// Called about once a second while an answer is waited for, with the seconds so far.
    using Waiting = std::function<void(long seconds)>;
    using Parameters = std::vector<std::pair<std::string, std::string>>;

    explicit ApiClient(std::string socket_path) : socket_path_{std::move(socket_path)} {}

    /// Parameters with an empty value are left out.
    [[nodiscard]] Outcome<JsonValue> get(const std::string& path,
                                         const Parameters& parameters = {}) const;
    /// A list, with the items of all its pages in one document.
    [[nodiscard]] Outcome<JsonValue> get_all(const std::string& path,
                                             Parameters parameters = {}) const;
    [[nodiscard]] Outcome<JsonValue> post(const std::string& path,
                                          const Parameters& parameters = {},
                                          const std::string& body = {},
                                          const std::string& content_type = "application/json",
                                          Waiting waiting = {}) const;
    /// POST, PATCH or DELETE; an answer without a document is an empty one.
    [[nodiscard]] Outcome<JsonValue> change(const std::string& method, const std::string& path,
                                            const std::string& body) const;
    /// The answer's text, handed over piece by piece as it comes.
    [[nodiscard]] Outcome<void> download(const std::string& path, const Parameters& parameters,
                                         const std::function<void(std::string_view)>& take) const;

private:
    struct Exchange;
    [[nodiscard]] Outcome<std::string> transfer(Exchange& exchange) const;
    [[nodiscard]] Outcome<JsonValue> perform(Exchange& exchange) const;

    std::string socket_path_;
};

/// For a path or a part of a query: everything but letters, digits, "-", ".", "_", "~", "/" as %XX.
[[nodiscard]] std::string percent_encoded(std::string_view text);

/// What a problem document says, in sentences, and the exit code that goes with its status.
[[nodiscard]] Failure failure_of(int status, std::string_view body);

}  // namespace forcewatch

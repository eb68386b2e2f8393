// Private to daemon/messages: what crosses from the daemon to the module that knows MIME.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace forcewatch {

/// A mail in words and values; the module makes the bytes of it.
struct MimeParts {
    std::string from_name;
    std::string from;
    std::string to_name;  ///< empty: not known
    std::string to;       ///< empty: none
    std::string subject;
    std::int64_t date{};  ///< seconds since 1970, UTC
    std::string message_id;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string boundary;
    std::string plain;
    std::string html;  ///< empty: the mail is plain text alone
};

/// The one function of the module, by the name `mime_function`. Program and module are of one
/// build; `mime_version` is compared before the first call.
using MimeFunction = void (*)(const MimeParts& parts, std::string& bytes);
inline constexpr auto mime_function = "forcewatch_make_mime";
inline constexpr auto mime_version = "forcewatch_mime_version";

}  // namespace forcewatch

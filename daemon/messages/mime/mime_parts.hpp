// Private to daemon/messages: what crosses between a program and the module that knows MIME.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/types.hpp"

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

/// What a mail of another system brings back: its machine-readable part, and of which mail it
/// tells.
struct ReportParts {
    std::string status;  ///< the text of message/delivery-status (RFC 3464); empty: there is none
    std::string message_id;  ///< of the mail that was returned, without <>; empty: not there
};

/// The functions of the module, by name. Program and module are of one build; `mime_version` is
/// compared before the first call.
using MimeFunction = void (*)(const MimeParts& parts, std::string& bytes);
inline constexpr auto mime_function = "forcewatch_make_mime";
using ReportFunction = void (*)(const std::string& mail, ReportParts& parts);
inline constexpr auto report_function = "forcewatch_read_report";
inline constexpr auto mime_version = "forcewatch_mime_version";

struct MimeModule {
    MimeFunction make{};
    ReportFunction read{};
};
/// Loads it at the first call; the error says why it cannot be.
[[nodiscard]] const Expected<MimeModule>& mime_module();

}  // namespace forcewatch

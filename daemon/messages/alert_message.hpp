/// One revision of an alert for one recipient, put into the bytes that are stored and sent.
///
/// Pure: the same message always gives the same bytes. Values only; nothing blocks or throws.
#pragma once

#include <string>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

/// Everything a message may say.
struct AlertMessage {
    std::string id;         ///< of this message, the same on every try
    std::string thread_id;  ///< of the alert's episode
    std::int64_t alert{};
    int revision{};
    std::string change;  ///< opened, raised, lowered, step, reminder or closed
    Severity severity{};
    std::string rule;
    std::string subject;
    std::string force;  ///< id
    std::string force_name;
    std::string title;
    std::string summary;  ///< what is so; once closed: why it ended
    std::vector<std::string> steps;
    std::vector<std::string> remarks;
    Date effective_on{};
    Instant effective_at{};
    Instant detected_at{};
    Instant opened_at{};
    Instant created_at{};
    std::string destination;
    std::string recipient;            ///< mail address; empty where there is none
    std::vector<std::string> others;  ///< who else is told
};

struct MailIdentity {
    std::string from;
    std::string from_name;
    std::string domain;  ///< right of the @ in every Message-ID
};

/// Loads what `compose_mail` needs, some milliseconds of work; to be asked before the first mail.
/// The error says why no mail can be composed. Asked again, it answers at once.
[[nodiscard]] Expected<void> prepare_mail();
/// A whole message (RFC 5322) with CRLF line ends: plain text that stands alone, and HTML.
[[nodiscard]] std::string compose_mail(const AlertMessage& message, const MailIdentity& identity);
/// Without angle brackets.
[[nodiscard]] std::string mail_message_id(const AlertMessage& message,
                                          const MailIdentity& identity);
/// The payload of a webhook: type, timestamp and data; less than 20 kB.
[[nodiscard]] std::string compose_webhook(const AlertMessage& message);

/// What the mail's subject line says.
[[nodiscard]] std::string subject_line(const AlertMessage& message);
/// The mail's plain text.
[[nodiscard]] std::string plain_text(const AlertMessage& message);
/// The mail's HTML: every value escaped.
[[nodiscard]] std::string html_text(const AlertMessage& message);

}  // namespace forcewatch

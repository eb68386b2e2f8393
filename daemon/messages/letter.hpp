/// What one reader is told at one time, put into the bytes that are stored and sent.
///
/// A letter tells of one alert or of many: a group, a digest, or the rest of a busy hour. Pure: the
/// same letter always gives the same bytes. Values only; nothing blocks or throws.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

/// One thing that happened to an alert since its reader last heard of it.
struct Happening {
    Instant at{};
    /// opened, raised, lowered, step, reminder, resumed (an acknowledgement or a pause ended and it
    /// is still so), escalated (nobody answered, so it goes to more people), unanswered (the last
    /// step of escalation got no answer), reopened or closed.
    std::string change;
    Severity severity{};
    std::string text;
    std::vector<std::string> steps;
    std::vector<std::string> remarks;
};

/// One alert as a letter shows it.
struct LetterItem {
    std::int64_t alert{};
    int revision{};
    std::string thread_id;                  ///< of the alert's episode
    std::string change;                     ///< of the latest revision, as in `Happening`
    Severity severity{};                    ///< now
    std::optional<Severity> told_severity;  ///< what this reader was last told; empty: nothing yet
    bool closed{};
    std::string rule;
    std::string subject;
    std::string force;  ///< id
    std::string force_name;
    std::string title;
    std::string summary;  ///< what is so; once closed: why it ended
    /// Since the reader was last told, oldest first; never empty for what is new.
    std::vector<Happening> happened;
    std::string
        held;  ///< why it comes only now, "was silenced by uid 1000 until …"; empty: at once
    std::string in_hand;  ///< by whom and until when, and whether it got worse; empty: by nobody
    std::string due;      ///< by when: a day, "2026-11-30", or words; empty: no date
    std::string owner;    ///< name of who is accountable; empty: nobody
    Date effective_on{};
    Instant effective_at{};
    Instant detected_at{};
    Instant opened_at{};
    std::vector<std::string> others;  ///< who else is told
};

enum class LetterKind {
    alert,    ///< one alert
    several,  ///< a group
    digest,
    storm,  ///< more than an hour may bring: the rest in one list
    test
};
/// The spelling in a webhook's payload, such as "digest".
[[nodiscard]] std::string_view text_of(LetterKind kind);

/// Everything a message may say.
struct Letter {
    LetterKind kind{};
    std::string id;         ///< the same on every try: 32 hexadecimal digits
    std::string thread_id;  ///< of the episode, or of the list
    std::string destination;
    std::string recipient;       ///< mail address; empty: none
    std::string recipient_name;  ///< empty: not known
    std::string language{"en"};  ///< "en" or "cy"
    Instant created_at{};
    std::string why;                     ///< why the reader gets it, such as: route "police"
    std::string period;                  ///< of a digest: a day, "2026-11-24", or words
    std::vector<LetterItem> items;       ///< what is new, worst first
    std::vector<LetterItem> still_open;  ///< of a digest: known and still so, worst first
    std::string acknowledge_url;         ///< signed, for one use; empty: none
    bool may_unsubscribe{};              ///< digests only
    std::string unsubscribe_url;         ///< signed; empty: none
};

class Stationery;
/// As compiled in, showing UTC.
[[nodiscard]] const Stationery& shipped_stationery();

struct MailIdentity {
    std::string from;
    std::string from_name;
    std::string domain;  ///< right of the @ in every Message-ID
};

/// Loads what `compose_mail` needs, some milliseconds of work; to be asked before the first mail.
/// The error says why no mail can be composed. Asked again, it answers at once.
[[nodiscard]] Expected<void> prepare_mail();
/// A whole message (RFC 5322) with CRLF line ends: plain text that stands alone, and HTML. Where a
/// layout fails, `bare_text` alone is the mail.
[[nodiscard]] std::string compose_mail(const Letter& letter, const MailIdentity& identity,
                                       const Stationery& stationery = shipped_stationery());
/// Without angle brackets.
[[nodiscard]] std::string mail_message_id(const Letter& letter, const MailIdentity& identity);
/// The body of a webhook in one of the shapes that people use: standard, cloudevents, slack,
/// mattermost, teams or alertmanager. Less than 20 kB, where a longer list ends with how many are
/// left out; but Alertmanager is told of every alert.
[[nodiscard]] std::string compose_webhook(const Letter& letter, const std::string& format,
                                          const MailIdentity& identity);
/// What goes into the header `webhook-id`, and into a CloudEvent as its `id`.
[[nodiscard]] std::string webhook_message_id(const Letter& letter);
/// The media type of a body in that shape.
[[nodiscard]] std::string webhook_content_type(const std::string& format);

/// What the mail's subject line says: what, of whom and by when, on one line of at most 160 bytes.
[[nodiscard]] std::string subject_line(const Letter& letter,
                                       const Stationery& stationery = shipped_stationery());
/// The same, of what its layout wrote.
[[nodiscard]] std::string subject_of(const Letter& letter, const std::string& written);
/// The mail's plain text.
[[nodiscard]] std::string plain_text(const Letter& letter,
                                     const Stationery& stationery = shipped_stationery());
/// The mail's HTML: every value escaped. Empty where the layout fails.
[[nodiscard]] std::string html_text(const Letter& letter,
                                    const Stationery& stationery = shipped_stationery());
/// What a letter says without any layout, in English; begins with `problem`.
[[nodiscard]] std::string bare_text(const Letter& letter, const std::string& problem);

}  // namespace forcewatch

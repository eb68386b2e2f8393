#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "core/check.hpp"
#include "core/mail_address.hpp"
#include "daemon/messages/letter.hpp"
#include "daemon/messages/mime/mime_parts.hpp"
#include "daemon/messages/stationery.hpp"
#include "daemon/messages/tidy_text.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t largest_mail = 1'000'000;  // the courier takes no more than 1 MiB

/// `destination` is a name of the configuration: letters, digits, dots, hyphens and underscores.
std::string unsubscribe_address(const Letter& letter, const MailIdentity& identity) {
    return fmt::format("<mailto:{}?subject=unsubscribe%20{}>", identity.from, letter.destination);
}

std::vector<std::pair<std::string, std::string>> headers_of(const Letter& letter,
                                                            const MailIdentity& identity) {
    // The thread's root need never have been sent; every mail of the episode refers to it.
    const auto root = fmt::format("<{}@{}>", letter.thread_id, identity.domain);
    std::vector<std::pair<std::string, std::string>> headers{
        {"References", root},
        {"In-Reply-To", root},
        {"Auto-Submitted", "auto-generated"},
        {"X-Auto-Response-Suppress", "All"},
        {"List-Id", fmt::format("<{}.{}>", letter.destination, identity.domain)}};
    if (letter.kind != LetterKind::digest || !letter.may_unsubscribe) return headers;
    const auto by_mail = unsubscribe_address(letter, identity);
    if (letter.unsubscribe_url.empty()) {
        headers.emplace_back("List-Unsubscribe", by_mail);
        return headers;
    }
    // RFC 8058: one click of the mail program, without a page.
    headers.emplace_back("List-Unsubscribe",
                         fmt::format("<{}>, {}", letter.unsubscribe_url, by_mail));
    headers.emplace_back("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    return headers;
}

std::string mail_with(const Letter& letter, const MailIdentity& identity,
                      const std::string& subject, const std::string& plain,
                      const std::string& html) {
    const MimeParts parts{header_text(identity.from_name),
                          identity.from,
                          header_text(letter.recipient_name),
                          letter.recipient,
                          subject_of(letter, subject),
                          letter.created_at.time_since_epoch().count(),
                          mail_message_id(letter, identity),
                          headers_of(letter, identity),
                          fmt::format("=_{}", letter.id),
                          plain,
                          html};
    const auto& loaded = mime_module();
    FW_CHECK(loaded.has_value());  // `prepare_mail` was asked at the start
    std::string bytes;
    loaded->make(parts, bytes);
    return bytes;
}

std::string bare_mail(const Letter& letter, const MailIdentity& identity,
                      const std::string& problem) {
    return mail_with(letter, identity, letter.items.empty() ? "" : letter.items.front().title,
                     bare_text(letter, problem), "");
}

}  // namespace

std::string mail_message_id(const Letter& letter, const MailIdentity& identity) {
    return fmt::format("{}@{}", letter.id, identity.domain);
}

Expected<void> prepare_mail() {
    if (const auto& loaded = mime_module(); !loaded) return tl::unexpected(loaded.error());
    return {};
}

std::string compose_mail(const Letter& letter, const MailIdentity& identity,
                         const Stationery& stationery) {
    FW_CHECK(is_mail_address(identity.from));
    FW_CHECK(letter.recipient.empty() || is_mail_address(letter.recipient));
    const auto letter_as_written = stationery.write(letter);
    if (!letter_as_written) return bare_mail(letter, identity, letter_as_written.error());
    const auto& [subject, plain, html] = *letter_as_written;
    auto mail = mail_with(letter, identity, subject, plain, html);
    if (mail.size() <= largest_mail) return mail;
    return bare_mail(letter, identity, "the mail is larger than a megabyte");
}

}  // namespace forcewatch

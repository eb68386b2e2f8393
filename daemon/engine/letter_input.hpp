/// What a message is made of, for `Renderer`. Values only.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "core/facts.hpp"
#include "storage/alert_tables.hpp"
#include "storage/outbox.hpp"

namespace forcewatch {

class Store;

/// One alert in a message.
struct LetterAlert {
    Alert alert;
    std::vector<AlertRevision> since;       ///< it was last told; never empty for what is new
    std::optional<Severity> told_severity;  ///< what the reader was told last
    Force force;
    std::string thread_id;            ///< of the episode
    std::string owner;                ///< name; empty: nobody
    std::string due;                  ///< by when; empty: no date
    std::string held;                 ///< why it comes only now; empty: at once
    std::string in_hand;              ///< who acknowledged it, until when; empty: nobody
    std::vector<std::string> others;  ///< who else is told
};

struct MessageInput {
    enum class Kind { alert, several, digest, storm, test } kind{};
    Destination destination;
    std::string recipient;       ///< mail address; empty: the destination itself
    std::string recipient_name;  ///< empty: not known
    std::string id;              ///< the same on every run: 32 hexadecimal digits
    std::string thread_id;
    std::string why;                      ///< the reader gets it
    std::string period;                   ///< of a digest
    std::vector<LetterAlert> items;       ///< what is new, worst first
    std::vector<LetterAlert> still_open;  ///< of a digest: known, and still so
    std::string acknowledge_url;          ///< signed, for one use; empty: none
    std::string unsubscribe_url;          ///< of a digest; signed; empty: none
    Instant created_at{};
};
/// Of a message or a thread: 32 hexadecimal digits, the same whenever `what` is, and of this
/// database alone.
[[nodiscard]] std::string letter_id(const Store& store, const std::string& what);
/// Puts one message into words; a folder gets two parcels.
using Renderer = std::function<std::vector<NewParcel>(const MessageInput&, const MailSettings&)>;

}  // namespace forcewatch

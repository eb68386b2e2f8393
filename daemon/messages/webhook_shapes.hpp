/// The shapes of a webhook's body, one function each. Private to daemon/messages.
#pragma once

#include <cstddef>
#include <limits>
#include <string>

#include "daemon/messages/letter.hpp"

namespace forcewatch {

/// How much of a letter a body may hold; what is left out is counted in it.
struct Extent {
    std::size_t items{std::numeric_limits<std::size_t>::max()};  ///< of each list
    std::size_t text{4000};                                      ///< bytes of one text
};

[[nodiscard]] std::string standard_body(const Letter& letter, const Extent& extent);
[[nodiscard]] std::string cloudevents_body(const Letter& letter, const MailIdentity& identity,
                                           const Extent& extent);
[[nodiscard]] std::string slack_body(const Letter& letter, const Extent& extent);
[[nodiscard]] std::string mattermost_body(const Letter& letter, const Extent& extent);
[[nodiscard]] std::string teams_body(const Letter& letter, const Extent& extent);
/// Every alert of the letter: to leave one out would be to say that it is well.
[[nodiscard]] std::string alertmanager_body(const Letter& letter);

}  // namespace forcewatch

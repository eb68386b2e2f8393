/// A letter as the values that layouts may use; docs/mail.md lists them. Private to
/// daemon/messages.
#pragma once

#include <kainjow/mustache.hpp>

#include "daemon/messages/letter.hpp"
#include "daemon/messages/stationery.hpp"

namespace forcewatch {

/// How much of a long list a mail shows: some in full, more with a few lines each, the rest by
/// number.
inline constexpr std::size_t most_detailed = 10;
inline constexpr std::size_t most_listed = 100;
inline constexpr std::size_t most_open = 50;

[[nodiscard]] kainjow::mustache::data letter_data(const Letter& letter,
                                                  const Stationery& stationery);

/// An empty text is no text: a section over it is left out.
void set_text(kainjow::mustache::data& values, const char* name, const std::string& text);

/// "3, 7–12, 40": every number of the items from `first` on.
[[nodiscard]] std::string numbers_from(const std::vector<LetterItem>& items, std::size_t first);

}  // namespace forcewatch

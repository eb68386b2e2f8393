/// Letters of every kind, change and shape, against which layouts are checked.
#pragma once

#include <string>
#include <vector>

#include "daemon/messages/letter.hpp"

namespace forcewatch {

/// Made up, and the same at every call: each change by itself, a group, a digest, the rest of a
/// busy hour and a test, with much and with little in them.
[[nodiscard]] std::vector<Letter> sample_letters(const std::string& language);

}  // namespace forcewatch

/// One spelling for each text, however a program put its accents together.
#pragma once

#include <string>

namespace forcewatch {

/// UTF-8 in Unicode's normalisation form C: "e" and a combining acute become one character. Text
/// that is not UTF-8 stays as it is: whoever checks it refuses it.
[[nodiscard]] std::string composed(std::string text);

}  // namespace forcewatch

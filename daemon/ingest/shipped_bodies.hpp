/// The shipped `bodies.csv`, compiled in: names for reading news where no daemon answers.
#pragma once

#include <string_view>

namespace forcewatch {

[[nodiscard]] std::string_view shipped_bodies();

}  // namespace forcewatch

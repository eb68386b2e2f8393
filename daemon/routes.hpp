/// Which methods each path takes, to tell "no such path" from "not in this way".
#pragma once

#include <string>
#include <string_view>

namespace forcewatch {

/// As the Allow field has it, such as "GET, HEAD, POST"; empty: there is no such path.
[[nodiscard]] std::string methods_of(std::string_view path);

}  // namespace forcewatch

/// The parts of a body of multipart/form-data (RFC 7578), as `curl -F` and a browser's form send
/// it.
///
/// Views into the body; nothing is copied and nothing blocks. At most 100 parts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

struct FormPart {
    std::string name;
    std::string filename;  ///< without folders; empty: none is given
    std::string_view body;
};

[[nodiscard]] bool is_form_data(std::string_view content_type);
[[nodiscard]] Expected<std::vector<FormPart>> read_form_data(std::string_view content_type,
                                                             std::string_view body);

}  // namespace forcewatch

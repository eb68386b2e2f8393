/// Errors as RFC 9457 problem documents.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/http/response.hpp"

namespace forcewatch {

/// One fault inside what was sent; `pointer` is a JSON pointer into it, such as "/due_on".
struct ProblemFault {
    std::string pointer;
    std::string detail;
};

struct ProblemDocument {
    int status{400};
    std::string_view name;   ///< stable, such as "not-found"; the type is "/problems/" and this
    std::string_view title;  ///< the same for every problem of this name
    std::string detail;      ///< a sentence about this one, for a person
    std::string hint;        ///< what to do; empty: nothing comes to mind
    std::vector<ProblemFault> errors;
};

[[nodiscard]] Response to_response(const ProblemDocument& problem);

/// 503: what is asked cannot be done now, and may be later.
[[nodiscard]] Response unavailable(std::string detail, std::string hint = {});
/// The problem that goes with a status of the protocol itself, such as 431.
[[nodiscard]] Response protocol_problem(int status, std::string_view detail);

}  // namespace forcewatch

/// FW_CHECK(condition): states what our own code guarantees. A violation is our bug: the program
/// aborts, in release too, and the service manager restarts it from durable state.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace forcewatch::detail {
[[noreturn]] inline void check_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, condition);
    std::abort();
}
}  // namespace forcewatch::detail

#define FW_CHECK(condition) \
    ((condition) ? void(0) : ::forcewatch::detail::check_failed(#condition, __FILE__, __LINE__))

/// Every limit of the local socket, in one table. Reaching one is an answer, never a truncation.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <vector>

namespace forcewatch {

struct HttpLimits {
    // Sizes. The first three end in 431 (or 414 while still in the request line), the body in 413.
    std::size_t head_bytes{16UL * 1024};  ///< request line and fields together; at most 65,535
    std::size_t fields{100};
    std::size_t chunk_overhead_bytes{64UL * 1024};  ///< sizes and extensions of a chunked body
    std::size_t body_bytes{8UL * 1024 *
                           1024};  ///< of any request; `HttpHandlers::admit` may say less
    std::size_t all_bodies_bytes{64UL * 1024 * 1024};  ///< held at one time; beyond it 503
    std::size_t drained_bytes{1024UL * 1024};          ///< read and thrown away after a refusal

    // Times. A head or body that is late ends in 408; an idle connection is closed without a word.
    std::chrono::milliseconds head_time{10'000};   ///< from its first bytes to its end
    std::chrono::milliseconds body_time{30'000};   ///< from the end of the head
    std::chrono::milliseconds write_time{30'000};  ///< each time the caller takes nothing
    std::chrono::milliseconds idle_time{60'000};
    std::chrono::milliseconds drain_time{1'000};
    std::chrono::milliseconds stop_time{8'000};  ///< what is in flight when the server stops

    // Connections. One too many is answered 503 and closed.
    std::size_t connections_per_uid{1'000};
    std::size_t connections{8'000};  ///< lowered to what RLIMIT_NOFILE leaves
    std::size_t reserved{16};        ///< of `connections`, only for `reserved_for`
    std::vector<uid_t> reserved_for{0};
};

}  // namespace forcewatch

/// POST /v1/read, and /v1/proposals: news read, kept for a person, confirmed or dismissed.
#pragma once

#include <functional>
#include <optional>

#include "daemon/api_lists.hpp"
#include "daemon/http/request.hpp"
#include "daemon/turn.hpp"
#include "daemon/worker.hpp"

namespace forcewatch {

/// Reading takes its time, so the worker reads; what it read is kept by a turn of the loop.
struct ReadingWork {
    Worker::Question question;
    Turn::Work keep;  ///< empty: a dry run
};

/// For a POST /v1/read with its body.
[[nodiscard]] ReadingWork reading_for(const Request& request);
/// Confirm, dismiss, edit.   Empty: no such path here.
[[nodiscard]] std::optional<Turn::Work> proposal_work(const Request& request);
[[nodiscard]] std::optional<Response> proposals_answer(const Asker& asker);

}  // namespace forcewatch

/// What a receiver's answer means, by its reply code alone.
///
/// Pure: a library's own error numbers never take part, since one number stands for refusals both
/// of today and for ever.
#pragma once

#include <chrono>
#include <string_view>

#include "core/delivery_outcome.hpp"
#include "core/types.hpp"

namespace forcewatch {

/// How far a try got before it ended. With `nothing`, the recipient had not been named, so an
/// answer says nothing about him. With `whole`, everything that makes the receiver act had been
/// sent (the request, or the mail with its final dot), so silence leaves the outcome open.
enum class Sent { nothing, part, whole };

/// `status` is zero when no answer came. Only 2xx is delivered; 408, 429, 5xx and a try that did
/// not get its request out are retried; 410 is gone; 3xx and other 4xx are rejected.
[[nodiscard]] Verdict classify_http(int status, Sent sent);

/// `code` is the last reply seen, zero when there was none. 4yz is retried; 5yz is rejected once
/// the recipient was named and before that retried, for then it is the relay that will not have
/// us; 2yz is delivered only as the answer to the whole mail.
[[nodiscard]] Verdict classify_smtp(int code, Sent sent);

/// A Retry-After header, as seconds or as an HTTP date in any of its three forms. At most 24
/// hours; a past date is zero, and so is what cannot be read.
[[nodiscard]] std::chrono::seconds read_retry_after(std::string_view header, Instant now);

}  // namespace forcewatch

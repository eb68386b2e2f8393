/// Mail addresses that get nothing more, what the mail system reports, and the pages behind the
/// links of messages.
///
/// A page needs no role: the signature in its address is what allows it, and a proxy is the peer.
///
/// Thread: the loop thread.
#pragma once

#include <optional>

#include "daemon/api_lists.hpp"
#include "daemon/api_write_parts.hpp"

namespace forcewatch {

/// "/a/…" or "/u/…": what a person's browser opens, through a proxy.
[[nodiscard]] bool is_link(const Request& request);
/// GET /v1/addresses and the pages of links.   Empty: no such path here.
[[nodiscard]] std::optional<Response> address_answer(const Asker& asker);
[[nodiscard]] std::optional<Response> link_page(const Asker& asker);
/// Reports, addresses that are let in again.   Empty: no such path here.
[[nodiscard]] std::optional<Work> address_work(const Request& request);
/// What the button of a page does.
[[nodiscard]] std::optional<Work> link_work(const Request& request);

}  // namespace forcewatch

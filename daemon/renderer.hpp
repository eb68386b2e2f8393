/// Notices into parcels: picks the words of `daemon/messages` that a destination needs.
#pragma once

#include <vector>

#include "daemon/engine/engine.hpp"
#include "daemon/messages/stationery.hpp"

namespace forcewatch {

[[nodiscard]] std::vector<NewParcel> render_parcels(const MessageInput& input,
                                                    const MailSettings& mail,
                                                    const Stationery& stationery);
/// The templates that `mail` names, on London's clock; each fault names file and line.
[[nodiscard]] tl::expected<Stationery, std::vector<Problem>> read_stationery(
    const MailSettings& mail);

}  // namespace forcewatch

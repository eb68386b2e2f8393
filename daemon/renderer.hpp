/// Notices into parcels: picks the words of `daemon/messages` that a destination needs.
#pragma once

#include <vector>

#include "daemon/engine/engine.hpp"

namespace forcewatch {

[[nodiscard]] std::vector<NewParcel> render_parcels(const MessageInput& input,
                                                    const MailSettings& mail);

}  // namespace forcewatch

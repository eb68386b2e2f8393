/// Looks at the address at the moment of connecting. Private to courier/.
#pragma once

#include <curl/curl.h>

#include <string>
#include <vector>

#include "config/address_range.hpp"

namespace forcewatch {

/// Inner addresses are refused unless allowed, after name resolution, so that no name can change
/// its mind in between.
struct AddressGuard {
    std::vector<AddressRange> allowed;
    std::string refusal;  ///< why a connection was refused; empty: none was

    explicit AddressGuard(const std::vector<std::string>& ranges);
    /// The guard must outlive the transfer.
    void watch(CURL* easy);
};

}  // namespace forcewatch

/// Whether the secrets that a configuration names can be used.
#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"

namespace forcewatch {

struct SecretCheck {
    std::vector<Fault> faults;  ///< each names what needs the secret and the file, not its text
    int unread{};               ///< credentials, which only the service itself gets
};

/// Reads each secret of the mail relay and of the webhooks once. `credentials_directory` is
/// $CREDENTIALS_DIRECTORY; empty: credentials are not read. Blocks: a few small file reads.
[[nodiscard]] SecretCheck check_secrets(const Settings& settings,
                                        const std::string& credentials_directory);

}  // namespace forcewatch

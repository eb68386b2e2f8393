/// Secrets by reference: read when needed, kept nowhere, written to no log.
#pragma once

#include <string>

#include "config/settings.hpp"
#include "core/types.hpp"

namespace forcewatch {

/// Knows where systemd puts credentials.
class Secrets {
public:
    /// `credentials_directory` is $CREDENTIALS_DIRECTORY; empty: there is none.
    explicit Secrets(std::string credentials_directory)
        : credentials_directory_{std::move(credentials_directory)} {}

    /// The secret without the line break at its end. Refused: what is no regular file of at most
    /// 16 KiB, an empty one, and with `file:` one that others may read, write or execute, or that
    /// the group may do more with than read. The error names the file and never what is in it.
    /// Blocks: one small file read.
    [[nodiscard]] Expected<std::string> read(const SecretRef& secret) const;

private:
    std::string credentials_directory_;
};

}  // namespace forcewatch

/// A listening Unix socket: our own, or one that systemd holds for us.
///
/// Blocks: a few system calls at start. Fails: `Expected` with a sentence for a person.
#pragma once

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

/// Owns the descriptor, and the name in the file system where we made it ourselves.
class Listener {
public:
    Listener(std::string name, int descriptor) : name_{std::move(name)}, descriptor_{descriptor} {}
    Listener(Listener&& other) noexcept;
    Listener& operator=(Listener&& other) noexcept;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    /// Closes, and removes our own name if it is still ours.
    ~Listener();

    /// "api" or "courier" of an inherited socket (FileDescriptorName=); else the path.
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] int descriptor() const { return descriptor_; }
    /// Hands the descriptor over; the name in the file system stays ours to remove.
    [[nodiscard]] int release() { return std::exchange(descriptor_, -1); }

private:
    friend Expected<Listener> listen_unix(const std::string&, mode_t, const std::string&);

    std::string name_;
    std::string own_path_;  ///< empty: not ours to remove
    dev_t own_device_{};
    ino_t own_inode_{};
    int descriptor_{-1};
};

/// Binds `path`, with `mode` and, unless empty, the group of that name. A socket that nobody
/// answers any more is replaced; one that answers, or a file of another kind, is an error.
[[nodiscard]] Expected<Listener> listen_unix(const std::string& path, mode_t mode,
                                             const std::string& group);

/// The sockets handed over by systemd, in its order; none when not socket-activated. Call once:
/// the environment variables are used up.
[[nodiscard]] Expected<std::vector<Listener>> inherited_listeners();

}  // namespace forcewatch

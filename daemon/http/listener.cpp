#include "daemon/http/listener.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace forcewatch {

namespace {

std::string error_text(int number) {
    return std::error_code{number, std::generic_category()}.message();
}

tl::unexpected<Problem> refused(std::string_view what, const std::string& path, int number) {
    return tl::unexpected(fmt::format("cannot {} {}: {}", what, path, error_text(number)));
}

const sockaddr* generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

Expected<sockaddr_un> address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return tl::unexpected(fmt::format("the socket path \"{}\" must have 1 to {} characters",
                                          path, sizeof address.sun_path - 1));
    path.copy(address.sun_path, path.size());
    return address;
}

/// Removes what a crashed daemon left behind, and only that.
Expected<void> remove_stale(const std::string& path, const sockaddr_un& address) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
        if (errno == ENOENT) return {};
        return refused("look at", path, errno);
    }
    if (!S_ISSOCK(found.st_mode))
        return tl::unexpected(fmt::format("{} exists and is not a socket", path));
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0) return refused("open a socket for", path, errno);
    const int error = ::connect(probe, generic(address), sizeof address) == 0 ? 0 : errno;
    ::close(probe);
    if (error != ECONNREFUSED)
        return tl::unexpected(fmt::format("another process listens on {}", path));
    if (::unlink(path.c_str()) != 0) return refused("remove the stale socket", path, errno);
    return {};
}

Expected<void> set_access(const std::string& path, mode_t mode, const std::string& group) {
    if (!group.empty()) {
        const ::group* entry = ::getgrnam(group.c_str());
        if (entry == nullptr) return tl::unexpected(fmt::format("there is no group \"{}\"", group));
        if (::chown(path.c_str(), static_cast<uid_t>(-1), entry->gr_gid) != 0)
            return refused("give the group to", path, errno);
    }
    if (::chmod(path.c_str(), mode) != 0) return refused("set the mode of", path, errno);
    return {};
}

/// Bound under a mask that lets nobody in, so that no caller slips in before `set_access`.
int bind_closed(int descriptor, const sockaddr_un& address) {
    const mode_t before = ::umask(0777);
    const int error = ::bind(descriptor, generic(address), sizeof address) == 0 ? 0 : errno;
    ::umask(before);
    return error;
}

}  // namespace

Listener::Listener(Listener&& other) noexcept
    : name_{std::move(other.name_)},
      own_path_{std::exchange(other.own_path_, {})},
      own_device_{other.own_device_},
      own_inode_{other.own_inode_},
      descriptor_{std::exchange(other.descriptor_, -1)} {}

Listener& Listener::operator=(Listener&& other) noexcept {
    std::swap(name_, other.name_);
    std::swap(own_path_, other.own_path_);
    std::swap(own_device_, other.own_device_);
    std::swap(own_inode_, other.own_inode_);
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

Listener::~Listener() {
    if (descriptor_ >= 0) ::close(descriptor_);
    struct stat found {};
    if (!own_path_.empty() && ::lstat(own_path_.c_str(), &found) == 0 &&
        found.st_dev == own_device_ && found.st_ino == own_inode_)
        ::unlink(own_path_.c_str());
}

Expected<Listener> listen_unix(const std::string& path, mode_t mode, const std::string& group) {
    const auto address = address_of(path);
    if (!address) return tl::unexpected(address.error());
    if (const auto removed = remove_stale(path, *address); !removed)
        return tl::unexpected(removed.error());
    Listener listener{path, ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
    if (listener.descriptor_ < 0) return refused("open a socket for", path, errno);
    if (const int error = bind_closed(listener.descriptor_, *address); error != 0)
        return refused("bind", path, error);
    struct stat made {};
    if (::lstat(path.c_str(), &made) != 0) return refused("look at", path, errno);
    listener.own_path_ = path;
    listener.own_device_ = made.st_dev;
    listener.own_inode_ = made.st_ino;
    if (const auto set = set_access(path, mode, group); !set) return tl::unexpected(set.error());
    if (::listen(listener.descriptor_, SOMAXCONN) != 0) return refused("listen on", path, errno);
    return listener;
}

Expected<std::vector<Listener>> inherited_listeners() {
    char** names = nullptr;
    const int count = ::sd_listen_fds_with_names(1, &names);
    if (count < 0)
        return tl::unexpected(
            fmt::format("cannot take the sockets of the service manager: {}", error_text(-count)));
    std::vector<Listener> listeners;
    std::string fault;
    for (int i = 0; i < count; ++i) {
        const int descriptor = SD_LISTEN_FDS_START + i;
        listeners.emplace_back(names[i], descriptor);
        if (::sd_is_socket_unix(descriptor, SOCK_STREAM, 1, nullptr, 0) <= 0)
            fault = fmt::format("the inherited descriptor \"{}\" is no listening Unix socket",
                                names[i]);
        else
            ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
        std::free(names[i]);
    }
    std::free(names);
    if (!fault.empty()) return tl::unexpected(fault);
    return listeners;
}

}  // namespace forcewatch

#include "courier/secrets.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace forcewatch {

namespace {

constexpr std::size_t longest_secret = 16384;

Expected<std::string> read_all(int file, const std::string& path) {
    std::array<char, longest_secret + 1> buffer{};
    std::size_t size = 0;
    while (size < buffer.size()) {
        const auto count = ::read(file, buffer.data() + size, buffer.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0)
            return tl::unexpected(fmt::format("{} cannot be read: {}", path, std::strerror(errno)));
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    if (size > longest_secret)
        return tl::unexpected(fmt::format("{} is larger than {} bytes", path, longest_secret));
    std::string secret{buffer.data(), size};
    while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
    if (secret.empty()) return tl::unexpected(fmt::format("{} is empty", path));
    return secret;
}

Expected<std::string> read_checked(const std::string& path, bool closed_to_others) {
    const int file = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (file < 0)
        return tl::unexpected(fmt::format("{} cannot be opened: {}", path, std::strerror(errno)));
    struct stat about {};
    Expected<std::string> secret = tl::unexpected(fmt::format("{} is not a regular file", path));
    if (::fstat(file, &about) == 0 && S_ISREG(about.st_mode)) {
        // The group may read: a file of root's for the courier's group is 0640. It may not write.
        if (closed_to_others && (about.st_mode & 037U) != 0)
            secret = tl::unexpected(fmt::format(
                "{} is open to others than its owner and group; use chmod 600 or 640", path));
        else
            secret = read_all(file, path);
    }
    ::close(file);
    return secret;
}

}  // namespace

Expected<std::string> Secrets::read(const SecretRef& secret) const {
    if (secret.source == SecretRef::Source::file) return read_checked(secret.name, true);
    if (credentials_directory_.empty())
        return tl::unexpected(fmt::format(
            "there is no credential \"{}\": CREDENTIALS_DIRECTORY is not set", secret.name));
    return read_checked(credentials_directory_ + "/" + secret.name, false);
}

}  // namespace forcewatch

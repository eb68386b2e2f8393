#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "storage/database_file.hpp"
#include "storage/store.hpp"

namespace forcewatch {

namespace {

/// Tries out whether a file can be made there, so that a later fault is one of the source.
void make_target(const std::filesystem::path& to) {
    const std::string half = to.string() + ".part";
    const int file = ::open(half.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
        throw StoreError{StoreError::Cause::other, fmt::format("{}: the copy cannot be made: {}",
                                                               to.string(), std::strerror(errno))};
    ::close(file);
}

}  // namespace

void back_up(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (std::filesystem::exists(to))
        throw StoreError{StoreError::Cause::other, fmt::format("{} exists already", to.string())};
    make_target(to);
    const std::filesystem::path half = to.string() + ".part";
    std::filesystem::remove(half);
    // Whatever stops the copy leaves no half of it behind.
    struct Remover {
        const std::filesystem::path& path;
        ~Remover() {
            std::error_code ignored;
            std::filesystem::remove(path, ignored);
        }
    } const remover{half};
    try {
        copy_database(from, half);
    } catch (const StoreError& error) {
        throw StoreError{error.cause(), fmt::format("{} could not be copied to {}: {}",
                                                    from.string(), to.string(), error.what())};
    }
    sync_file(half);
    std::filesystem::rename(half, to);
    sync_folder_of(to);
}

}  // namespace forcewatch

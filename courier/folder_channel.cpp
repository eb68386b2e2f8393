#include "courier/folder_channel.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

namespace forcewatch {

namespace {

class Descriptor {
public:
    explicit Descriptor(int number) : number_{number} {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int number() const { return number_; }
    /// False when the system could not keep what was written.
    [[nodiscard]] bool close() { return ::close(std::exchange(number_, -1)) == 0; }

private:
    int number_;
};

bool write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto count = ::write(file, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

bool write_synced(const std::filesystem::path& path, std::string_view bytes) {
    Descriptor file{
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640)};
    return file.number() >= 0 && write_all(file.number(), bytes) && ::fsync(file.number()) == 0 &&
           file.close();
}

bool sync_folder(const std::filesystem::path& folder) {
    const Descriptor opened{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    return opened.number() >= 0 && ::fsync(opened.number()) == 0;
}

bool holds(const std::filesystem::path& path, const std::string& bytes) {
    std::ifstream file{path, std::ios::binary};
    const std::string there{std::istreambuf_iterator<char>{file}, {}};
    return file && there == bytes;
}

DeliveryOutcome store(const std::filesystem::path& folder, const CourierParcel& parcel) {
    const bool mail = parcel.content_type.starts_with("message/rfc822");
    const auto path = folder / (parcel.message_id + (mail ? ".eml" : ".json"));
    const auto draft = folder / ("." + parcel.message_id + ".part");
    const auto later = [&](const char* what) {
        return DeliveryOutcome{Verdict::retry_later,
                               0,
                               fmt::format("{} {}: {}", path.string(), what, std::strerror(errno)),
                               {}};
    };
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (std::filesystem::exists(path, error)) {
        if (holds(path, parcel.body)) return {Verdict::delivered, 0, "", {}};
        return {Verdict::rejected,
                0,
                fmt::format("{} is there already and holds something else", path.string()),
                {}};
    }
    errno = 0;
    if (!write_synced(draft, parcel.body)) return later("cannot be written");
    if (::rename(draft.c_str(), path.c_str()) != 0) return later("cannot be named");
    if (!sync_folder(folder)) return later("cannot be made to last");
    return {Verdict::delivered, 0, "", {}};
}

}  // namespace

void FolderChannel::carry(const CourierParcel& parcel, Behind, Done done) {
    done(store(folder_, parcel));
}

}  // namespace forcewatch

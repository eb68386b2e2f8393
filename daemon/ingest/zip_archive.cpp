#include "daemon/ingest/zip_archive.hpp"

#include <fmt/format.h>

namespace forcewatch {

namespace {
constexpr zip_int64_t most_parts = 1000;
}

int ZipPart::read(char* into, int size) {
    const auto count = zip_fread(file_.get(), into, static_cast<zip_uint64_t>(size));
    if (count < 0) {
        fault_ = fmt::format("its part {} is damaged", name_);
        return -1;
    }
    given_ += static_cast<std::size_t>(count);
    if (given_ > largest_part) {
        fault_ = fmt::format("its part {} unpacks to more than 128 MiB", name_);
        return -1;
    }
    return static_cast<int>(count);
}

Expected<ZipArchive> ZipArchive::open(std::string_view bytes) {
    zip_error_t error;
    zip_error_init(&error);
    auto* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    auto* archive = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
    if (archive == nullptr) {
        if (source != nullptr) zip_source_free(source);
        std::string why{zip_error_strerror(&error)};
        zip_error_fini(&error);
        return tl::unexpected("is not a whole ZIP file, as a workbook is: " + why);
    }
    zip_error_fini(&error);
    ZipArchive opened{archive};
    if (zip_get_num_entries(archive, 0) > most_parts)
        return tl::unexpected(Problem{"holds more than 1000 parts"});
    return opened;
}

bool ZipArchive::holds(const std::string& name) const {
    return zip_name_locate(archive_.get(), name.c_str(), 0) >= 0;
}

Expected<ZipPart> ZipArchive::part(const std::string& name) const {
    auto* file = zip_fopen(archive_.get(), name.c_str(), 0);
    if (file == nullptr)
        return tl::unexpected(
            fmt::format("its part {} cannot be opened: {}", name, zip_strerror(archive_.get())));
    return ZipPart{file, name};
}

}  // namespace forcewatch

// Private to daemon/ingest/: the parts of a ZIP file in memory, unpacked piece by piece.
#pragma once

#include <zip.h>

#include <memory>
#include <string>
#include <string_view>

#include "core/types.hpp"

namespace forcewatch {

/// One part, read from its beginning. No more than `largest_part` bytes come out of it.
class ZipPart {
public:
    static constexpr std::size_t largest_part = 128UL << 20UL;

    ZipPart(zip_file_t* file, std::string name) : file_{file}, name_{std::move(name)} {}

    /// Bytes read; 0: the end; -1: it is damaged or too large, as `fault()` says.
    [[nodiscard]] int read(char* into, int size);
    [[nodiscard]] const std::string& fault() const { return fault_; }

private:
    struct Close {
        void operator()(zip_file_t* file) const { zip_fclose(file); }
    };
    std::unique_ptr<zip_file_t, Close> file_;
    std::string name_;
    std::size_t given_{};
    std::string fault_;
};

class ZipArchive {
public:
    /// `bytes` must outlive the archive.
    [[nodiscard]] static Expected<ZipArchive> open(std::string_view bytes);

    [[nodiscard]] bool holds(const std::string& name) const;
    [[nodiscard]] Expected<ZipPart> part(const std::string& name) const;

private:
    struct Discard {
        void operator()(zip_t* archive) const { zip_discard(archive); }
    };
    explicit ZipArchive(zip_t* archive) : archive_{archive} {}
    std::unique_ptr<zip_t, Discard> archive_;
};

}  // namespace forcewatch

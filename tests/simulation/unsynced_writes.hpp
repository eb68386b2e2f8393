/// What was written to files and not yet forced to the medium, so that a power cut can take it
/// back.
///
/// After a cut, each 512 byte sector of each write is there or not, whatever came before or after
/// it; a change of a file's length as well. Files that were made or removed stay so: folders are
/// forced when they change.
///
/// Owner: ScratchDisk.   Thread: one.
#pragma once

#include <cstddef>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace forcewatch::sim {

class UnsyncedWrites {
public:
    /// One change of a file: `before` stood where `after` stands now; a change of length has
    /// neither, or loses `before`.
    struct Change {
        std::size_t at{};
        std::string before{};
        std::string after{};
        std::size_t length_before{};
        std::size_t length_after{};
    };

    void changed(const std::string& path, Change change) {
        files_[path].push_back(std::move(change));
    }
    void synced(const std::string& path) { files_.erase(path); }
    void forget() { files_.clear(); }
    [[nodiscard]] bool empty() const { return files_.empty(); }

    /// Makes the files what a power cut may leave of them.
    void cut_power(std::mt19937_64& dice);

private:
    std::map<std::string, std::vector<Change>> files_;
};

}  // namespace forcewatch::sim

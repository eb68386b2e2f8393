#include "tests/simulation/unsynced_writes.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace forcewatch::sim {

namespace {

constexpr std::size_t sector = 512;

std::string content_of(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void put(std::string& content, std::size_t at, std::string_view bytes) {
    if (content.size() < at + bytes.size()) content.resize(at + bytes.size());
    content.replace(at, bytes.size(), bytes);
}

void take_back(std::string& content, const UnsyncedWrites::Change& change) {
    put(content, change.at, change.before);
    content.resize(change.length_before);
}

/// All of it, nothing, or some of its sectors.
void keep_some(std::string& content, const UnsyncedWrites::Change& change, std::mt19937_64& dice) {
    const auto fate = dice() % 3;
    if (fate == 0) return;
    if (change.after.empty()) {
        content.resize(change.length_after);
        return;
    }
    for (std::size_t done = 0; done < change.after.size();) {
        const auto at = change.at + done;
        const auto length = std::min(sector - at % sector, change.after.size() - done);
        if (fate == 1 || dice() % 2 == 0)
            put(content, at, std::string_view{change.after}.substr(done, length));
        done += length;
    }
}

}  // namespace

void UnsyncedWrites::cut_power(std::mt19937_64& dice) {
    for (const auto& [path, changes] : files_) {
        std::string content = content_of(path);
        std::for_each(changes.rbegin(), changes.rend(),
                      [&](const Change& change) { take_back(content, change); });
        for (const auto& change : changes) keep_some(content, change, dice);
        std::ofstream{path, std::ios::binary | std::ios::trunc} << content;
    }
    files_.clear();
}

}  // namespace forcewatch::sim

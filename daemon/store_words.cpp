#include "daemon/store_words.hpp"

#include <fmt/format.h>

namespace forcewatch {

std::string words_of(const StoreError& error, const std::filesystem::path& database) {
    std::string words = error.what();
    if (words.find(database.string()) == std::string::npos)
        words = fmt::format("{}: {}", database.string(), words);
    if (error.cause() == StoreError::Cause::corrupt)
        words +=
            ". Keep this file. forcewatchctl db verify tells what is wrong with it, and "
            "forcewatchctl db restore BACKUP puts the latest backup that verifies in its place";
    return words;
}

}  // namespace forcewatch

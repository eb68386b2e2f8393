// Private to config/: lists of words, each checked where it stands.
#pragma once

#include <algorithm>
#include <set>
#include <string>

#include "config/table_reader.hpp"

namespace forcewatch {

inline bool is_slug(std::string_view text) {
    return !text.empty() && text.size() <= 100 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

// Reads a list of words with `parse`; faults stand at the word.
template <typename T, typename Parse>
std::set<T> read_words(TableReader& reader, std::string_view key, Parse parse) {
    std::set<T> words;
    if (reader.has_empty_list(key)) reader.report(key, "is empty; leave it out to mean all");
    for (const auto& [text, place] : reader.texts(key)) {
        const Expected<T> word = parse(text);
        if (!word)
            reader.report_at(place, key, word.error());
        else
            words.insert(*word);
    }
    return words;
}

inline Expected<std::string> parse_slug(const std::string& text) {
    if (is_slug(text)) return text;
    return tl::unexpected('"' + text +
                          "\" is not the id of a force, such as \"devon-and-cornwall\"");
}

}  // namespace forcewatch

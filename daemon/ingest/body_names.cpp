#include "daemon/ingest/body_names.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace forcewatch {

namespace {

constexpr std::array<std::string_view, 5> police_endings{"police service", "police force",
                                                         "constabulary", "police", "police area"};
constexpr std::array<std::string_view, 14> fire_endings{"county fire and rescue service",
                                                        "fire and rescue service",
                                                        "fire and rescue authority",
                                                        "combined fire authority",
                                                        "fire authority",
                                                        "fire and rescue",
                                                        "fire rescue service",
                                                        "fire service",
                                                        "fire brigade",
                                                        "fire rescue",
                                                        "fire commissioner",
                                                        "frs",
                                                        "f and rs",
                                                        "fire"};
constexpr std::array<std::string_view, 2> rocu_endings{"regional organised crime unit", "rocu"};

struct Word {
    std::size_t begin{};
    std::size_t end{};
    std::string low;
};

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80;
}
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

/// Words in lower case: "&" is "and", and a possessive ending is left out.
std::vector<Word> words_of(std::string_view text) {
    std::vector<Word> words;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == '&') {
            words.push_back({at, at + 1, "and"});
            ++at;
            continue;
        }
        if (!is_letter(text[at])) {
            ++at;
            continue;
        }
        const auto begin = at;
        while (at < text.size() && is_letter(text[at])) ++at;
        std::string low{text.substr(begin, at - begin)};
        for (auto& c : low)
            if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
        const auto end = at;
        if (at + 1 < text.size() && text[at] == '\'' && text[at + 1] == 's' &&
            (at + 2 == text.size() || !is_letter(text[at + 2])))
            at += 2;
        words.push_back({begin, end, std::move(low)});
    }
    return words;
}

std::string joined(const std::vector<Word>& words, std::size_t first, std::size_t count) {
    std::string text;
    for (auto i = first; i < first + count; ++i) {
        if (!text.empty()) text.push_back(' ');
        text += words[i].low;
    }
    return text;
}

/// "GMP", "HFRS": capitals only, or the like ("CoLP").
bool is_letters(std::string_view alias) {
    const auto capitals = std::count_if(alias.begin(), alias.end(), is_upper);
    return alias.find(' ') == std::string_view::npos && capitals >= 2 && alias.size() <= 8;
}

template <std::size_t Count>
std::optional<std::string> without_ending(const std::string& name,
                                          const std::array<std::string_view, Count>& endings) {
    for (const auto ending : endings)
        if (name.size() > ending.size() + 1 && name.ends_with(ending) &&
            name[name.size() - ending.size() - 1] == ' ')
            return name.substr(0, name.size() - ending.size() - 1);
    return std::nullopt;
}

template <typename Container>
void add_once(Container& container, std::size_t value) {
    if (std::find(container.begin(), container.end(), value) == container.end())
        container.push_back(value);
}

}  // namespace

BodyNames::BodyNames(std::vector<NamedForce> forces) : forces_{std::move(forces)} {
    for (std::size_t i = 0; i < forces_.size(); ++i) add_forms(i);
}

void BodyNames::add(std::string_view name, std::size_t force, bool full) {
    const auto words = words_of(name);
    if (words.empty()) return;
    auto& known = names_[joined(words, 0, words.size())];
    if (full && !known.full) known = {{}, true, false, false};
    if (!full && known.full) return;
    add_once(known.forces, force);
    most_words_ = std::max(most_words_, words.size());
}

void BodyNames::add_letters(const std::string& letters, std::size_t force) {
    auto& known = letters_[letters];
    known.letters = true;
    add_once(known.forces, force);
}

/// Each name, and each place with the endings that its kind of body has.
void BodyNames::add_forms(std::size_t index) {
    const auto& force = forces_[index];
    std::vector<std::string> names{force.name};
    names.insert(names.end(), force.aliases.begin(), force.aliases.end());
    const auto with_endings = [&](const auto& endings, bool bare_place) {
        for (const auto& name : names) {
            if (is_letters(name)) {
                add_letters(name, index);
                continue;
            }
            const auto words = words_of(name);
            auto low = joined(words, 0, words.size());
            if (low.starts_with("the ")) low.erase(0, 4);
            const auto place = without_ending(low, endings);
            for (const auto ending : endings)
                add((place ? *place : low) + " " + std::string{ending}, index, true);
            if (place) add(low, index, true);
            if (!place || bare_place || name == force.name) add(place ? *place : low, index, false);
        }
    };
    switch (force.kind) {
        case ForceKind::police:
            with_endings(police_endings, false);
            break;
        case ForceKind::fire:
            with_endings(fire_endings, true);
            break;
        case ForceKind::rocu:
            with_endings(rocu_endings, false);
            add(force.region + " regional organised crime unit", index, true);
            add("regional organised crime unit for " + force.region, index, true);
            add("regional organised crime unit for the " + force.region, index, true);
            add("regional organised crime unit in the " + force.region, index, true);
            for (const auto& name : names)
                if (name == force.name || name.find(' ') != std::string::npos)
                    add(name, index, true);
            break;
        case ForceKind::other:
            for (const auto& name : names) {
                if (is_letters(name))
                    add_letters(name, index);
                else
                    add(name, index, true);
            }
            break;
    }
}

std::vector<std::size_t> BodyNames::exactly(std::string_view name) const {
    if (const auto letters = letters_.find(name); letters != letters_.end())
        return letters->second.forces;
    auto words = words_of(name);
    if (!words.empty() && words.front().low == "the") words.erase(words.begin());
    const auto known = names_.find(joined(words, 0, words.size()));
    return known == names_.end() ? std::vector<std::size_t>{} : known->second.forces;
}

namespace {

/// "Kent Police and Crime Commissioner" is an office, "Redcar and Cleveland" a council.
bool stands_for_another(const std::vector<Word>& words, std::size_t first, std::size_t count,
                        bool full) {
    const auto next = [&](std::size_t i) {
        const auto at = first + count + i;
        return at < words.size() ? std::string_view{words[at].low} : std::string_view{};
    };
    const auto last = std::string_view{words[first + count - 1].low};
    if (next(0) == "and" && next(1) == "crime") return true;
    if (next(0) == "police" && next(1) == "and" && next(2) == "crime") return true;
    if (next(0) == "federation" || next(0) == "museum" || next(0) == "academy") return true;
    if (last == "police" &&
        ((next(0) == "crime" && next(1).starts_with("commissioner")) || next(0) == "station"))
        return true;
    if (full) return false;
    constexpr std::array<std::string_view, 10> other{"council",  "county",  "university", "live",
                                                     "combined", "borough", "hospital",   "times",
                                                     "crown",    "world"};
    if (std::find(other.begin(), other.end(), next(0)) != other.end()) return true;
    return false;
}

/// May be part of a longer name: "Redcar and Cleveland", "Kent and Medway".
bool is_joined(std::string_view plain, const std::vector<Word>& words, std::size_t first,
               std::size_t count) {
    const bool joined_before = first >= 2 && words[first - 1].low == "and" &&
                               is_upper(plain[words[first - 2].begin]) &&
                               words[first].begin - words[first - 2].end <= 6;
    const auto at = first + count;
    const bool joined_after = at + 1 < words.size() && words[at].low == "and" &&
                              is_upper(plain[words[at + 1].begin]) &&
                              words[at + 1].begin - words[at - 1].end <= 6;
    return joined_before || joined_after;
}

bool adjacent(std::string_view plain, const std::vector<Word>& words, std::size_t first,
              std::size_t count) {
    for (auto i = first; i + 1 < first + count; ++i)
        for (auto at = words[i].end; at < words[i + 1].begin; ++at)
            if (plain[at] != ' ' && plain[at] != '-' && plain[at] != '\'' && plain[at] != 's' &&
                plain[at] != '&')
                return false;
    return true;
}

/// A place next to "and" counts where the other side is a force too.
void drop_parts_of_other_names(std::string_view plain, std::vector<Mention>& found) {
    const auto next_to = [&](std::size_t left, std::size_t right) {
        if (right >= found.size()) return false;
        const auto between = plain.substr(found[left].end, found[right].begin - found[left].end);
        return between.size() <= 8 && between.find("and") != std::string_view::npos;
    };
    std::vector<Mention> kept;
    for (std::size_t i = 0; i < found.size(); ++i)
        if (!found[i].joined || (i > 0 && next_to(i - 1, i)) || next_to(i, i + 1))
            kept.push_back(found[i]);
    found = std::move(kept);
}

}  // namespace

std::vector<Mention> BodyNames::find(std::string_view plain) const {
    const auto words = words_of(plain);
    std::vector<Mention> found;
    const auto put = [&](std::size_t first, std::size_t count, const Name& name) {
        if (stands_for_another(words, first, count, name.full || name.letters)) return;
        found.push_back({words[first].begin, words[first + count - 1].end, name.forces, name.full,
                         name.letters,
                         !name.full && !name.letters && is_joined(plain, words, first, count)});
    };
    for (std::size_t first = 0; first < words.size();) {
        std::size_t taken = 1;
        const auto spelled =
            plain.substr(words[first].begin, words[first].end - words[first].begin);
        if (const auto letters = letters_.find(spelled); letters != letters_.end())
            put(first, 1, letters->second);
        else
            for (auto count = std::min(most_words_, words.size() - first); count > 0; --count) {
                const auto known = names_.find(joined(words, first, count));
                if (known == names_.end() || !adjacent(plain, words, first, count)) continue;
                const bool small = !is_upper(plain[words[first].begin]);
                if (small && !(known->second.full && count >= 3)) continue;
                put(first, count, known->second);
                taken = count;
                break;
            }
        first += taken;
    }
    drop_parts_of_other_names(plain, found);
    return found;
}

}  // namespace forcewatch

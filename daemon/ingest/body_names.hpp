/// The names under which people write of a force, and where they stand in a text.
///
/// Built from the forces that are known, with the usual endings ("Police", "Constabulary", "Fire
/// and Rescue Service", "FRS" ...) added to every place. Immutable once built.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

struct NamedForce {
    std::string id;
    std::string name;
    ForceKind kind{};
    std::string region;
    std::vector<std::string> aliases;
};

/// A name in a text.
struct Mention {
    std::size_t begin{};
    std::size_t end{};
    std::vector<std::size_t> forces;  ///< several: a place or letters that fit more than one
    bool full{};                      ///< says what kind of body it is, not only a place
    bool letters{};                   ///< only an abbreviation, such as "GMP"
    bool joined{};                    ///< a place next to "and" and another name
};

class BodyNames {
public:
    explicit BodyNames(std::vector<NamedForce> forces);

    [[nodiscard]] const std::vector<NamedForce>& forces() const { return forces_; }
    /// In the order of the text, none inside another. Office holders ("Kent Police and Crime
    /// Commissioner") and councils that only share a place's name are left out.
    [[nodiscard]] std::vector<Mention> find(std::string_view plain) const;
    /// The forces that bear exactly this name.
    [[nodiscard]] std::vector<std::size_t> exactly(std::string_view name) const;

private:
    struct Name {
        std::vector<std::size_t> forces;
        bool full{};
        bool letters{};
        bool any_case{};  ///< may be written small
    };
    void add(std::string_view name, std::size_t force, bool full);
    void add_forms(std::size_t force);
    void add_letters(const std::string& letters, std::size_t force);

    std::vector<NamedForce> forces_;
    std::map<std::string, Name, std::less<>> names_;  // by lower-case words
    std::map<std::string, Name, std::less<>> letters_;
    std::size_t most_words_{1};
};

}  // namespace forcewatch

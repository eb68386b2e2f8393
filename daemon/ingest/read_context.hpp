// Private to daemon/ingest/: which bodies an item is about, and of which programme it is.
#pragma once

#include <string>
#include <vector>

#include "daemon/ingest/body_names.hpp"
#include "daemon/ingest/news_item.hpp"
#include "daemon/ingest/news_text.hpp"

namespace forcewatch {

struct Subject {
    std::size_t force{};
    std::size_t begin{};  ///< where it is named
    std::size_t end{};
    bool sure{};  ///< named with its kind
};

struct Subjects {
    std::vector<Subject> forces;
    std::vector<Mention> unclear;  ///< may be the police force or the fire service
};

/// Mentions with what they most likely mean where the text tells elsewhere.
[[nodiscard]] std::vector<Mention> settled_mentions(const NewsText& text, const BodyNames& names);
/// Those the title names, or else the report, the opening and the beginnings of sentences.
[[nodiscard]] Subjects subjects_of(const NewsText& text, const BodyNames& names,
                                   const std::vector<Mention>& mentions);

/// "peel", "fire", "ncpi", "custody", "cdi", "rocu", "jtai", "thematic" or "other".
[[nodiscard]] std::string programme_of(const NewsText& text, const BodyNames& names,
                                       const Subjects& subjects, bool moves, bool grades);
/// The council area of a joint targeted area inspection, as a place in plain().
[[nodiscard]] Subject local_area_of(const NewsText& text);
/// The item speaks of the inspectorate at all.
[[nodiscard]] bool names_the_inspectorate(const NewsText& text);
/// A consultation, guidance, an appointment: nothing about a body.
[[nodiscard]] bool is_about_the_regime(const NewsText& text);

}  // namespace forcewatch

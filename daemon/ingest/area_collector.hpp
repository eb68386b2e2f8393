// Private to daemon/ingest/: where the readers of area grades put what they find.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "daemon/ingest/area_lists.hpp"
#include "daemon/ingest/pattern.hpp"
#include "daemon/ingest/read_grades.hpp"

namespace forcewatch {

/// Collects what the forms of statement find, each area once.
class Collector {
public:
    Collector(const NewsText& text, const std::vector<Mention>& mentions,
              std::vector<AreaGrade>& found)
        : text_{text}, mentions_{mentions}, found_{found} {}

    /// `begin` and `end` of the area, `from` and `to` of the words that say so, in plain().
    void put(AreaWords area, Grade grade, AreaWords said, std::size_t sentence, int percent) {
        if (area.begin >= area.end || is_a_body(area)) return;
        auto words = text_.words(area.begin, area.end);
        static const re2::RE2 article{R"(\b(?:the|its|their) )"};
        auto key = text_.lower().substr(area.begin, area.end - area.begin);
        re2::RE2::GlobalReplace(&key, article, "");
        for (const auto& [known, known_grade] : keys_)
            if (known == key && known_grade == grade) return;
        keys_.emplace_back(key, grade);
        found_.push_back({std::move(words), grade, said.begin, said.end, sentence, percent});
    }
    /// Each entry of a list may be about another body.
    void put_overall(Grade grade, AreaWords said, std::size_t sentence, int percent,
                     std::string area = "overall") {
        const auto key =
            text_.sentences()[sentence].bullet ? "overall " + std::to_string(sentence) : "overall";
        for (const auto& [known, known_grade] : keys_)
            if (known == key && known_grade == grade) return;
        keys_.emplace_back(key, grade);
        found_.push_back({std::move(area), grade, said.begin, said.end, sentence, percent});
    }
    /// One grade for the whole of each of `forces`.
    void put_whole(Grade grade, AreaWords said, std::size_t sentence,
                   const std::vector<std::size_t>& forces, const std::string& area) {
        for (const auto force : forces) {
            const auto key = "whole " + std::to_string(force);
            const bool known = std::any_of(keys_.begin(), keys_.end(), [&](const auto& each) {
                return each.first == key && each.second == grade;
            });
            if (known) continue;
            keys_.emplace_back(key, grade);
            found_.push_back({area, grade, said.begin, said.end, sentence, 90, {force}});
        }
    }
    void put_list(std::size_t sentence, std::size_t from, std::size_t to, Grade grade,
                  int percent) {
        const auto& where = text_.sentences()[sentence];
        const auto lower = text_.lower(where);
        for (const auto& area : areas_of_list(lower, from, to))
            put({where.begin + area.begin, where.begin + area.end}, grade, {where.begin, where.end},
                sentence, percent);
    }
    [[nodiscard]] const NewsText& text() const { return text_; }

private:
    /// "'good' for Kent Police": who was graded is no area.
    [[nodiscard]] bool is_a_body(AreaWords area) const {
        static const Pattern inspectors{
            R"(\bhmic|\binspectorate\b|\bmajesty's\b|^fire (?:&|and) rescue services\b)"};
        if (inspectors.in(
                std::string_view{text_.lower()}.substr(area.begin, area.end - area.begin)))
            return true;
        return std::any_of(mentions_.begin(), mentions_.end(), [&](const Mention& each) {
            return each.full && each.begin < area.end && area.end <= each.end + 2;
        });
    }

    const NewsText& text_;
    const std::vector<Mention>& mentions_;
    std::vector<AreaGrade>& found_;
    std::vector<std::pair<std::string, Grade>> keys_;
};

/// Grades beside their areas in one sentence: "as follows: A - good; B (adequate)".
void areas_beside_grades(Collector& collector, std::size_t index);
/// "improve how it A, where it was marked as 'requires improvement'".
void areas_where_graded(Collector& collector, std::size_t index);
/// "A grade of 'good' was given to X for A".
void grade_given_for_area(Collector& collector, std::size_t index);

}  // namespace forcewatch

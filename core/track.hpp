/// The history of one area of one force over comparable cycles of a programme.
///
/// The area map says which area continues which. A track is named after the first area of its
/// lineage (`root`), a function of the reference data alone, so that a renamed area keeps its
/// alert; people are shown the area's latest name.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/facts.hpp"
#include "core/types.hpp"

namespace forcewatch {

/// The areas and links of one programme, read once and asked often.
class AreaMap {
public:
    AreaMap(const Facts& reference, std::string programme);
    AreaMap(AreaMap&&) = default;  // tracks point into the scales, which a move leaves in place
    AreaMap& operator=(AreaMap&&) = default;

    struct Area {
        int order{};  ///< of its cycle
        std::string cycle;
        std::string id;
        std::string name;
        bool graded{};
        const std::vector<std::string>* grades{};  ///< best first; null: narrative only
        std::string root;
    };
    struct Link {
        std::size_t from{};
        std::size_t to{};
        Comparability comparability{};
    };

    [[nodiscard]] const std::string& programme() const { return programme_; }
    [[nodiscard]] const std::vector<Area>& areas() const { return areas_; }
    [[nodiscard]] const std::vector<Link>& links() const { return links_; }
    [[nodiscard]] std::optional<std::size_t> find(std::string_view cycle,
                                                  std::string_view area) const;
    /// Last day of the cycle, where undated history sits; empty: the cycle is unknown.
    [[nodiscard]] std::optional<Date> end_of(std::string_view cycle) const;
    /// Place of the cycle in its programme; empty: unknown.
    [[nodiscard]] std::optional<int> order_of(std::string_view cycle) const;

private:
    void link_areas(const Facts& reference);
    void name_roots();

    std::string programme_;
    std::map<std::string, CycleDefined, std::less<>> cycles_;
    std::map<std::string, std::vector<std::string>> scales_;
    std::vector<Area> areas_;
    std::vector<Link> links_;
};

/// One change of a track's grade.
struct TrackPoint {
    Date on{};  ///< the end of the cycle when undated
    Certainty certainty{Certainty::exact};
    int order{};  ///< of the cycle
    std::string cycle;
    std::string area;
    std::string grade;
    const std::vector<std::string>* grades{};          ///< the scale, best first
    Comparability with_previous{Comparability::same};  ///< weakest link since the previous point
    PartialDate given;  ///< the day as the source gives it; unknown: undated
};

struct Track {
    std::string force;
    std::string programme;
    std::string root;
    std::string area;                ///< latest judged name of the area: its id
    std::string name;                ///< and its words
    std::vector<TrackPoint> points;  ///< by cycle, then by date; never empty
    std::optional<Date>
        discontinued_on;  ///< dropped from the programme, and the force inspected since
};

/// A judgement with its place, as `tracks_of` wants it.
struct PlacedJudgement {
    std::string cycle;
    Judgement judgement;
    PartialDate published;  ///< as the source gives it
};

/// The tracks of one force under one programme, as they stand on `today`: a judgement or regrade
/// after that day is not yet seen. Judgements of areas that the map does not know are left out.
[[nodiscard]] std::vector<Track> tracks_of(const AreaMap& map,
                                           const std::vector<PlacedJudgement>& judgements,
                                           Date today);

/// Position of `grade` on a scale, best first; empty: not on it.
[[nodiscard]] std::optional<std::size_t> rank_of(const std::vector<std::string>& grades,
                                                 std::string_view grade);
/// True when `grade` is `limit` or worse on this scale; false when either is not on it.
[[nodiscard]] bool at_or_below(const std::vector<std::string>& grades, std::string_view grade,
                               std::string_view limit);

/// A run of grades at or below a limit.
struct LowSpell {
    std::optional<Date> since;  ///< first dated point; empty: all of it is undated
    PartialDate since_as_given;
    bool since_earlier{};  ///< an undated round came before that: it is so at least since then
    Date first_on{};       ///< first point, dated or not: places the episode
    std::optional<Date>
        until;            ///< the first better grade, the end of the track, or empty: it lasts
    bool discontinued{};  ///< ended because the area was dropped
    std::vector<std::string> cycles;           ///< counted rounds, in order
    std::vector<Date> round_dates;             ///< when each of them was reached
    std::vector<std::string> partly_compared;  ///< cycles reached over a partly comparable link
    std::string grade;                         ///< the latest
};

/// Every spell at or below `limit`, oldest first. A link weaker than `counts` starts a new spell.
[[nodiscard]] std::vector<LowSpell> low_spells(const Track& track, std::string_view limit,
                                               Comparability counts);

}  // namespace forcewatch

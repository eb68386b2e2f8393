/// Scales, cycles, areas, holidays and obligations as last read, and what is made of them.
///
/// Must be forgotten when reference data changes, and when a transaction that changed it is undone.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/track.hpp"
#include "core/working_calendar.hpp"
#include "storage/store.hpp"

namespace forcewatch {

/// The days off of England and Wales, as the facts have them.
[[nodiscard]] WorkingCalendar calendar_of(const Facts& facts);

class Reference {
public:
    explicit Reference(Store& store) : store_{store} {}

    [[nodiscard]] const Facts& facts() {
        if (!facts_) facts_ = store_.facts().reference();
        return *facts_;
    }
    [[nodiscard]] const AreaMap& area_map(const std::string& programme) {
        const auto found = maps_.find(programme);
        if (found != maps_.end()) return found->second;
        return maps_.emplace(programme, AreaMap{facts(), programme}).first->second;
    }
    [[nodiscard]] const WorkingCalendar& calendar() {
        if (!calendar_) calendar_ = calendar_of(facts());
        return *calendar_;
    }
    [[nodiscard]] const std::optional<Force>& force(const std::string& id) {
        const auto found = forces_.find(id);
        if (found != forces_.end()) return found->second;
        return forces_.emplace(id, store_.facts().force(id)).first->second;
    }
    void forget() {
        forces_.clear();
        facts_.reset();
        maps_.clear();
        calendar_.reset();
    }

private:
    Store& store_;
    std::optional<Facts> facts_;
    std::map<std::string, std::optional<Force>> forces_;
    std::map<std::string, AreaMap> maps_;
    std::optional<WorkingCalendar> calendar_;
};

}  // namespace forcewatch

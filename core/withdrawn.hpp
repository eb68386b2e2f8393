/// Which rows of the journal count no more: by subject, from a number to a number.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "core/event.hpp"

namespace forcewatch {

class Withdrawn {
public:
    void note(const std::string& item, std::int64_t first, std::int64_t last);
    /// What the event takes back, if it does: `seq` is its own number.
    void note(JournalSeq seq, const Event& event);
    [[nodiscard]] bool empty() const { return ranges_.empty(); }
    [[nodiscard]] bool holds(const Recorded& recorded) const;

private:
    std::multimap<std::string, std::pair<std::int64_t, std::int64_t>> ranges_;
};

}  // namespace forcewatch

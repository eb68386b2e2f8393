// Private to daemon/ingest/: rows of somebody's tracker, told in the columns of our layouts.
#pragma once

#include <string>
#include <vector>

#include "config/mapping.hpp"
#include "daemon/ingest/layouts.hpp"

namespace forcewatch {

/// Where a column of theirs is not found, told for a person.
struct MappingFault {
    std::string column;
    std::string reason;
};

/// A mapping, bound to the header of one file.
class Mapper {
public:
    /// What a row of theirs becomes under one layout.
    struct Target {
        const Layout* layout{};
        const MappedLayout* mapped{};
        Header header;                                           ///< our columns
        std::map<std::string, std::vector<std::size_t>> places;  ///< by our column: theirs
        std::vector<std::size_t> only_with;
        std::vector<std::pair<std::size_t, const std::vector<std::string>*>> skip;
    };

    /// `mapping` must outlive this. Layouts and columns of ours that do not exist become faults.
    explicit Mapper(const Mapping& mapping);
    [[nodiscard]] const std::vector<MappingFault>& faults() const { return faults_; }

    /// Binds to a header; false: it does not hold all the columns, which are faults if `last`.
    bool bind(const std::vector<std::string>& header, bool last);

    /// Calls `take(target, row)` for each layout under which the row counts. What a cell says that
    /// cannot be read goes to `fault(line, column of theirs, value, reason)`.
    template <typename Take, typename OnFault>
    void apply(const SourceRow& row, Take&& take, OnFault&& fault) const {
        for (const auto& target : targets_) {
            if (!counts(target, row)) continue;
            SourceRow ours{row.line, std::vector<std::string>(target.header.size())};
            for (const auto& [column, place] : target.header) {
                auto cell = cell_of(target, column, row);
                if (cell)
                    ours.fields[place] = std::move(*cell);
                else
                    fault(row.line, theirs(target, column), raw_of(target, column, row),
                          cell.error());
            }
            drop_idle_deadline(target, ours);
            take(target, std::move(ours));
        }
    }

    /// The column of theirs that ours comes from; ours where it is a constant.
    [[nodiscard]] std::string theirs(const Target& target, const std::string& ours) const;
    [[nodiscard]] std::string theirs(std::string_view layout, const std::string& ours) const;
    [[nodiscard]] std::string raw_of(const Target& target, const std::string& ours,
                                     const SourceRow& row) const;
    /// Columns of theirs that nothing comes from.
    [[nodiscard]] std::vector<std::string> unused() const;

private:
    void check_names(Target& target);
    [[nodiscard]] bool find(const std::string& column, std::size_t& place, bool last);
    /// A kind of deadline that is a constant holds only for rows with a date or words for it.
    static void drop_idle_deadline(const Target& target, SourceRow& row);
    [[nodiscard]] static bool counts(const Target& target, const SourceRow& row);
    [[nodiscard]] Expected<std::string> cell_of(const Target& target, const std::string& ours,
                                                const SourceRow& row) const;
    [[nodiscard]] Expected<std::string> dated(const std::string& cell) const;

    const Mapping& mapping_;
    std::vector<Target> targets_;
    std::vector<std::string> header_;
    std::vector<MappingFault> faults_;
};

/// The columns that a layout reads.
[[nodiscard]] std::set<std::string> columns_of(const Layout& layout);
/// Our columns that hold dates.
[[nodiscard]] bool is_date_column(std::string_view column);
/// Small letters, with one space for each run of blanks and no other control characters: how
/// headers and the words of a column are compared.
[[nodiscard]] std::string header_key(std::string_view text);

}  // namespace forcewatch

#include "cli/workbook.hpp"

#include <fmt/format.h>
#include <xlsxwriter.h>

#include <chrono>
#include <utility>

#include "cli/exit_code.hpp"
#include "cli/text.hpp"

namespace forcewatch {

struct Workbook::Impl {
    std::string path;
    lxw_workbook* book{};
    lxw_worksheet* sheet{};
    lxw_format* header{};
    lxw_format* day{};
    std::string sheet_name;
    lxw_row_t row{};
    std::string fault;

    void note(lxw_error error, lxw_col_t column) {
        if (error != LXW_NO_ERROR && fault.empty())
            fault = fmt::format("sheet {}, row {}, column {}: {}", sheet_name, row + 1, column + 1,
                                lxw_strerror(error));
    }
};

Workbook::Workbook(const std::string& path) : impl_{std::make_unique<Impl>()} {
    impl_->path = path;
    // Rows go to disk as they come, so that memory does not grow with them.
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    impl_->book = workbook_new_opt(path.c_str(), &options);
    impl_->header = workbook_add_format(impl_->book);
    format_set_bold(impl_->header);
    impl_->day = workbook_add_format(impl_->book);
    format_set_num_format(impl_->day, "yyyy-mm-dd");
}

Workbook::~Workbook() {
    if (impl_->book != nullptr) workbook_close(impl_->book);
}

void Workbook::begin_sheet(const std::string& name) {
    impl_->sheet = workbook_add_worksheet(impl_->book, name.c_str());
    impl_->sheet_name = name;
    impl_->row = 0;
    if (impl_->sheet != nullptr) worksheet_freeze_panes(impl_->sheet, 1, 0);
}

void Workbook::add_row(const std::vector<std::string>& cells) {
    if (impl_->sheet == nullptr) {
        impl_->fault = "a sheet cannot be made";
        return;
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const auto column = static_cast<lxw_col_t>(i);
        const auto& cell = cells[i];
        const auto on = cell.size() == 10 ? parse_date(cell) : Expected<Date>{tl::unexpect, ""};
        const std::chrono::year_month_day parts{on.value_or(Date{})};
        if (cell.empty()) continue;
        // A workbook knows no day before 1900.
        if (impl_->row > 0 && on && parts.year() > std::chrono::year{1900}) {
            lxw_datetime day{};
            day.year = static_cast<int>(parts.year());
            day.month = static_cast<int>(static_cast<unsigned>(parts.month()));
            day.day = static_cast<int>(static_cast<unsigned>(parts.day()));
            impl_->note(
                worksheet_write_datetime(impl_->sheet, impl_->row, column, &day, impl_->day),
                column);
        } else {
            impl_->note(worksheet_write_string(impl_->sheet, impl_->row, column, cell.c_str(),
                                               impl_->row == 0 ? impl_->header : nullptr),
                        column);
        }
    }
    ++impl_->row;
}

Outcome<void> Workbook::finish() {
    const auto error = workbook_close(std::exchange(impl_->book, nullptr));
    if (impl_->fault.empty() && error != LXW_NO_ERROR) impl_->fault = lxw_strerror(error);
    if (impl_->fault.empty()) return {};
    return tl::unexpected(Failure{
        cli_exit::failed,
        fmt::format("{}: cannot be written: {}", one_line(impl_->path), one_line(impl_->fault)),
        {}});
}

}  // namespace forcewatch

/// An Excel workbook, written sheet by sheet: typed cells, and no formula can be in it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/api_client.hpp"

namespace forcewatch {

class Workbook {
public:
    /// The file is written by `finish`.
    explicit Workbook(const std::string& path);
    ~Workbook();
    Workbook(const Workbook&) = delete;
    Workbook& operator=(const Workbook&) = delete;

    /// What follows goes to a new sheet; its first row is the header.
    void begin_sheet(const std::string& name);
    /// Full days become days. A cell of over 32,767 characters is a fault, told by `finish`.
    void add_row(const std::vector<std::string>& cells);
    [[nodiscard]] Outcome<void> finish();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace forcewatch

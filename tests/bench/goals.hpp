/// The goals, grouped by what they need to be running. Each prints its lines to the report.
#pragma once

#include <filesystem>

#include "tests/bench/measure.hpp"

namespace forcewatch::bench {

struct Bench {
    Report report;
    std::filesystem::path scratch;  ///< removed after the run
    std::filesystem::path kept;     ///< holds the large database from run to run
    int rounds{5};
};

void measure_reads(Bench& bench);         ///< P1, P3
void measure_instructions(Bench& bench);  ///< P2
void measure_pages(Bench& bench);         ///< P4
void measure_changes(Bench& bench);       ///< P6, P7
void measure_import(Bench& bench);        ///< P8, P5, P12 (after 100,000 items)
void measure_waking(Bench& bench);        ///< P15
void measure_rest(Bench& bench);          ///< P9, P12 (at rest)
void measure_start(Bench& bench);         ///< P11
void measure_fold(Bench& bench);          ///< P16
void measure_years(Bench& bench);         ///< P17
void measure_webhooks(Bench& bench);      ///< P13
void measure_mail(Bench& bench);          ///< P14
void measure_due(Bench& bench);           ///< P10
void measure_tick(Bench& bench);          ///< P18

}  // namespace forcewatch::bench

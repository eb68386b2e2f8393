/// Every statement that some work runs, kept to be run again through the C API of SQLite alone.
///
/// One thread. Both throw std::runtime_error where SQLite does.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/bench/measure.hpp"
#include "tests/bench/raw_sqlite.hpp"

namespace forcewatch::bench {

struct Tape {
    struct Call {
        std::size_t text{};  ///< in `texts`
        std::vector<std::pair<int, Value>> values;
    };
    std::vector<std::string> texts;
    std::vector<Call> calls;
};

/// Listens to all connections that this process opens while it lives.
class TapeRecorder {
public:
    TapeRecorder();
    ~TapeRecorder();
    TapeRecorder(const TapeRecorder&) = delete;
    TapeRecorder& operator=(const TapeRecorder&) = delete;

    void start();
    [[nodiscard]] Tape stop();
};

/// Runs tapes on a database that stands as the recorded one stood.
class TapePlayer {
public:
    explicit TapePlayer(const std::filesystem::path& database);
    ~TapePlayer();
    TapePlayer(const TapePlayer&) = delete;
    TapePlayer& operator=(const TapePlayer&) = delete;

    enum class End { commit, roll_back };
    /// Every row is stepped through and every column taken. Statements are prepared once, before
    /// the time is taken.
    Sample play(const Tape& tape, End end);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace forcewatch::bench

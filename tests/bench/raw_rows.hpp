/// What the same work costs in the C API of SQLite alone: the yardstick for our own storage.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "tests/bench/measure.hpp"

namespace forcewatch::bench {

/// Copies rows that a daemon recorded into a database of its own, with the same tables, indexes,
/// triggers, settings and commits, and the hash of each journal row computed anew.
class RawInserts {
public:
    /// `from`: the database of the daemon; `to`: a new file.
    RawInserts(const std::filesystem::path& from, const std::filesystem::path& to);
    ~RawInserts();
    RawInserts(const RawInserts&) = delete;
    RawInserts& operator=(const RawInserts&) = delete;

    /// Inserts the next `count` actions: a row each in journal, action and agenda, `batch` actions
    /// a commit. Only that is timed; reading them before is not.
    [[nodiscard]] Sample insert(std::size_t count, std::size_t batch);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Steps through pages of 100 actions in due order and takes every column of every row.
class RawPages {
public:
    explicit RawPages(const std::filesystem::path& database);
    ~RawPages();
    RawPages(const RawPages&) = delete;
    RawPages& operator=(const RawPages&) = delete;

    /// The page after this day; returns the bytes of its columns.
    std::int64_t read(const std::string& after_due_on);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace forcewatch::bench

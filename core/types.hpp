/// The words of the project as types: ids, moments, days, kinds and severities.
///
/// Instants are UTC and their names end in `_at`; days are London calendar days and end in `_on`.
/// Everything here is a value; nothing blocks, throws or logs.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace forcewatch {

using Instant = std::chrono::sys_seconds;  ///< a moment, UTC
using Date = std::chrono::local_days;      ///< a calendar day in London

enum class AlertId : std::int64_t {};
enum class DeliveryId : std::int64_t {};
enum class JournalSeq : std::int64_t {};

template <typename Id>
[[nodiscard]] constexpr std::int64_t number_of(Id id) {
    return static_cast<std::int64_t>(id);
}

enum class ForceKind { police, fire, rocu, other };
enum class MonitoringStage { scan, engage };
enum class Severity { info, warning, critical };
enum class Comparability { same, partly, not_comparable };

/// Bad input: a sentence for a person.
using Problem = std::string;
template <typename T>
using Expected = tl::expected<T, Problem>;

/// The spelling used in files, API and SQL, such as "engage" or "requires improvement".
[[nodiscard]] std::string_view text_of(ForceKind kind);
[[nodiscard]] std::string_view text_of(MonitoringStage stage);
[[nodiscard]] std::string_view text_of(Severity severity);
[[nodiscard]] std::string_view text_of(Comparability comparability);

[[nodiscard]] Expected<ForceKind> parse_force_kind(std::string_view text);
[[nodiscard]] Expected<MonitoringStage> parse_stage(std::string_view text);
[[nodiscard]] Expected<Severity> parse_severity(std::string_view text);
[[nodiscard]] Expected<Comparability> parse_comparability(std::string_view text);

/// "2026-03-29"; the whole text must be one existing day.
[[nodiscard]] Expected<Date> parse_date(std::string_view text);
[[nodiscard]] std::string text_of(Date date);
/// "2026-03-29T01:00:00Z".
[[nodiscard]] std::string text_of(Instant instant);
[[nodiscard]] Expected<Instant> parse_instant(std::string_view text);

}  // namespace forcewatch

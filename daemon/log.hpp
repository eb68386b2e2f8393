/// What the programs tell the journal, or a terminal: one line per event, with named fields.
///
/// Under systemd a field `force` becomes FORCEWATCH_FORCE=, to be searched by
/// `journalctl FORCEWATCH_FORCE=kent`; elsewhere it is appended as force=kent. Text from outside
/// may be passed as it is: it cannot forge a line or a field.
///
/// Thread: any. Blocks: one datagram or write. Fails: never; what cannot be written is lost.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

enum class LogLevel { debug, info, warning, error, critical };

/// "debug", "info", "warning", "error" or "critical".
[[nodiscard]] Expected<LogLevel> parse_log_level(std::string_view text);

struct LogField {
    std::string_view key;  ///< lower case letters, digits and '_', such as "alert"
    std::string_view value;
};

struct LogEvent {
    LogLevel level{LogLevel::info};
    std::string_view message;
    std::initializer_list<LogField> fields;
    std::string_view id;  ///< of the catalogue, 32 hexadecimal digits; empty: none
};

/// To be called once at start; before it, events of level info and above go to stderr.
void start_logging(std::string_view program, LogLevel least);
void set_log_level(LogLevel least);

void log_event(LogLevel level, std::string_view message,
               std::initializer_list<LogField> fields = {}, std::string_view id = {});

/// The fields of an event as the journal takes them, such as "PRIORITY=4".
[[nodiscard]] std::vector<std::string> journal_fields(std::string_view program,
                                                      const LogEvent& event);
/// The same event as one line of printable text, without time and level.
[[nodiscard]] std::string terminal_line(const LogEvent& event);
/// Whether stderr is connected to the journal, going by $JOURNAL_STREAM.
[[nodiscard]] bool stderr_is_journal();

}  // namespace forcewatch

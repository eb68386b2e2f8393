#include "daemon/log.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <mutex>

namespace forcewatch {

namespace {

constexpr std::array<std::string_view, 5> level_names{"debug", "info", "warning", "error",
                                                      "critical"};
constexpr std::array<int, 5> priorities{7, 6, 4, 3, 2};  // as syslog counts

thread_local const LogEvent* current_event = nullptr;  // what the sink is handed beside the text

spdlog::level::level_enum spdlog_level(LogLevel level) {
    constexpr std::array levels{spdlog::level::debug, spdlog::level::info, spdlog::level::warn,
                                spdlog::level::err, spdlog::level::critical};
    return levels[static_cast<std::size_t>(level)];
}

/// spdlog's own systemd sink knows no fields.
class JournalSink : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit JournalSink(std::string program) : program_{std::move(program)} {}

private:
    void sink_it_(const spdlog::details::log_msg&) override {
        if (current_event == nullptr) return;
        std::vector<std::string> fields = journal_fields(program_, *current_event);
        std::vector<iovec> pieces;
        for (std::string& field : fields) pieces.push_back({field.data(), field.size()});
        (void)::sd_journal_sendv(pieces.data(), static_cast<int>(pieces.size()));
    }
    void flush_() override {}

    std::string program_;
};

spdlog::logger& logger() {
    static const auto instance = [] {
        auto made = std::make_shared<spdlog::logger>(
            "forcewatch", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v", spdlog::pattern_time_type::utc);
        made->flush_on(spdlog::level::trace);
        return made;
    }();
    return *instance;
}

std::string journal_key(std::string_view key) {
    std::string name{"FORCEWATCH_"};
    for (const char c : key) name += c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
    return name;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

void append_printable(std::string& line, std::string_view text) {
    for (const char c : text) {
        if (is_control(c))
            fmt::format_to(std::back_inserter(line), "\\x{:02x}", static_cast<unsigned>(c));
        else
            line += c;
    }
}

bool needs_quotes(std::string_view value) {
    return value.empty() || value.find_first_of(" \"=\\") != value.npos ||
           std::any_of(value.begin(), value.end(), is_control);
}

}  // namespace

Expected<LogLevel> parse_log_level(std::string_view text) {
    const auto found = std::find(level_names.begin(), level_names.end(), text);
    if (found == level_names.end())
        return tl::unexpected(
            fmt::format("\"{}\" is not one of {}", text, fmt::join(level_names, ", ")));
    return static_cast<LogLevel>(found - level_names.begin());
}

void start_logging(std::string_view program, LogLevel least) {
    if (stderr_is_journal())
        logger().sinks() = {std::make_shared<JournalSink>(std::string{program})};
    set_log_level(least);
}

void set_log_level(LogLevel least) { logger().set_level(spdlog_level(least)); }

void log_event(LogLevel level, std::string_view message, std::initializer_list<LogField> fields,
               std::string_view id) {
    if (!logger().should_log(spdlog_level(level))) return;
    const LogEvent event{level, message, fields, id};
    current_event = &event;
    logger().log(spdlog_level(level), terminal_line(event));
    current_event = nullptr;
}

std::vector<std::string> journal_fields(std::string_view program, const LogEvent& event) {
    std::vector<std::string> fields;
    fields.push_back(fmt::format("MESSAGE={}", event.message));
    fields.push_back(fmt::format("PRIORITY={}", priorities[static_cast<std::size_t>(event.level)]));
    fields.push_back(fmt::format("SYSLOG_IDENTIFIER={}", program));
    if (!event.id.empty()) fields.push_back(fmt::format("MESSAGE_ID={}", event.id));
    for (const LogField& field : event.fields)
        fields.push_back(fmt::format("{}={}", journal_key(field.key), field.value));
    return fields;
}

std::string terminal_line(const LogEvent& event) {
    std::string line;
    append_printable(line, event.message);
    for (const LogField& field : event.fields) {
        line.append(" ").append(field.key).append("=");
        if (!needs_quotes(field.value)) {
            line += field.value;
            continue;
        }
        std::string quoted;
        for (const char c : field.value) {
            if (c == '"' || c == '\\') quoted += '\\';
            quoted += c;
        }
        line += '"';
        append_printable(line, quoted);
        line += '"';
    }
    return line;
}

bool stderr_is_journal() {
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat found {};
    if (stream == nullptr || ::fstat(STDERR_FILENO, &found) != 0) return false;
    return fmt::format("{}:{}", found.st_dev, found.st_ino) == stream;
}

}  // namespace forcewatch

#include "tests/bench/statement_tape.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "tests/bench/process.hpp"

namespace forcewatch::bench {

namespace {

struct Recording {
    Tape tape;
    std::map<std::string, std::size_t, std::less<>> places;
};
std::optional<Recording> recording;  // of the one recorder

bool names_a_parameter(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// How long the quoted text at the beginning is; 0: it is not quoted, or a comment.
std::size_t verbatim_length(std::string_view text) {
    const char quote = text.front();
    if (text.starts_with("--")) return std::min(text.find('\n'), text.size());
    if (text.starts_with("/*")) return std::min(text.find("*/"), text.size() - 2) + 2;
    if (quote != '\'' && quote != '"') return 0;
    return text.find(quote, 1) + 1;
}

/// Reads one value as SQLite writes it and moves `expanded` behind it.
Value take_value(std::string_view& expanded) {
    Value value;
    if (expanded.starts_with("NULL")) {
        value.type = SQLITE_NULL;
        expanded.remove_prefix(4);
    } else if (expanded.starts_with("'")) {
        value.type = SQLITE_TEXT;
        std::size_t at = 1;
        for (;; ++at) {
            if (expanded[at] == '\'' && expanded.substr(at + 1, 1) != "'") break;
            if (expanded[at] == '\'') ++at;
            value.text += expanded[at];
        }
        expanded.remove_prefix(at + 1);
    } else if (expanded.starts_with("x'")) {
        value.type = SQLITE_BLOB;
        const auto end = expanded.find('\'', 2);
        for (std::size_t at = 2; at < end; at += 2) {
            unsigned char byte = 0;
            std::from_chars(&expanded[at], &expanded[at] + 2, byte, 16);
            value.text += static_cast<char>(byte);
        }
        expanded.remove_prefix(end + 1);
    } else {
        value.type = SQLITE_INTEGER;
        const auto [end, error] =
            std::from_chars(expanded.data(), expanded.data() + expanded.size(), value.number);
        if (error != std::errc{})
            throw std::runtime_error{fmt::format("no value: {}", expanded.substr(0, 40))};
        expanded.remove_prefix(static_cast<std::size_t>(end - expanded.data()));
    }
    return value;
}

/// The values bound to a statement, read out of its text as SQLite expands it.
std::vector<std::pair<int, Value>> values_in(std::string_view text, std::string_view expanded,
                                             sqlite3_stmt* statement) {
    std::vector<std::pair<int, Value>> values;
    int last = 0;
    while (!text.empty()) {
        const std::size_t verbatim = verbatim_length(text);
        const bool parameter = text.front() == ':' || text.front() == '?';
        if (verbatim > 0 || !parameter) {
            const std::size_t length = std::max<std::size_t>(verbatim, 1);
            text.remove_prefix(length);
            expanded.remove_prefix(length);
            continue;
        }
        std::size_t length = 1;
        while (length < text.size() && names_a_parameter(text[length])) ++length;
        const std::string name{text.substr(0, length)};
        const int index =
            name == "?" ? last + 1 : ::sqlite3_bind_parameter_index(statement, name.c_str());
        last = std::max(last, index);
        values.emplace_back(index, take_value(expanded));
        text.remove_prefix(length);
    }
    return values;
}

int on_statement(unsigned, void*, void* subject, void* said) {
    const std::string_view text = static_cast<const char*>(said);
    if (!recording || text.starts_with("--")) return 0;  // what a trigger runs, runs again with it
    auto* statement = static_cast<sqlite3_stmt*>(subject);
    const auto [place, fresh] =
        recording->places.try_emplace(std::string{text}, recording->tape.texts.size());
    if (fresh) recording->tape.texts.emplace_back(text);
    char* expanded = ::sqlite3_expanded_sql(statement);
    recording->tape.calls.push_back({place->second, values_in(text, expanded, statement)});
    ::sqlite3_free(expanded);
    return 0;
}

int listen_to(sqlite3* connection, char**, const sqlite3_api_routines*) {
    return ::sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, on_statement, nullptr);
}

using Entry = void (*)();
// SQLite's own documentation asks for this cast.
Entry entry() { return reinterpret_cast<Entry>(listen_to); }

}  // namespace

TapeRecorder::TapeRecorder() { ::sqlite3_auto_extension(entry()); }
TapeRecorder::~TapeRecorder() {
    ::sqlite3_cancel_auto_extension(entry());
    recording.reset();
}
void TapeRecorder::start() { recording.emplace(); }
Tape TapeRecorder::stop() {
    Tape tape = std::move(recording->tape);
    recording.reset();
    return tape;
}

struct TapePlayer::Impl {
    Database database;
    std::map<std::string, std::unique_ptr<Statement>> prepared;

    explicit Impl(const std::filesystem::path& path) : database{path, SQLITE_OPEN_READWRITE} {}

    Statement& statement(const std::string& text) {
        auto& found = prepared[text];
        if (!found) found = std::make_unique<Statement>(database, text);
        return *found;
    }
};

TapePlayer::TapePlayer(const std::filesystem::path& database)
    : impl_{std::make_unique<Impl>(database)} {}
TapePlayer::~TapePlayer() = default;

Sample TapePlayer::play(const Tape& tape, End end) {
    std::vector<Statement*> statements;
    for (const auto& text : tape.texts) statements.push_back(&impl_->statement(text));
    Sample sample{static_cast<double>(tape.calls.size()), -wall_seconds(), -own_cpu_seconds()};
    for (const auto& call : tape.calls) {
        Statement& statement = *statements[call.text];
        for (const auto& [index, value] : call.values) statement.bind(index, value);
        while (statement.step()) (void)statement.take_columns();
    }
    impl_->database.execute(end == End::commit ? "COMMIT" : "ROLLBACK");
    sample.seconds += wall_seconds();
    sample.cpu_seconds += own_cpu_seconds();
    return sample;
}

}  // namespace forcewatch::bench

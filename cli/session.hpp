/// What a command works with: the arguments, the daemon and the terminal.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/api_client.hpp"
#include "cli/calendar.hpp"
#include "cli/changes.hpp"
#include "cli/table.hpp"
#include "cli/terminal.hpp"

namespace forcewatch {

/// Everything that can stand on the command line; each command reads its own part.
struct Arguments {
    std::string socket{"/run/forcewatch/forcewatch.sock"};
    std::string config{"/etc/forcewatch/forcewatch.toml"};
    ColourChoice colour{ColourChoice::automatic};
    bool json{};
    bool no_pager{};
    bool no_header{};
    bool undated{};
    bool baseline{};
    bool all{};
    bool exit_code{};
    bool reference{};
    bool dry_run{};
    bool sticky{};
    bool guess{};
    bool every_sheet{};
    bool close_missing{};
    bool part{};
    bool yes{};
    bool forced{};
    bool unowned{};

    std::string id;
    std::string force;
    std::string kind;
    std::string as_of;
    std::string known_at;
    std::string owner;
    std::string at;
    std::string to;
    int days{90};
    int overdue_by{};  ///< days; 0: whatever is due
    std::string rules;
    std::string programme;
    std::string cycle;
    std::string reference_id;
    std::string title;
    std::string area;
    std::string at_or_below;
    std::string state;
    std::string stage;
    std::string destination;
    std::string subject;

    std::string mapping;
    std::string sheet;
    std::string format{"jsonl"};
    std::string layout;
    std::string finding;
    std::string from_owner;
    int missing_limit{20};

    std::vector<std::string> files;
    std::string reference_folder{FORCEWATCH_REFERENCE_DIR};

    std::string path;
    std::string from;
    std::string expect;
    std::string reason;
    std::string link;

    std::vector<std::string> matchers;
    std::string until;
    std::string by;
    std::string remind_every;
    std::string rule;
    std::string severity;
    std::string item;

    const ChangeCommand* change{};  ///< of `change_commands()`
    /// What it says: by member of the body, the texts that were given.
    std::map<std::string, std::vector<std::string>> members;
};

class Session {
public:
    explicit Session(Arguments arguments);

    const Arguments given;
    const Terminal terminal;
    const ApiClient api;

    /// Days in words on a terminal, seen from `--as-of` or the daemon's today; else ISO.
    [[nodiscard]] Calendar calendar() const;

    /// Adds to what goes to standard output when the command ends.
    void print(std::string_view text) { out_ += text; }
    void print(const TextTable& table);
    /// The document itself, for --json.
    void print_json(const JsonValue& document) { print(harmless_document(document)); }
    /// A label and its text, broken to the terminal's width.
    void print_entry(std::string_view label, std::string_view text, Tone tone = Tone::plain);
    /// A word to the person, on standard error, after what goes to standard output.
    void say(std::string_view text);
    /// Writes at once what was printed so far, before a question is asked.
    void flush();
    /// Tells a failure; its exit code.
    int fail(const Failure& failure);

    [[nodiscard]] const std::string& output() const { return out_; }
    [[nodiscard]] std::string words() const;

private:
    [[nodiscard]] static std::string harmless_document(const JsonValue& document);

    std::string out_;
    std::string words_;
    std::vector<std::string> left_out_;  // columns for which the terminal is too narrow
};

}  // namespace forcewatch

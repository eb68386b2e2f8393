#include <fmt/format.h>

#include <algorithm>

#include "cli/argument_parts.hpp"
#include "cli/text.hpp"
#include "core/types.hpp"

namespace forcewatch {

/// Refuses at once, and by name, what the daemon would refuse later.
void one_of(CLI::Option* option, std::vector<std::string> words) {
    option->check([words = std::move(words)](const std::string& given) -> std::string {
        if (std::find(words.begin(), words.end(), given) != words.end()) return {};
        std::string known;
        for (const auto& word : words) known.append(known.empty() ? "" : ", ").append(word);
        return fmt::format("\"{}\" is not one of {}", one_line(given), known);
    });
}

void add_day(CLI::App* command, const char* name, std::string& value, const char* description) {
    command->add_option(name, value, description)
        ->option_text("DATE")
        ->check([](const std::string& text) {
            const auto day = parse_date(text);
            return day ? std::string{} : one_line(day.error());
        });
}

void add_known_at(CLI::App* command, Arguments& given) {
    command->add_option("--known-at", given.known_at, "By what was recorded until then")
        ->option_text("TIME")
        ->check([](const std::string& text) {
            if (parse_instant(text) || parse_date(text)) return std::string{};
            return std::string{"expected a day, or a moment such as 2026-03-29T09:00:00Z"};
        });
}

void add_moments(CLI::App* command, Arguments& given) {
    add_day(command, "--as-of", given.as_of, "As things stood on that day");
    add_known_at(command, given);
}

void add_force(CLI::App* command, Arguments& given) {
    command->add_option("--force", given.force, "Only this force, such as kent")->option_text("ID");
}

namespace {

void add_import(const AddCommand& add, Arguments& given) {
    auto* import = add("import", "Load CSV, JSON Lines or .xlsx: all or nothing", import_files,
                       "forcewatchctl import --dry-run findings.csv actions.csv", nullptr);
    import->add_option("FILE", given.files, "The files; docs/import.md has the columns")
        ->option_text(" ");
    import->add_flag("--dry-run", given.dry_run, "Say what would change, change nothing");
    import->add_flag("--all", given.all, "Tell every item that changes, not the first ones");
    import->add_option("--mapping", given.mapping, "How your columns are read: a file, or a name")
        ->option_text("MAPPING");
    import->add_flag("--guess", given.guess, "Propose a mapping for a file; needs no daemon");
    import->add_option("--sheet", given.sheet, "Of a workbook; else the first")
        ->option_text("NAME");
    import->add_flag("--every-sheet", given.every_sheet, "All sheets of a workbook, as one");
    auto* close = import->add_flag("--close-missing", given.close_missing,
                                   "Close open items that the file no longer names");
    import->add_flag("--part", given.part, "A part of a list: nothing is missing from it")
        ->excludes(close);
    import
        ->add_option("--missing-limit", given.missing_limit,
                     "Refuse that above so many percent (20)")
        ->option_text("N")
        ->check(CLI::Range(0, 100));
    import->add_flag("--baseline", given.baseline, "What holds already is told of in one summary");
    import->add_flag("--reference", given.reference, "The data that comes with Forcewatch");
    import->add_option("--reference-dir", given.reference_folder, "Where it lies")
        ->option_text("DIR");
    import->add_flag("--yes", given.yes, "Upgrade the reference data without asking");
    add("list", "Past imports, newest first", show_imports, "forcewatchctl import list", import);
    auto* undo = add("undo", "Take an import back as one; the past still shows it", undo_import,
                     "forcewatchctl import undo 17 --reason 'wrong quarter'", import);
    undo->add_option("ID", given.id, "The import, by number")->required()->option_text(" ");
    undo->add_option("--reason", given.reason, "Why")->required()->option_text("TEXT");
    undo->add_flag("--force", given.forced, "Although later records build on it");
    undo->add_flag("--dry-run", given.dry_run, "Say what would change, change nothing");
    undo->add_flag("--all", given.all, "Tell every item that changes");
}

void add_export(const AddCommand& add, Arguments& given) {
    auto* everything = add("export", "Everything, as files that import takes", export_facts,
                           "forcewatchctl export --format csv /backup/2026-11", nullptr);
    everything->add_option("TO", given.path, "A file; with csv a folder; else standard output")
        ->option_text(" ");
    auto* format = everything->add_option("--format", given.format, "jsonl, csv or xlsx");
    format->option_text("FORMAT");
    one_of(format, {"jsonl", "csv", "xlsx"});
    everything->add_option("--layout", given.layout, "Only this table, such as actions")
        ->option_text("NAME");
    add_force(everything, given);
    add_moments(everything, given);
}

void add_assign(const AddCommand& add, Arguments& given) {
    auto* assign =
        add("assign", "Give many actions to one owner: a preview, then --yes", assign_owner,
            "forcewatchctl assign --owner a.smith --force kent --area responding", nullptr);
    assign->add_option("--owner", given.owner, "Who is accountable from now on")
        ->required()
        ->option_text("NAME");
    add_force(assign, given);
    assign->add_option("--area", given.area, "Actions about findings of this area")
        ->option_text("ID");
    assign->add_option("--finding", given.finding, "Actions about this finding")
        ->option_text("REFERENCE");
    assign->add_option("--from", given.from_owner, "Actions of this owner")->option_text("NAME");
    assign->add_flag("--unowned", given.unowned, "Actions without an owner");
    assign->add_flag("--all", given.all, "Also actions that are complete or cancelled");
    assign->add_flag("--yes", given.yes, "Do it; else it is only shown");
}

}  // namespace

void add_file_commands(const AddCommand& add, Arguments& given) {
    add_import(add, given);
    add_export(add, given);
    add_assign(add, given);
}

}  // namespace forcewatch

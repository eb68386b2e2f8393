#include "daemon/ingest/guess_mapping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>
#include <set>

#include "daemon/ingest/file_rows.hpp"
#include "daemon/ingest/known_bodies.hpp"
#include "daemon/ingest/mapper.hpp"
#include "daemon/ingest/shipped_bodies.hpp"
#include "daemon/ingest/written_date.hpp"

namespace forcewatch {

namespace {

constexpr int last_header_row = 30;
constexpr std::size_t sample_rows = 500;
constexpr std::size_t most_words = 30;

struct Guess {
    std::string_view ours;
    std::vector<std::string_view> theirs;  ///< as headers are compared; the likeliest first
};

const std::vector<std::string_view> force_headers{
    "force", "police force", "force name",   "service",     "fire and rescue service",
    "frs",   "body",         "organisation", "constabulary"};

const std::vector<Guess>& action_guesses() {
    static const std::vector<Guess> guesses{
        {"external_id",
         {"action ref", "action id", "action no", "action number", "ref", "ref no", "reference",
          "id", "no", "number"}},
        {"title",
         {"action", "actions", "action required", "action description", "improvement action",
          "agreed action", "task", "recommendation", "recommendation / afi", "description",
          "requirement"}},
        {"owner",
         {"action owner", "owner", "business owner", "lead", "lead officer", "action lead",
          "responsible officer", "responsible person", "person", "assigned to"}},
        {"due",
         {"revised date", "revised due date", "due date", "due", "target date",
          "completion deadline", "completion date", "implementation date", "deadline",
          "original date"}},
        {"state",
         {"status", "workflow status", "action status", "progress status", "state", "completion",
          "rag", "rag status"}},
        {"updated_on", {"last updated", "last update", "date updated", "updated"}},
        {"note",
         {"latest update", "progress update", "update", "progress", "comments", "comment",
          "response", "notes"}},
        {"findings", {"finding ref", "afi ref", "recommendation ref", "linked finding"}},
        {"force", force_headers},
    };
    return guesses;
}

const std::vector<Guess>& finding_guesses() {
    static const std::vector<Guess> guesses{
        {"reference",
         {"finding ref", "recommendation ref", "afi ref", "recommendation number",
          "report title and number", "ref", "ref no", "reference", "id", "no", "number"}},
        {"title",
         {"recommendation text", "recommendation / afi", "recommendation", "finding", "headline",
          "area for improvement", "afi", "cause of concern", "text"}},
        {"kind", {"finding type", "type", "category"}},
        {"raised", {"date raised", "date issued", "raised", "publication date", "published"}},
        {"due", {"revised date", "due date", "target date", "completion deadline", "deadline"}},
        {"inspectorate_state",
         {"hmicfrs status", "status code", "status codes", "inspectorate status"}},
        {"force_state", {"status", "force status", "progress status"}},
        {"origin", {"report", "report title", "source"}},
        {"force", force_headers},
    };
    return guesses;
}

/// What a table of somebody's holds.
struct Sample {
    std::vector<std::string> header;
    int header_row{};
    std::vector<SourceRow> rows;
};

/// Letters, digits and single blanks alone: "Due Date:" and "due date" are the same.
std::string plain_header(std::string_view text) {
    std::string plain;
    for (const char c : header_key(text))
        if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == ' ') plain += c;
    while (plain.ends_with(' ')) plain.pop_back();
    return plain;
}

std::optional<std::size_t> column_for(const std::vector<std::string>& header, const Guess& guess,
                                      const std::set<std::size_t>& taken) {
    for (const auto wanted : guess.theirs)
        for (std::size_t i = 0; i < header.size(); ++i)
            if (!taken.contains(i) && plain_header(header[i]) == wanted) return i;
    return std::nullopt;
}

std::map<std::string_view, std::size_t> match(const std::vector<std::string>& header,
                                              const std::vector<Guess>& guesses) {
    std::map<std::string_view, std::size_t> found;
    std::set<std::size_t> taken;
    for (const auto& guess : guesses)
        if (const auto place = column_for(header, guess, taken)) {
            found.emplace(guess.ours, *place);
            taken.insert(*place);
        }
    return found;
}

tl::expected<Sample, SourceFault> read_sample(const FileRows& rows) {
    std::vector<SourceRow> first;
    const auto read = rows.read([&](SourceRow&& row) {
        first.push_back(std::move(row));
        return first.size() < sample_rows;
    });
    if (!read) return tl::unexpected(read.error());
    std::size_t best = 0;
    std::size_t most = 0;
    for (std::size_t i = 0; i < first.size() && first[i].line <= last_header_row; ++i) {
        const auto& fields = first[i].fields;
        const auto filled = static_cast<std::size_t>(std::count_if(
            fields.begin(), fields.end(), [](const std::string& cell) { return !cell.empty(); }));
        const auto known = std::max(match(fields, action_guesses()).size(),
                                    match(fields, finding_guesses()).size());
        if (known * 100 + std::min<std::size_t>(filled, 99) > most) {
            most = known * 100 + std::min<std::size_t>(filled, 99);
            best = i;
        }
    }
    if (most == 0) return tl::unexpected(SourceFault{0, "holds no header"});
    Sample sample{first[best].fields, first[best].line, {}};
    first.erase(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    sample.rows = std::move(first);
    return sample;
}

/// A basic string without control characters, as no name in a mapping may hold any; texts that
/// differ for header_key() differ here too.
std::string toml_text(std::string_view text) {
    std::string out{"\""};
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') out += '\\';
        if (std::isspace(byte) != 0)
            out += ' ';
        else if (std::iscntrl(byte) == 0)
            out += c;
    }
    return out + '"';
}

std::string cell_of(const SourceRow& row, std::size_t place) {
    return place < row.fields.size() ? row.fields[place] : std::string{};
}

std::vector<std::string> words_in(const Sample& sample, std::size_t place) {
    std::map<std::string, std::string> words;
    for (const auto& row : sample.rows)
        if (const auto cell = cell_of(row, place); !header_key(cell).empty())
            words.try_emplace(header_key(cell), cell);
    std::vector<std::string> list;
    list.reserve(words.size());
    for (const auto& [key, word] : words) list.push_back(word);
    return list;
}

/// The formats under which the dates of a column can be read, fewest first.
std::vector<std::string> formats_in(const Sample& sample, const std::vector<std::size_t>& places) {
    constexpr std::array<std::string_view, 11> known{
        "DD/MM/YYYY", "DD/MM/YY", "DD-MM-YYYY", "DD.MM.YYYY", "D MMMM YYYY", "D-MMM-YY",
        "D-MMM-YYYY", "MMM-YY",   "MMMM YYYY",  "MMMM-YYYY",  "MM/YYYY"};
    std::vector<std::string> formats;
    for (const auto place : places)
        for (const auto& word : words_in(sample, place)) {
            if (PartialDate::parse(word) || read_written_date(word, "YYYY-MM-DD")) continue;
            const auto fits = [&](std::string_view format) {
                return read_written_date(word, format).has_value();
            };
            if (std::any_of(formats.begin(), formats.end(), fits)) continue;
            const auto* const found = std::find_if(known.begin(), known.end(), fits);
            if (found != known.end()) formats.emplace_back(*found);
        }
    return formats;
}

/// What one of our words a word of theirs most likely means; empty: nothing comes to mind.
std::string meaning(std::string_view ours, const std::string& word) {
    const auto key = header_key(word);
    const auto says = [&](std::initializer_list<std::string_view> parts) {
        return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
            return key.find(part) != std::string::npos;
        });
    };
    const bool action = ours == "state";
    if (ours == "kind") {
        if (says({"accelerated"})) return "accelerated cause of concern";
        if (says({"concern"})) return "cause of concern";
        if (says({"afi", "improvement"})) return "area for improvement";
        if (says({"recommendation"})) return "recommendation";
        return {};
    }
    if (ours == "inspectorate_state") {
        if (says({"supersed"})) return "superseded";
        if (says({"complete", "closed"}) && !says({"not complete", "incomplete"})) return "closed";
        return says({"open", "review", "progress", "outstanding"}) ? "open" : "";
    }
    if (says({"not complete", "incomplete", "not started", "awaiting", "outstanding", "open",
              "red"}))
        return "open";
    if (says({"progress", "track", "amber", "partly", "partial", "pending", "started"}))
        return "in progress";
    if (says({"complete", "closed", "done", "green", "implemented", "discharged"}))
        return action ? "complete" : "claimed complete";
    if (says({"cancel", "not adopted", "grey", "supersed", "rejected", "withdrawn"}))
        return action ? "cancelled" : "no further action";
    return {};
}

class Writer {
public:
    Writer(const std::string& name, const Sample& sample) : name_{name}, sample_{sample} {}

    std::string write(const std::string& sheet) {
        const auto actions = match(sample_.header, action_guesses());
        const auto findings = match(sample_.header, finding_guesses());
        const bool both = actions.contains("title") && findings.contains("title") &&
                          actions.at("title") != findings.at("title");
        const bool of_findings = both || !actions.contains("title") ||
                                 (findings.contains("kind") && findings.contains("title"));
        const bool of_actions = !of_findings || both;
        std::vector<const Match*> used;
        if (of_actions) used.push_back(&actions);
        if (of_findings) used.push_back(&findings);
        head(sheet, used);
        if (of_findings) layout("findings", findings, both);
        if (of_actions) layout("actions", actions, both);
        return std::move(out_);
    }

private:
    using Match = std::map<std::string_view, std::size_t>;

    void head(const std::string& sheet, const std::vector<const Match*>& matches) {
        out_ +=
            fmt::format("# Proposed from {}. Look it over, above all where a line says CHANGE.\n",
                        toml_text(name_));
        out_ += fmt::format("about = {}\n", toml_text("Tracker " + name_));
        if (!sheet.empty()) out_ += fmt::format("sheet = {}\n", toml_text(sheet));
        std::vector<std::size_t> dates;
        for (const auto* matched : matches)
            for (const auto& [ours, place] : *matched)
                if (is_date_column(ours)) dates.push_back(place);
        if (const auto formats = formats_in(sample_, dates); !formats.empty()) {
            std::string list;
            for (const auto& format : formats)
                list += fmt::format("{}{}", list.empty() ? "" : ", ", toml_text(format));
            out_ += fmt::format("dates = [{}]\n", list);
        }
        std::set<std::size_t> used;
        for (const auto* matched : matches)
            for (const auto& [ours, place] : *matched) used.insert(place);
        for (std::size_t i = 0; i < sample_.header.size(); ++i)
            if (!used.contains(i) && !plain_header(sample_.header[i]).empty())
                out_ += fmt::format("# not used: {}\n", toml_text(sample_.header[i]));
    }

    void layout(std::string_view name, const Match& matched, bool both) {
        const bool action = name == "actions";
        const std::string_view id = action ? "external_id" : "reference";
        out_ += fmt::format("\n[[layout]]\nname = \"{}\"\n", name);
        if (matched.contains("title"))
            out_ += fmt::format("only_with = {}\n", theirs(matched.at("title")));
        out_ += "\n[layout.columns]\n";
        if (matched.contains(id))
            out_ += fmt::format("{} = {}\n", id, theirs(matched.at(id)));
        else if (matched.contains("title"))
            out_ += fmt::format(
                "# CHANGE if there is a column with an id: new wording makes a new item\n"
                "{} = {{ slug = [{}] }}\n",
                id, theirs(matched.at("title")));
        for (const auto& [ours, place] : matched)
            if (ours != id) out_ += fmt::format("{} = {}\n", ours, theirs(place));
        if (!matched.contains("title"))
            out_ += "title = \"CHANGE\"  # the column with the words of the item\n";
        if (action && both && !matched.contains("findings"))
            out_ += "# findings = \"...\"  # the column with the references of findings\n";
        out_ += "\n[layout.constants]\n";
        if (!matched.contains("force")) out_ += "force = \"CHANGE\"  # forcewatchctl forces\n";
        if (action) out_ += "source = \"tracker\"  # where the ids come from; keep it for good\n";
        const bool dated = matched.contains("due");
        if (dated) out_ += "deadline = \"local\"  # or inspectorate, statutory\n";
        for (const std::string_view ours : {"state", "force_state", "inspectorate_state", "kind"})
            if (const auto found = matched.find(ours); found != matched.end())
                values(ours, found->second);
        if (dated) due_words(matched.at("due"));
        if (matched.contains("force")) forces(matched.at("force"));
    }

    /// Names as people write them, where they name one force alone; ids stay as they are.
    void forces(std::size_t place) {
        static const auto names = names_of_bodies("bodies.csv", shipped_bodies());
        if (!names) return;
        std::string lines;
        for (const auto& word : words_in(sample_, place)) {
            const auto& known = names->forces();
            const bool is_id = std::any_of(known.begin(), known.end(),
                                           [&](const NamedForce& each) { return each.id == word; });
            if (is_id) continue;
            const auto found = names->exactly(word);
            lines +=
                found.size() == 1
                    ? fmt::format("{} = {}\n", toml_text(word), toml_text(known[found[0]].id))
                    : fmt::format("{} = \"\"  # CHANGE: forcewatchctl forces\n", toml_text(word));
        }
        if (!lines.empty()) out_ += "\n[layout.values.force]\n" + lines;
    }

    void values(std::string_view ours, std::size_t place) {
        const auto words = words_in(sample_, place);
        if (words.empty() || words.size() > most_words) return;
        out_ += fmt::format("\n[layout.values.{}]\n", ours);
        for (const auto& word : words) {
            const auto means = meaning(ours, word);
            out_ += means.empty()
                        ? fmt::format("{} = \"\"  # CHANGE: what does it mean?\n", toml_text(word))
                        : fmt::format("{} = {}\n", toml_text(word), toml_text(means));
        }
    }

    /// "TBC" and the like in a column of dates.
    void due_words(std::size_t place) {
        const auto formats = formats_in(sample_, {place});
        std::string lines;
        for (const auto& word : words_in(sample_, place)) {
            const bool date = PartialDate::parse(word) || read_written_date(word, "YYYY-MM-DD") ||
                              std::any_of(formats.begin(), formats.end(), [&](const auto& format) {
                                  return read_written_date(word, format).has_value();
                              });
            if (!date) lines += fmt::format("{} = \"\"  # taken as no date\n", toml_text(word));
        }
        if (!lines.empty()) out_ += "\n[layout.values.due]\n" + lines;
    }

    [[nodiscard]] std::string theirs(std::size_t place) const {
        return toml_text(sample_.header[place]);
    }

    const std::string& name_;
    const Sample& sample_;
    std::string out_;
};

}  // namespace

tl::expected<std::string, FileFault> guess_mapping(const std::string& name, std::string_view bytes,
                                                   const std::string& sheet) {
    const auto refuse = [&](const SourceFault& fault) {
        return tl::unexpected(FileFault{name, fault.line, fault.column, fault.value, fault.what});
    };
    const auto rows = FileRows::open(bytes, sheet);
    if (!rows) return refuse(rows.error());
    const auto sample = read_sample(*rows);
    if (!sample) return refuse(sample.error());
    return Writer{name, *sample}.write(sheet);
}

}  // namespace forcewatch

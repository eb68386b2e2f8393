// bench_reading DIR [--only FILE] [--misses]: how well the labelled news items of a folder are
// read.
//
// DIR holds items/*.json and labels.jsonl, or is a file of items with their "label" on a line each;
// FILE lists ids. A body counts where a proposal names it.
// Counts match when all five numbers do; areas when the grade is the same and most words are.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "daemon/api/json_reader.hpp"
#include "daemon/ingest/known_bodies.hpp"
#include "daemon/ingest/news_source.hpp"
#include "daemon/ingest/read_news.hpp"

namespace {

using namespace forcewatch;
using Words = std::set<std::string>;

struct Score {
    int right{};
    int wrong{};
    int missed{};
    void add(const std::set<std::string>& given, const std::set<std::string>& wanted) {
        for (const auto& each : given) (wanted.contains(each) ? right : wrong) += 1;
        for (const auto& each : wanted) missed += given.contains(each) ? 0 : 1;
    }
};

struct Scores {
    Score bodies, programme, counts, areas, moves, dates, findings;
    int items{};
    int negatives{};
    int negatives_with_proposals{};
};

std::string file_text(const std::filesystem::path& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in) {
        fmt::print(stderr, "bench_reading: {} cannot be read\n", path.string());
        std::exit(66);
    }
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string text_at(const JsonValue& value, std::string_view name) {
    const auto* found = value.find(name);
    const auto* text = found != nullptr ? found->as<std::string>() : nullptr;
    return text != nullptr ? *text : std::string{};
}

const JsonValue::Array& array_at(const JsonValue& value, std::string_view name) {
    static const JsonValue::Array none;
    const auto* found = value.find(name);
    const auto* array = found != nullptr ? found->as<JsonValue::Array>() : nullptr;
    return array != nullptr ? *array : none;
}

Words area_words(std::string_view area) {
    static const std::set<std::string, std::less<>> small{
        "the", "a",     "an", "of", "its", "their", "how",  "it",     "and",
        "in",  "force", "at", "to", "has", "for",   "with", "service"};
    Words words;
    std::string word;
    const auto end = [&] {
        if (!word.empty() && !small.contains(word)) words.insert(word);
        word.clear();
    };
    for (const char c : area) {
        const char low = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (low >= 'a' && low <= 'z')
            word.push_back(low);
        else if (low != '-')
            end();
    }
    end();
    return words;
}

bool same_area(std::string_view left, std::string_view right) {
    const auto a = area_words(left);
    const auto b = area_words(right);
    const auto common =
        std::count_if(a.begin(), a.end(), [&](const auto& w) { return b.contains(w); });
    const auto all = a.size() + b.size() - static_cast<std::size_t>(common);
    return all > 0 && static_cast<double>(common) / static_cast<double>(all) >= 0.6;
}

std::string counts_text(const GradeCounts& counts) {
    std::string text;
    for (const auto& each : counts.areas) text += each ? fmt::format("{} ", *each) : "- ";
    return text;
}

GradeCounts counts_of(const JsonValue& label) {
    GradeCounts counts;
    for (std::size_t i = 0; i < grade_words.size(); ++i)
        if (const auto* n = label.find(grade_words.at(i)); n != nullptr && !n->is_null())
            counts.areas.at(i) = static_cast<int>(*n->as<std::int64_t>());
    return counts;
}

class Bench {
public:
    Bench(BodyNames names, bool misses) : names_{std::move(names)}, misses_{misses} {}

    void run(const NewsReading& reading, const JsonValue& label) {
        id_ = text_at(label, "id");
        fire_ = text_at(label, "programme") == "fire";
        ++scores.items;
        const bool event = *label.find("event")->as<bool>();
        if (!event) {
            ++scores.negatives;
            if (!reading.proposals.empty()) {
                ++scores.negatives_with_proposals;
                miss("proposals", reading.proposals.front().words, "nothing");
            }
        }
        bodies(reading, label);
        programme(reading, label);
        counts(reading, label);
        areas(reading, label);
        moves(reading, label);
        findings(reading, label);
    }

    Scores scores;

private:
    void miss(std::string_view what, std::string_view given, std::string_view wanted) const {
        if (misses_) fmt::print("{} {}: [{}] for [{}]\n", id_, what, given, wanted);
    }
    void tell(Score& score, std::string_view what, const std::set<std::string>& given,
              const std::set<std::string>& wanted) const {
        score.add(given, wanted);
        if (given != wanted)
            miss(what, fmt::format("{}", fmt::join(given, ", ")),
                 fmt::format("{}", fmt::join(wanted, ", ")));
    }
    [[nodiscard]] std::string id_of(const std::string& name) const {
        // A place alone is the police force, unless the item is about a fire service.
        for (const auto force : names_.exactly(name))
            if ((names_.forces()[force].kind == ForceKind::fire) == fire_ ||
                names_.exactly(name).size() == 1)
                return names_.forces()[force].id;
        return {};
    }

    void bodies(const NewsReading& reading, const JsonValue& label) {
        std::set<std::string> given;
        std::set<std::string> wanted;
        for (const auto& proposal : reading.proposals)
            given.insert(proposal.forces.begin(), proposal.forces.end());
        for (const auto& body : array_at(label, "bodies"))
            if (auto id = id_of(*body.as<std::string>()); !id.empty()) wanted.insert(std::move(id));
        tell(scores.bodies, "bodies", given, wanted);
    }
    void programme(const NewsReading& reading, const JsonValue& label) {
        if (label.find("programme") == nullptr) return;
        tell(scores.programme, "programme", {reading.programme}, {text_at(label, "programme")});
    }
    void counts(const NewsReading& reading, const JsonValue& label) {
        std::set<std::string> given;
        std::set<std::string> wanted;
        for (const auto& proposal : reading.proposals)
            if (proposal.counts) given.insert(counts_text(*proposal.counts));
        if (const auto* counts = label.find("grade_counts");
            counts != nullptr && !counts->is_null())
            wanted.insert(counts_text(counts_of(*counts)));
        tell(scores.counts, "counts", given, wanted);
    }
    void areas(const NewsReading& reading, const JsonValue& label) {
        std::vector<bool> used(reading.proposals.size());
        for (const auto& wanted : array_at(label, "area_grades")) {
            bool found = false;
            for (std::size_t i = 0; i < reading.proposals.size() && !found; ++i) {
                const auto& given = reading.proposals[i];
                if (used[i] || given.kind != ProposalKind::judgement) continue;
                if (given.grade != text_at(wanted, "grade")) continue;
                const bool whole =
                    given.area == "overall" && text_at(wanted, "area").starts_with("overall");
                if (!whole && !same_area(given.area, text_at(wanted, "area")) &&
                    !(given.area == "overall" && text_at(wanted, "area").starts_with("Overall")))
                    continue;
                if (const auto body = id_of(text_at(wanted, "body"));
                    !body.empty() && given.forces != std::vector{body})
                    continue;
                used[i] = found = true;
            }
            (found ? scores.areas.right : scores.areas.missed) += 1;
            if (!found)
                miss("area", "", text_at(wanted, "area") + " = " + text_at(wanted, "grade"));
        }
        for (std::size_t i = 0; i < reading.proposals.size(); ++i)
            if (const auto& given = reading.proposals[i];
                given.kind == ProposalKind::judgement && !used[i]) {
                ++scores.areas.wrong;
                miss("area", given.area + " = " + given.grade, "");
            }
    }
    void moves(const NewsReading& reading, const JsonValue& label) {
        std::set<std::string> given;
        std::set<std::string> wanted;
        std::set<std::string> given_dates;
        std::set<std::string> wanted_dates;
        for (const auto& proposal : reading.proposals)
            if (proposal.kind == ProposalKind::stage)
                for (const auto& force : proposal.forces) {
                    given.insert(force + " " + proposal.change);
                    given_dates.insert(force + " " + proposal.change + " " + proposal.date.text());
                }
        const auto take = [&](const JsonValue& move) {
            const auto change = text_at(move, "change");
            if (change != "entered" && change != "left") return;
            std::vector<std::string> forces;
            if (const auto body = text_at(move, "body"); !body.empty())
                forces.push_back(id_of(body));
            else
                for (const auto& each : array_at(label, "bodies"))
                    forces.push_back(id_of(*each.as<std::string>()));
            for (const auto& force : forces) {
                wanted.insert(force + " " + change);
                wanted_dates.insert(force + " " + change + " " + text_at(move, "date"));
            }
        };
        const auto* monitoring = label.find("monitoring");
        if (monitoring->as<JsonValue::Array>() != nullptr)
            for (const auto& move : *monitoring->as<JsonValue::Array>()) take(move);
        else
            take(*monitoring);
        tell(scores.moves, "moves", given, wanted);
        if (given == wanted) tell(scores.dates, "dates", given_dates, wanted_dates);
    }
    void findings(const NewsReading& reading, const JsonValue& label) {
        std::set<std::string> given;
        std::set<std::string> wanted;
        for (const auto& proposal : reading.proposals)
            if (proposal.number) given.insert(std::to_string(*proposal.number));
        if (const auto* n = label.find("causes_of_concern"); n != nullptr && !n->is_null())
            wanted.insert(std::to_string(*n->as<std::int64_t>()));
        tell(scores.findings, "causes", given, wanted);
    }

    BodyNames names_;
    bool misses_;
    std::string id_;
    bool fire_{};
};

void print(std::string_view what, const Score& score) {
    const auto share = [](int part, int rest) {
        return part + rest == 0 ? 1.0 : static_cast<double>(part) / (part + rest);
    };
    fmt::print("{:<20}  precision {:.3f}  recall {:.3f}   {:>3} right {:>3} wrong {:>3} missed\n",
               what, share(score.right, score.wrong), share(score.right, score.missed), score.right,
               score.wrong, score.missed);
}

}  // namespace

int main(int count, char** arguments) {
    std::filesystem::path folder{FORCEWATCH_SOURCE_DIR "/tests/data/news"};
    std::set<std::string> only;
    bool misses = false;
    for (int i = 1; i < count; ++i) {
        const std::string argument{arguments[i]};
        if (argument == "--misses") {
            misses = true;
        } else if (argument == "--only" && i + 1 < count) {
            std::istringstream ids{file_text(arguments[++i])};
            for (std::string id; ids >> id;) only.insert(id);
        } else {
            folder = argument;
        }
    }
    const std::string bodies{FORCEWATCH_SOURCE_DIR "/config/reference/bodies.csv"};
    auto names = names_of_bodies("bodies.csv", file_text(bodies));
    if (!names) {
        fmt::print(stderr, "bench_reading: {}\n", names.error());
        return 65;
    }
    Bench bench{*names, misses};
    const bool in_one = folder.extension() == ".jsonl";
    std::istringstream lines{file_text(in_one ? folder : folder / "labels.jsonl")};
    for (std::string line; std::getline(lines, line);) {
        const auto document = parse_json_object(line);
        if (!document) continue;
        const auto& label = in_one ? *document->find("label") : *document;
        const auto id = text_at(label, "id");
        if (!only.empty() && !only.contains(id)) continue;
        const auto bytes = in_one ? line : file_text(folder / "items" / (id + ".json"));
        const auto items = read_news_source(id + ".json", "", bytes);
        if (!items) {
            fmt::print(stderr, "bench_reading: {}: {}\n", id, items.error());
            return 65;
        }
        bench.run(read_news(items->front(), *names), label);
    }
    const auto& scores = bench.scores;
    fmt::print("{} items, {} of them with nothing to propose\n", scores.items, scores.negatives);
    print("bodies", scores.bodies);
    print("programme", scores.programme);
    print("grade counts", scores.counts);
    print("area grades", scores.areas);
    print("monitoring changes", scores.moves);
    print("dates of changes", scores.dates);
    print("causes of concern", scores.findings);
    fmt::print("{} of {} items with nothing to propose gave proposals\n",
               scores.negatives_with_proposals, scores.negatives);
    return 0;
}

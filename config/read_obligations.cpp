#include <set>

#include "config/obligations.hpp"
#include "config/sections.hpp"
#include "config/words.hpp"

namespace forcewatch {

namespace {

template <typename T>
void take(TableReader& reader, std::string_view key, T& value,
          Expected<T> (*parse)(std::string_view)) {
    const auto found = reader.text(key);
    if (!found) return;
    auto parsed = parse(found->text);
    if (parsed)
        value = std::move(*parsed);
    else
        reader.report(key, parsed.error());
}

std::vector<std::string> texts_of(TableReader& reader, std::string_view key) {
    std::vector<std::string> texts;
    for (auto& [text, place] : reader.texts(key)) texts.push_back(text);
    return texts;
}

ObligationDefined read_one(TableReader& reader) {
    ObligationDefined obligation;
    if (const auto id = reader.name("id")) obligation.definition = id->text;
    if (const auto title = reader.required_text("title")) obligation.title = title->text;
    take(reader, "follows", obligation.trigger, parse_obligation_trigger);
    for (const auto& kind : reader.texts("kinds")) {
        if (const auto known = parse_force_kind(kind.text); !known)
            reader.report_at(kind.place, "kinds", known.error());
        obligation.kinds.push_back(kind.text);
    }
    obligation.programmes = texts_of(reader, "programmes");
    const auto days = reader.integer("days", 1, 3650);
    const auto working = reader.integer("working_days", 1, 3650);
    if (days && working) reader.report("working_days", "stands beside days: choose one of them");
    obligation.days = static_cast<int>(working ? *working : days.value_or(0));
    obligation.working = working.has_value();
    take(reader, "deadline", obligation.deadline, parse_deadline_kind);
    if (const auto words = reader.text("words")) obligation.words = words->text;
    take(reader, "valid_from", obligation.valid_from, PartialDate::parse);
    take(reader, "valid_until", obligation.valid_until, PartialDate::parse);
    (void)reader.required_text("source");
    reader.refuse_unknown();
    return obligation;
}

}  // namespace

tl::expected<std::vector<ObligationDefined>, std::vector<Fault>> read_obligations(
    std::string_view text, const std::string& file) {
    FaultList faults{file};
    const auto root = parse_toml(text, file, faults);
    if (!root) return tl::unexpected(faults.sorted());
    TableReader reader{*root, "", faults};
    std::vector<ObligationDefined> obligations;
    std::set<std::string> ids;
    for (const auto* table : reader.tables("obligation")) {
        TableReader one{*table, "obligation", faults};
        obligations.push_back(read_one(one));
        if (!ids.insert(obligations.back().definition).second)
            one.report("id", "is the id of an earlier obligation");
    }
    reader.refuse_unknown();
    if (!faults.empty()) return tl::unexpected(faults.sorted());
    return obligations;
}

}  // namespace forcewatch

#include "config/sections.hpp"
#include "config/words.hpp"

namespace forcewatch {

void read_rag(TableReader& file, Settings& settings) {
    for (const auto* table : file.tables("rag")) {
        TableReader reader{*table, "rag", file.faults()};
        RagLine line;
        if (const auto colour = reader.required_text("colour")) {
            const auto known = parse_rag(colour->text);
            if (known)
                line.colour = *known;
            else
                reader.report("colour", known.error());
        }
        line.subjects = read_words<DeadlineSubject>(
            reader, "subjects",
            [](const std::string& text) { return parse_deadline_subject(text); });
        line.open = reader.boolean("open");
        line.overdue = reader.days("overdue", 1, 36500);
        line.due_within = reader.days("due_within", 0, 36500);
        line.silent = reader.days("silent", 1, 36500);
        if (const auto moves = reader.integer("moves", 1, 1000))
            line.moves = static_cast<int>(*moves);
        line.dated = reader.boolean("dated");
        line.owned = reader.boolean("owned");
        line.claimed = reader.boolean("claimed");
        reader.refuse_unknown();
        settings.rag.push_back(std::move(line));
    }
}

}  // namespace forcewatch

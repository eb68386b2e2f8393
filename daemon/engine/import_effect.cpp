#include "daemon/engine/import_effect.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "core/fact_fields.hpp"

namespace forcewatch {

namespace {

/// What was recorded after `before`, by subject.
std::map<std::string, std::vector<Recorded>> events_after(const Store& store, JournalSeq before) {
    std::map<std::string, std::vector<Recorded>> events;
    const auto& journal = store.journal();
    journal.each_after(before, journal.head(), [&](Recorded&& recorded) {
        if (!is_decision(recorded.event) && !std::holds_alternative<ScaleDefined>(recorded.event))
            events[subject_of(recorded.event)].push_back(std::move(recorded));
    });
    return events;
}

/// Tokens as names, in a list as well.
std::string shown(Store& store, std::string_view column, const std::string& text) {
    if (!names_people(column) || text.empty()) return text;
    std::string names;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(';', begin), text.size());
        if (begin > 0) names += ';';
        names += store.people().shown(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return names;
}

/// Of an item that was not there before.
std::vector<FieldChange> all_of(Store& store, const FactFields& fields) {
    std::vector<FieldChange> changes;
    changes.reserve(fields.size());
    for (const auto& [field, text] : fields)
        if (!text.empty()) changes.push_back({field, {}, shown(store, field, text)});
    return changes;
}

std::vector<FieldChange> differences(Store& store, const FactFields& before,
                                     const FactFields& after) {
    if (before.empty()) return all_of(store, after);
    std::vector<FieldChange> changes;
    static const std::string nothing;
    const auto in = [](const FactFields& fields, std::string_view name) -> const std::string& {
        for (const auto& [field, text] : fields)
            if (field == name) return text;
        return nothing;
    };
    for (const auto& [field, text] : after.empty() ? before : after) {
        const auto& was = in(before, field);
        const auto& is = in(after, field);
        if (was != is)
            changes.push_back({field, shown(store, field, was), shown(store, field, is)});
    }
    return changes;
}

}  // namespace

std::string_view text_of(ItemEffect::Kind kind) {
    switch (kind) {
        case ItemEffect::Kind::added:
            return "added";
        case ItemEffect::Kind::changed:
            return "changed";
        case ItemEffect::Kind::removed:
            return "removed";
    }
    return {};
}

ImportEffect effect_of(Store& store, JournalSeq before, const std::set<std::string>& named,
                       std::size_t most) {
    ImportEffect effect;
    const auto count = [&](ItemEffect::Kind kind, bool is_named) {
        if (!is_named)
            ++effect.following;
        else if (kind == ItemEffect::Kind::added)
            ++effect.added;
        else
            ++effect.changed;
    };
    for (auto& [subject, later] : events_after(store, before)) {
        const bool fresh = !store.journal().knew(subject, before);
        if (fresh && effect.items.size() >= most) {  // nobody will see its fields
            count(ItemEffect::Kind::added, named.contains(subject));
            ++effect.left_out;
            continue;
        }
        std::vector<Recorded> earlier;
        if (!fresh) {
            later = store.journal().about(subject);
            std::copy_if(later.begin(), later.end(), std::back_inserter(earlier),
                         [&](const Recorded& recorded) { return recorded.seq <= before; });
        }
        const auto was = fields_of(fold(std::move(earlier)), subject);
        const auto is = fields_of(fold(std::move(later)), subject);
        ItemEffect item;
        item.fields = differences(store, was, is);
        if (item.fields.empty()) continue;
        item.subject = subject;
        item.named = named.contains(subject);
        item.kind = was.empty()  ? ItemEffect::Kind::added
                    : is.empty() ? ItemEffect::Kind::removed
                                 : ItemEffect::Kind::changed;
        count(item.kind, item.named);
        if (effect.items.size() < most)
            effect.items.push_back(std::move(item));
        else
            ++effect.left_out;
    }
    effect.unchanged = static_cast<int>(named.size()) - effect.added - effect.changed;
    return effect;
}

}  // namespace forcewatch

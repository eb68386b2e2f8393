// Private to daemon/: events out of request bodies, field by field.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/event.hpp"
#include "daemon/api/json_reader.hpp"
#include "daemon/ingest/nfc.hpp"

namespace forcewatch {

/// Fills an event's fields from the members of the same names; empty where there is none.
class EventReader {
public:
    explicit EventReader(ObjectReader& object) : object_{object} {}

    void operator()(std::string_view name, std::string& value) { value = text(name).value_or(""); }
    void operator()(std::string_view name, std::optional<std::string>& value) {
        value = text(name);
    }
    void operator()(std::string_view name, std::vector<std::string>& value) {
        value = list(name).value_or(std::vector<std::string>{});
    }
    void operator()(std::string_view name, std::optional<std::vector<std::string>>& value) {
        value = list(name);
    }
    void operator()(std::string_view name, bool& value) {
        value = object_.optional_bool(name).value_or(value);
    }
    void operator()(std::string_view name, int& value) {
        value = static_cast<int>(object_.optional_integer(name, 0, 1'000'000).value_or(value));
    }
    void operator()(std::string_view name, PartialDate& value) {
        take(name, value, PartialDate::parse);
    }
    void operator()(std::string_view name, Date& value) { take(name, value, parse_date); }
    void operator()(std::string_view name, ForceKind& value) {
        take(name, value, parse_force_kind);
    }
    void operator()(std::string_view name, MonitoringStage& value) {
        take(name, value, parse_stage);
    }
    void operator()(std::string_view name, DeadlineKind& value) {
        take(name, value, parse_deadline_kind);
    }
    void operator()(std::string_view name, FindingKind& value) {
        take(name, value, parse_finding_kind);
    }
    void operator()(std::string_view name, Comparability& value) {
        take(name, value, parse_comparability);
    }
    void operator()(std::string_view name, MeetingKind& value) {
        take(name, value, parse_meeting_kind);
    }

    template <typename T>
    std::optional<T> maybe(std::string_view name, Expected<T> (*parse)(std::string_view)) {
        const auto given = text(name);
        if (!given) return std::nullopt;
        auto parsed = parse(*given);
        if (parsed) return std::move(*parsed);
        object_.report(name, std::move(parsed.error()));
        return std::nullopt;
    }

private:
    static constexpr std::size_t longest = 10'000;

    /// Accents in one spelling, as in files: what looks the same is the same.
    std::optional<std::string> text(std::string_view name) {
        auto given = object_.optional_text(name, longest);
        return given ? std::optional{composed(std::move(*given))} : std::nullopt;
    }
    std::optional<std::vector<std::string>> list(std::string_view name) {
        const auto* array = object_.optional_array(name, 1000);
        if (array == nullptr) return std::nullopt;
        std::vector<std::string> texts;
        for (const auto& element : *array) {
            if (const auto* text = element.as<std::string>())
                texts.push_back(composed(*text));
            else
                object_.report(name, "expected a list of texts");
        }
        return texts;
    }
    template <typename T>
    void take(std::string_view name, T& value, Expected<T> (*parse)(std::string_view)) {
        if (auto parsed = maybe(name, parse)) value = std::move(*parsed);
    }

    ObjectReader& object_;
};

}  // namespace forcewatch

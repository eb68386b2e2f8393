#include "core/event_codec.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <unordered_map>
#include <utility>

namespace forcewatch {

namespace {

void append_escaped(std::string& out, std::string_view value, bool in_list) {
    for (const char c : value) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || (in_list && c == ',')) out += '\\';
        out += c;
    }
}

struct Encoder {
    std::string out;

    void begin(std::string_view name) {
        out += name;
        out += '=';
    }
    template <typename T>
    void operator()(std::string_view name, const T& value) {
        const std::string text = field_text(value);
        if (text.empty()) return;
        begin(name);
        append_escaped(out, text, false);
        out += '\n';
    }
    void operator()(std::string_view name, const std::vector<std::string>& list) {
        if (list.empty()) return;
        begin(name);
        for (std::size_t i = 0; i < list.size(); ++i) {
            if (i > 0) out += ',';
            append_escaped(out, list[i], true);
        }
        out += '\n';
    }
    template <typename T>
    void operator()(std::string_view name, const std::optional<T>& value) {
        if (!value) return;
        const std::size_t before = out.size();
        (*this)(name, *value);
        if (out.size() == before) out += fmt::format("{}=\n", name);
    }
};

Expected<std::string> unescape(std::string_view raw) {
    std::string text;
    text.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i) {
        if (raw[i] != '\\') {
            text += raw[i];
            continue;
        }
        if (++i == raw.size()) return tl::unexpected(Problem{"a value ends in a lone backslash"});
        text += raw[i] == 'n' ? '\n' : raw[i];
    }
    return text;
}

Expected<void> assign(std::string& value, std::string_view raw) {
    if (raw.find('\\') == std::string_view::npos) {
        value.assign(raw);
        return {};
    }
    auto text = unescape(raw);
    if (!text) return tl::unexpected(std::move(text.error()));
    value = std::move(*text);
    return {};
}

Expected<std::vector<std::string>> split_list(std::string_view raw) {
    std::vector<std::string> list;
    if (raw.empty()) return list;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= raw.size(); ++i) {
        if (i < raw.size() && raw[i] == '\\') {
            if (++i == raw.size())
                return tl::unexpected(Problem{"a list ends in a lone backslash"});
            continue;
        }
        if (i < raw.size() && raw[i] != ',') continue;
        if (auto done = assign(list.emplace_back(), raw.substr(begin, i - begin)); !done)
            return tl::unexpected(std::move(done.error()));
        begin = i + 1;
    }
    return list;
}

Expected<void> assign(std::vector<std::string>& value, std::string_view raw) {
    auto list = split_list(raw);
    if (!list) return tl::unexpected(std::move(list.error()));
    value = std::move(*list);
    return {};
}
template <typename T>
Expected<void> take(T& value, Expected<T> parsed) {
    if (!parsed) return tl::unexpected(std::move(parsed.error()));
    value = std::move(*parsed);
    return {};
}
Expected<void> assign(PartialDate& value, std::string_view raw) {
    return take(value, PartialDate::parse(raw));
}
Expected<void> assign(Date& value, std::string_view raw) { return take(value, parse_date(raw)); }
Expected<void> assign(int& value, std::string_view raw) {
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
    if (error != std::errc{} || end != raw.data() + raw.size())
        return tl::unexpected(fmt::format("\"{}\" is not a whole number", raw));
    return {};
}
Expected<void> assign(bool& value, std::string_view raw) {
    if (raw != "true" && raw != "false")
        return tl::unexpected(fmt::format("\"{}\" is neither true nor false", raw));
    value = raw == "true";
    return {};
}
Expected<void> assign(ForceKind& v, std::string_view raw) { return take(v, parse_force_kind(raw)); }
Expected<void> assign(MonitoringStage& v, std::string_view raw) {
    return take(v, parse_stage(raw));
}
Expected<void> assign(Comparability& v, std::string_view raw) {
    return take(v, parse_comparability(raw));
}
Expected<void> assign(DeadlineKind& v, std::string_view raw) {
    return take(v, parse_deadline_kind(raw));
}
Expected<void> assign(FindingKind& v, std::string_view raw) {
    return take(v, parse_finding_kind(raw));
}
Expected<void> assign(ForceState& v, std::string_view raw) {
    return take(v, parse_force_state(raw));
}
Expected<void> assign(InspectorateState& v, std::string_view raw) {
    return take(v, parse_inspectorate_state(raw));
}
Expected<void> assign(ActionState& v, std::string_view raw) {
    return take(v, parse_action_state(raw));
}
Expected<void> assign(ObligationTrigger& v, std::string_view raw) {
    return take(v, parse_obligation_trigger(raw));
}
Expected<void> assign(MeetingKind& v, std::string_view raw) {
    return take(v, parse_meeting_kind(raw));
}
Expected<void> assign(MeetingState& v, std::string_view raw) {
    return take(v, parse_meeting_state(raw));
}
template <typename T>
Expected<void> assign(std::optional<T>& value, std::string_view raw) {
    return assign(value.emplace(), raw);
}

/// Fields come in the order in which they were written, so one pass over both lists suffices.
struct Decoder {
    std::string_view rest;
    Expected<void> fault;

    template <typename T>
    void operator()(std::string_view name, T& value) {
        if (rest.size() <= name.size() || rest[name.size()] != '=' || !rest.starts_with(name) ||
            !fault)
            return;
        const auto end = rest.find('\n', name.size());
        if (end == std::string_view::npos) {
            fault = tl::unexpected(fmt::format("{}: the line has no end", name));
            return;
        }
        const auto raw = rest.substr(name.size() + 1, end - name.size() - 1);
        rest.remove_prefix(end + 1);
        if (auto done = assign(value, raw); !done)
            fault = tl::unexpected(fmt::format("{}: {}", name, done.error()));
    }
};

template <typename E>
Expected<void> decode_as(std::string_view payload, Event& event) {
    Decoder decoder{payload, {}};
    E::fields(event.emplace<E>(), decoder);
    if (!decoder.fault) return tl::unexpected(std::move(decoder.fault.error()));
    if (!decoder.rest.empty())
        return tl::unexpected(
            fmt::format("unexpected field \"{}\"", decoder.rest.substr(0, decoder.rest.find('='))));
    return {};
}

using Decode = Expected<void> (*)(std::string_view payload, Event& event);
constexpr std::size_t ranks = std::variant_size_v<Event>;

template <std::size_t... Rank>
constexpr std::array<Decode, ranks> decoders(std::index_sequence<Rank...>) {
    return {decode_as<std::variant_alternative_t<Rank, Event>>...};
}

template <std::size_t... Rank>
std::unordered_map<std::string_view, std::size_t> ranks_by_kind(std::index_sequence<Rank...>) {
    return {{std::variant_alternative_t<Rank, Event>::kind, Rank}...};
}

}  // namespace

std::string encode(const Event& event) {
    return std::visit(
        [](const auto& e) {
            Encoder encoder;
            std::decay_t<decltype(e)>::fields(e, encoder);
            return std::move(encoder.out);
        },
        event);
}

std::optional<std::size_t> rank_of(std::string_view kind) {
    static const auto by_kind = ranks_by_kind(std::make_index_sequence<ranks>{});
    const auto found = by_kind.find(kind);
    return found == by_kind.end() ? std::nullopt : std::optional{found->second};
}

Expected<void> decode_into(Event& event, std::size_t rank, std::string_view payload) {
    static constexpr auto by_rank = decoders(std::make_index_sequence<ranks>{});
    return by_rank.at(rank)(payload, event);
}

Expected<Event> decode(std::string_view kind, std::string_view payload) {
    const auto rank = rank_of(kind);
    if (!rank) return tl::unexpected(fmt::format("unknown kind of event \"{}\"", kind));
    Event event;
    if (auto done = decode_into(event, *rank, payload); !done)
        return tl::unexpected(std::move(done.error()));
    return event;
}

}  // namespace forcewatch

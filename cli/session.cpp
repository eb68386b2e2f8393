#include "cli/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/text.hpp"

namespace forcewatch {

Session::Session(Arguments arguments)
    : given{std::move(arguments)}, terminal{Terminal::detect(given.colour)}, api{given.socket} {}

Calendar Session::calendar() const {
    if (!terminal.interactive) return Calendar{};
    if (const auto asked = parse_date(given.as_of)) return Calendar{*asked};
    const auto status = api.get("/v1/status");
    const auto today =
        status ? parse_date(text_at(*status, "today")) : Expected<Date>{tl::unexpect, ""};
    return today ? Calendar{*today} : Calendar{};
}

void Session::print(const TextTable& table) {
    print(table.text(terminal, !given.no_header));
    for (const auto& title : table.left_out(terminal, !given.no_header))
        if (std::find(left_out_.begin(), left_out_.end(), title) == left_out_.end())
            left_out_.push_back(title);
}

void Session::print_entry(std::string_view label, std::string_view text, Tone tone) {
    const std::size_t indent = std::max<std::size_t>(16, label.size() + 3);
    const std::size_t width = terminal.width
                                  ? std::max<std::size_t>(*terminal.width, indent + 12) - indent
                                  : std::string::npos;
    std::string lead = fmt::format("  {:<{}}", label, indent - 2);
    for (const auto& line : wrapped(one_line(text), width)) {
        print(fmt::format("{}{}\n", lead, terminal.painted(line, tone)));
        lead.assign(indent, ' ');
    }
}

void Session::flush() { (void)write_out(terminal, std::exchange(out_, {}), false); }

void Session::say(std::string_view text) { words_.append(text).append("\n"); }

std::string Session::words() const {
    if (left_out_.empty()) return words_;
    std::string names;
    for (const auto& title : left_out_) names.append(names.empty() ? "" : ", ").append(title);
    return words_ +
           fmt::format("Left out for want of width: {}. A wider terminal or --json shows them.\n",
                       names);
}

int Session::fail(const Failure& failure) {
    if (given.json && !failure.document.empty()) {
        print(harmless_json(failure.document));
        if (!out_.ends_with('\n')) print("\n");
    }
    say("forcewatchctl: " + failure.text);
    return failure.exit_code;
}

std::string Session::harmless_document(const JsonValue& document) {
    return harmless_json(json_text(document)) + "\n";
}

}  // namespace forcewatch

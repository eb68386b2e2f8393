#include "core/text_check.hpp"

#include <fmt/format.h>

#include "core/utf8.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t longest_text = 10'000;

struct TextChecker {
    std::optional<FieldFault> fault;

    void check(std::string_view name, const std::string& text) {
        if (fault) return;
        if (auto what = text_fault(text)) fault = FieldFault{std::string{name}, std::move(*what)};
    }
    void operator()(std::string_view name, const std::string& text) { check(name, text); }
    void operator()(std::string_view name, const std::vector<std::string>& texts) {
        for (const auto& text : texts) {
            check(name, text);
            if (!fault && text.find('\n') != std::string::npos)
                fault =
                    FieldFault{std::string{name}, "an entry of a list may not hold a line break"};
        }
    }
    template <typename T>
    void operator()(std::string_view name, const std::optional<T>& value) {
        if (value) (*this)(name, *value);
    }
    template <typename T>
    void operator()(std::string_view, const T&) {}
};

}  // namespace

std::optional<std::string> text_fault(std::string_view text) {
    if (text.size() > longest_text) return fmt::format("is longer than {} bytes", longest_text);
    if (!is_utf8(text)) return "is not UTF-8";
    for (const char c : text)
        if ((static_cast<unsigned char>(c) < 0x20U && c != '\n' && c != '\t') || c == 0x7F)
            return fmt::format("holds the control character U+{:04X}",
                               static_cast<unsigned char>(c));
    return std::nullopt;
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::optional<FieldFault> text_fault(const Event& event) {
    // A configuration is as long as it is; its reader has checked it.
    if (std::holds_alternative<RulesAdopted>(event)) return std::nullopt;
    TextChecker checker;
    std::visit([&](const auto& e) { std::decay_t<decltype(e)>::fields(e, checker); }, event);
    return std::move(checker.fault);
}

}  // namespace forcewatch

#include "core/mail_address.hpp"

#include <algorithm>

namespace forcewatch {

namespace {

constexpr std::size_t longest_local_part = 64;
constexpr std::size_t longest_address = 254;
constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_host = 253;

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_atom_character(char c) {
    return is_letter_or_digit(c) ||
           std::string_view{"!#$%&'*+-/=?^_`{|}~"}.find(c) != std::string_view::npos;
}

bool is_atom(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_atom_character);
}

bool is_label(std::string_view text) {
    return !text.empty() && text.size() <= longest_label && text.front() != '-' &&
           text.back() != '-' && std::all_of(text.begin(), text.end(), [](char c) {
               return is_letter_or_digit(c) || c == '-';
           });
}

bool every_dotted_part(std::string_view text, bool (*holds)(std::string_view)) {
    for (;;) {
        const auto dot = text.find('.');
        if (!holds(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

}  // namespace

bool is_host_name(std::string_view text) {
    return text.size() <= longest_host && every_dotted_part(text, is_label);
}

bool is_mail_address(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos || at > longest_local_part || text.size() > longest_address)
        return false;
    return every_dotted_part(text.substr(0, at), is_atom) && is_host_name(text.substr(at + 1));
}

std::string mailbox_of(std::string_view address) {
    std::string mailbox{address};
    for (auto& c : mailbox)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return mailbox;
}

}  // namespace forcewatch

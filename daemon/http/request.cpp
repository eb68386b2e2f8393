#include "daemon/http/request.hpp"

#include <poll.h>

#include <algorithm>
#include <array>

#include "core/utf8.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t kept_capacity = 512;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char small = lower(c);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

bool holds_encoded_slash(std::string_view path) {
    return path.find("%2F") != path.npos || path.find("%2f") != path.npos;
}

/// "http://host/path" to "/path"; a target in origin form is returned as it is.
std::string_view origin_form(std::string_view target) {
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!same_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
        const auto path = target.find_first_of("/?", scheme.size());
        if (path == target.npos) return "/";
        return target[path] == '/' ? target.substr(path) : std::string_view{};
    }
    return target;
}

}  // namespace

bool Peer::in_group(gid_t group) const {
    return gid == group || std::find(groups.begin(), groups.end(), group) != groups.end();
}

std::string_view text_of(Method method) {
    constexpr std::array<std::string_view, 7> names{"GET",   "HEAD",   "POST",   "PUT",
                                                    "PATCH", "DELETE", "OPTIONS"};
    return names[static_cast<std::size_t>(method)];
}

bool same_ignoring_case(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '+' && plus_is_space) c = ' ';
        if (c == '%') {
            const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
            if (high < 0 || low < 0) return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        }
        if (c == '\0') return std::nullopt;
        decoded += c;
    }
    if (!is_utf8(decoded)) return std::nullopt;
    return decoded;
}

std::string_view Request::name_of(const Field& field) const {
    return std::string_view{text_}.substr(field.name_at, field.name_size);
}

std::optional<std::string_view> Request::header(std::string_view name) const {
    for (const Field& field : fields_)
        if (same_ignoring_case(name_of(field), name))
            return std::string_view{text_}.substr(field.value_at, field.value_size);
    return std::nullopt;
}

std::size_t Request::header_count(std::string_view name) const {
    return static_cast<std::size_t>(std::count_if(
        fields_.begin(), fields_.end(),
        [&](const Field& field) { return same_ignoring_case(name_of(field), name); }));
}

std::optional<std::string_view> Request::query_value(std::string_view key) const {
    for (const auto& [known, value] : query)
        if (known == key) return value;
    return std::nullopt;
}

bool Request::changes_state() const {
    return method != Method::get && method != Method::head && method != Method::options;
}

bool Request::hung_up() const {
    pollfd asked{.fd = socket, .events = 0, .revents = 0};
    return socket >= 0 && ::poll(&asked, 1, 0) == 1 && (asked.revents & (POLLHUP | POLLERR)) != 0;
}

void Request::add_header(std::string_view name, std::string_view value) {
    const auto at = static_cast<std::uint32_t>(text_.size());
    const auto name_size = static_cast<std::uint32_t>(name.size());
    text_.append(name).append(value);
    fields_.push_back({at, name_size, at + name_size, static_cast<std::uint32_t>(value.size())});
}

bool Request::set_target(std::string_view target) {
    target = origin_form(target);
    const auto question = target.find('?');
    const std::string_view raw_path = target.substr(0, question);
    if (raw_path.empty() || raw_path[0] != '/' || holds_encoded_slash(raw_path)) return false;
    if (target.find('#') != target.npos) return false;
    if (raw_path.find('%') == raw_path.npos) {
        if (!is_utf8(raw_path)) return false;
        path.assign(raw_path);
    } else {
        auto decoded = percent_decoded(raw_path, false);
        if (!decoded) return false;
        path = std::move(*decoded);
    }
    query.clear();
    std::string_view rest = question == target.npos ? "" : target.substr(question + 1);
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        auto key = percent_decoded(pair.substr(0, equals), true);
        auto value = percent_decoded(equals == pair.npos ? "" : pair.substr(equals + 1), true);
        if (!key || !value) return false;
        query.emplace_back(std::move(*key), std::move(*value));
    }
    return true;
}

void Request::clear() {
    path.clear();
    query.clear();
    fields_.clear();
    if (body.capacity() > kept_capacity) body = {};
    if (text_.capacity() > kept_capacity) text_ = {};
    body.clear();
    text_.clear();
}

}  // namespace forcewatch

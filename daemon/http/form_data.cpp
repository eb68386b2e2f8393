#include "daemon/http/form_data.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/http/request.hpp"

namespace forcewatch {

namespace {

constexpr std::string_view media_type{"multipart/form-data"};
constexpr std::size_t most_parts = 100;
constexpr std::size_t longest_head = 4096;

/// The value of `name=` in a header's value, with or without quotes.
std::string parameter_of(std::string_view header, std::string_view name) {
    for (std::size_t at = header.find(';'); at != std::string_view::npos;
         at = header.find(';', at + 1)) {
        auto rest = header.substr(at + 1);
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
        if (rest.size() <= name.size() || rest[name.size()] != '=' ||
            !same_ignoring_case(rest.substr(0, name.size()), name))
            continue;
        rest.remove_prefix(name.size() + 1);
        if (!rest.starts_with('"')) return std::string{rest.substr(0, rest.find_first_of("; \t"))};
        std::string value;
        for (std::size_t i = 1; i < rest.size() && rest[i] != '"'; ++i) {
            if (rest[i] == '\\' && i + 1 < rest.size()) ++i;
            value += rest[i];
        }
        return value;
    }
    return {};
}

FormPart part_of(std::string_view head, std::string_view body) {
    FormPart part{{}, {}, body};
    while (!head.empty()) {
        const auto end = std::min(head.find("\r\n"), head.size());
        const auto line = head.substr(0, end);
        head.remove_prefix(std::min(end + 2, head.size()));
        const auto colon = line.find(':');
        if (colon == std::string_view::npos ||
            !same_ignoring_case(line.substr(0, colon), "content-disposition"))
            continue;
        part.name = parameter_of(line, "name");
        part.filename = parameter_of(line, "filename");
        if (const auto slash = part.filename.find_last_of("/\\"); slash != std::string::npos)
            part.filename.erase(0, slash + 1);
    }
    return part;
}

}  // namespace

bool is_form_data(std::string_view content_type) {
    return same_ignoring_case(content_type.substr(0, content_type.find(';')), media_type);
}

Expected<std::vector<FormPart>> read_form_data(std::string_view content_type,
                                               std::string_view body) {
    const auto refuse = [](std::string why) {
        return tl::unexpected("the form is not sound: " + std::move(why));
    };
    const auto boundary = parameter_of(content_type, "boundary");
    if (boundary.empty() || boundary.size() > 70)
        return refuse("Content-Type names no boundary of 1 to 70 characters");
    const auto mark = "\r\n--" + boundary;
    const auto first = std::string_view{mark}.substr(2);
    if (!body.starts_with(first)) return refuse("it does not begin with its boundary");
    body.remove_prefix(first.size());
    std::vector<FormPart> parts;
    while (!body.starts_with("--")) {
        if (!body.starts_with("\r\n")) return refuse("a boundary does not end its line");
        const auto end = body.find(mark, 2);
        const auto blank = body.substr(0, longest_head).find("\r\n\r\n");
        if (end == std::string_view::npos) return refuse("its last boundary is missing");
        if (blank == std::string_view::npos || blank > end)
            return refuse(fmt::format("part {} has no head", parts.size() + 1));
        if (parts.size() == most_parts) return refuse("it has more than 100 parts");
        const auto begin = blank + 4;
        parts.push_back(
            part_of(body.substr(2, blank - 2), body.substr(begin, end < begin ? 0 : end - begin)));
        body.remove_prefix(end + mark.size());
    }
    return parts;
}

}  // namespace forcewatch

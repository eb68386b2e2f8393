#include "daemon/api/json_reader.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <limits>

#include "core/text_check.hpp"
#include "core/utf8.hpp"
#include "daemon/api/json_writer.hpp"

namespace forcewatch {

namespace {

namespace ondemand = simdjson::ondemand;
constexpr int deepest = 64;

/// Copies an On-Demand document into our values. The first fault ends the walk.
class Walker {
public:
    std::optional<JsonValue> read_object(ondemand::object object, int depth);
    [[nodiscard]] std::string problem() const { return problem_; }

    template <typename T>
    bool good(simdjson::simdjson_result<T> result, T& value) {
        return good(std::move(result).get(value));
    }
    bool good(simdjson::error_code error) {
        if (error == simdjson::SUCCESS) return true;
        fail(error == simdjson::NUMBER_ERROR ? "a number is malformed or out of range"
                                             : "the text is not well-formed JSON");
        return false;
    }
    void fail(std::string problem) {
        if (problem_.empty()) problem_ = std::move(problem);
    }

private:
    std::optional<JsonValue> read_value(ondemand::value value, int depth);
    std::optional<JsonValue> read_array(ondemand::array array, int depth);
    std::optional<JsonValue> read_number(ondemand::value& value);
    std::optional<JsonValue> read_null(ondemand::value& value);
    std::optional<std::string> checked_text(std::string_view text);
    bool names_unique(const JsonValue::Object& members);

    std::string problem_;
};

std::optional<std::string> Walker::checked_text(std::string_view text) {
    if (text.find('\0') != std::string_view::npos)
        fail("a text contains U+0000");
    else if (!is_utf8(text))
        fail("a text contains half of a surrogate pair");
    else
        return std::string{text};
    return std::nullopt;
}

bool Walker::names_unique(const JsonValue::Object& members) {
    std::vector<std::string_view> names;
    names.reserve(members.size());
    for (const auto& member : members) names.emplace_back(member.name);
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice == names.end()) return true;
    fail(fmt::format("the member \"{}\" stands twice in one object", twice->substr(0, 100)));
    return false;
}

std::optional<JsonValue> Walker::read_number(ondemand::value& value) {
    ondemand::number number;
    if (!good(value.get_number(), number)) return std::nullopt;
    if (number.is_int64()) return JsonValue{number.get_int64()};
    if (number.is_double()) return JsonValue{number.get_double()};
    fail("a number is malformed or out of range");
    return std::nullopt;
}

std::optional<JsonValue> Walker::read_null(ondemand::value& value) {
    std::string_view token = value.raw_json_token();
    while (!token.empty() && std::string_view{" \t\r\n"}.find(token.back()) != token.npos)
        token.remove_suffix(1);
    // Only a true null may be skipped without a look; everything else is not JSON.
    bool null = false;
    if (token == "null" && good(value.is_null(), null) && null) return JsonValue{};
    fail("the text is not well-formed JSON");
    return std::nullopt;
}

std::optional<JsonValue> Walker::read_value(ondemand::value value, int depth) {
    ondemand::json_type type{};
    if (!good(value.type(), type)) return std::nullopt;
    switch (type) {
        case ondemand::json_type::object: {
            ondemand::object object;
            if (!good(value.get_object(), object)) return std::nullopt;
            return read_object(object, depth + 1);
        }
        case ondemand::json_type::array: {
            ondemand::array array;
            if (!good(value.get_array(), array)) return std::nullopt;
            return read_array(array, depth + 1);
        }
        case ondemand::json_type::string: {
            std::string_view text;
            if (!good(value.get_string(), text)) return std::nullopt;
            auto checked = checked_text(text);
            if (!checked) return std::nullopt;
            return JsonValue{std::move(*checked)};
        }
        case ondemand::json_type::boolean: {
            bool yes = false;
            if (!good(value.get_bool(), yes)) return std::nullopt;
            return JsonValue{yes};
        }
        case ondemand::json_type::number:
            return read_number(value);
        case ondemand::json_type::null:
            return read_null(value);
    }
    fail("the text is not well-formed JSON");
    return std::nullopt;
}

std::optional<JsonValue> Walker::read_array(ondemand::array array, int depth) {
    if (depth > deepest) {
        fail(fmt::format("the nesting is deeper than {}", deepest));
        return std::nullopt;
    }
    JsonValue::Array elements;
    for (auto element : array) {
        ondemand::value value;
        if (!good(element, value)) return std::nullopt;
        auto read = read_value(value, depth);
        if (!read) return std::nullopt;
        elements.push_back(std::move(*read));
    }
    return JsonValue{std::move(elements)};
}

std::optional<JsonValue> Walker::read_object(ondemand::object object, int depth) {
    if (depth > deepest) {
        fail(fmt::format("the nesting is deeper than {}", deepest));
        return std::nullopt;
    }
    JsonValue::Object members;
    for (auto entry : object) {
        ondemand::field field;
        std::string_view key;
        if (!good(std::move(entry), field) || !good(field.unescaped_key(), key))
            return std::nullopt;
        auto name = checked_text(key);
        if (!name) return std::nullopt;
        auto read = read_value(field.value(), depth);
        if (!read) return std::nullopt;
        members.push_back({std::move(*name), std::move(*read)});
    }
    if (!names_unique(members)) return std::nullopt;
    return JsonValue{std::move(members)};
}

JsonValue::Object::const_iterator member_of(const JsonValue::Object& object,
                                            std::string_view name) {
    return std::find_if(object.begin(), object.end(),
                        [&](const JsonMember& member) { return member.name == name; });
}

std::string escaped_for_pointer(std::string_view name) {
    std::string out;
    for (const char c : name.substr(0, 100)) {
        if (c == '~')
            out += "~0";
        else if (c == '/')
            out += "~1";
        else
            out += c;
    }
    return out;
}

}  // namespace

const JsonValue* JsonValue::find(std::string_view name) const {
    const auto* object = as<Object>();
    if (!object) return nullptr;
    const auto found = member_of(*object, name);
    return found == object->end() ? nullptr : &found->value;
}

Expected<JsonValue> parse_json_object(std::string_view text) {
    const auto blank = text.find_first_not_of(" \t\r\n");
    if (blank == std::string_view::npos) return tl::unexpected(Problem{"the text is empty"});
    if (text[blank] != '{') return tl::unexpected(Problem{"expected a JSON object"});
    if (!is_utf8(text)) return tl::unexpected(Problem{"the text is not UTF-8"});
    const simdjson::padded_string padded{text};
    ondemand::parser parser;
    ondemand::document document;
    ondemand::object root;
    Walker walker;
    if (!walker.good(parser.iterate(padded), document) || !walker.good(document.get_object(), root))
        return tl::unexpected(walker.problem());
    auto value = walker.read_object(root, 1);
    if (!value) return tl::unexpected(walker.problem());
    if (document.current_location().error() != simdjson::OUT_OF_BOUNDS)
        return tl::unexpected(Problem{"something follows the end of the object"});
    return std::move(*value);
}

ObjectReader::ObjectReader(const JsonValue& value, std::string pointer, JsonFaults& faults)
    : object_{value.as<JsonValue::Object>()},
      pointer_{std::move(pointer)},
      faults_{faults},
      known_(object_ ? object_->size() : 0) {
    if (!object_) faults_.push_back({pointer_, "expected an object"});
}

bool ObjectReader::has(std::string_view name) const {
    return object_ != nullptr && member_of(*object_, name) != object_->end();
}

std::string ObjectReader::pointer_to(std::string_view name) const {
    return fmt::format("{}/{}", pointer_, escaped_for_pointer(name));
}

std::string ObjectReader::pointer_to(std::string_view name, std::size_t index) const {
    return fmt::format("{}/{}", pointer_to(name), index);
}

void ObjectReader::report(std::string_view name, std::string message) {
    faults_.push_back({pointer_to(name), std::move(message)});
}

const JsonValue* ObjectReader::member(std::string_view name, bool required) {
    if (!object_) return nullptr;
    const auto found = member_of(*object_, name);
    const bool there = found != object_->end();
    if (there) known_[static_cast<std::size_t>(found - object_->begin())] = true;
    if (there && !found->value.is_null()) return &found->value;
    if (required) report(name, "is missing");
    return nullptr;
}

std::optional<std::string> ObjectReader::text_in(const JsonValue* found, std::string_view name,
                                                 std::size_t longest) {
    if (!found) return std::nullopt;
    const auto* text = found->as<std::string>();
    if (!text)
        report(name, "expected text");
    else if (text->size() > longest)
        report(name, fmt::format("is longer than {} bytes", longest));
    else
        return is_blank(*text) ? std::string{} : *text;
    return std::nullopt;
}

std::optional<std::string> ObjectReader::optional_text(std::string_view name, std::size_t longest) {
    return text_in(member(name, false), name, longest);
}

std::string ObjectReader::required_text(std::string_view name, std::size_t longest) {
    return text_in(member(name, true), name, longest).value_or("");
}

std::optional<std::int64_t> ObjectReader::integer_in(const JsonValue* found, std::string_view name,
                                                     std::int64_t least, std::int64_t most) {
    if (!found) return std::nullopt;
    const auto* number = found->as<std::int64_t>();
    if (number && *number >= least && *number <= most) return *number;
    report(name, most == std::numeric_limits<std::int64_t>::max()
                     ? fmt::format("expected a whole number of at least {}", least)
                     : fmt::format("expected a whole number from {} to {}", least, most));
    return std::nullopt;
}

std::optional<std::int64_t> ObjectReader::optional_integer(std::string_view name,
                                                           std::int64_t least, std::int64_t most) {
    return integer_in(member(name, false), name, least, most);
}

std::int64_t ObjectReader::required_integer(std::string_view name, std::int64_t least,
                                            std::int64_t most) {
    return integer_in(member(name, true), name, least, most).value_or(least);
}

std::optional<bool> ObjectReader::optional_bool(std::string_view name) {
    const auto* found = member(name, false);
    if (!found) return std::nullopt;
    const auto* yes = found->as<bool>();
    if (yes) return *yes;
    report(name, "expected true or false");
    return std::nullopt;
}

const JsonValue::Array* ObjectReader::optional_array(std::string_view name, std::size_t longest) {
    const auto* found = member(name, false);
    if (!found) return nullptr;
    const auto* elements = found->as<JsonValue::Array>();
    if (!elements)
        report(name, "expected an array");
    else if (elements->size() > longest)
        report(name, fmt::format("has more than {} elements", longest));
    else
        return elements;
    return nullptr;
}

const JsonValue::Array* ObjectReader::required_array(std::string_view name, std::size_t longest) {
    if (!member(name, true)) return nullptr;
    return optional_array(name, longest);
}

const JsonValue* ObjectReader::optional_object(std::string_view name) {
    const auto* found = member(name, false);
    if (found && !found->as<JsonValue::Object>()) {
        report(name, "expected an object");
        return nullptr;
    }
    return found;
}

void ObjectReader::refuse_unknown() {
    for (std::size_t i = 0; i < known_.size(); ++i)
        if (!known_[i]) report((*object_)[i].name, "is not known here");
}

}  // namespace forcewatch

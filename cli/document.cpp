#include "cli/document.hpp"

#include "daemon/api/json_writer.hpp"

namespace forcewatch {

namespace {

std::string text_of_scalar(const JsonValue& value) {
    if (const auto* text = value.as<std::string>()) return *text;
    if (const auto* number = value.as<std::int64_t>()) return std::to_string(*number);
    if (const auto* yes = value.as<bool>()) return *yes ? "yes" : "no";
    return {};
}

void write(JsonWriter& json, const JsonValue& value) {
    if (const auto* yes = value.as<bool>()) {
        json.value(*yes);
    } else if (const auto* whole = value.as<std::int64_t>()) {
        json.value(*whole);
    } else if (const auto* number = value.as<double>()) {
        json.value(*number);
    } else if (const auto* text = value.as<std::string>()) {
        json.value(*text);
    } else if (const auto* array = value.as<JsonValue::Array>()) {
        json.begin_array();
        for (const auto& element : *array) write(json, element);
        json.end_array();
    } else if (const auto* object = value.as<JsonValue::Object>()) {
        json.begin_object();
        for (const auto& member : *object) write(json.key(member.name), member.value);
        json.end_object();
    } else {
        json.null();
    }
}

}  // namespace

const JsonValue* value_at(const JsonValue& document, std::string_view path) {
    const JsonValue* value = &document;
    while (value != nullptr && !path.empty()) {
        const auto dot = path.find('.');
        value = value->find(path.substr(0, dot));
        path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
    }
    return value == nullptr || value->is_null() ? nullptr : value;
}

std::string text_at(const JsonValue& document, std::string_view path) {
    const auto* value = value_at(document, path);
    return value == nullptr ? std::string{} : text_of_scalar(*value);
}

std::int64_t number_at(const JsonValue& document, std::string_view path) {
    const auto* value = value_at(document, path);
    const auto* number = value == nullptr ? nullptr : value->as<std::int64_t>();
    return number == nullptr ? 0 : *number;
}

bool flag_at(const JsonValue& document, std::string_view path) {
    const auto* value = value_at(document, path);
    const auto* flag = value == nullptr ? nullptr : value->as<bool>();
    return flag != nullptr && *flag;
}

const JsonValue::Array& array_at(const JsonValue& document, std::string_view path) {
    static const JsonValue::Array none;
    const auto* value = value_at(document, path);
    const auto* array = value == nullptr ? nullptr : value->as<JsonValue::Array>();
    return array == nullptr ? none : *array;
}

std::string joined_at(const JsonValue& document, std::string_view path,
                      std::string_view separator) {
    std::string text;
    for (const auto& element : array_at(document, path))
        text.append(text.empty() ? "" : separator).append(text_of_scalar(element));
    return text;
}

std::string json_text(const JsonValue& document) {
    JsonWriter json;
    write(json, document);
    return json.take();
}

}  // namespace forcewatch

// A daemon with the shipped reference data, asked and told by JSON.
#pragma once

#include "tests/daemon/running_daemon.hpp"

namespace forcewatch::test {

struct Daemon : RunningDaemon {
    Daemon() { import_reference(); }
    JsonValue sent(const char* method, const std::string& path, const std::string& body,
                   int status = 200) {
        const auto answer = ask(method, path, body);
        CAPTURE(path, answer.body);
        REQUIRE(answer.status == status);
        auto document = parse_json_object(answer.body);
        REQUIRE(document);
        return std::move(*document);
    }
    /// Publication i-1 of 12 February 2026 finds one area inadequate.
    void judge_kent() {
        sent("POST", "/v1/inspections",
             R"({"inspection":"i-1","programme":"PEEL","cycle":"2023-25","published":"2026-02-12",
                 "forces":["kent"]})",
             201);
        sent("POST", "/v1/judgements",
             R"({"inspection":"i-1","force":"kent","area":"responding","grade":"inadequate"})",
             201);
    }
    int status_of(const char* method, const std::string& path, const std::string& body = {}) {
        const auto answer = ask(method, path, body);
        UNSCOPED_INFO(answer.body);
        return answer.status;
    }
};

inline std::string text(const JsonValue& object, std::string_view name) {
    const auto* member = object.find(name);
    const auto* value = member == nullptr ? nullptr : member->as<std::string>();
    return value == nullptr ? std::string{} : *value;
}
inline const JsonValue::Array& list(const JsonValue& object, std::string_view name) {
    const auto* member = object.find(name);
    REQUIRE(member != nullptr);
    const auto* array = member->as<JsonValue::Array>();
    REQUIRE(array != nullptr);
    return *array;
}

inline constexpr auto afi = R"({"force":"kent","reference":"AFI-1","kind":"area for improvement",
                         "title":"Custody","raised":"2026-01-05"})";

}  // namespace forcewatch::test

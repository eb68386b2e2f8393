#include <catch2/catch.hpp>
#include <cctype>

#include "daemon/api/json_reader.hpp"
#include "daemon/messages/sample_letters.hpp"

using namespace forcewatch;
using Catch::Contains;

namespace {

const MailIdentity identity{"forcewatch@force.example", "Forcewatch", "force.example"};

Letter sample(LetterKind kind) {
    for (const auto& letter : sample_letters("en"))
        if (letter.kind == kind) return letter;
    return {};
}

JsonValue document(const Letter& letter, const std::string& format) {
    const auto parsed = parse_json_object(compose_webhook(letter, format, identity));
    REQUIRE(parsed);
    return *parsed;
}

/// The value at a path of keys and, for lists, positions.
const JsonValue& at(const JsonValue& from, std::initializer_list<const char*> path) {
    const JsonValue* value = &from;
    for (const std::string step : path) {
        if (std::isdigit(static_cast<unsigned char>(step[0])) != 0)
            value = &value->as<JsonValue::Array>()->at(std::stoul(step));
        else
            value = value->find(step);
        CAPTURE(step);
        REQUIRE(value != nullptr);
    }
    return *value;
}
std::string text_at(const JsonValue& from, std::initializer_list<const char*> path) {
    return *at(from, path).as<std::string>();
}

std::vector<JsonValue> alertmanager_alerts(const Letter& letter) {
    const auto body = compose_webhook(letter, "alertmanager", identity);
    const auto parsed = parse_json_object("{\"alerts\":" + body + "}");
    REQUIRE(parsed);
    return *parsed->find("alerts")->as<JsonValue::Array>();
}

}  // namespace

TEST_CASE("every letter fits every shape, in less than 20 kB", "[messages][R86]") {
    const std::string format = GENERATE("standard", "cloudevents", "slack", "mattermost", "teams");
    for (auto letter : sample_letters("en")) {
        CAPTURE(format, text_of(letter.kind));
        if (GENERATE(true, false))
            for (auto& item : letter.items) {
                item.summary = std::string(10'000, '\x01') + std::string(10'000, '"');
                item.others.assign(1000, "somebody@force.example");
                item.happened.assign(1000, item.happened.front());
            }
        const auto body = compose_webhook(letter, format, identity);
        CHECK(body.size() < 20'000);
        CHECK(parse_json_object(body));
    }
}

TEST_CASE("a list that is too long ends with how many are left out", "[messages][R86]") {
    const auto body = document(sample(LetterKind::storm), "standard");
    CHECK(text_at(body, {"type"}) == "alerts.storm");
    const auto listed = at(body, {"data", "alerts"}).as<JsonValue::Array>()->size();
    CHECK(listed >= 5);
    CHECK(*at(body, {"data", "count"}).as<std::int64_t>() == 130);
    CHECK(*at(body, {"data", "alerts_left_out"}).as<std::int64_t>() ==
          130 - static_cast<std::int64_t>(listed));
    CHECK(text_at(body, {"data", "message"}) == "0123456789abcdef0123456789abcdef");
}

TEST_CASE("a test says that it is one", "[messages][R89]") {
    const auto letter = sample(LetterKind::test);
    for (const std::string format : {"standard", "cloudevents"})
        CHECK(*at(document(letter, format), {"data", "test"}).as<bool>());
    for (const std::string format : {"slack", "mattermost", "teams"})
        CHECK_THAT(compose_webhook(letter, format, identity), Contains("This is a test"));
}

TEST_CASE("a CloudEvent's id is the webhook-id", "[messages][R86]") {
    const auto letter = sample(LetterKind::alert);
    const auto event = document(letter, "cloudevents");
    CHECK(text_at(event, {"specversion"}) == "1.0");
    CHECK(text_at(event, {"id"}) == webhook_message_id(letter));
    CHECK(text_at(event, {"source"}) == "//force.example/forcewatch");
    CHECK(text_at(event, {"type"}) == "forcewatch.alert.opened");
    CHECK(text_at(event, {"subject"}) == letter.items[0].subject);
    CHECK(text_at(event, {"time"}) == "2026-11-24T09:00:00Z");
    CHECK(webhook_content_type("cloudevents") == "application/cloudevents+json");
    CHECK(webhook_content_type("standard") == "application/json");
}

TEST_CASE("a chat message shows what, whom, by when and how to answer", "[messages]") {
    const auto letter = sample(LetterKind::alert);
    const auto slack = document(letter, "slack");
    CHECK_THAT(text_at(slack, {"text"}), Catch::StartsWith("Note: Dyfed-Powys / Heddlu"));
    const auto section = text_at(slack, {"blocks", "0", "text", "text"});
    CHECK_THAT(section, Contains("By when: Mon 30 Nov 2026") && Contains("G\xC5\xB5yr &amp; Ll"));
    CHECK_THAT(compose_webhook(letter, "slack", identity), Contains("|I have this in hand>"));
    CHECK_THAT(text_at(document(letter, "mattermost"), {"text"}),
               Contains("**Note: Dyfed-Powys") && Contains("- By when: Mon 30 Nov 2026"));
    const auto card = at(document(letter, "teams"), {"attachments", "0", "content"});
    CHECK(text_at(card, {"type"}) == "AdaptiveCard");
    CHECK(text_at(card, {"body", "2", "facts", "0", "value"}) == "Mon 30 Nov 2026");
    CHECK(text_at(card, {"actions", "0", "url"}) == letter.acknowledge_url);
}

TEST_CASE("nothing in a title can mention a channel, link or mark up", "[messages][R85]") {
    auto letter = sample(LetterKind::alert);
    letter.items[0].title = "Kent <!channel> <https://evil.example|x> [a](b) *b* @all";
    CHECK_THAT(compose_webhook(letter, "slack", identity), !Contains("<!channel>"));
    CHECK_THAT(compose_webhook(letter, "slack", identity), !Contains("<https://evil"));
    for (const std::string format : {"mattermost", "teams"})
        CHECK_THAT(compose_webhook(letter, format, identity),
                   Contains(R"(\\[a\\](b) \\*b\\*)") && !Contains("@all"));
}

TEST_CASE(
    "an alert in Alertmanager keeps its labels, ends its other severities and outlives the "
    "gap",
    "[messages]") {
    auto letter = sample(LetterKind::alert);
    CHECK(alertmanager_alerts(letter).size() == 1);
    letter.items[0].change = "raised";
    letter.items[0].severity = Severity::critical;
    const auto alerts = alertmanager_alerts(letter);
    REQUIRE(alerts.size() == 3);
    for (const auto& alert : alerts) {
        CHECK(text_at(alert, {"labels", "alertname"}) == "remains-requires-improvement");
        CHECK(text_at(alert, {"labels", "subject"}) == letter.items[0].subject);
        CHECK(text_at(alert, {"startsAt"}) == "2026-11-22T09:00:00Z");
        const bool current = text_at(alert, {"labels", "severity"}) == "critical";
        CHECK(text_at(alert, {"endsAt"}) ==
              (current ? "2036-11-21T09:00:00Z" : "2026-11-24T09:00:00Z"));
    }
    letter.items[0].closed = true;
    letter.items[0].change = "closed";
    for (const auto& alert : alertmanager_alerts(letter))
        CHECK(text_at(alert, {"endsAt"}) == "2026-11-24T09:00:00Z");
    CHECK(alertmanager_alerts(sample(LetterKind::storm)).size() == 260);
}

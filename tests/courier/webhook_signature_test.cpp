#include "courier/webhook_signature.hpp"

#include <catch2/catch.hpp>

#include "daemon/api/json_reader.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace forcewatch;
using Catch::Contains;

TEST_CASE("the published test vectors of Standard Webhooks come out", "[courier][R73][W5]") {
    const auto document = parse_json_object(
        test::text_of_file(FORCEWATCH_SOURCE_DIR "/tests/data/standard-webhooks.json"));
    REQUIRE(document);
    const auto& vectors = *document->find("vectors")->as<JsonValue::Array>();
    REQUIRE(vectors.size() == 2);
    for (const auto& vector : vectors) {
        const auto text = [&](const char* name) { return *vector.find(name)->as<std::string>(); };
        const Instant at{std::chrono::seconds{*vector.find("timestamp")->as<std::int64_t>()}};
        const auto secrets = WebhookSecrets::parse(text("secret"));
        REQUIRE(secrets);
        CHECK(secrets->sign(text("id"), at, text("body")) == text("signature"));
        CHECK(secrets->verify(text("signature"), text("id"), at, text("body")));
        CHECK(secrets->verify("v1,AAAA " + text("signature"), text("id"), at, text("body")));
        CHECK_FALSE(secrets->verify(text("signature"), text("id"), at, text("body") + " "));
        CHECK_FALSE(secrets->verify(text("signature"), "msg_other", at, text("body")));
        CHECK_FALSE(secrets->verify(text("signature"), text("id"), at + std::chrono::seconds{1},
                                    text("body")));
        CHECK_FALSE(secrets->verify("", text("id"), at, text("body")));
    }
}

TEST_CASE("two secrets make two signatures and each verifies", "[courier][R74]") {
    const std::string first = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const std::string second = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const Instant at{std::chrono::seconds{1614265330}};
    const auto both = WebhookSecrets::parse(first + "\r\n\n" + second + "\n").value();
    const auto header = both.sign("id", at, "body");
    const auto one = WebhookSecrets::parse(first).value();
    const auto two = WebhookSecrets::parse(second).value();
    CHECK(header == one.sign("id", at, "body") + " " + two.sign("id", at, "body"));
    CHECK(one.verify(header, "id", at, "body"));
    CHECK(two.verify(header, "id", at, "body"));
    CHECK(both.verify(two.sign("id", at, "body"), "id", at, "body"));
}

TEST_CASE("the older of two secrets ends at its time, without a restart", "[courier][R74][W5]") {
    const std::string first = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const std::string second = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const auto end = parse_instant("2026-12-01T00:00:00Z").value();
    const auto both =
        WebhookSecrets::parse(first + " until 2026-12-01T00:00:00Z\n" + second + "\n").value();
    const auto one = WebhookSecrets::parse(first).value();
    const auto two = WebhookSecrets::parse(second).value();
    const auto before = end - std::chrono::seconds{1};
    CHECK(both.sign("id", before, "body") ==
          one.sign("id", before, "body") + " " + two.sign("id", before, "body"));
    CHECK(both.sign("id", end, "body") == two.sign("id", end, "body"));
    CHECK(both.verify(one.sign("id", before, "body"), "id", before, "body"));
    CHECK_FALSE(both.verify(one.sign("id", end, "body"), "id", end, "body"));
    const auto ended = WebhookSecrets::parse(first + " until 2026-12-01T00:00:00Z").value();
    CHECK(ended.sign("id", end, "body").empty());
    for (const std::string until : {" until", " until ", " until 2026-12-01", "until 2026"})
        CHECK_FALSE(WebhookSecrets::parse(first + until));
}

TEST_CASE("a secret of another make or size is refused without being told", "[courier][R73]") {
    const auto base64_of = [](std::size_t bytes) {
        return std::string(bytes / 3 * 4, 'A') + (bytes % 3 == 1   ? "AA=="
                                                  : bytes % 3 == 2 ? "AAA="
                                                                   : "");
    };
    CHECK(WebhookSecrets::parse("whsec_" + base64_of(24)));
    CHECK(WebhookSecrets::parse("whsec_" + base64_of(25)));
    CHECK(WebhookSecrets::parse("whsec_" + base64_of(64)));
    for (const std::string& text :
         {std::string{}, std::string{"\n"}, "whsec_" + base64_of(23), "whsec_" + base64_of(65),
          base64_of(32), "whsk_" + base64_of(32), "whsec_" + base64_of(32).substr(1),
          "whsec_" + std::string(32, '!'), "whsec_ " + base64_of(24),
          "whsec_" + base64_of(24) + " ",
          "whsec_" + std::string(31, 'A') + "=A==", "whsec_" + base64_of(200'000)}) {
        const auto secrets = WebhookSecrets::parse(text);
        REQUIRE_FALSE(secrets);
        CHECK_THAT(secrets.error(), !Contains("AAAA"));
    }
    const auto good = "whsec_" + base64_of(24) + "\n";
    CHECK(WebhookSecrets::parse(good + good));
    CHECK_FALSE(WebhookSecrets::parse(good + good + good));
    CHECK_THAT(WebhookSecrets::parse(good + "x\n").error(), Contains("line 2"));
}

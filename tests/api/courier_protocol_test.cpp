#include "daemon/api/courier_protocol.hpp"

#include <catch2/catch.hpp>

using namespace forcewatch;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

CourierParcel sample_mail() {
    return {.id = DeliveryId{7},
            .lease = 3,
            .destination = "liaison",
            .kind = DestinationKind::email,
            .recipient = "liaison@force.example",
            .sender = "forcewatch@force.example",
            .message_id = "d7.a1@forcewatch.example",
            .content_type = "message/rfc822",
            .attempt = 2,
            .subject_key = "track/kent/PEEL/custody",
            .body = "Subject: caf\xC3\xA9\r\n\r\n\"quoted\"\r\n"};
}

// The same parcel as JSON with one member replaced or, with empty text, left out.
std::string with_member(const std::string& name, const std::string& json) {
    std::string out = R"({"parcels":[{)";
    const std::pair<std::string, std::string> members[] = {{"id", "7"},
                                                           {"lease", "3"},
                                                           {"destination", R"("liaison")"},
                                                           {"kind", R"("email")"},
                                                           {"recipient", R"("a@b.example")"},
                                                           {"sender", R"("c@d.example")"},
                                                           {"message_id", R"("x@y")"},
                                                           {"content_type", R"("message/rfc822")"},
                                                           {"attempt", "1"},
                                                           {"subject_key", R"("s")"},
                                                           {"body", R"("b")"}};
    bool first = true;
    bool replaced = false;
    for (const auto& [member, value] : members) {
        const bool chosen = member == name;
        replaced = replaced || chosen;
        if (chosen && json.empty()) continue;
        if (!first) out += ',';
        first = false;
        out += '"' + member + "\":" + (chosen ? json : value);
    }
    if (!replaced && !name.empty()) out += ",\"" + name + "\":" + json;
    return out + "}]}";
}

}  // namespace

TEST_CASE("claims, parcels and results survive the way there and back", "[api][courier]") {
    const CourierClaim claim{.fingerprint = "f00d",
                             .session = "1a2b",
                             .max = 100,
                             .wait = 55s,
                             .busy = {"slow", "slower"},
                             .carrying = {DeliveryId{3}, DeliveryId{40}}};
    CHECK(read_claim(write_claim(claim)).value() == claim);
    auto in_any_order = claim;
    std::swap(in_any_order.carrying.front(), in_any_order.carrying.back());
    CHECK(read_claim(write_claim(in_any_order)).value() == claim);

    auto file = sample_mail();
    file.kind = DestinationKind::folder;
    file.recipient.clear();
    file.sender.clear();
    const std::vector parcels{sample_mail(), file};
    CHECK(read_parcels(write_parcels(parcels)).value() == parcels);
    CHECK(read_parcels(write_parcels({})).value().empty());

    const std::vector<CourierResult> results{
        {DeliveryId{7}, 3, {Verdict::delivered, 250, "", 0s}},
        {DeliveryId{8}, 0, {Verdict::retry_later, 429, "slow down", 120s}},
        {DeliveryId{9}, 1, {Verdict::unknown, 0, "no answer", 0s}},
        {DeliveryId{10}, 1, {Verdict::rejected, 550, "no such user", 0s}},
        {DeliveryId{11}, 1, {Verdict::gone, 410, "gone", 0s}}};
    CHECK(read_results(write_results(results)).value() == results);
    CHECK(read_settled(write_settled(5)).value() == 5);
}

TEST_CASE("a parcel with anything wrong in it is refused by name", "[api][courier]") {
    REQUIRE(read_parcels(with_member("", "")));
    const auto [name, json] = GENERATE(table<std::string, std::string>({
        {"id", ""},
        {"id", "0"},
        {"id", "-1"},
        {"id", "\"7\""},
        {"id", "7.0"},
        {"id", "1e3"},
        {"lease", ""},
        {"lease", "-1"},
        {"lease", "true"},
        {"destination", ""},
        {"destination", "\"\""},
        {"destination", "\"a\\nb\""},
        {"kind", ""},
        {"kind", "\"fax\""},
        {"kind", "1"},
        {"recipient", ""},
        {"recipient", "\"\""},
        {"recipient", "\"a\""},
        {"recipient", "\"a@b.example\\r\\nRCPT TO:<evil@example>\""},
        {"recipient", "\"<a@b.example>\""},
        {"recipient", "\"a b@c.example\""},
        {"recipient", "\"a@b.example,c@d.example\""},
        {"sender", "\"\""},
        {"sender", "\"x@y\\n\""},
        {"message_id", "\"\""},
        {"message_id", "\"../../etc/passwd\""},
        {"message_id", "\".hidden\""},
        {"message_id", "\"a b\""},
        {"message_id", "\"a\\r\\nb\""},
        {"content_type", "\"\""},
        {"content_type", "\"text/plain\\r\\nX: y\""},
        {"attempt", "0"},
        {"attempt", "null"},
        {"body", "null"},
        {"body", "[]"},
        {"subject_key", ""},
        {"extra", "1"},
    }));
    CAPTURE(name, json);
    const auto read = read_parcels(with_member(name, json));
    REQUIRE_FALSE(read);
    CHECK_THAT(read.error(), Contains("/parcels/0/" + name));
}

TEST_CASE("an address belongs to e-mail alone", "[api][courier]") {
    const auto read = read_parcels(with_member("kind", "\"webhook\""));
    REQUIRE_FALSE(read);
    CHECK_THAT(read.error(), Contains("/parcels/0/recipient"));
}

TEST_CASE("claims and settlements keep their limits", "[api][courier]") {
    CHECK_FALSE(
        read_claim(R"({"fingerprint":"f","session":"1","carrying":[],"max":0,"wait_seconds":1})"));
    CHECK_FALSE(read_claim(
        R"({"fingerprint":"f","session":"1","carrying":[],"max":501,"wait_seconds":1})"));
    CHECK_FALSE(
        read_claim(R"({"fingerprint":"f","session":"1","carrying":[],"max":1,"wait_seconds":61})"));
    CHECK_FALSE(
        read_claim(R"({"fingerprint":"","session":"1","carrying":[],"max":1,"wait_seconds":1})"));
    CHECK_FALSE(read_claim(
        R"({"fingerprint":"f","session":"1","carrying":[],"max":1,"wait_seconds":1,"busy":[1]})"));
    CHECK_FALSE(read_claim(
        R"({"fingerprint":"f","session":"1","carrying":[],"max":1,"wait_seconds":1,"x":1})"));
    CHECK(
        read_claim(R"({"fingerprint":"f","session":"1","carrying":[],"max":1,"wait_seconds":0})"));
    CHECK_FALSE(read_claim(R"({"fingerprint":"f","carrying":[],"max":1,"wait_seconds":0})"));
    CHECK_FALSE(read_claim(R"({"fingerprint":"f","session":"1","max":1,"wait_seconds":0})"));
    CHECK_FALSE(
        read_claim(R"({"fingerprint":"f","session":"1","carrying":[0],"max":1,"wait_seconds":0})"));

    const std::string longest(courier_limits::reason, '"');
    std::vector<CourierResult> many(
        courier_limits::parcels,
        {DeliveryId{1}, 1, {Verdict::retry_later, 503, longest, std::chrono::hours{24}}});
    CHECK(read_results(write_results(many)));
    many.push_back({DeliveryId{1}, 1, {}});
    CHECK_FALSE(read_results(write_results(many)));
    CHECK_FALSE(
        read_results(write_results({{DeliveryId{1}, 1, {Verdict::unknown, 1000, "", 0s}}})));
    CHECK_FALSE(
        read_results(write_results({{DeliveryId{1}, 1, {Verdict::unknown, 0, "", 86401s}}})));
    CHECK_FALSE(read_results(
        write_results({{DeliveryId{1}, 1, {Verdict::unknown, 0, std::string(501, 'x'), 0s}}})));
    CHECK_FALSE(read_results(std::string(courier_limits::request + 1, ' ')));
}

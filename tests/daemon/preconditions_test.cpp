#include <thread>

#include "tests/daemon/running_daemon.hpp"

using namespace forcewatch;
using Catch::Contains;
using forcewatch::test::HttpAnswer;
using forcewatch::test::RunningDaemon;
using forcewatch::test::UnixHttpClient;

namespace {

constexpr auto action = R"({"source":"t","external_id":"A","force":"kent","title":"Custody",
                            "deadline":"local","due":"2027-01-31"})";
constexpr auto path = "/v1/actions/t/A";

std::string progress(int percent) { return fmt::format(R"({{"title":"Custody {}"}})", percent); }

struct Office : RunningDaemon {
    Office() {
        import_reference();
        REQUIRE(ask("POST", "/v1/actions", action).status == 201);
    }
    HttpAnswer send(const std::string& method, const std::string& target, const std::string& body,
                    const std::string& fields) {
        UnixHttpClient client{folder().at("api.sock")};
        return send(client, method, target, body, fields);
    }
    static HttpAnswer send(UnixHttpClient& client, const std::string& method,
                           const std::string& target, const std::string& body,
                           const std::string& fields) {
        // No assertion: it runs in a thread, too, and no answer has the status 0.
        (void)client.send(fmt::format("{} {} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n{}\r\n{}",
                                      method, target, body.size(), fields, body));
        return client.read_answer(false);
    }
    std::string version(const std::string& of = path) { return get(of).headers.at("etag"); }
};

}  // namespace

TEST_CASE("who read an older version changes nothing, and hears which one there is",
          "[daemon][R24][N5]") {
    Office office;
    const auto first = office.version();
    const auto changed = office.send("PATCH", path, progress(1), "If-Match: " + first + "\r\n");
    CHECK(changed.status == 200);
    CHECK(changed.headers.at("etag") == office.version());
    CHECK(office.version() != first);

    const auto late = office.send("PATCH", path, progress(2), "If-Match: " + first + "\r\n");
    CHECK(late.status == 412);
    CHECK(late.headers.at("etag") == office.version());
    CHECK_THAT(late.body, Contains("/problems/precondition-failed"));
    CHECK_THAT(office.get(path).body, Contains("Custody 1"));

    CHECK(office.send("PATCH", path, progress(3), "If-Match: \"1\", " + office.version() + "\r\n")
              .status == 200);
    CHECK(office.send("PATCH", path, progress(4), "If-Match: *\r\n").status == 200);
    CHECK(office.send("DELETE", path, R"({"reason":"x"})", "If-Match: " + first + "\r\n").status ==
          412);
    CHECK(office.send("PATCH", "/v1/actions/t/B", progress(1), "If-Match: *\r\n").status == 412);
    const auto empty = office.send("PATCH", path, progress(5), "If-Match:\r\n");
    CHECK(empty.status == 400);
    CHECK_THAT(empty.body, Contains("If-Match"));
    CHECK(office.send("PATCH", path, progress(5), "Idempotency-Key: \r\n").status == 400);
    CHECK_THAT(office.get(path).body, Contains("Custody 4"));
}

TEST_CASE("what is made bears the version with which it can be changed", "[daemon][R24]") {
    Office office;
    const auto [collection, body, made, change] =
        GENERATE(table<std::string, std::string, std::string, std::string>({
            {"/v1/actions",
             R"({"source":"t","external_id":"N","force":"kent","title":"New","deadline":"none"})",
             "/v1/actions/t/N", R"({"title":"Newer"})"},
            {"/v1/meetings",
             R"({"force":"kent","meeting":"m","kind":"meeting","title":"Board","due":"2027-01-31",
                 "deadline":"local"})",
             "/v1/meetings/kent/m", R"({"note":"moved"})"},
            {"/v1/people", R"({"name":"Ann","email":"ann@force.example"})", "/v1/people/person-1",
             R"({"name":"Anne"})"},
        }));
    CAPTURE(collection);
    const auto key = "Idempotency-Key: " + collection + "\r\n";
    const auto created = office.send("POST", collection, body, key);
    CAPTURE(created.body);
    REQUIRE(created.status == 201);
    const auto version = created.headers.at("etag");
    CHECK(version == office.version(made));
    CHECK(office.get(made).body == created.body);
    CHECK(office.send("POST", collection, body, key).headers.at("etag") == version);
    const auto fields = "If-Match: " + version + "\r\n";
    const auto changed = office.send("PATCH", made, change, fields);
    CHECK(changed.status == 200);
    CHECK(changed.headers.at("etag") != version);
    CHECK(office.send("PATCH", made, change, fields).status == 412);
    CHECK(office.get("/v1/people/person-77").status == 404);
}

TEST_CASE("an alert has a version, too", "[daemon][R24]") {
    Office office;
    REQUIRE(office
                .ask("POST", "/v1/actions",
                     R"({"source":"t","external_id":"L","force":"kent","title":"Late",
                         "deadline":"local","due":"2026-01-31"})")
                .status == 201);
    const auto first = office.version("/v1/alerts/1");
    const std::string body = R"({"reason":"on it"})";
    const auto fields = "If-Match: " + first + "\r\n";
    CHECK(office.send("POST", "/v1/alerts/1/acknowledge", body, fields).status == 200);
    CHECK(office.send("POST", "/v1/alerts/1/unacknowledge", body, fields).status == 412);
    CHECK_THAT(office.get("/v1/alerts/1").body, Contains(R"("state":"acknowledged")"));
}

TEST_CASE("of two writers on one version exactly one wins, a thousand times", "[daemon][R24][N5]") {
    Office office;
    UnixHttpClient left{office.folder().at("api.sock")};
    UnixHttpClient right{office.folder().at("api.sock")};
    auto version = office.version();
    for (int race = 0; race < 1000; ++race) {
        const auto fields = "If-Match: " + version + "\r\n";
        HttpAnswer one;
        std::thread other{[&] { one = Office::send(left, "PATCH", path, progress(race), fields); }};
        const auto two = Office::send(right, "PATCH", path, progress(race + 5000), fields);
        other.join();
        CAPTURE(race, one.status, two.status);
        REQUIRE(std::min(one.status, two.status) == 200);
        REQUIRE(std::max(one.status, two.status) == 412);
        version = (one.status == 200 ? one : two).headers.at("etag");
    }
}

TEST_CASE("a request that is sent again has its effect once and the same answer",
          "[daemon][R25][N6]") {
    Office office;
    const std::string key = "Idempotency-Key: 7f3a\r\n";
    const std::string body = R"({"source":"t","external_id":"K","force":"kent","title":"Keys",
                                 "deadline":"local","due":"2027-01-31"})";
    const auto first = office.send("POST", "/v1/actions", body, key);
    REQUIRE(first.status == 201);
    const auto recorded = [&] {
        const auto status = office.json("/v1/status");
        return *status.find("journal")->as<std::int64_t>();
    };
    const auto before = recorded();
    office.kill();
    office.start();
    for (int i = 0; i < 50; ++i) {
        const auto again = office.send("POST", "/v1/actions", body, key);
        REQUIRE(again.status == 201);
        REQUIRE(again.body == first.body);
        REQUIRE(again.headers.at("idempotency-replayed") == "true");
    }
    CHECK(recorded() == before);

    const auto other = office.send("POST", "/v1/actions", action, key);
    CHECK(other.status == 422);
    CHECK_THAT(other.body, Contains("/problems/idempotency-key"));
    CHECK(office.send("POST", "/v1/actions", body, "Idempotency-Key: 7f3b\r\n").status == 409);
    CHECK(
        office
            .send("POST", "/v1/actions", body, "Idempotency-Key: " + std::string(201, 'k') + "\r\n")
            .status == 400);
}

TEST_CASE("what was refused is tried anew under the same key", "[daemon][R25]") {
    Office office;
    const std::string key = "Idempotency-Key: later\r\n";
    const std::string body = R"({"title":"Custody, again"})";
    CHECK(office.send("PATCH", "/v1/actions/t/Z", body, key).status >= 400);
    CHECK(office.send("PATCH", path, body, key).status == 200);
}

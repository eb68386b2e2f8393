#include "tests/daemon/running_daemon.hpp"

using namespace forcewatch;
using Catch::Contains;
using forcewatch::test::HttpAnswer;
using forcewatch::test::RunningDaemon;
using forcewatch::test::text_of_file;
using forcewatch::test::UnixHttpClient;

namespace {

constexpr auto public_url = "https://watch.force.example";

constexpr auto settings = R"([mail]
host = "127.0.0.1"
security = "plain"
from = "forcewatch@force.example"
[alerts]
group_wait = "0s"
[[destination]]
name = "liaison"
email = { to = ["liaison@force.example"] }
[[route]]
to = ["liaison"]
)";

/// One overdue action, told to a webhook and a mailbox; the socket has a proxy.
struct Office : RunningDaemon {
    Office() : RunningDaemon{settings} {
        auto text = text_of_file(config());
        text.insert(text.find("mode = "), fmt::format("public_url = \"{}/\"\n", public_url));
        std::ofstream{config()} << text;
        REQUIRE(stop() == 0);
        start();
        import_reference();
        REQUIRE(ask("POST", "/v1/actions",
                    R"({"source":"t","external_id":"A","force":"kent","title":"Custody",
                        "deadline":"local","due":"2026-01-31"})")
                    .status == 201);
    }
    /// Path of the link in the message to a destination.
    std::string link(const std::string& destination) {
        for (int id = 1; id < 20; ++id) {
            const auto answer = get(fmt::format("/v1/deliveries/{}", id));
            if (answer.status != 200) break;
            if (answer.body.find(fmt::format(R"("destination":"{}")", destination)) ==
                std::string::npos)
                continue;
            std::string body = answer.body;
            const std::string soft_break = R"(=\r\n)";  // quoted-printable, in JSON
            for (auto at = body.find(soft_break); at != std::string::npos;
                 at = body.find(soft_break))
                body.erase(at, soft_break.size());
            const auto at = body.find(std::string{public_url} + "/a/");
            if (at != std::string::npos)
                return body.substr(at + std::string_view{public_url}.size(), 67);
        }
        return {};
    }
    HttpAnswer press(const std::string& path, const std::string& form) {
        return ask("POST", path, form);
    }
};

}  // namespace

TEST_CASE("a link in a message shows the alert, and its button takes it in hand, once",
          "[daemon][links][R52]") {
    Office office;
    const auto path = office.link("outbox");
    REQUIRE(path.size() == 67);
    const std::string form = "reason=ward+%26+rota%21&days=3";
    const auto page = office.get(path);
    CHECK(page.status == 200);
    CHECK_THAT(page.body, Contains("I have this in hand") && Contains("Custody") &&
                              Contains("<form method=\"post\">"));
    CHECK(page.headers.at("content-type") == "text/html; charset=utf-8");
    CHECK(page.headers.at("cache-control") == "no-store");
    CHECK_THAT(page.headers.at("content-security-policy"), Contains("default-src 'none'"));
    // Scanners follow links: looking changes nothing.
    CHECK_THAT(office.get("/v1/alerts/1").body, Contains(R"("state":"open")"));

    // A browser sends where the form stands, or null where it is not to tell.
    UnixHttpClient browser{office.folder().at("api.sock")};
    REQUIRE(browser.send(
        fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nOrigin: null\r\nContent-Length: {}\r\n\r\n{}",
                    path, form.size(), form)));
    const auto done = browser.read_answer(false);
    CHECK(done.status == 200);
    CHECK_THAT(done.body, Contains("Thank you"));
    const auto alert = office.get("/v1/alerts/1").body;
    CHECK_THAT(alert, Contains(R"("state":"acknowledged")") && Contains("ward & rota!"));
    CHECK(office.ask("POST", "/v1/alerts/1/unacknowledge", R"({"reason":"no"})").status == 200);
    const auto again = office.press(path, "reason=again&days=3");
    CHECK(again.status == 409);
    CHECK_THAT(again.body, Contains("it works once") && !Contains("<form"));
    CHECK_THAT(office.get(path).body, Contains("it works once") && !Contains("<form"));
    CHECK_THAT(office.get("/v1/alerts/1").body, Contains(R"("state":"open")"));
}

TEST_CASE("a link that was not made here leads nowhere", "[daemon][links]") {
    Office office;
    auto path = office.link("outbox");
    REQUIRE(path.size() == 67);
    auto forged = path;
    forged.back() = forged.back() == '0' ? '1' : '0';
    const auto nowhere = office.get(forged);
    CHECK(nowhere.status == 404);
    CHECK_THAT(nowhere.body, !Contains("<form") && !Contains("<ul>") && !Contains("<label"));
    CHECK(office.press(forged, "days=3").status == 404);
    CHECK(office.get("/u" + path.substr(2)).status == 404);  // signed for another purpose
    CHECK(office.get("/a/short").status == 404);
    CHECK(office.press(path, "reason=%ff").status == 400);
    CHECK_THAT(office.get("/v1/alerts/1").body, Contains(R"("state":"open")"));
}

TEST_CASE("whoever a mail was for is who acknowledged by its link", "[daemon][links][R52]") {
    Office office;
    const auto path = office.link("liaison");
    REQUIRE(path.size() == 67);
    REQUIRE(office.press(path, "days=1").status == 200);
    CHECK_THAT(office.get("/v1/alerts/1").body, Contains(R"("by":"liaison@force.example")") &&
                                                    Contains("by the link in the message"));
}

TEST_CASE("a link that came by no mail stands for its destination", "[daemon][links][R52]") {
    Office office;
    REQUIRE(office.press(office.link("outbox"), "days=1").status == 200);
    CHECK_THAT(office.get("/v1/alerts/1").body, Contains(R"("by":"outbox")"));
}

TEST_CASE("what the mail system reports stops mail to an address until it is allowed again",
          "[daemon][R81]") {
    Office office;
    CHECK(office.ask("POST", "/v1/addresses/report", R"({"kind":"odd","address":"a@b.example"})")
              .status == 422);
    CHECK(office.ask("POST", "/v1/addresses/report", R"({"kind":"permanent","message_id":"x"})")
              .status == 404);
    const auto taken = office.ask(
        "POST", "/v1/addresses/report",
        R"({"kind":"permanent","address":"liaison@force.example","reason":"550 no such user"})");
    CHECK(taken.status == 200);
    CHECK_THAT(taken.body, Contains(R"("bounced":true)"));
    CHECK_THAT(office.get("/v1/addresses").body,
               Contains("liaison@force.example") && Contains("550 no such user"));
    CHECK_THAT(office.get("/v1/alerts").body, Contains("address-bounced"));
    const std::string allow = R"({"address":"liaison@force.example"})";
    CHECK(office.ask("POST", "/v1/addresses/allow", allow).status == 204);
    CHECK(office.ask("POST", "/v1/addresses/allow", allow).status == 404);
    CHECK_THAT(office.get("/v1/addresses").body, Contains(R"("items":[])"));
}

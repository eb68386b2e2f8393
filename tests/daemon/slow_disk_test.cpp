#include <sqlite3.h>

#include "tests/daemon/domain.hpp"

using namespace forcewatch;
using namespace forcewatch::test;

namespace {

std::string request(const std::string& method, const std::string& path, const std::string& body) {
    return fmt::format("{} {} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", method, path,
                       body.size(), body);
}

std::string overdue_action(int number) {
    return fmt::format(R"({{"source":"t","external_id":"A-{}","force":"kent","title":"Custody",
                            "deadline":"local","due":"2026-01-31"}})",
                       number);
}

/// Somebody else who writes to the database: a shell with a transaction left open.
class Intruder {
public:
    explicit Intruder(const std::string& path) {
        REQUIRE(::sqlite3_open(path.c_str(), &database_) == SQLITE_OK);
        run("BEGIN IMMEDIATE");
    }
    Intruder(const Intruder&) = delete;
    Intruder& operator=(const Intruder&) = delete;
    ~Intruder() { ::sqlite3_close(database_); }
    void go() { run("ROLLBACK"); }

private:
    void run(const char* sql) {
        REQUIRE(::sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
    }
    sqlite3* database_{};
};

}  // namespace

TEST_CASE("with a disk that takes long for each sync readers are served, and nothing is lost",
          "[daemon][D7][V1]") {
#ifdef __SANITIZE_ADDRESS__
    WARN("a sanitizer wants to be loaded first, so no other library can be");
    return;
#endif
    Daemon daemon;
    REQUIRE(daemon.stop() == 0);
    daemon.start({"LD_PRELOAD=" FORCEWATCH_SLOW_SYNC, "SLOW_SYNC_MS=1500"});
    UnixHttpClient writer{daemon.folder().at("api.sock")};
    for (int number = 1; number <= 3; ++number) {
        REQUIRE(writer.send(request("POST", "/v1/actions", overdue_action(number))));
        if (number > 1) {  // the disk is known to be slow
            CHECK(daemon.get("/v1/status").status == 200);
            CHECK(daemon.get("/v1/actions/t/A-1").status == 200);
            CHECK_FALSE(writer.has_answer());
        }
        CHECK(writer.read_answer().status == 201);
    }
    CHECK(list(daemon.json("/v1/alerts"), "items").size() == 3);
    daemon.kill();
    daemon.start();
    CHECK(list(daemon.json("/v1/alerts"), "items").size() == 3);
    CHECK(list(daemon.json("/v1/deliveries"), "items").size() >= 3);
}

TEST_CASE("while another process holds the database changes are refused in words, and reads go on",
          "[daemon][D6]") {
    Daemon daemon;
    Intruder intruder{daemon.folder().at("forcewatch.db")};
    const auto refused = daemon.ask("POST", "/v1/actions", overdue_action(1));
    CHECK(refused.status == 503);
    CHECK(refused.headers.at("retry-after") == "5");
    CHECK_THAT(refused.body, Catch::Contains("another process"));
    CHECK(daemon.get("/v1/actions").status == 200);
    CHECK(daemon.get("/healthz").status == 503);
    intruder.go();
    CHECK(daemon.ask("POST", "/v1/actions", overdue_action(1)).status == 201);
    CHECK(daemon.get("/healthz").status == 200);
    CHECK(list(daemon.json("/v1/actions"), "items").size() == 1);
}

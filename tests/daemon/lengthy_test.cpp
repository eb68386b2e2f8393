// What others notice of a large file that comes in: nothing.
#include <csignal>
#include <future>
#include <thread>

#include "tests/daemon/running_daemon.hpp"

using namespace forcewatch;
using forcewatch::test::HttpAnswer;
using forcewatch::test::overdue_actions;
using forcewatch::test::RunningDaemon;
using forcewatch::test::UnixHttpClient;

namespace {

constexpr int rows = 6'000;
constexpr std::size_t shown = 100;  // of one page

/// A daemon that is taking in a plan, sent by somebody else.
struct WithImport {
    RunningDaemon daemon;
    int first{};  ///< of the actions that come in
    std::int64_t journal_before{};
    std::future<HttpAnswer> import;

    WithImport() {
        daemon.import_reference();
        begin();
    }
    void begin() {
        journal_before = journal();
        const auto before = written();
        const auto send = [socket = daemon.folder().at("api.sock"), from = first] {
            UnixHttpClient client{socket};
            return client.ask("POST", "/v1/import?name=plan.csv", overdue_actions(from, rows));
        };
        import = std::async(std::launch::async, send);
        while (under_way() && written() == before) std::this_thread::yield();
    }
    /// The next plan, once all of this one is there.
    void begin_another() {
        REQUIRE(import.get().status == 200);
        first += rows;
        begin();
    }
    /// Grows as soon as a transaction has changed more than fits into memory.
    [[nodiscard]] std::uintmax_t written() const {
        return std::filesystem::file_size(daemon.folder() / "forcewatch.db-wal");
    }
    std::int64_t number(const char* name) {
        return *daemon.json("/v1/status").find(name)->as<std::int64_t>();
    }
    std::int64_t journal() { return number("journal"); }
    bool nothing_recorded() { return journal() == journal_before; }
    bool under_way() {
        return import.wait_for(std::chrono::seconds{0}) == std::future_status::timeout;
    }
    bool has_action(int number) {
        return daemon.get(fmt::format("/v1/actions/tracker/A-{}", first + number)).status == 200;
    }
    std::size_t actions() {
        return daemon.json("/v1/actions?state=all").find("items")->as<JsonValue::Array>()->size();
    }
};

}  // namespace

TEST_CASE("others are answered while a large file comes in, and see all of it or nothing",
          "[daemon][P15][V7]") {
    WithImport with;
    int answered_before = 0;
    const auto look = [&] {
        const bool has_last = with.has_action(rows - 1);
        const bool has_first = with.has_action(0);
        const auto recorded = with.journal() - with.journal_before;
        CHECK(with.daemon.get("/healthz").status == 200);
        CHECK((recorded == 0 || recorded >= rows));
        if (has_last) CHECK(has_first);
        if (has_first) CHECK(recorded >= rows);
        if (recorded == 0) ++answered_before;
    };
    // How many answers there is time for depends on the machine: more files come until there were.
    constexpr int enough = 10;
    for (int files = 1; answered_before < enough && files <= 20; ++files) {
        if (files > 1) with.begin_another();
        while (with.under_way()) look();
    }
    CHECK(answered_before >= enough);
    CHECK(with.import.get().status == 200);
    CHECK(with.journal() >= with.journal_before + rows);
    CHECK(with.actions() == shown);
}

TEST_CASE("an import that cannot be meant is refused at once, not behind another",
          "[daemon][P15][R99]") {
    WithImport with;
    const auto refused_before_it = [&] {
        const auto refused = with.daemon.ask("POST", "/v1/import?name=plan.csv&mode=baselin", "x");
        CHECK(refused.status == 400);
        CHECK_THAT(refused.body, Catch::Contains("mode: expected normal or baseline"));
        return with.nothing_recorded();
    };
    bool at_once = refused_before_it();
    for (int more = 0; !at_once && more < 20; ++more) {
        with.begin_another();
        at_once = refused_before_it();
    }
    CHECK(at_once);
}

TEST_CASE("a reload in the middle of a large file waits for its end", "[daemon][P15][R42]") {
    WithImport with;
    with.daemon.signal(SIGHUP);
    CHECK(with.daemon.notify().wait_for("RELOADING=1"));
    const auto reloaded = with.daemon.ask("POST", "/v1/reload");
    CHECK(reloaded.status == 200);
    CHECK(with.daemon.notify().wait_for("READY=1"));
    CHECK(with.import.get().status == 200);
    CHECK(with.actions() == shown);
}

TEST_CASE("a change that is sent while a large file comes in is recorded after it",
          "[daemon][P15]") {
    WithImport with;
    const auto changed =
        with.daemon.ask("PATCH", "/v1/actions/tracker/A-0", R"({"title":"By hand"})");
    CHECK(with.import.get().status == 200);
    CAPTURE(changed.body);
    CHECK(changed.status == 200);
    const auto action = with.daemon.get("/v1/actions/tracker/A-0");
    CHECK(action.body.find("By hand") != std::string::npos);
}

TEST_CASE("who stops the daemon while a large file comes in finds all of it later, or nothing",
          "[daemon][P15][R108][V7]") {
    WithImport with;
    CHECK(with.daemon.stop() == 0);
    (void)with.import.get();  // the connection may have ended without an answer
    with.daemon.start();
    const auto recorded = with.journal() - with.journal_before;
    CHECK((recorded == 0 || recorded == rows));
    CHECK(with.number("open") == recorded);
    CHECK(*with.daemon.json("/v1/status").find("alerts")->find("critical")->as<std::int64_t>() ==
          recorded);
}

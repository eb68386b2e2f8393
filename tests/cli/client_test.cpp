#include <sys/socket.h>
#include <sys/un.h>

#include <catch2/catch.hpp>

#include "cli/api_client.hpp"
#include "tests/cli/running.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

namespace {

/// Listens on a socket and says one thing to the first that asks.
class OneAnswer {
public:
    explicit OneAnswer(std::string answer) {
        const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path().copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(listener, 1) == 0);
        thread_ = std::jthread{[this, listener, answer = std::move(answer)] {
            const int caller = ::accept(listener, nullptr, nullptr);
            char buffer[4096];
            while (request_.find("\r\n\r\n") == std::string::npos) {
                const auto count = ::read(caller, buffer, sizeof buffer);
                if (count <= 0) break;
                request_.append(buffer, static_cast<std::size_t>(count));
            }
            (void)!::write(caller, answer.data(), answer.size());
            ::close(caller);
            ::close(listener);
        }};
    }
    [[nodiscard]] std::string path() const { return scratch_.at("s"); }
    [[nodiscard]] std::string request() {
        thread_.join();
        return request_;
    }

private:
    ScratchFolder scratch_;
    std::string request_;
    std::jthread thread_;
};

std::string http(const std::string& status, const std::string& body) {
    return fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n\r\n{}", status, body.size(), body);
}

}  // namespace

TEST_CASE("a path or value is sent so that it means itself", "[cli]") {
    CHECK(percent_encoded("kent") == "kent");
    CHECK(percent_encoded("a b&c=d#e?f%\u00e9") == "a%20b%26c%3Dd%23e%3Ff%25%C3%A9");
    OneAnswer daemon{http("200 OK", "{\"items\":[],\"next\":null}")};
    CHECK(ApiClient{daemon.path()}.get_all("/v1/journal",
                                           {{"subject", "finding:kent/AFI 3"}, {"force", ""}}));
    const auto request = daemon.request();
    CHECK_THAT(request,
               Catch::StartsWith(
                   "GET /v1/journal?subject=finding%3Akent/AFI%203&limit=1000 HTTP/1.1\r\n"));
    CHECK_THAT(request, Contains("User-Agent: forcewatchctl/"));
}

TEST_CASE("dots in a name do not climb out of a path", "[cli]") {
    OneAnswer daemon{http("200 OK", "{}")};
    CHECK(ApiClient{daemon.path()}.get("/v1/forces/" + percent_encoded("../status")));
    CHECK_THAT(daemon.request(), Catch::StartsWith("GET /v1/forces/../status HTTP/1.1\r\n"));
}

TEST_CASE("a listener that is no forcewatchd is named as such", "[cli]") {
    const auto [answer, code, said] = GENERATE(table<std::string, int, std::string>({
        {http("200 OK", "hello"), 1, "The answer is not JSON"},
        {http("500 Oops", "<html>"), 1, "Is it forcewatchd that listens there?"},
        {http("503 Busy", "{\"title\":\"Busy\"}"), 75, "Busy"},
        {"SSH-2.0-OpenSSH\r\n", 69, "does not answer"},
        {"", 69, "does not answer"},
    }));
    CAPTURE(answer);
    OneAnswer daemon{answer};
    const auto outcome = ApiClient{daemon.path()}.get("/v1/status");
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().exit_code == code);
    CHECK_THAT(outcome.error().text, Contains(said));
}

TEST_CASE("a problem document becomes sentences, each said once, and an exit code", "[cli][R99]") {
    const auto failure = failure_of(
        422,
        R"({"type":"/problems/invalid","title":"The request does not make sense","status":422,)"
        R"("detail":"due is missing","hint":"Give a date.","errors":[{"pointer":"/due","detail":"due is missing"},)"
        R"({"pointer":"/owner","detail":"is missing"},{"pointer":"/grade","detail":"is no \u001b[31mgrade"}]})");
    CHECK(failure.text ==
          "The request does not make sense: due is missing\n  /owner: is missing\n  /grade: is no "
          "\\x1b[31mgrade\nGive a "
          "date.");
    CHECK(failure.exit_code == 1);
    const auto [status, type, code] =
        GENERATE(table<int, std::string, int>({{403, "forbidden", 5},
                                               {404, "not-found", 3},
                                               {409, "conflict", 4},
                                               {412, "changed", 4},
                                               {422, "configuration", 78},
                                               {422, "import", 1},
                                               {429, "slow", 75},
                                               {503, "disk-full", 75},
                                               {500, "internal-error", 1}}));
    CHECK(failure_of(status, fmt::format(R"({{"type":"/problems/{}","title":"T"}})", type))
              .exit_code == code);
}

TEST_CASE("without a daemon: what, why, what next, and exit 69", "[cli]") {
    const ScratchFolder scratch;
    const auto ended = run({ctl_program, "status", "--socket", scratch.at("none.sock")});
    CHECK(ended.code == 69);
    CHECK(ended.out.empty());
    CHECK_THAT(ended.err, Contains("forcewatchd does not answer at " + scratch.at("none.sock") +
                                   ": No such file or directory") &&
                              Contains("Is it running?") &&
                              Contains("systemctl status forcewatchd"));
    const auto version =
        run({ctl_program, "version"}, {"FORCEWATCH_SOCKET=" + scratch.at("none.sock")});
    CHECK(version.code == 0);
    CHECK_THAT(version.out, Contains("does not answer"));
}

TEST_CASE("the program tells its own release like the other two", "[cli]") {
    const auto version = run({ctl_program, "--version"});
    CHECK(version.code == 0);
    CHECK_THAT(version.out, Catch::StartsWith("forcewatchctl "));
}

// Receivers that answer nonsense, send elsewhere, hang, drip and flood; addresses in disguise.
#include <sys/resource.h>

#include "core/delivery_class.hpp"
#include "tests/courier/receiver.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

std::string base64(const std::string& bytes) {
    constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t group = 0;
        for (std::size_t k = 0; k < 3; ++k)
            group = group << 8U |
                    (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            text += i + k <= bytes.size() ? digits[group >> (18U - 6U * k) & 63U] : '=';
    }
    return text;
}

/// Ways to write an address of this machine or of an inner network.
std::vector<std::string> inner_spellings() {
    std::vector<std::string> hosts{"localhost",
                                   "LOCALHOST",
                                   "localhost.",
                                   "a.localhost",
                                   "127.0.0.1",
                                   "127.0.0.1.",
                                   "127.1",
                                   "127.0.1",
                                   "0177.0.0.1",
                                   "0x7f.0.0.1",
                                   "0x7f.1",
                                   "0x7f000001",
                                   "2130706433",
                                   "017700000001",
                                   "127.0.0.01",
                                   "0",
                                   "0.0.0.0",
                                   "00.0.0.0",
                                   "[::1]",
                                   "[::]",
                                   "[0:0:0:0:0:0:0:1]",
                                   "[::ffff:127.0.0.1]",
                                   "[::ffff:7f00:1]",
                                   "[::127.0.0.1]",
                                   "[64:ff9b::7f00:1]",
                                   "[2002:7f00:1::1]",
                                   "169.254.169.254",
                                   "[fd00:ec2::254]",
                                   "[fe80::1]",
                                   "[fc00::1]",
                                   "[ff02::1]",
                                   "metadata.invalid",
                                   "%31%32%37.0.0.1",
                                   "127%2e0.0.1",
                                   "\xE2\x91\xA0.0.0.1",
                                   "[::1%25lo]",
                                   "[::ffff:0:1",
                                   "user@127.0.0.1",
                                   "127.0.0.1#",
                                   "127.0.0.1\\@a.example"};
    for (const auto* network : {"10.0.0.", "10.255.255.", "172.16.0.", "172.31.255.", "192.168.0.",
                                "192.168.255.", "100.64.0.", "169.254.0."})
        for (const int last : {1, 2, 3, 7, 53, 80, 100, 200, 253, 254})
            hosts.push_back(network + std::to_string(last));
    return hosts;
}

constexpr WebhookLimits hasty{.connect = 1000ms, .total = 1000ms};

}  // namespace

TEST_CASE("each status from 100 to 599 has its verdict", "[courier][webhook][W1][R69]") {
    Receiver receiver{""};
    for (int status = 100; status < 600; ++status) {
        const auto outcome = receiver.post("/status/" + std::to_string(status), hasty);
        CAPTURE(status, outcome.reason);
        CHECK((outcome.verdict == Verdict::delivered) == (status >= 200 && status < 300));
        if (status >= 200) CHECK(outcome.verdict == classify_http(status, Sent::whole));
    }
}

TEST_CASE("an answer that is no HTTP is no success", "[courier][webhook][W1]") {
    Receiver receiver;
    const auto [answer, verdict] = GENERATE(table<std::string, Verdict>({
        {"hello", Verdict::unknown},
        {"", Verdict::unknown},
        {"HTTP/1.1", Verdict::unknown},
        {"HTTP/1.1 \r\n\r\n", Verdict::unknown},
        {"HTTP/9.9 200 OK\r\n\r\n", Verdict::unknown},
        {"HTTP/1.1 99 X\r\n\r\n", Verdict::unknown},
        {"SMTP 200\r\n\r\n", Verdict::unknown},
        // The status is known and decides, whatever becomes of the body.
        {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", Verdict::delivered},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Verdict::delivered},
        {"HTTP/1.1 500 No\r\nContent-Length: -1\r\n\r\n", Verdict::retry_later},
    }));
    const auto outcome = receiver.post("/raw/" + base64(answer), hasty);
    CAPTURE(answer, outcome.reason);
    CHECK(outcome.verdict == verdict);
    CHECK(receiver.arrived().size() == 1);
}

TEST_CASE("no redirect is followed, wherever it leads", "[courier][webhook][W2][R83]") {
    Receiver receiver;
    for (const int status : {301, 302, 303, 307, 308})
        for (const std::string where :
             {"%2Fstatus%2F200", "%2Faway%2F302%2Fx", "file:%2F%2F%2Fetc%2Fpasswd",
              "https:%2F%2F169.254.169.254%2F"}) {
            const auto outcome = receiver.post(fmt::format("/away/{}/{}", status, where));
            CAPTURE(status, where);
            CHECK(outcome.verdict == Verdict::rejected);
            CHECK(outcome.code == status);
        }
    CHECK(receiver.arrived().size() == 20);
}

TEST_CASE("a receiver that hangs, drips or floods is left in time and in little memory",
          "[courier][webhook][W3]") {
    Receiver receiver;
    const auto [path, verdict] = GENERATE(table<std::string, Verdict>({
        {"/hang", Verdict::unknown},
        {"/drip", Verdict::unknown},
        {"/late/3", Verdict::unknown},  // its 204 comes when nobody waits any more
        {"/head", Verdict::delivered},  // the status is known
        {"/gzip", Verdict::delivered},
        {"/endless", Verdict::delivered},
    }));
    rusage before{};
    ::getrusage(RUSAGE_SELF, &before);
    const auto begin = std::chrono::steady_clock::now();
    const auto outcome = receiver.post(path, path == "/gzip" ? WebhookLimits{} : hasty);
    CAPTURE(path, outcome.reason);
    CHECK(outcome.verdict == verdict);
    if (path != "/gzip") CHECK(std::chrono::steady_clock::now() - begin < 3s);
    rusage after{};
    ::getrusage(RUSAGE_SELF, &after);
    CHECK(after.ru_maxrss - before.ru_maxrss < 16 * 1024);  // KiB
}

TEST_CASE("a receiver that is not there, or whose name nobody knows, means later",
          "[courier][webhook][W4]") {
    Receiver receiver;
    receiver.target().allow_addresses = {"127.0.0.0/8"};
    for (const std::string url : {"https://localhost:1/", "https://nobody.invalid/"}) {
        receiver.target().url = url;
        const auto outcome = receiver.post("", hasty);
        CAPTURE(url, outcome.reason);
        CHECK(outcome.verdict == Verdict::retry_later);
        CHECK_FALSE(outcome.reason.empty());
    }
}

TEST_CASE("120 spellings of inner addresses: none is connected to", "[courier][webhook][W4][R83]") {
    Receiver receiver;
    receiver.target().allow_addresses.clear();
    const auto hosts = inner_spellings();
    CHECK(hosts.size() == 120);
    for (const auto& host : hosts) {
        receiver.target().url = fmt::format("https://{}:{}/hook", host, receiver.port());
        const auto outcome = receiver.post("", hasty);
        CAPTURE(host, outcome.reason);
        CHECK(outcome.verdict != Verdict::delivered);
        CHECK((outcome.verdict == Verdict::rejected ||
               outcome.reason.find("inner address") != std::string::npos ||
               outcome.reason.find("resolve") != std::string::npos));
    }
    CHECK(receiver.arrived().empty());
}

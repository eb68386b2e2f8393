#include "core/delivery_class.hpp"

#include <catch2/catch.hpp>

using namespace forcewatch;
using namespace std::chrono_literals;

namespace {

Verdict expected_http(int status) {
    if (status >= 200 && status <= 299) return Verdict::delivered;
    if (status == 410) return Verdict::gone;
    if (status == 408 || status == 429 || (status >= 500 && status <= 599))
        return Verdict::retry_later;
    if (status >= 300 && status <= 499) return Verdict::rejected;
    return Verdict::unknown;
}

}  // namespace

TEST_CASE("every HTTP status has its class", "[core][delivery][R69][W1]") {
    for (int status = 100; status <= 599; ++status) {
        CAPTURE(status);
        CHECK(classify_http(status, Sent::whole) == expected_http(status));
    }
}

TEST_CASE("named HTTP statuses mean what the schedule needs", "[core][delivery][R69]") {
    const auto [status, verdict] = GENERATE(table<int, Verdict>({
        {200, Verdict::delivered},
        {204, Verdict::delivered},
        {299, Verdict::delivered},
        {300, Verdict::rejected},
        {302, Verdict::rejected},
        {304, Verdict::rejected},
        {400, Verdict::rejected},
        {401, Verdict::rejected},
        {404, Verdict::rejected},
        {408, Verdict::retry_later},
        {409, Verdict::rejected},
        {410, Verdict::gone},
        {411, Verdict::rejected},
        {429, Verdict::retry_later},
        {499, Verdict::rejected},
        {500, Verdict::retry_later},
        {503, Verdict::retry_later},
        {599, Verdict::retry_later},
    }));
    CAPTURE(status);
    CHECK(classify_http(status, Sent::whole) == verdict);
    CHECK(classify_http(status, Sent::part) == verdict);
}

TEST_CASE("no HTTP answer is unknown once the request is out and retried before",
          "[core][delivery][R69][R78]") {
    for (const int status : {0, 100, 199, 600, 999, -1}) {
        CAPTURE(status);
        CHECK(classify_http(status, Sent::whole) == Verdict::unknown);
        CHECK(classify_http(status, Sent::part) == Verdict::retry_later);
    }
}

TEST_CASE("every SMTP reply code has its class, before and after the mail is out",
          "[core][delivery][R69][R78][M1]") {
    for (int code = 0; code <= 599; ++code) {
        CAPTURE(code);
        CHECK(classify_smtp(code, Sent::nothing) == Verdict::retry_later);
        const auto part = classify_smtp(code, Sent::part);
        const auto whole = classify_smtp(code, Sent::whole);
        if (code >= 500)
            CHECK((part == Verdict::rejected && whole == Verdict::rejected));
        else if (code >= 400)
            CHECK((part == Verdict::retry_later && whole == Verdict::retry_later));
        else {
            CHECK(part == Verdict::retry_later);
            CHECK(whole == (code >= 200 && code < 300 ? Verdict::delivered : Verdict::unknown));
        }
    }
}

TEST_CASE("Retry-After is read in all its forms and capped at a day", "[core][delivery][R70]") {
    const auto now = parse_instant("1994-11-06T08:49:07Z").value();
    const auto [header, wait] = GENERATE(table<std::string, std::chrono::seconds>({
        {"0", 0s},
        {"1", 1s},
        {"120", 120s},
        {" 120 ", 120s},
        {"86400", 86400s},
        {"86401", 86400s},
        {"99999999999999999999", 86400s},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 30s},
        {"Sunday, 06-Nov-94 08:49:37 GMT", 30s},
        {"Sun Nov  6 08:49:37 1994", 30s},
        {"Sun, 06 Nov 1994 08:49:07 GMT", 0s},
        {"Sun, 06 Nov 1994 08:49:06 GMT", 0s},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0s},
        {"Tue, 08 Nov 1994 08:49:07 GMT", 86400s},
        {"Fri, 31 Dec 9999 23:59:59 GMT", 86400s},
        {"", 0s},
        {"-1", 0s},
        {"1.5", 0s},
        {"soon", 0s},
        {"12x", 0s},
        {"0x10", 0s},
        {"Sun, 31 Feb 1995 00:00:00 GMT", 0s},
        {"Sun, 06 Foo 1995 08:49:37 GMT", 0s},
        {"Sun, 06 Nov 1995 25:00:00 GMT", 0s},
        {"Sun, 06 Nov 1995 08:49:37 CET", 0s},
        {"Sun, 06 Nov 99999999999 08:49:37 GMT", 0s},
        {",,,,,,", 0s},
    }));
    CAPTURE(header);
    CHECK(read_retry_after(header, now) == wait);
}

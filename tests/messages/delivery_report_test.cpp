#include "daemon/messages/delivery_report.hpp"

#include <catch2/catch.hpp>

using namespace forcewatch;
using Catch::Contains;

namespace {

/// As mail systems send it: words, fields for a program, and what came back.
std::string returned(const std::string& recipients, const std::string& original) {
    return "From: MAILER-DAEMON@relay.example\r\nTo: forcewatch@force.example\r\n"
           "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
           "Content-Type: multipart/report; report-type=delivery-status;\r\n boundary=\"B\"\r\n\r\n"
           "--B\r\nContent-Type: text/plain\r\n\r\nI'm sorry.\r\n"
           "--B\r\nContent-Type: message/delivery-status\r\n\r\n"
           "Reporting-MTA: dns; relay.example\r\n\r\n" +
           recipients + "\r\n--B\r\n" + original + "\r\n--B--\r\n";
}

const std::string gone =
    "Final-Recipient: rfc822; liaison@force.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    "Diagnostic-Code: smtp; 550 5.1.1 <liaison@force.example>:\r\n    no such user\r\n";
const std::string whole_mail =
    "Content-Type: message/rfc822\r\n\r\nFrom: forcewatch@force.example\r\n"
    "Message-ID: <abc.7@forcewatch.force.example>\r\nSubject: x\r\n\r\nbody\r\n";

}  // namespace

TEST_CASE("a returned mail tells which address took it not, and of which message",
          "[messages][R81]") {
    const auto reports = read_delivery_reports(returned(gone, whole_mail));
    REQUIRE(reports);
    REQUIRE(reports->size() == 1);
    const auto& report = reports->front();
    CHECK(report.kind == "permanent");
    CHECK(report.address == "liaison@force.example");
    CHECK(report.message_id == "abc.7@forcewatch.force.example");
    CHECK_THAT(report.reason, Contains("5.1.1: smtp; 550 5.1.1") && Contains("no such user"));
}

TEST_CASE("where only its headers came back, they name the message; each recipient counts",
          "[messages][R81]") {
    const std::string late =
        "\r\nOriginal-Recipient: rfc822;deputy@force.example\r\nFinal-Recipient: rfc822; "
        "x@y.test\r\n"
        "Action: delayed\r\nStatus: 4.4.1\r\n";
    const std::string headers =
        "Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: <abc.7@w.example>\r\nSubject: x\r\n";
    const auto reports = read_delivery_reports(returned(gone + late, headers));
    REQUIRE(reports);
    REQUIRE(reports->size() == 2);
    CHECK(reports->back().address == "deputy@force.example");
    CHECK(reports->back().kind == "temporary");
    CHECK(reports->back().message_id == "abc.7@w.example");
}

TEST_CASE("only a fault of the address itself is permanent", "[messages][R81]") {
    const auto [action, status, kind] = GENERATE(table<std::string, std::string, std::string>({
        {"failed", "5.1.1", "permanent"},
        {"failed", "5.0.0", "permanent"},
        {"failed", "5.2.1", "permanent"},
        {"failed", "5.2.2", "temporary"},
        {"failed", "4.4.7", "temporary"},
        {"delayed", "4.0.0", "temporary"},
        {"failed", "5.7.1", "technical"},
        {"failed", "5.4.4", "technical"},
        {"failed", "", "technical"},
        {"delivered", "2.0.0", "delivered"},
        {"relayed", "2.0.0", "delivered"},
    }));
    CAPTURE(action, status);
    CHECK(kind_of_report(action, status) == kind);
}

TEST_CASE("what is no delivery report is refused with what was expected", "[messages][R81]") {
    for (const std::string text : {"", "hello", "Subject: holiday\r\n\r\nI am away.\r\n",
                                   "Content-Type: multipart/report; boundary=B\r\n\r\n--B\r\n"}) {
        const auto reports = read_delivery_reports(text);
        REQUIRE_FALSE(reports);
        CHECK_THAT(reports.error(), Contains("message/delivery-status"));
    }
    std::string deep;
    for (int i = 0; i < 5000; ++i)
        deep += "Content-Type: multipart/mixed; boundary=\"" + std::to_string(i) + "\"\r\n\r\n--" +
                std::to_string(i) + "\r\n";
    CHECK_FALSE(read_delivery_reports(deep));
}

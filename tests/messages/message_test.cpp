#include <catch2/catch.hpp>

#include "daemon/api/json_reader.hpp"
#include "daemon/messages/alert_message.hpp"

using namespace forcewatch;

namespace {

const MailIdentity identity{"forcewatch@force.example", "Forcewatch", "force.example"};

AlertMessage message() {
    AlertMessage message;
    message.id = "0123456789abcdef0123456789abcdef";
    message.thread_id = "fedcba9876543210fedcba9876543210";
    message.alert = 7;
    message.revision = 2;
    message.change = "raised";
    message.severity = Severity::critical;
    message.rule = "remains-requires-improvement";
    message.subject = "track:dyfed-powys/PEEL/responding@2021/22";
    message.force = "dyfed-powys";
    message.force_name = "Dyfed-Powys / Heddlu Dyfed-Powys";
    message.title = "Dyfed-Powys / Heddlu Dyfed-Powys: Responding to the public (PEEL)";
    message.summary =
        "Responding to the public has been at requires improvement or below since 2024-08-08, 2 "
        "rounds";
    message.steps = {"180d"};
    message.effective_on = parse_date("2025-02-04").value();
    message.created_at = parse_instant("2025-02-04T09:00:00Z").value();
    message.recipient = "owner@force.example";
    message.destination = "liaison";
    return message;
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

std::string head_of(const std::string& mail) { return mail.substr(0, mail.find("\r\n\r\n")); }

}  // namespace

TEST_CASE("a mail has the headers that programs and people need", "[messages][R80]") {
    const auto head = head_of(compose_mail(message(), identity));
    CHECK_THAT(head,
               Catch::Contains("Message-Id: <0123456789abcdef0123456789abcdef@force.example>"));
    CHECK_THAT(head,
               Catch::Contains("References: <fedcba9876543210fedcba9876543210@force.example>"));
    CHECK_THAT(head, Catch::Contains("Auto-Submitted: auto-generated"));
    CHECK_THAT(head, Catch::Contains("To: owner@force.example"));
    CHECK_THAT(head, Catch::Contains("Date: Tue, 04 Feb 2025 09:00:00 +0000"));
    CHECK_THAT(head, Catch::Contains("multipart/alternative"));
}

TEST_CASE("the same message gives the same bytes", "[messages][R72]") {
    CHECK(compose_mail(message(), identity) == compose_mail(message(), identity));
    CHECK(compose_webhook(message()) == compose_webhook(message()));
}

TEST_CASE("lines end in CRLF and stay within the limits of mail", "[messages][R85]") {
    auto long_one = message();
    long_one.summary = std::string(5000, 'x');
    const auto mail = compose_mail(long_one, identity);
    CHECK(count(mail, "\n") == count(mail, "\r\n"));
    std::size_t begin = 0;
    for (auto end = mail.find("\r\n"); end != std::string::npos; end = mail.find("\r\n", begin)) {
        REQUIRE(end - begin <= 998);
        begin = end + 2;
    }
}

TEST_CASE("nothing in a title can add a header or a part", "[messages][R85]") {
    auto hostile = message();
    hostile.title = "Kent\r\nBcc: everybody@evil.example\r\n\r\n<script>";
    hostile.summary = "--=_0123456789abcdef0123456789abcdef--\r\nX: y";
    const auto mail = compose_mail(hostile, identity);
    CHECK(head_of(mail).find("\r\nBcc:") == std::string::npos);
    CHECK(count(mail, "\r\n--=_0123456789abcdef0123456789abcdef\r\n") == 2);
    CHECK_THAT(html_text(hostile), !Catch::Contains("<script>"));
}

TEST_CASE("non-ASCII words are encoded and the mail stays ASCII", "[messages]") {
    auto welsh = message();
    welsh.force_name = "Heddlu Dyfed-Powys \xC5\xB4";
    welsh.title = welsh.force_name + ": ymateb";
    const auto mail = compose_mail(welsh, identity);
    for (const char c : mail) REQUIRE(static_cast<unsigned char>(c) < 0x80U);
    CHECK_THAT(head_of(mail), Catch::Contains("=?utf-8?") || Catch::Contains("=?UTF-8?"));
}

TEST_CASE("the subject line says what, of whom and since when, cut at a character", "[messages]") {
    CHECK_THAT(subject_line(message()),
               Catch::StartsWith("Critical: Dyfed-Powys / Heddlu Dyfed-Powys: Responding"));
    auto long_one = message();
    long_one.summary.clear();
    for (int i = 0; i < 200; ++i) long_one.summary += "\xC5\xB5";
    const auto line = subject_line(long_one);
    CHECK(line.size() <= 160);
    CHECK_THAT(line, Catch::EndsWith("\xE2\x80\xA6"));
}

TEST_CASE("the plain text stands alone", "[messages]") {
    const auto text = plain_text(message());
    for (const char* part :
         {"The alert is now critical.", "requires improvement", "2025-02-04", "180d", "nobody else",
          "rule \"remains-requires-improvement\"", "forcewatchctl alerts 7"})
        CHECK_THAT(text, Catch::Contains(part));
}

TEST_CASE("a webhook's payload is small, versioned JSON", "[messages][R86]") {
    const auto body = compose_webhook(message());
    CHECK(body.size() < 20'000);
    const auto document = parse_json_object(body);
    REQUIRE(document);
    CHECK(*document->find("type")->as<std::string>() == "alert.raised");
    const auto* data = document->find("data");
    REQUIRE(data != nullptr);
    CHECK(*data->find("schema")->as<std::int64_t>() == 1);
    CHECK(*data->find("severity")->as<std::string>() == "critical");
    CHECK(*data->find("effective_on")->as<std::string>() == "2025-02-04");
}

TEST_CASE("what composes mail is loaded for the first mail and not before", "[messages][P11]") {
    const auto loaded = [](const std::string& program) {
        const std::string command = "ldd " FORCEWATCH_BINARY_DIR "/" + program + " | grep -c gmime";
        std::FILE* out = ::popen(command.c_str(), "r");
        int count = -1;
        REQUIRE(out != nullptr);
        CHECK(std::fscanf(out, "%d", &count) == 1);
        ::pclose(out);
        return count;
    };
    CHECK(loaded("forcewatchd") == 0);
    REQUIRE(prepare_mail());
    REQUIRE(prepare_mail());
}

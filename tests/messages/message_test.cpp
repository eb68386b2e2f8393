#include <catch2/catch.hpp>

#include "core/alert_story.hpp"
#include "daemon/api/json_reader.hpp"
#include "daemon/messages/letter.hpp"

using namespace forcewatch;

namespace {

const MailIdentity identity{"forcewatch@force.example", "Forcewatch", "force.example"};

Letter letter() {
    LetterItem item;
    item.thread_id = "fedcba9876543210fedcba9876543210";
    item.alert = 7;
    item.revision = 2;
    item.change = "raised";
    item.severity = Severity::critical;
    item.rule = "remains-requires-improvement";
    item.subject = "track:dyfed-powys/PEEL/responding@2021/22";
    item.force = "dyfed-powys";
    item.force_name = "Dyfed-Powys / Heddlu Dyfed-Powys";
    item.title = "Dyfed-Powys / Heddlu Dyfed-Powys: Responding to the public (PEEL)";
    item.summary =
        "Responding to the public has been at requires improvement or below since 2024-08-08, 2 "
        "rounds";
    item.effective_on = parse_date("2025-02-04").value();
    item.detected_at = parse_instant("2025-02-04T08:59:00Z").value();
    item.happened = {{item.detected_at, "raised", item.severity, item.summary, {"180d"}, {}}};
    Letter letter;
    letter.id = "0123456789abcdef0123456789abcdef";
    letter.thread_id = item.thread_id;
    letter.created_at = parse_instant("2025-02-04T09:00:00Z").value();
    letter.recipient = "owner@force.example";
    letter.destination = "liaison";
    letter.items = {item};
    return letter;
}

std::string payload(const Letter& letter) { return compose_webhook(letter, "standard", identity); }

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

std::string head_of(const std::string& mail) { return mail.substr(0, mail.find("\r\n\r\n")); }

}  // namespace

TEST_CASE("a mail has the headers that programs and people need", "[messages][R80]") {
    const auto head = head_of(compose_mail(letter(), identity));
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
    CHECK(compose_mail(letter(), identity) == compose_mail(letter(), identity));
    CHECK(payload(letter()) == payload(letter()));
}

TEST_CASE("lines end in CRLF and stay within the limits of mail", "[messages][R85]") {
    auto long_one = letter();
    long_one.items[0].summary = std::string(5000, 'x');
    const auto mail = compose_mail(long_one, identity);
    CHECK(count(mail, "\n") == count(mail, "\r\n"));
    std::size_t begin = 0;
    for (auto end = mail.find("\r\n"); end != std::string::npos; end = mail.find("\r\n", begin)) {
        REQUIRE(end - begin <= 998);
        begin = end + 2;
    }
}

TEST_CASE("nothing in a title can add a header or a part", "[messages][R85]") {
    auto hostile = letter();
    hostile.items[0].title = "Kent\r\nBcc: everybody@evil.example\r\n\r\n<script>";
    hostile.items[0].summary = "--=_0123456789abcdef0123456789abcdef--\r\nX: y";
    const auto mail = compose_mail(hostile, identity);
    CHECK(head_of(mail).find("\r\nBcc:") == std::string::npos);
    CHECK(count(mail, "\r\n--=_0123456789abcdef0123456789abcdef\r\n") == 2);
    CHECK_THAT(html_text(hostile), !Catch::Contains("<script>"));
}

TEST_CASE("non-ASCII words are encoded and the mail stays ASCII", "[messages]") {
    auto welsh = letter();
    welsh.items[0].force_name = "Heddlu Dyfed-Powys \xC5\xB4";
    welsh.items[0].title = welsh.items[0].force_name + ": ymateb";
    const auto mail = compose_mail(welsh, identity);
    for (const char c : mail) REQUIRE(static_cast<unsigned char>(c) < 0x80U);
    CHECK_THAT(head_of(mail), Catch::Contains("=?utf-8?") || Catch::Contains("=?UTF-8?"));
}

TEST_CASE("the subject line says what, of whom and since when, cut at a character", "[messages]") {
    CHECK_THAT(subject_line(letter()),
               Catch::StartsWith("Critical: Dyfed-Powys / Heddlu Dyfed-Powys: Responding"));
    auto long_one = letter();
    long_one.items[0].summary.clear();
    for (int i = 0; i < 200; ++i) long_one.items[0].summary += "\xC5\xB5";
    const auto line = subject_line(long_one);
    CHECK(line.size() <= 160);
    CHECK_THAT(line, Catch::EndsWith("\xE2\x80\xA6"));
}

TEST_CASE("the plain text stands alone", "[messages]") {
    const auto text = plain_text(letter());
    for (const char* part : {"Raised to: Critical", "requires improvement", "Since: Tue 4 Feb 2025",
                             "180d", "nobody else", "rule \"remains-requires-improvement\"",
                             "forcewatchctl alerts 7", "cannot be unsubscribed"})
        CHECK_THAT(text, Catch::Contains(part));
}

TEST_CASE("every change of an alert has words, in both languages", "[messages][R85]") {
    for (auto change = Change::opened; change <= Change::closed;
         change = static_cast<Change>(static_cast<int>(change) + 1)) {
        const std::string word{text_of(change)};
        REQUIRE(word != "?");
        for (const std::string language : {"en", "cy"}) {
            auto changed = letter();
            changed.language = language;
            auto& happened = changed.items.front().happened;
            happened.resize(1);
            happened.front().change = word;
            const auto with = plain_text(changed);
            happened.front().change = "none such";
            CAPTURE(word, language);
            CHECK(with.size() > plain_text(changed).size() + 4);
        }
    }
}

TEST_CASE("a digest says how to stop it: by a link where there is one, else by mail",
          "[messages][R82]") {
    REQUIRE(prepare_mail());
    auto digest = letter();
    digest.kind = LetterKind::digest;
    digest.may_unsubscribe = true;
    CHECK_THAT(plain_text(digest), Catch::Contains("To stop this digest, reply with"));
    CHECK_THAT(compose_mail(digest, identity), Catch::Contains("List-Unsubscribe: <mailto:") &&
                                                   !Catch::Contains("List-Unsubscribe-Post"));
    digest.unsubscribe_url = "https://watch.force.example/u/0f";
    CHECK_THAT(plain_text(digest), Catch::Contains("open https://watch.force.example/u/0f or"));
    CHECK_THAT(compose_mail(digest, identity),
               Catch::Contains("List-Unsubscribe: <https://watch.force.example/u/0f>") &&
                   Catch::Contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
}

TEST_CASE("a letter of many tells of each, the new before the known", "[messages]") {
    auto digest = letter();
    digest.kind = LetterKind::digest;
    digest.items.push_back(digest.items[0]);
    digest.items[1].title = "Kent: Custody";
    digest.still_open = {digest.items[0]};
    digest.still_open[0].title = "Essex: Leadership";
    for (const auto& text : {plain_text(digest), html_text(digest), payload(digest)}) {
        const auto first = text.find("Responding to the public (PEEL)");
        const auto second = text.find("Kent: Custody", first);
        CHECK(text.find("Essex: Leadership", second) != std::string::npos);
    }
    CHECK_THAT(payload(digest), Catch::Contains("\"type\":\"alerts.digest\""));
    CHECK_THAT(subject_line(digest), Catch::Contains("2 new, 1 still open"));
}

TEST_CASE("a webhook's payload is small, versioned JSON", "[messages][R86]") {
    const auto body = payload(letter());
    CHECK(body.size() < 20'000);
    const auto document = parse_json_object(body);
    REQUIRE(document);
    CHECK(*document->find("type")->as<std::string>() == "alert.raised");
    const auto* data = document->find("data");
    REQUIRE(data != nullptr);
    CHECK(*data->find("schema")->as<std::int64_t>() == 2);
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

#include "courier/smtp_channel.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "daemon/api/json_reader.hpp"
#include "tests/courier/samples.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// A relay on loopback and the settings that reach it.
class Relay {
public:
    explicit Relay(const std::string& tls = "none", const std::string& certificate = "good",
                   const std::string& login = "") {
        make_certificates(scratch_.path());
        std::vector<std::string> options{"--out",         out(),
                                         "--tls",         tls,
                                         "--certificate", scratch_.at(certificate + ".pem"),
                                         "--key",         scratch_.at(certificate + ".key")};
        if (!login.empty()) options.insert(options.end(), {"--login", login});
        server_.emplace("smtp_server.py", options);
        mail_.host = "localhost";
        mail_.port = server_->port();
        mail_.ehlo = "watch.force.example";
        mail_.ca_file = scratch_.at("ca.pem");
        mail_.security = tls == "implicit"   ? MailSecurity::tls
                         : tls == "starttls" ? MailSecurity::starttls
                                             : MailSecurity::plain;
    }

    MailSettings& mail() { return mail_; }
    [[nodiscard]] std::string at(const std::string& name) const { return scratch_.at(name); }

    DeliveryOutcome send(const CourierParcel& parcel, SmtpLimits limits = {}) {
        SmtpChannel channel{mail_, Secrets{""}, transfers_, limits};
        return carried(channel, transfers_, parcel);
    }
    DeliveryOutcome send_to(const std::string& recipient) {
        return send(mail_parcel(recipient, "d1@forcewatch.example"));
    }
    /// What arrived, one object per mail.
    [[nodiscard]] std::vector<JsonValue> arrived() const {
        std::vector<JsonValue> mails;
        for (const auto& line : lines_of_file(out()))
            mails.push_back(parse_json_object(line).value());
        return mails;
    }

private:
    [[nodiscard]] std::string out() const { return scratch_.at("mails.jsonl"); }

    ScratchFolder scratch_;
    std::optional<LocalServer> server_;
    MailSettings mail_;
    TransferLoop transfers_;
};

std::string text_in(const JsonValue& mail, const char* name) {
    return *mail.find(name)->as<std::string>();
}

}  // namespace

TEST_CASE("mail arrives unchanged, plain, by STARTTLS and by implicit TLS", "[courier][smtp]") {
    const std::string tls = GENERATE("none", "starttls", "implicit");
    CAPTURE(tls);
    Relay relay{tls};
    const auto parcel = mail_parcel("liaison@force.example", "d1@forcewatch.example");
    const auto outcome = relay.send(parcel);
    CHECK(outcome == DeliveryOutcome{Verdict::delivered, 250, "", 0s});
    const auto mails = relay.arrived();
    REQUIRE(mails.size() == 1);
    CHECK(text_in(mails[0], "body") == parcel.body);
    CHECK(text_in(mails[0], "from") == "forcewatch@force.example");
    CHECK(text_in(mails[0], "helo") == "watch.force.example");
    REQUIRE(mails[0].find("to")->as<JsonValue::Array>()->size() == 1);
    if (tls == "starttls") CHECK(*mails[0].find("tls")->as<bool>());
}

TEST_CASE("a relay that wants a login gets it, and a wrong one is refused", "[courier][smtp]") {
    Relay relay{"starttls", "good", "watch:hunter2"};
    const auto secret = relay.at("password");
    const bool right = GENERATE(true, false);
    std::ofstream{secret} << (right ? "hunter2\n" : "wrong\n");
    REQUIRE(::chmod(secret.c_str(), 0600) == 0);
    relay.mail().user = "watch";
    relay.mail().password = SecretRef{SecretRef::Source::file, secret};
    const auto outcome = relay.send_to("liaison@force.example");
    if (right) {
        CHECK(outcome.verdict == Verdict::delivered);
        CHECK(text_in(relay.arrived().at(0), "user") == "watch");
    } else {
        CHECK(outcome.verdict == Verdict::retry_later);
        CHECK(outcome.code == 535);
        CHECK_THAT(outcome.reason, Contains("whoever the recipient"));
        CHECK_THAT(outcome.reason, !Contains("wrong\n") && !Contains("hunter2"));
        CHECK(relay.arrived().empty());
    }
}

TEST_CASE("a password that cannot be read is told and nothing is sent", "[courier][smtp]") {
    Relay relay{"starttls", "good", "watch:hunter2"};
    relay.mail().user = "watch";
    relay.mail().password = SecretRef{SecretRef::Source::file, relay.at("absent")};
    const auto outcome = relay.send_to("liaison@force.example");
    CHECK(outcome.verdict == Verdict::retry_later);
    CHECK_THAT(outcome.reason, Contains("absent"));
}

TEST_CASE("without a trusted certificate of the right name nothing leaves", "[courier][smtp][M5]") {
    const std::string tls = GENERATE("starttls", "implicit");
    const std::string fault = GENERATE("other authority", "no authority", "wrong name");
    CAPTURE(tls, fault);
    Relay relay{tls, fault == "wrong name" ? "wrong-name" : "good"};
    if (fault == "other authority") relay.mail().ca_file = relay.at("other-ca.pem");
    if (fault == "no authority") relay.mail().ca_file.reset();
    const auto outcome = relay.send_to("liaison@force.example");
    CHECK(outcome.verdict == Verdict::retry_later);
    CHECK_THAT(outcome.reason, Contains("certificate", Catch::CaseSensitive::No) ||
                                   Contains("subject", Catch::CaseSensitive::No));
    CHECK(relay.arrived().empty());
}

TEST_CASE("a relay without STARTTLS gets nothing when STARTTLS is required",
          "[courier][smtp][M5]") {
    Relay relay{"none"};
    relay.mail().security = MailSecurity::starttls;
    CHECK(relay.send_to("liaison@force.example").verdict == Verdict::retry_later);
    CHECK(relay.arrived().empty());
}

TEST_CASE("refusals are classed by the reply code at every step", "[courier][smtp][R69][M1]") {
    Relay relay;
    const auto [recipient, verdict, code] = GENERATE(table<std::string, Verdict, int>({
        {"rcpt450@force.example", Verdict::retry_later, 450},
        {"rcpt550@force.example", Verdict::rejected, 550},
        {"data451@force.example", Verdict::retry_later, 451},
        {"data554@force.example", Verdict::rejected, 554},
    }));
    const auto outcome = relay.send_to(recipient);
    CAPTURE(recipient, outcome.reason);
    CHECK(outcome.verdict == verdict);
    CHECK(outcome.code == code);
    CHECK_THAT(outcome.reason, Contains("scripted refusal"));
    CHECK(relay.arrived().empty());
}

TEST_CASE("what the relay has against us kills no mail", "[courier][smtp][R69][M1]") {
    Relay relay;
    auto parcel = mail_parcel("liaison@force.example", "d1");
    if (GENERATE(true, false))
        parcel.sender = "mail550@force.example";
    else
        relay.mail().ehlo = "ehlo550.example";
    const auto outcome = relay.send(parcel);
    CAPTURE(outcome.reason);
    CHECK(outcome.verdict == Verdict::retry_later);
    CHECK(outcome.code == 550);
    CHECK_THAT(outcome.reason, Contains("whoever the recipient") && Contains("scripted refusal"));
    CHECK(relay.arrived().empty());
}

TEST_CASE("a greeting that refuses means later", "[courier][smtp][R69][M1]") {
    Relay relay{"refusing"};
    const auto outcome = relay.send_to("liaison@force.example");
    CHECK(outcome.verdict == Verdict::retry_later);
    CHECK(outcome.code == 554);
    CHECK_THAT(outcome.reason, Contains("whoever the recipient"));
}

TEST_CASE("a connection cut after the final dot is unknown and repeats under the same id",
          "[courier][smtp][R72][R78][M2]") {
    Relay relay;
    const auto parcel = mail_parcel("cutonce@force.example", "d9@forcewatch.example");
    CHECK(relay.send(parcel).verdict == Verdict::unknown);
    CHECK(relay.send(parcel).verdict == Verdict::delivered);
    const auto mails = relay.arrived();
    REQUIRE(mails.size() == 2);
    CHECK(text_in(mails[0], "body") == text_in(mails[1], "body"));
    CHECK_THAT(text_in(mails[0], "body"), Contains("Message-ID: <d9@forcewatch.example>"));
}

TEST_CASE("a relay that hangs or is not there means later", "[courier][smtp][M3]") {
    Relay relay;
    const auto slow = mail_parcel("hang@force.example", "d1");
    CHECK(relay.send(slow, {.total = 300ms}).verdict == Verdict::retry_later);
    relay.mail().port = 1;
    const auto outcome = relay.send_to("liaison@force.example");
    CHECK(outcome.verdict == Verdict::retry_later);
    CHECK_THAT(outcome.reason, Contains("connect", Catch::CaseSensitive::No));
    relay.mail().host = "";
    CHECK_THAT(relay.send_to("liaison@force.example").reason, Contains("no mail relay"));
}

TEST_CASE("nothing that could speak SMTP itself gets near the relay", "[courier][smtp][M6]") {
    Relay relay;
    auto parcel = mail_parcel("liaison@force.example", "d1");
    const auto [name, change] = GENERATE(table<std::string, std::string>({
        {"recipient", "a@b.example>\r\nRCPT TO:<evil@example"},
        {"recipient", "a@b.example\r\nDATA"},
        {"recipient", "a@b.example\n"},
        {"recipient", "a@b.example SIZE=1"},
        {"recipient", "<a@b.example>"},
        {"recipient", ""},
        {"sender", "a@b.example>\r\nRCPT TO:<evil@example"},
        {"sender", ""},
        {"body", "Subject: x\n\nbare line feeds\n"},
        {"body", "Subject: x\r\n\r\na\r\n.\nb\r\n"},
        {"body", "Subject: x\r\n\r\na\rb\r\n"},
        {"body", "Subject: x\r\n\r\nno end"},
        {"body", "Subject: x\r\nno colon\r\n\r\nb\r\n"},
        {"body", "Subject: x\r\n"},
        {"body", ""},
        {"body", "\r\nno headers\r\n"},
        {"body", ": x\r\n\r\n"},
        {"body", std::string{"Subject: x\r\n\r\n\0\r\n", 17}},
        {"body", "Subject: x\r\n\r\n" + std::string(999, 'x') + "\r\n"},
    }));
    CAPTURE(name, change);
    if (name == "recipient") parcel.recipient = change;
    if (name == "sender") parcel.sender = change;
    if (name == "body") parcel.body = change;
    CHECK_FALSE(mail_problem(parcel).empty());
    CHECK(relay.send(parcel).verdict == Verdict::rejected);
    CHECK(relay.arrived().empty());
    CHECK(mail_problem(mail_parcel("liaison@force.example", "d1")).empty());
}

TEST_CASE("an EHLO name with a line break stops before the network", "[courier][smtp][M6]") {
    Relay relay;
    relay.mail().ehlo = "x\r\nMAIL FROM:<evil@example>";
    CHECK(relay.send_to("liaison@force.example").verdict == Verdict::retry_later);
    CHECK(relay.arrived().empty());
}

// Relays that refuse, cut, hang, drip and flood, at each step of the dialogue.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "courier/smtp_channel.hpp"
#include "daemon/api/json_reader.hpp"
#include "tests/courier/samples.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// tests/support/hostile_smtp.py and the settings that reach it.
class HostileRelay {
public:
    explicit HostileRelay(const std::string& certificate = "", bool old_tls = false) {
        make_certificates(scratch_.path());
        std::vector<std::string> options{"--out", out(), "--script", scratch_.at("script.json")};
        if (!certificate.empty())
            options.insert(options.end(), {"--certificate", scratch_.at(certificate + ".pem"),
                                           "--key", scratch_.at(certificate + ".key")});
        if (old_tls) options.emplace_back("--old-tls");
        server_.emplace("hostile_smtp.py", options);
        mail_.host = "localhost";
        mail_.port = server_->port();
        mail_.ehlo = "watch.force.example";
        mail_.ca_file = scratch_.at("ca.pem");
        mail_.security = certificate.empty() ? MailSecurity::plain : MailSecurity::starttls;
        std::ofstream{scratch_.at("password")} << "hunter2\n";
        REQUIRE(::chmod(scratch_.at("password").c_str(), 0600) == 0);
        mail_.user = "watch";
        mail_.password = SecretRef{SecretRef::Source::file, scratch_.at("password")};
    }

    void misbehave(const std::string& step, const std::string& act, int code = 0,
                   const std::string& only = "") {
        std::ofstream script{scratch_.at("script.json")};
        script << fmt::format(R"({{"step":"{}","act":"{}","code":{})", step, act, code);
        if (!only.empty()) script << fmt::format(R"(,"only":"{}")", only);
        script << "}";
    }
    DeliveryOutcome send(const std::string& recipient = "liaison@force.example",
                         SmtpLimits limits = {}) {
        SmtpChannel channel{mail_, Secrets{""}, transfers_, limits};
        return carried(channel, transfers_, mail_parcel(recipient, "d1@forcewatch.example"));
    }
    /// That step, on a connection that brought so many mails.
    void misbehave_after(int mails, const std::string& step, const std::string& act) {
        std::ofstream{scratch_.at("script.json")}
            << fmt::format(R"({{"step":"{}","act":"{}","code":421,"after":{}}})", step, act, mails);
    }
    [[nodiscard]] SmtpChannel channel() { return {mail_, Secrets{""}, transfers_, {}}; }
    TransferLoop& transfers() { return transfers_; }
    /// How often `what` was seen: a command by its verb, or "mail".
    [[nodiscard]] std::size_t seen(const std::string& what) const {
        std::size_t count = 0;
        for (const auto& line : lines_of_file(out())) {
            const auto event = parse_json_object(line).value();
            const auto* command = event.find("command");
            if (command ? *command->as<std::string>() == what : what == "mail") ++count;
        }
        return count;
    }

private:
    [[nodiscard]] std::string out() const { return scratch_.at("events.jsonl"); }

    ScratchFolder scratch_;
    std::optional<LocalServer> server_;
    MailSettings mail_;
    TransferLoop transfers_;
};

const std::vector<std::string> early_steps{"connect", "ehlo", "starttls", "auth", "mail"};
const std::vector<std::string> late_steps{"rcpt", "data", "end"};

bool is_late(const std::string& step) {
    return std::find(late_steps.begin(), late_steps.end(), step) != late_steps.end();
}
std::vector<std::string> all_steps() {
    auto steps = early_steps;
    steps.insert(steps.end(), late_steps.begin(), late_steps.end());
    return steps;
}

constexpr SmtpLimits hasty{.connect = 1000ms, .step = 1s, .total = 700ms};

}  // namespace

TEST_CASE("a refusal at each step is classed by its code, and before the recipient kills nothing",
          "[courier][smtp][M1][M4][R69]") {
    HostileRelay relay{"good"};
    for (const auto& step : all_steps())
        for (const int code : {421, 450, 451, 452, 500, 550, 554}) {
            relay.misbehave(step, "reply", code);
            const auto outcome = relay.send();
            CAPTURE(step, code, outcome.reason);
            const bool dead = is_late(step) && code >= 500;
            CHECK(outcome.verdict == (dead ? Verdict::rejected : Verdict::retry_later));
            CHECK_FALSE(outcome.reason.empty());
            if (step != "starttls" && step != "ehlo") CHECK(outcome.code == code);
        }
}

TEST_CASE("one recipient's refusal is his alone", "[courier][smtp][M1][R79]") {
    HostileRelay relay{"good"};
    const std::vector<std::string> people{"a@force.example", "b@force.example", "c@force.example"};
    for (const auto& step : late_steps)
        for (const int code : {450, 550})
            for (const auto& refused : people) {
                relay.misbehave(step, "reply", code, refused);
                for (const auto& person : people) {
                    const auto outcome = relay.send(person);
                    CAPTURE(step, code, refused, person, outcome.reason);
                    CHECK(outcome.verdict == (person != refused ? Verdict::delivered
                                              : code == 450     ? Verdict::retry_later
                                                                : Verdict::rejected));
                }
            }
}

TEST_CASE("a cut at each step means later, and after the final dot unknown",
          "[courier][smtp][M2][R78]") {
    HostileRelay relay{"good"};
    for (const auto& step : all_steps()) {
        relay.misbehave(step, "cut");
        const auto outcome = relay.send();
        CAPTURE(step, outcome.reason);
        CHECK(outcome.verdict == (step == "end" ? Verdict::unknown : Verdict::retry_later));
    }
    CHECK(relay.seen("mail") == 1);
    relay.misbehave("", "");
    CHECK(relay.send().verdict == Verdict::delivered);
}

TEST_CASE("a relay that hangs, drips or floods is left in time and in little memory",
          "[courier][smtp][M3]") {
    HostileRelay relay{"good"};
    const std::string act = GENERATE("hang", "drip", "endless", "long");
    rusage before{};
    ::getrusage(RUSAGE_SELF, &before);
    for (const auto& step : all_steps()) {
        relay.misbehave(step, act);
        const auto begin = std::chrono::steady_clock::now();
        const auto outcome = relay.send("liaison@force.example", hasty);
        CAPTURE(step, act, outcome.reason);
        CHECK(outcome.verdict != Verdict::delivered);
        CHECK(outcome.verdict != Verdict::rejected);
        if (step != "end") CHECK(outcome.verdict == Verdict::retry_later);
        CHECK(std::chrono::steady_clock::now() - begin < 3s);
    }
    rusage after{};
    ::getrusage(RUSAGE_SELF, &after);
    CHECK(after.ru_maxrss - before.ru_maxrss < 32 * 1024);  // KiB
}

TEST_CASE("a relay that takes the mail and never answers QUIT holds nobody up",
          "[courier][smtp][M3][R77]") {
    HostileRelay relay{"good"};
    relay.misbehave("quit", "hang");
    const auto begin = std::chrono::steady_clock::now();
    CHECK(relay.send().verdict == Verdict::delivered);
    CHECK(relay.send().verdict == Verdict::delivered);
    CHECK(std::chrono::steady_clock::now() - begin < 60s);  // it may take five minutes to answer
    CHECK(relay.seen("mail") == 2);
}

TEST_CASE("greylisting is waited out under the same id", "[courier][smtp][M4][R72]") {
    HostileRelay relay{"good"};
    relay.misbehave("rcpt", "reply", 451);
    for (int attempt = 0; attempt < 3; ++attempt)
        CHECK(relay.send().verdict == Verdict::retry_later);
    relay.misbehave("", "");
    CHECK(relay.send().verdict == Verdict::delivered);
    CHECK(relay.seen("mail") == 1);
}

TEST_CASE("no command of a mail leaves over a connection that cannot be trusted",
          "[courier][smtp][M5]") {
    const std::string fault = GENERATE("expired", "wrong-name", "old TLS", "cut", "refused");
    HostileRelay relay{fault == "expired" || fault == "wrong-name" ? fault : "good",
                       fault == "old TLS"};
    relay.misbehave("", "");
    if (fault == "cut") relay.misbehave("starttls", "cut");
    if (fault == "refused") relay.misbehave("starttls", "reply", 454);
    const auto outcome = relay.send();
    CAPTURE(fault, outcome.reason);
    CHECK(outcome.verdict == Verdict::retry_later);
    CHECK_FALSE(outcome.reason.empty());
    for (const auto* command : {"AUTH", "MAIL", "RCPT", "DATA"}) CHECK(relay.seen(command) == 0);
}

TEST_CASE("mails that wait go over one connection, which is ended with QUIT", "[courier][smtp]") {
    HostileRelay relay{"good"};
    relay.misbehave("", "");
    auto channel = relay.channel();
    const auto parcel = mail_parcel("liaison@force.example", "d1@forcewatch.example");
    for (int mail = 0; mail < 3; ++mail)
        CHECK(carried(channel, relay.transfers(), parcel, Channel::Behind::more).verdict ==
              Verdict::delivered);
    CHECK(relay.seen("connect") == 1);
    CHECK(relay.seen("QUIT") == 0);
    SECTION("by the last of them") {
        CHECK(carried(channel, relay.transfers(), parcel).verdict == Verdict::delivered);
        CHECK(relay.seen("mail") == 4);
    }
    SECTION("or when nothing is left") {
        channel.rest();
        while (relay.seen("QUIT") == 0) relay.transfers().turn(10ms, -1);
    }
    CHECK(relay.seen("QUIT") == 1);
    CHECK(relay.seen("connect") == 1);
}

TEST_CASE("a relay that has had enough on one connection costs no try", "[courier][smtp][M4]") {
    const std::string act = GENERATE("reply", "cut");
    const std::string step = GENERATE("mail", "rcpt");
    CAPTURE(act, step);
    HostileRelay relay{"good"};
    relay.misbehave_after(2, step, act);
    auto channel = relay.channel();
    const auto parcel = mail_parcel("liaison@force.example", "d1@forcewatch.example");
    int delivered = 0;
    for (int mail = 0; mail < 6; ++mail) {
        const auto outcome = carried(channel, relay.transfers(), parcel, Channel::Behind::more);
        delivered += outcome.verdict == Verdict::delivered ? 1 : 0;
        // Once the recipient was named, the answer is about him.
        if (outcome.verdict != Verdict::delivered) CHECK(outcome.verdict == Verdict::retry_later);
    }
    CHECK(delivered == (step == "mail" ? 6 : 4));
    CHECK(relay.seen("mail") == static_cast<std::size_t>(delivered));
    CHECK(relay.seen("connect") == (step == "mail" ? 3 : 2));
}

TEST_CASE("a relay that falls silent on a kept connection holds nobody up", "[courier][smtp][M3]") {
    HostileRelay relay{"good"};
    relay.misbehave("quit", "hang");
    const auto begin = std::chrono::steady_clock::now();
    {
        auto channel = relay.channel();
        const auto parcel = mail_parcel("liaison@force.example", "d1@forcewatch.example");
        CHECK(carried(channel, relay.transfers(), parcel, Channel::Behind::more).verdict ==
              Verdict::delivered);
    }
    CHECK(std::chrono::steady_clock::now() - begin < 60s);  // it may take two minutes to answer
}

#include "courier/access_tokens.hpp"

#include "courier/smtp_channel.hpp"
#include "tests/courier/receiver.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// A token server, a relay that wants tokens, and a clock that is set by hand.
class Office {
public:
    Office() {
        make_certificates(scratch_.path());
        const auto certificate = scratch_.at("good.pem");
        const auto key = scratch_.at("good.key");
        issuer_.emplace("https_receiver.py",
                        std::vector<std::string>{"--out", scratch_.at("asked.jsonl"),
                                                 "--certificate", certificate, "--key", key});
        relay_.emplace("smtp_server.py",
                       std::vector<std::string>{"--out", scratch_.at("mails.jsonl"), "--tls",
                                                "starttls", "--certificate", certificate, "--key",
                                                key, "--tokens", scratch_.at("tokens")});
        put("client", "s&cret");
        put("refresh", "refresh-0");
        accept("token-1");
        oauth_.token_url = fmt::format("https://localhost:{}/token/3600", issuer_->port());
        oauth_.client_id = "watch";
        oauth_.client_secret = {SecretRef::Source::file, scratch_.at("client")};
        oauth_.scope = "https://outlook.office365.com/.default";
        oauth_.allow_addresses = {"127.0.0.1"};
        oauth_.ca_file = scratch_.at("ca.pem");
    }

    MailOAuth& oauth() { return oauth_; }
    void use_refresh_token() {
        oauth_.refresh_token = SecretRef{SecretRef::Source::file, scratch_.at("refresh")};
    }
    void answer_with(const std::string& what) {
        oauth_.token_url = fmt::format("https://localhost:{}/token/{}", issuer_->port(), what);
    }
    /// The relay takes this token and no other.
    void accept(const std::string& token) { put("tokens", token); }
    void pass(std::chrono::seconds time) { now_ += time; }

    DeliveryOutcome send() {
        if (!tokens_)
            tokens_ = std::make_shared<AccessTokens>(oauth_, Secrets{""}, transfers_,
                                                     [this] { return now_; });
        MailSettings mail;
        mail.host = "localhost";
        mail.port = relay_->port();
        mail.ehlo = "watch.force.example";
        mail.ca_file = scratch_.at("ca.pem");
        mail.user = "watch@force.example";
        mail.oauth = oauth_;
        SmtpChannel channel{mail, Secrets{""}, transfers_, {}, tokens_};
        return carried(channel, transfers_, mail_parcel("liaison@force.example", "d1"));
    }
    /// The forms that the token server was sent.
    [[nodiscard]] std::vector<std::string> asked() const {
        std::vector<std::string> forms;
        for (const auto& line : lines_of_file(scratch_.at("asked.jsonl")))
            forms.push_back(*parse_json_object(line)->find("body")->as<std::string>());
        return forms;
    }
    [[nodiscard]] std::size_t arrived() const {
        return lines_of_file(scratch_.at("mails.jsonl")).size();
    }

private:
    void put(const std::string& name, const std::string& text) const {
        std::ofstream{scratch_.at(name)} << text << '\n';
        REQUIRE(::chmod(scratch_.at(name).c_str(), 0600) == 0);
    }

    ScratchFolder scratch_;
    std::optional<LocalServer> issuer_;
    std::optional<LocalServer> relay_;
    MailOAuth oauth_;
    Instant now_{now};
    TransferLoop transfers_;
    std::shared_ptr<AccessTokens> tokens_;
};

}  // namespace

TEST_CASE("the relay is shown an access token, which serves until it is nearly over",
          "[courier][smtp][oauth]") {
    Office office;
    CHECK(office.send().verdict == Verdict::delivered);
    CHECK(office.asked() == std::vector<std::string>{
                                "grant_type=client_credentials&client_id=watch&client_secret="
                                "s%26cret&scope=https%3A%2F%2Foutlook.office365.com%2F.default"});
    office.pass(3600s - 301s);
    CHECK(office.send().verdict == Verdict::delivered);
    CHECK(office.asked().size() == 1);
    office.pass(1s);
    office.accept("token-2");
    CHECK(office.send().verdict == Verdict::delivered);
    CHECK(office.asked().size() == 2);
    CHECK(office.arrived() == 3);
}

TEST_CASE("a token that the relay refuses is replaced at once, and once",
          "[courier][smtp][oauth]") {
    Office office;
    CHECK(office.send().verdict == Verdict::delivered);
    office.accept("token-2");  // as after a change of the password
    CHECK(office.send().verdict == Verdict::delivered);
    office.accept("nothing");
    const auto outcome = office.send();
    CHECK(outcome.verdict == Verdict::retry_later);
    CHECK(outcome.code == 535);
    CHECK_THAT(outcome.reason, !Contains("token-"));
    CHECK(office.asked().size() == 3);
    CHECK(office.arrived() == 2);
}

TEST_CASE("a refresh token is used, and the newer one that comes back", "[courier][smtp][oauth]") {
    Office office;
    office.use_refresh_token();
    CHECK(office.send().verdict == Verdict::delivered);
    office.pass(3600s);
    office.accept("token-2");
    CHECK(office.send().verdict == Verdict::delivered);
    REQUIRE(office.asked().size() == 2);
    CHECK_THAT(office.asked()[0],
               Catch::StartsWith("grant_type=refresh_token&refresh_token=refresh-0&"));
    CHECK_THAT(office.asked()[1],
               Catch::StartsWith("grant_type=refresh_token&refresh_token=refresh-1&"));
}

TEST_CASE("without a token no mail leaves, and the reason holds no secret",
          "[courier][smtp][oauth]") {
    Office office;
    std::string said;
    SECTION("the token server refuses") {
        office.answer_with("refused");
        said = "401 invalid_client";
    }
    SECTION("the token server is not there") {
        office.oauth().allow_addresses = {"127.0.0.1", "::1"};
        office.oauth().token_url = "https://localhost:1/";
        said = "connect";
    }
    SECTION("the token server has an inner address") {
        office.oauth().allow_addresses.clear();
        said = "inner address";
    }
    SECTION("the token server cannot be trusted") {
        office.oauth().ca_file.reset();
        said = "certificate";
    }
    SECTION("the answer is none") {
        office.oauth().token_url += "/../../status/200";
        said = "holds none";
    }
    SECTION("the client's secret is not there") {
        office.oauth().client_secret.name += "-absent";
        said = "absent";
    }
    const auto outcome = office.send();
    CHECK(outcome.verdict == Verdict::retry_later);
    CHECK_THAT(outcome.reason, Contains(said, Catch::CaseSensitive::No));
    CHECK_THAT(outcome.reason, !Contains("hush") && !Contains("s&cret"));
    CHECK(office.arrived() == 0);
}

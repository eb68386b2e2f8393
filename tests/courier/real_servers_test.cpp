// The servers that people run: Postfix, Alertmanager, and the reference library of Standard
// Webhooks.
#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "courier/smtp_channel.hpp"
#include "courier/webhook_signature.hpp"
#include "daemon/api/json_writer.hpp"
#include "daemon/messages/sample_letters.hpp"
#include "tests/courier/receiver.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

const MailIdentity identity{"forcewatch@force.example", "Forcewatch", "force.example"};

Letter sample(LetterKind kind, const std::string& language) {
    for (const auto& letter : sample_letters(language))
        if (letter.kind == kind) return letter;
    return {};
}

/// ./dev test installs what these tests need; elsewhere it may be missing.
void not_tried(const std::string& why) { WARN(why << "; not tried"); }

/// Another process makes it so, soon.
template <typename Condition>
bool comes_true(const Condition& condition) {
    for (int tries = 0; tries < 400; ++tries) {
        if (condition()) return true;
        std::this_thread::sleep_for(25ms);
    }
    return false;
}

std::vector<std::string> files_of(const std::string& folder) {
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{folder, error})
        files.push_back(entry.path());
    return files;
}

CourierParcel parcel_of(const Letter& letter) {
    auto parcel = mail_parcel("liaison@force.example", mail_message_id(letter, identity));
    parcel.body = compose_mail(letter, identity);
    return parcel;
}

std::string output_of(std::vector<std::string> command, std::vector<std::string> environment = {}) {
    ChildProcess process{command, environment};
    process.close_input();
    auto text = process.read_all();
    CHECK(process.wait() == 0);
    return text;
}

}  // namespace

TEST_CASE("Postfix takes our mail over STARTTLS with a login, and keeps it as it was",
          "[courier][smtp][M5][M7]") {
    ScratchFolder scratch;
    make_certificates(scratch.path());
    REQUIRE(::chmod(scratch.path().c_str(), 0755) == 0);  // others write into it
    const auto folder = scratch.at("relay");
    REQUIRE(std::filesystem::create_directory(folder));
    LocalServer relay{"real_relay.py",
                      {"--folder", folder, "--certificate", scratch.at("good.pem"), "--key",
                       scratch.at("good.key"), "--login", "watch:hunter2"}};
    if (relay.port() == 0) return not_tried("Postfix cannot run here");
    std::ofstream{scratch.at("password")} << "hunter2\n";
    REQUIRE(::chmod(scratch.at("password").c_str(), 0600) == 0);
    MailSettings mail;
    mail.host = "localhost";
    mail.port = relay.port();
    mail.ehlo = "watch.force.example";
    mail.ca_file = scratch.at("ca.pem");
    mail.user = "watch";
    mail.password = SecretRef{SecretRef::Source::file, scratch.at("password")};
    REQUIRE(prepare_mail());
    TransferLoop transfers;
    SmtpChannel channel{mail, Secrets{""}, transfers, {}};
    const auto mailbox = folder + "/mail/all/new";
    const auto parcel = parcel_of(sample(LetterKind::digest, "cy"));
    const auto outcome = carried(channel, transfers, parcel);
    CAPTURE(outcome.reason);
    REQUIRE(outcome.verdict == Verdict::delivered);
    REQUIRE(comes_true([&] { return files_of(mailbox).size() == 1; }));
    auto kept = text_of_file(files_of(mailbox).front());
    auto sent = parcel.body;
    std::erase(kept, '\r');
    std::erase(sent, '\r');
    CHECK_THAT(kept, Contains(sent));
    CHECK_THAT(kept, Contains("ESMTPSA"));  // over TLS, and logged in

    mail.password = SecretRef{SecretRef::Source::file, scratch.at("ca.pem")};
    SmtpChannel stranger{mail, Secrets{""}, transfers, {}};
    CHECK(carried(stranger, transfers, parcel).verdict == Verdict::retry_later);
}

TEST_CASE("Alertmanager shows our alerts, at their latest severity, until they close",
          "[courier][webhook]") {
    ScratchFolder scratch;
    LocalServer server{"alertmanager.py", {"--folder", scratch.path()}};
    if (server.port() == 0) return not_tried("prometheus-alertmanager is not installed");
    const auto base = fmt::format("http://localhost:{}", server.port());
    WebhookTarget target;
    target.url = base;
    target.format = "alertmanager";
    target.allow_addresses = {"127.0.0.1"};
    TransferLoop transfers;
    const auto wall = [] {
        return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    };
    WebhookChannel channel{target, WebhookChannel::Connections::kept, Secrets{""}, transfers, {},
                           wall};
    auto letter = sample(LetterKind::alert, "en");
    const auto tell = [&](const std::string& change, Severity severity) {
        auto& item = letter.items[0];
        item.change = change;
        item.severity = severity;
        item.closed = change == "closed";
        item.opened_at = wall() - 1h;
        letter.created_at = wall() - 1s;
        auto parcel = hook_parcel("d1");
        parcel.body = compose_webhook(letter, "alertmanager", identity);
        const auto outcome = carried(channel, transfers, parcel);
        CAPTURE(change, outcome.reason);
        REQUIRE(outcome.verdict == Verdict::delivered);
        return output_of({"curl", "-fsS", base + "/api/v2/alerts?active=true"});
    };
    const auto opened = tell("opened", Severity::warning);
    CHECK_THAT(opened, Contains("\"severity\":\"warning\"") &&
                           Contains("\"alertname\":\"remains-requires-improvement\"") &&
                           Contains("\"subject\":\"track:dyfed-powys"));
    const auto raised = tell("raised", Severity::critical);
    CHECK_THAT(raised,
               Contains("\"severity\":\"critical\"") && !Contains("\"severity\":\"warning\""));
    CHECK(tell("closed", Severity::critical).find("alertname") == std::string::npos);
}

TEST_CASE("the reference library verifies what we sign, and nothing that was changed",
          "[courier][webhook][W5][R73]") {
    const std::string root = FORCEWATCH_BINARY_DIR "/../npm";
    ChildProcess install{
        {FORCEWATCH_SOURCE_DIR "/tests/support/npm_library.sh", root, "standardwebhooks", "1.0.0"}};
    if (install.wait() != 0) return not_tried("npm or its registry cannot be had here");
    const std::string old_secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const auto secrets = WebhookSecrets::parse(old_secret + "\n" + secret + "\n").value();
    const auto at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    ScratchFolder scratch;
    std::ofstream lines{scratch.at("lines")};
    const auto write = [&](const std::string& id, Instant when, const std::string& signature,
                           const std::string& body) {
        JsonWriter json;
        json.begin_object().key("headers").begin_object();
        json.key("webhook-id").value(id);
        json.key("webhook-timestamp").value(std::to_string(when.time_since_epoch().count()));
        json.key("webhook-signature").value(signature);
        json.end_object().key("body").value(body).end_object();
        lines << json.take() << '\n';
    };
    int good = 0;
    for (int round = 0; round < 25; ++round)
        for (auto letter : sample_letters(round % 2 == 0 ? "en" : "cy")) {
            letter.id = fmt::format("{:032x}", round);
            const auto body =
                compose_webhook(letter, round % 3 == 0 ? "cloudevents" : "standard", identity);
            const auto id = webhook_message_id(letter);
            write(id, at, secrets.sign(id, at, body), body);
            ++good;
        }
    const auto signature = secrets.sign("msg_1", at, "{}");
    write("msg_2", at, signature, "{}");
    write("msg_1", at, signature, "{ }");
    write("msg_1", at - 1s, signature, "{}");
    write("msg_1", at - 1h, secrets.sign("msg_1", at - 1h, "{}"), "{}");  // too old to be believed
    write("msg_1", at, "", "{}");
    lines.close();
    const auto said = output_of({"node", FORCEWATCH_SOURCE_DIR "/tests/support/verify_webhooks.mjs",
                                 scratch.at("lines"), secret},
                                {"NODE_ROOT=" + root});
    CHECK(said == fmt::format("{} good, 5 refused\n", good));
}

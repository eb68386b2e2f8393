#include "config/settings.hpp"

#include <catch2/catch.hpp>
#include <functional>

using namespace forcewatch;
using namespace std::chrono_literals;

namespace {

Settings good(std::string_view text) {
    const auto settings = read_settings(text, "forcewatch.toml");
    for (const auto& fault : settings ? std::vector<Fault>{} : settings.error())
        UNSCOPED_INFO(fault);
    REQUIRE(settings);
    return *settings;
}

constexpr auto everything = R"toml(
[storage]
path = "/data/f.db"
[socket]
path = "/run/f.sock"
mode = "0640"
group = "watchers"
editors = ["a", "b"]
operators = ["c"]
[courier]
socket = "/run/c.sock"
[calendar]
zone = "Europe/London"
quiet_hours = { from = "18:00", to = "08:00", weekends = true, bank_holidays = true, pierce = "critical" }
[log]
level = "debug"
[mail]
host = "mail.force.example"
port = 2525
security = "starttls"
user = "forcewatch"
password = "credential:mail"
from = "watch@force.example"
from_name = "Watch"
ehlo = "watch.force.example"
message_domain = "watch.force.example"
ca_file = "/etc/ca.pem"
[[destination]]
name = "liaison"
email = { to = ["liaison@force.example", "deputy@force.example"], digest = "weekdays 08:30" }
on_unknown = "hold"
[[destination]]
name = "case-system"
webhook = { url = "https://cases.example/hooks/forcewatch", secret = "file:/etc/secret", format = "standard", allow = ["10.0.0.0/8"], ca_file = "/etc/ca.pem" }
[[destination]]
name = "outbox"
folder = { path = "/var/outbox" }
[[route]]
match = { kind = ["police", "fire"], force = "kent", rule = ["late", "stuck"], severity = "warning+" }
to = ["liaison", "case-system"]
[[route]]
to = "outbox"
[[rule]]
name = "stuck"
type = "grade-persists"
grade = "inadequate"
counts = "same"
kinds = ["police"]
programmes = ["PEEL"]
forces = ["kent", "essex"]
ladder = [ { at = "2w", severity = "info" }, { rounds = 3, severity = "critical" } ]
remind_every = "4w"
[[rule]]
name = "late"
type = "deadline"
subjects = ["action", "finding"]
stops = "inspectorate"
ladder = [ { at = "-7d", severity = "warning" } ]
[[rule]]
name = "out"
type = "stage"
stage = "engage"
when = "left"
keep = "60d"
ladder = [ { at = "0d", severity = "info" } ]
[[feed]]
name = "hmicfrs"
url = "https://hmicfrs.justiceinspectorates.gov.uk/feed/"
every = "1h"
[[feed]]
name = "inner"
url = "https://news.force.example/rss"
every = "15m"
silent = "30d"
allow = "10.0.0.0/8"
auto_accept = ["stage"]
auto_accept_from = 95
[reading]
allow = ["10.0.0.7"]
ca_file = "/etc/ssl/force.pem"
[sources]
order = ["register*.csv", "https://hmicfrs.justiceinspectorates.gov.uk/*"]
)toml";

}  // namespace

TEST_CASE("every section of the file becomes settings", "[config]") {
    const auto settings = good(everything);
    Settings wanted;
    wanted.storage_path = "/data/f.db";
    wanted.socket_path = "/run/f.sock";
    wanted.socket_mode = 0640;
    wanted.socket_group = "watchers";
    wanted.editors = {"a", "b"};
    wanted.operators = {"c"};
    wanted.courier_socket_path = "/run/c.sock";
    wanted.quiet_hours = QuietHours{18h, 8h, true, true, Severity::critical};
    wanted.log_level = "debug";
    wanted.mail = {.host = "mail.force.example",
                   .port = 2525,
                   .security = MailSecurity::starttls,
                   .user = "forcewatch",
                   .password = SecretRef{SecretRef::Source::credential, "mail"},
                   .from = "watch@force.example",
                   .from_name = "Watch",
                   .ehlo = "watch.force.example",
                   .message_domain = "watch.force.example",
                   .ca_file = "/etc/ca.pem"};
    wanted.destinations = {{"liaison",
                            EmailTarget{{"liaison@force.example", "deputy@force.example"},
                                        Digest{Digest::Days::weekdays, {}, 8h + 30min}},
                            false},
                           {"case-system",
                            WebhookTarget{"https://cases.example/hooks/forcewatch",
                                          SecretRef{SecretRef::Source::file, "/etc/secret"},
                                          "standard",
                                          {"10.0.0.0/8"},
                                          "/etc/ca.pem"},
                            true},
                           {"outbox", FolderTarget{"/var/outbox"}, true}};
    wanted.routes = {{{ForceKind::police, ForceKind::fire},
                      {"kent"},
                      {"late", "stuck"},
                      Severity::warning,
                      {"liaison", "case-system"}},
                     {{}, {}, {}, Severity::info, {"outbox"}}};
    wanted.rules = {
        {"stuck",
         GradePersists{"inadequate", Comparability::same},
         {ForceKind::police},
         {"PEEL"},
         {"essex", "kent"},
         {{std::chrono::days{14}, {}, Severity::info}, {{}, 3, Severity::critical}},
         std::chrono::days{28}},
        {"late",
         DeadlineRule{{DeadlineSubject::finding, DeadlineSubject::action}, Axis::inspectorate},
         {},
         {},
         {},
         {{std::chrono::days{-7}, {}, Severity::warning}},
         std::chrono::days{7}},  // the longest gap of [alerts]
        {"out",
         StageRule{MonitoringStage::engage, StageWatch::left, std::chrono::days{60}},
         {},
         {},
         {},
         {{std::chrono::days{0}, {}, Severity::info}},
         {}}};
    wanted.feeds = {{"hmicfrs", "https://hmicfrs.justiceinspectorates.gov.uk/feed/", 1h},
                    {"inner",
                     "https://news.force.example/rss",
                     15min,
                     std::chrono::days{30},
                     {"10.0.0.0/8"},
                     {},
                     {"stage"},
                     95}};
    wanted.reading = {{"10.0.0.7"}, "/etc/ssl/force.pem"};
    wanted.source_order = {"register*.csv", "https://hmicfrs.justiceinspectorates.gov.uk/*"};
    CHECK(settings == wanted);
}

TEST_CASE("an empty file means every default", "[config]") {
    CHECK(good("") == Settings{});
    CHECK(good("# nothing\n\n") == Settings{});
}

TEST_CASE("the port follows the security when it is not given", "[config]") {
    const auto [security, port] =
        GENERATE(table<std::string, int>({{"starttls", 587}, {"tls", 465}, {"plain", 25}}));
    CHECK(good("[mail]\nhost = \"relay\"\nsecurity = \"" + security + "\"\n").mail.port == port);
}

TEST_CASE("digests are daily, on weekdays or on one day of the week", "[config]") {
    const auto digest = [](const std::string& text) {
        const auto settings = good(
            "[mail]\nhost=\"relay\"\n[[destination]]\nname=\"d\"\nemail={to="
            "[\"a@b.example\"],digest=\"" +
            text + "\"}\n");
        return *std::get<EmailTarget>(settings.destinations.at(0).target).digest;
    };
    CHECK(digest("daily 00:00") == Digest{Digest::Days::daily, {}, 0min});
    CHECK(digest("monday 23:59") == Digest{Digest::Days::weekly, std::chrono::Monday, 23h + 59min});
    CHECK(digest("sunday 07:05") == Digest{Digest::Days::weekly, std::chrono::Sunday, 7h + 5min});
}

TEST_CASE("the fingerprint differs exactly when mail or destinations differ", "[config]") {
    const auto base = good(everything);
    const auto fingerprint = destinations_fingerprint(base);
    CHECK(fingerprint.size() == 32);
    CHECK(destinations_fingerprint(good(everything)) == fingerprint);

    auto elsewhere = base;
    elsewhere.rules.clear();
    elsewhere.routes.clear();
    elsewhere.socket_path = "/elsewhere";
    CHECK(destinations_fingerprint(elsewhere) == fingerprint);

    const std::vector<std::function<void(Settings&)>> changes{
        [](Settings& s) { s.mail.host = "other"; },
        [](Settings& s) { s.mail.port = 26; },
        [](Settings& s) { s.mail.security = MailSecurity::tls; },
        [](Settings& s) { s.mail.user.reset(); },
        [](Settings& s) { s.mail.password->source = SecretRef::Source::file; },
        [](Settings& s) { s.mail.ca_file = ""; },
        [](Settings& s) { s.mail.from = "x@y"; },
        [](Settings& s) { s.destinations.pop_back(); },
        [](Settings& s) { s.destinations[0].name = "Liaison"; },
        [](Settings& s) { s.destinations[0].retry_unknown = true; },
        [](Settings& s) { std::get<EmailTarget>(s.destinations[0].target).to.pop_back(); },
        [](Settings& s) { std::get<EmailTarget>(s.destinations[0].target).digest.reset(); },
        [](Settings& s) { std::get<WebhookTarget>(s.destinations[1].target).url += "x"; },
        [](Settings& s) { std::get<WebhookTarget>(s.destinations[1].target).secret.reset(); },
        [](Settings& s) { std::get<WebhookTarget>(s.destinations[1].target).allow_addresses = {}; },
        [](Settings& s) { std::get<FolderTarget>(s.destinations[2].target).path = "/x"; },
        [](Settings& s) { std::swap(s.destinations[0], s.destinations[1]); },
    };
    std::set<std::string> seen{fingerprint};
    for (const auto& change : changes) {
        auto changed = base;
        change(changed);
        CHECK(seen.insert(destinations_fingerprint(changed)).second);
    }
}

TEST_CASE("a webhook's address may be a secret, and each shape has its name", "[config]") {
    const std::string format =
        GENERATE("standard", "cloudevents", "slack", "mattermost", "teams", "alertmanager");
    const auto settings = read_settings(
        "[[destination]]\nname='chat'\nwebhook={url='credential:chat',format='" + format + "'}\n",
        "f.toml");
    REQUIRE(settings);
    const auto& webhook = std::get<WebhookTarget>(settings->destinations[0].target);
    CHECK(webhook.url.empty());
    CHECK(webhook.secret_url == SecretRef{SecretRef::Source::credential, "chat"});
    CHECK(webhook.format == format);
}

TEST_CASE("a relay's access tokens and an own folder of templates are configured in [mail]",
          "[config]") {
    const std::string text =
        "[mail]\nhost='smtp.force.example'\nuser='watch@force.example'\n"
        "templates='/etc/forcewatch/templates'\n"
        "oauth={token_url='https://login.force.example/token',client_id='watch',"
        "client_secret='credential:mail-client',scope='smtp',refresh_token='file:/etc/refresh'}\n";
    const auto settings = read_settings(text, "f.toml");
    REQUIRE(settings);
    const MailOAuth wanted{"https://login.force.example/token",
                           "watch",
                           {SecretRef::Source::credential, "mail-client"},
                           "smtp",
                           SecretRef{SecretRef::Source::file, "/etc/refresh"},
                           {},
                           {}};
    CHECK(settings->mail.oauth == wanted);
    CHECK(settings->mail.templates == "/etc/forcewatch/templates");
    auto other = *settings;
    other.mail.oauth->scope = "other";
    CHECK(destinations_fingerprint(*settings) != destinations_fingerprint(other));
}

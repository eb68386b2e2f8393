/// The one configuration file, checked: what both programs and `forcewatchctl` know of it.
///
/// `read_settings` collects every fault instead of stopping at the first. Values only; secrets are
/// named here, never held (`courier/` resolves them). Blocks: one file read.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/alerting.hpp"
#include "core/rag.hpp"
#include "core/rule.hpp"
#include "core/types.hpp"

namespace forcewatch {

/// A secret by reference: "credential:NAME" (systemd) or "file:/path" (readable by owner and group
/// only).
struct SecretRef {
    enum class Source { credential, file } source{};
    std::string name;
    friend bool operator==(const SecretRef&, const SecretRef&) = default;
};

/// When held-back mail goes out: every day, on weekdays, or on one day of the week.
struct Digest {
    enum class Days { daily, weekdays, weekly } days{};
    std::chrono::weekday day{};  ///< for weekly only
    std::chrono::minutes at{};   ///< after local midnight
    friend bool operator==(const Digest&, const Digest&) = default;
};

struct EmailTarget {
    /// Checked addresses and roles ("owner", "contributors", "acknowledger", "deputy"), never
    /// empty.
    std::vector<std::string> to;
    std::optional<Digest> digest;  ///< empty: each message at once
    friend bool operator==(const EmailTarget&, const EmailTarget&) = default;
};
struct WebhookTarget {
    std::string url;  ///< https, or http to a loopback host; empty: `secret_url` has it
    std::optional<SecretRef> secret;
    /// Shape of the body: standard, cloudevents, slack, mattermost, teams or alertmanager.
    std::string format{"standard"};
    std::vector<std::string>
        allow_addresses;  ///< inner ones it may reach: "127.0.0.1", "10.0.0.0/8"
    std::optional<std::string> ca_file;
    std::optional<SecretRef> secret_url{};  ///< an address that is a secret, as Slack's are
    friend bool operator==(const WebhookTarget&, const WebhookTarget&) = default;
};
/// Writes `.eml` and `.json` files into a directory, for a trial without a mail server.
struct FolderTarget {
    std::string path;
    friend bool operator==(const FolderTarget&, const FolderTarget&) = default;
};
struct Destination {
    std::string name;
    std::variant<EmailTarget, WebhookTarget, FolderTarget> target;
    bool retry_unknown{true};     ///< on_unknown = "retry" | "hold"
    std::string fallback{};       ///< of this destination alone; empty: that of [alerts]
    std::optional<bool> quiet{};  ///< keeps the quiet hours; empty: mail does, the rest does not
    Severity urgent{Severity::critical};  ///< goes past a digest from this severity on
    std::optional<int> storm{};           ///< messages per hour; empty: as [alerts] says
    std::string language{"en"};
    friend bool operator==(const Destination&, const Destination&) = default;
};

/// Alerts that match go to `to`, unless an inner route takes them. Each outermost route that
/// matches counts; of the inner ones the first does, and the next where it says `continue`. An
/// empty set matches everything.
struct Route {
    std::set<ForceKind> kinds;
    std::set<std::string> forces;
    std::set<std::string> rules;
    Severity at_least{Severity::info};
    std::vector<std::string> to;                         ///< names of destinations
    std::string name{};                                  ///< may be empty
    std::string escalation{};                            ///< empty: that of the outer route
    std::optional<std::chrono::seconds> repeat_every{};  ///< while it is open and unacknowledged
    bool goes_on{};                                      ///< continue = true
    std::vector<Route> inner{};
    friend bool operator==(const Route&, const Route&) = default;
};

enum class MailSecurity { starttls, tls, plain };
/// Where access tokens for the relay's login (XOAUTH2) come from. Without a refresh token they are
/// asked for with the client's own credentials.
struct MailOAuth {
    std::string token_url;  ///< https
    std::string client_id;
    SecretRef client_secret;
    std::string scope;
    std::optional<SecretRef> refresh_token;
    std::vector<std::string> allow_addresses;  ///< inner ones it may reach
    std::optional<std::string> ca_file;
    friend bool operator==(const MailOAuth&, const MailOAuth&) = default;
};
struct MailSettings {
    std::string host;  ///< empty: no relay configured
    int port{587};
    MailSecurity security{MailSecurity::starttls};
    std::optional<std::string> user;
    std::optional<SecretRef> password;
    std::optional<MailOAuth> oauth{};  ///< instead of a password
    std::string from{"forcewatch@localhost"};
    std::string from_name{"Forcewatch"};
    std::string ehlo{"localhost"};
    std::string message_domain{"forcewatch.localhost"};  ///< right of the @ in every Message-ID
    std::optional<std::string> ca_file;
    std::optional<std::string> templates{};  ///< folder of the administrator's own; empty: none
    friend bool operator==(const MailSettings&, const MailSettings&) = default;
};

/// Local hours in which messages wait.
struct QuietHours {
    std::chrono::minutes from{};  ///< after local midnight; may lie after `to`
    std::chrono::minutes to{};
    bool weekends{false};
    bool bank_holidays{false};
    std::optional<Severity> pierce;  ///< goes at once from this severity on; empty: nothing does
    friend bool operator==(const QuietHours&, const QuietHours&) = default;
};

/// A news feed, fetched by the courier and read by the daemon.
struct Feed {
    std::string name;
    std::string url;
    std::chrono::seconds every{};
    std::optional<std::chrono::days> silent{};   ///< longer without a new item: look; empty: never
    std::vector<std::string> allow_addresses{};  ///< inner ones it may reach
    std::optional<std::string> ca_file{};
    /// Kinds of proposals that are recorded without a person; as shipped, none.
    std::set<std::string> auto_accept{};
    int auto_accept_from{90};  ///< per cent: what was read with less confidence waits for a person
    friend bool operator==(const Feed&, const Feed&) = default;
};

/// Where pages that somebody asks for by their address may be: besides the public web, these.
struct Reading {
    std::vector<std::string> allow_addresses{};
    std::optional<std::string> ca_file{};
    friend bool operator==(const Reading&, const Reading&) = default;
};

struct Settings {
    std::string storage_path{"/var/lib/forcewatch/forcewatch.db"};
    std::string socket_path{"/run/forcewatch/forcewatch.sock"};
    unsigned socket_mode{0660};
    /// Under which a proxy offers the links of messages: "https://watch.force.example".
    std::optional<std::string> public_url;
    std::string socket_group;         ///< empty: leave as created
    std::set<std::string> editors;    ///< groups that may change facts; root always may
    std::set<std::string> operators;  ///< groups that may acknowledge and silence
    std::string courier_socket_path{"/run/forcewatch/courier.sock"};
    std::string zone{"Europe/London"};  ///< no other is taken
    std::optional<QuietHours> quiet_hours;
    std::string log_level{"info"};
    MailSettings mail;
    std::vector<Destination> destinations;
    std::vector<Route> routes;
    Alerting alerting;
    std::vector<Escalation> escalations;
    std::vector<Inhibition> inhibitions;
    std::vector<Rule> rules;
    std::vector<RagLine> rag;       ///< first match decides; empty: as shipped
    int moves_without_approval{1};  ///< of one deadline; the next one names who approved it
    std::vector<Feed> feeds;
    Reading reading;
    std::vector<std::string> source_order;  ///< patterns, the one that is believed first
    friend bool operator==(const Settings&, const Settings&) = default;
};

/// One fault, as a person reads it: "file:line:column: key: what is wrong or expected".
using Fault = std::string;

/// Parses and checks `text`; an empty one means every default. `file` only names the place in
/// faults. Every fault is reported, in the order of the file.
[[nodiscard]] tl::expected<Settings, std::vector<Fault>> read_settings(std::string_view text,
                                                                       const std::string& file);
/// A file as it was read, once: what was checked is what is kept.
struct SettingsFile {
    std::string text;
    Settings settings;
};
/// The same for a file on disk. One that cannot be read, is not a regular file or is larger than
/// 1 MiB is one fault; a FIFO or a device does not hang. One that holds nothing, or no rule, is a
/// fault too, for it would close every alert; `rule = []` says that none is meant.
[[nodiscard]] tl::expected<SettingsFile, std::vector<Fault>> load_settings(
    const std::filesystem::path& path);
/// As `load_settings`, for those who do not need the text.
[[nodiscard]] tl::expected<Settings, std::vector<Fault>> read_settings_file(
    const std::filesystem::path& path);

/// nullptr: there is no destination of that name.
[[nodiscard]] const Destination* find_destination(const Settings& settings, std::string_view name);

/// A hash (32 hexadecimal digits) of the mail settings and destinations. Both programs compare it,
/// so that a courier with other destinations does not carry parcels meant for ours.
[[nodiscard]] std::string destinations_fingerprint(const Settings& settings);

}  // namespace forcewatch

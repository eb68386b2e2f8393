#include "config/settings.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "config/sections.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t longest_file = 1U << 20U;

class Descriptor {
public:
    explicit Descriptor(int number) : number_{number} {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

Expected<std::string> read_regular_file(const std::filesystem::path& path) {
    const auto because = [](const char* what) {
        return tl::unexpected(fmt::format("{}: {}", what, std::strerror(errno)));
    };
    // Without O_NONBLOCK, opening a FIFO would wait for a writer.
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY)};
    if (file.number() < 0) return because("cannot be opened");
    struct stat about {};
    if (::fstat(file.number(), &about) != 0) return because("cannot be examined");
    if (!S_ISREG(about.st_mode)) return tl::unexpected(Problem{"is not a regular file"});
    std::string text;
    std::array<char, 65536> buffer{};
    for (;;) {
        const auto count = ::read(file.number(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return because("cannot be read");
        if (count == 0) return text;
        text.append(buffer.data(), static_cast<std::size_t>(count));
        if (text.size() > longest_file) return tl::unexpected(Problem{"is larger than 1 MiB"});
    }
}

/// FNV-1a with 128 bits, over fields with their lengths so that no two lists of fields agree.
class Fingerprint {
public:
    void add(std::string_view field) {
        mix(fmt::format("{}:", field.size()));
        mix(field);
    }
    void add_optional(const std::optional<std::string>& field) { add(field ? "=" + *field : "-"); }
    void add_secret(const std::optional<SecretRef>& secret) {
        if (!secret) return add("-");
        add(secret->source == SecretRef::Source::file ? "file" : "credential");
        add(secret->name);
    }
    void add_list(const std::vector<std::string>& fields) {
        add(std::to_string(fields.size()));
        for (const auto& field : fields) add(field);
    }
    [[nodiscard]] std::string text() const { return fmt::format("{:016x}{:016x}", high_, low_); }

private:
    void mix(std::string_view bytes) {
        constexpr std::uint64_t prime_low = 0x13B;  // the prime is 2^88 + 0x13B
        for (const char c : bytes) {
            low_ ^= static_cast<unsigned char>(c);
            const std::uint64_t bottom = (low_ & 0xFFFFFFFFU) * prime_low;
            const std::uint64_t top = (low_ >> 32U) * prime_low + (bottom >> 32U);
            high_ = high_ * prime_low + (top >> 32U) + (low_ << 24U);
            low_ = (top << 32U) | (bottom & 0xFFFFFFFFU);
        }
    }
    std::uint64_t high_{0x6C62272E07BB0142U};
    std::uint64_t low_{0x62B821756295C58DU};
};

void add_oauth(Fingerprint& hash, const std::optional<MailOAuth>& oauth) {
    if (!oauth) return hash.add("-");
    hash.add(oauth->token_url);
    hash.add(oauth->client_id);
    hash.add_secret(oauth->client_secret);
    hash.add(oauth->scope);
    hash.add_secret(oauth->refresh_token);
    hash.add_list(oauth->allow_addresses);
    hash.add_optional(oauth->ca_file);
}

struct AddTarget {
    Fingerprint& into;
    void operator()(const EmailTarget& email) const {
        into.add("email");
        into.add_list(email.to);
        if (!email.digest) return into.add("at once");
        into.add(fmt::format("{} {} {}", static_cast<int>(email.digest->days),
                             email.digest->day.c_encoding(), email.digest->at.count()));
    }
    void operator()(const WebhookTarget& webhook) const {
        into.add("webhook");
        into.add(webhook.url);
        into.add_secret(webhook.secret_url);
        into.add_secret(webhook.secret);
        into.add(webhook.format);
        into.add_list(webhook.allow_addresses);
        into.add_optional(webhook.ca_file);
    }
    void operator()(const FolderTarget& folder) const {
        into.add("folder");
        into.add(folder.path);
    }
};

enum class Extent { part, whole_file };

/// A file that an editor cut short, or that was never filled, must not pass for a wish.
void refuse_no_rules(TableReader& reader, const toml::table& root, const Settings& settings) {
    if (!settings.rules.empty() || reader.has_empty_list("rule")) return;
    reader.report("",
                  fmt::format("{}, so every alert would close; write rule = [] if that is meant",
                              root.empty() ? "there is nothing in this file"
                                           : "there is no [[rule]] in this file"));
}

tl::expected<Settings, std::vector<Fault>> read_text(std::string_view text, const std::string& file,
                                                     Extent extent) {
    FaultList faults{file};
    Settings settings;
    const auto root = parse_toml(text, file, faults);
    if (!root) return tl::unexpected(faults.sorted());
    TableReader reader{*root, "", faults};
    read_service(reader, settings);
    read_mail(reader, settings);
    read_destinations(reader, settings);
    read_rules(reader, settings);
    read_rag(reader, settings);
    read_alerts(reader, settings);
    read_routes(reader, settings);
    read_feeds(reader, settings);
    reader.refuse_unknown();
    if (faults.empty() && extent == Extent::whole_file) refuse_no_rules(reader, *root, settings);
    if (!faults.empty()) return tl::unexpected(faults.sorted());
    return settings;
}

}  // namespace

tl::expected<Settings, std::vector<Fault>> read_settings(std::string_view text,
                                                         const std::string& file) {
    return read_text(text, file, Extent::part);
}

tl::expected<SettingsFile, std::vector<Fault>> load_settings(const std::filesystem::path& path) {
    auto text = read_regular_file(path);
    if (!text) return tl::unexpected(std::vector<Fault>{path.string() + ": " + text.error()});
    auto settings = read_text(*text, path.string(), Extent::whole_file);
    if (!settings) return tl::unexpected(std::move(settings.error()));
    return SettingsFile{std::move(*text), std::move(*settings)};
}

tl::expected<Settings, std::vector<Fault>> read_settings_file(const std::filesystem::path& path) {
    return load_settings(path).map([](SettingsFile&& file) { return std::move(file.settings); });
}

const Destination* find_destination(const Settings& settings, std::string_view name) {
    const auto found = std::find_if(settings.destinations.begin(), settings.destinations.end(),
                                    [&](const Destination& known) { return known.name == name; });
    return found == settings.destinations.end() ? nullptr : &*found;
}

std::string destinations_fingerprint(const Settings& settings) {
    Fingerprint hash;
    const MailSettings& mail = settings.mail;
    hash.add(mail.host);
    hash.add(std::to_string(mail.port));
    hash.add(std::to_string(static_cast<int>(mail.security)));
    hash.add_optional(mail.user);
    hash.add_secret(mail.password);
    add_oauth(hash, mail.oauth);
    hash.add(mail.from);
    hash.add(mail.from_name);
    hash.add(mail.ehlo);
    hash.add(mail.message_domain);
    hash.add_optional(mail.ca_file);
    for (const auto& destination : settings.destinations) {
        hash.add(destination.name);
        hash.add(destination.retry_unknown ? "retry" : "hold");
        std::visit(AddTarget{hash}, destination.target);
    }
    return hash.text();
}

}  // namespace forcewatch

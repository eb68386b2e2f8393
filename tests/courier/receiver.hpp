/// An HTTPS receiver on loopback (tests/support/https_receiver.py) and what arrived there.
#pragma once

#include <fmt/format.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "courier/webhook_channel.hpp"
#include "daemon/api/json_reader.hpp"
#include "tests/courier/samples.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/scratch_folder.hpp"

namespace forcewatch::test {

inline const Instant now = parse_instant("2026-03-28T12:00:00Z").value();
inline constexpr auto secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// An HTTPS receiver on loopback and the target that reaches it.
class Receiver {
public:
    explicit Receiver(const std::string& certificate = "good",
                      const std::string& host = "127.0.0.1") {
        make_certificates(scratch_.path());
        std::vector<std::string> options{"--out", out(), "--host", host};
        if (!certificate.empty())
            options.insert(options.end(), {"--certificate", scratch_.at(certificate + ".pem"),
                                           "--key", scratch_.at(certificate + ".key")});
        server_.emplace("https_receiver.py", options);
        std::ofstream{scratch_.at("secret")} << secret << '\n';
        REQUIRE(::chmod(scratch_.at("secret").c_str(), 0600) == 0);
        scheme_ = certificate.empty() ? "http" : "https";
        target_.secret = SecretRef{SecretRef::Source::file, scratch_.at("secret")};
        target_.allow_addresses = {"127.0.0.1"};
        target_.ca_file = scratch_.at("ca.pem");
    }

    /// Forgets names and connections, as time does.
    void forget() { transfers_.emplace(); }
    WebhookTarget& target() { return target_; }
    [[nodiscard]] int port() const { return server_->port(); }
    [[nodiscard]] std::string at(const std::string& name) const { return scratch_.at(name); }

    DeliveryOutcome post(const std::string& path, WebhookLimits limits = {}) {
        if (!path.empty())
            target_.url = fmt::format("{}://localhost:{}{}", scheme_, server_->port(), path);
        WebhookChannel channel{target_,     WebhookChannel::Connections::kept,
                               Secrets{""}, *transfers_,
                               limits,      [] { return now; }};
        return carried(channel, *transfers_, hook_parcel("d1@forcewatch"));
    }
    /// One after the other, as if more waited behind each.
    std::vector<Verdict> post_in_a_row(const std::string& path, int count,
                                       WebhookChannel::Connections connections) {
        target_.url = fmt::format("{}://localhost:{}{}", scheme_, server_->port(), path);
        WebhookChannel channel{target_,     connections, Secrets{""},
                               *transfers_, {},          [] { return now; }};
        std::vector<Verdict> verdicts;
        for (int i = 0; i < count; ++i)
            verdicts.push_back(
                carried(channel, *transfers_, hook_parcel("d1@forcewatch"), Channel::Behind::more)
                    .verdict);
        return verdicts;
    }
    /// After one that arrived, one that is given up before it began.
    DeliveryOutcome post_and_give_up(const std::string& path) {
        target_.url = fmt::format("{}://localhost:{}{}", scheme_, server_->port(), path);
        WebhookChannel channel{target_,     WebhookChannel::Connections::kept,
                               Secrets{""}, *transfers_,
                               {},          [] { return now; }};
        CHECK(carried(channel, *transfers_, hook_parcel("d1@forcewatch"), Channel::Behind::more)
                  .verdict == Verdict::delivered);
        DeliveryOutcome given_up;
        channel.carry(hook_parcel("d2@forcewatch"), Channel::Behind::more,
                      [&](const DeliveryOutcome& outcome) { given_up = outcome; });
        transfers_->cancel_all();
        return given_up;
    }
    [[nodiscard]] std::vector<JsonValue> arrived() const {
        std::vector<JsonValue> requests;
        for (const auto& line : lines_of_file(out()))
            requests.push_back(parse_json_object(line).value());
        return requests;
    }

private:
    [[nodiscard]] std::string out() const { return scratch_.at("requests.jsonl"); }

    ScratchFolder scratch_;
    std::optional<LocalServer> server_;
    std::string scheme_;
    WebhookTarget target_;
    std::optional<TransferLoop> transfers_{std::in_place};
};

inline std::string header_in(const JsonValue& request, const char* name) {
    const auto* header = request.find("headers")->find(name);
    return header ? *header->as<std::string>() : "";
}

}  // namespace forcewatch::test

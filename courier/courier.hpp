/// The second process: claims parcels from the daemon, carries them, settles what became of them,
/// and fetches feeds and pages.
///
/// Holds nothing that outlives it: what is not settled when it dies runs out of its lease and
/// comes again under the same id. Each destination goes its own way, so one that hangs delays no
/// other. When the daemon is away the courier tries again, at most 30 s apart.
///
/// Thread: one. Blocks: `turn` for at most the time it is given.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "courier/channel.hpp"
#include "courier/lane.hpp"
#include "courier/secrets.hpp"
#include "courier/smtp_channel.hpp"
#include "courier/web_page.hpp"
#include "courier/webhook_channel.hpp"

namespace forcewatch {

class AccessTokens;
class TransferLoop;
class DaemonClient;
class Fetcher;

struct CourierOptions {
    bool once{false};  ///< end when the daemon has no more work
    std::string credentials_directory;
    SmtpLimits smtp{};
    WebhookLimits webhook{};
    FetchLimits fetch{};
    std::chrono::seconds claim_wait{50};            ///< how long an empty claim may be held back
    std::chrono::milliseconds stop_patience{8000};  ///< for what is under way when stopped
    std::function<Instant()> now;                   ///< empty: the system's clock
};

class Courier {
public:
    Courier(Settings settings, CourierOptions options);
    Courier(const Courier&) = delete;
    Courier& operator=(const Courier&) = delete;
    ~Courier();

    /// Does what can be done now, then waits until something happens, at most `longest`, or until
    /// `wake_fd` (none: -1) can be read.
    void turn(std::chrono::milliseconds longest, int wake_fd);

    /// Claims no more; ends what is under way, at the latest after the patience, and settles it.
    void stop();
    /// Parcels that leave from now on go by `settings`.
    void use(Settings settings);

    /// True when there is nothing left to do and `turn` need not be called again.
    [[nodiscard]] bool finished() const;
    /// True when the work ended because the daemon could not be reached or refused.
    [[nodiscard]] bool failed() const { return failed_; }
    /// One line for a person: "daemon connected, 12 delivered, 3 under way".
    [[nodiscard]] std::string summary() const;

private:
    /// What is kept of a parcel while its channel has it.
    struct InHand {
        DeliveryId id{};
        std::int64_t lease{};
        std::string destination;
        std::string subject_key;
    };

    using Moment = std::chrono::steady_clock::time_point;

    void build_channels();
    void claim();
    /// Gives up a claim that passes over a destination which has room again: it would wait for
    /// what others are sent.
    void drop_narrow_claim();
    void on_claimed(int status, const std::string& body, const std::string& failure);
    void accept(CourierParcel parcel);
    void carry_ready();
    void carry(const CourierParcel& parcel, Channel::Behind behind);
    void on_carried(const InHand& parcel, const DeliveryOutcome& outcome);
    void hand_back(const std::vector<CourierParcel>& parcels, const std::string& reason);
    void settle();
    void on_settled(int status, const std::string& body, const std::string& failure);
    void daemon_is_away(const std::string& failure);
    void daemon_is_there();
    void end_patience();
    [[nodiscard]] std::size_t held() const;
    /// Nothing more can be held, wherever it goes.
    [[nodiscard]] bool is_full() const;
    /// Nothing more should be claimed for that destination now.
    [[nodiscard]] bool is_busy(const std::string& destination) const;
    [[nodiscard]] std::vector<DeliveryId> carrying() const;
    [[nodiscard]] bool may_contact() const;

    Settings settings_;
    CourierOptions options_;
    std::unique_ptr<TransferLoop> transfers_;
    std::unique_ptr<DaemonClient> daemon_;
    std::unique_ptr<Fetcher> fetcher_;
    std::shared_ptr<AccessTokens> tokens_;  // empty: the relay takes a password, or nothing
    std::map<std::string, std::unique_ptr<Channel>> channels_;
    std::map<std::string, Lane> lanes_;
    std::map<DeliveryId, std::int64_t> leases_;  // of every parcel held, as last claimed
    std::vector<CourierResult> results_;         // still to be settled
    std::vector<CourierResult> settling_;        // in the request under way
    std::set<DeliveryId> refused_;               // settled in vain; their leases must run out
    const std::string session_;
    std::uint64_t claim_id_{0};             // zero: none under way
    std::vector<std::string> passed_over_;  // by that claim
    Moment claimed_at_{};
    Moment next_contact_at_{};
    Moment stop_by_{};
    std::chrono::milliseconds pause_{0};
    std::uint64_t delivered_{0};
    bool connected_{false};
    bool stopping_{false};
    bool drained_{false};  // once: the daemon had no more
    bool failed_{false};
};

}  // namespace forcewatch

#include "courier/courier.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <utility>

#include "core/utf8.hpp"
#include "courier/access_tokens.hpp"
#include "courier/daemon_client.hpp"
#include "courier/fetcher.hpp"
#include "courier/folder_channel.hpp"
#include "courier/transfers.hpp"

namespace forcewatch {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds first_pause = 50ms;
constexpr std::chrono::milliseconds longest_pause = 5s;  // the daemon is on this machine
constexpr std::chrono::milliseconds settle_limit = 20s;
constexpr std::chrono::milliseconds last_settle_limit = 1500ms;    // while stopping
constexpr std::chrono::milliseconds shortest_empty_claim = 200ms;  // a daemon that does not wait
constexpr std::size_t crowd = 1000;  // parcels held; from there on a destination has what it has
constexpr std::int64_t few = 100;    // a crowd may hang: what joins it leaves room for others
// Beside these a claim names what is still to be settled, and one more may be on its way here.
constexpr std::size_t most_held = courier_limits::carrying - 5 * courier_limits::parcels;
constexpr std::size_t most_bytes = 128U << 20U;                     // of bodies that wait
constexpr std::size_t longest_reason = courier_limits::reason - 8;  // half a character may grow

Instant system_now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string random_name() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}", random(), random());
}

bool keeps_back(Verdict verdict) {
    return verdict == Verdict::retry_later || verdict == Verdict::unknown;
}

struct KindOf {
    DestinationKind operator()(const EmailTarget&) const { return DestinationKind::email; }
    DestinationKind operator()(const WebhookTarget&) const { return DestinationKind::webhook; }
    DestinationKind operator()(const FolderTarget&) const { return DestinationKind::folder; }
};

}  // namespace

Courier::Courier(Settings settings, CourierOptions options)
    : settings_{std::move(settings)},
      options_{std::move(options)},
      transfers_{std::make_unique<TransferLoop>()},
      daemon_{std::make_unique<DaemonClient>(*transfers_)},
      session_{random_name()} {
    if (!options_.now) options_.now = system_now;
    fetcher_ =
        std::make_unique<Fetcher>(*transfers_, *daemon_, options_.once ? 0s : options_.claim_wait,
                                  options_.fetch, options_.now);
    build_channels();
}

Courier::~Courier() = default;

void Courier::use(Settings settings) {
    if (settings.mail.oauth != settings_.mail.oauth) tokens_.reset();
    settings_ = std::move(settings);
    build_channels();
    // The claim that waits tells the daemon of the old destinations.
    if (claim_id_ != 0) transfers_->cancel(std::exchange(claim_id_, 0));
    next_contact_at_ = Clock::now();
}

void Courier::build_channels() {
    channels_.clear();
    const Secrets secrets{options_.credentials_directory};
    if (settings_.mail.oauth && !tokens_)
        tokens_ = std::make_shared<AccessTokens>(*settings_.mail.oauth, secrets, *transfers_,
                                                 options_.now);
    for (const auto& destination : settings_.destinations) {
        auto& channel = channels_[destination.name];
        if (std::holds_alternative<EmailTarget>(destination.target))
            channel = std::make_unique<SmtpChannel>(settings_.mail, secrets, *transfers_,
                                                    options_.smtp, tokens_);
        else if (const auto* webhook = std::get_if<WebhookTarget>(&destination.target))
            channel = std::make_unique<WebhookChannel>(
                *webhook,
                destination.retry_unknown ? WebhookChannel::Connections::kept
                                          : WebhookChannel::Connections::fresh,
                secrets, *transfers_, options_.webhook, options_.now);
        else
            channel = std::make_unique<FolderChannel>(std::get<FolderTarget>(destination.target));
    }
}

void Courier::turn(std::chrono::milliseconds longest, int wake_fd) {
    carry_ready();
    if (stopping_ && Clock::now() >= stop_by_) end_patience();
    if (may_contact()) {
        settle();
        drop_narrow_claim();
        claim();
    } else {
        longest = std::min(
            longest, std::chrono::ceil<std::chrono::milliseconds>(next_contact_at_ - Clock::now()));
    }
    fetcher_->work(settings_);
    if (finished()) return;
    longest = std::min(longest, fetcher_->until_next());
    if (stopping_)
        longest = std::min(longest,
                           std::chrono::ceil<std::chrono::milliseconds>(stop_by_ - Clock::now()));
    transfers_->turn(std::max(longest, 0ms), wake_fd);
}

bool Courier::may_contact() const { return Clock::now() >= next_contact_at_; }

std::size_t Courier::held() const {
    std::size_t count = 0;
    for (const auto& [name, lane] : lanes_) count += lane.held();
    return count;
}

bool Courier::is_full() const {
    std::size_t bytes = 0;
    for (const auto& [name, lane] : lanes_) bytes += lane.waiting_bytes();
    return held() >= most_held || bytes >= most_bytes;
}

bool Courier::is_busy(const std::string& name) const {
    const Lane& lane = lanes_.at(name);
    const auto* destination = find_destination(settings_, name);
    const bool spared = destination != nullptr && !destination->retry_unknown;
    return lane.full() || (spared && lane.held() > few_in_hand / 2) ||
           (lane.held() > 0 && held() >= crowd);
}

std::vector<DeliveryId> Courier::carrying() const {
    std::vector<DeliveryId> ids{refused_.begin(), refused_.end()};
    for (const auto& [id, lease] : leases_) ids.push_back(id);
    for (const auto* results : {&results_, &settling_})
        for (const auto& result : *results) ids.push_back(result.id);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    return ids;
}

void Courier::claim() {
    if (stopping_ || drained_ || claim_id_ != 0 || is_full()) return;
    if (options_.once && (held() > 0 || !results_.empty() || !settling_.empty())) return;
    CourierClaim wanted{.fingerprint = destinations_fingerprint(settings_),
                        .session = session_,
                        .max = static_cast<int>(held() < crowd ? courier_limits::parcels : few),
                        .wait = options_.once ? 0s : options_.claim_wait,
                        .busy = {},
                        .carrying = carrying()};
    for (const auto& [name, lane] : lanes_)
        if (is_busy(name)) wanted.busy.push_back(name);
    passed_over_ = wanted.busy;
    claimed_at_ = Clock::now();
    claim_id_ = daemon_->post(settings_.courier_socket_path, "/courier/claim", write_claim(wanted),
                              wanted.wait + settle_limit, courier_limits::answer,
                              [this](const DaemonAnswer& answer) {
                                  claim_id_ = 0;
                                  on_claimed(answer.status, answer.body, answer.failure);
                              });
}

void Courier::drop_narrow_claim() {
    const bool narrow = std::any_of(passed_over_.begin(), passed_over_.end(),
                                    [&](const std::string& name) { return !is_busy(name); });
    if (claim_id_ != 0 && narrow) transfers_->cancel(std::exchange(claim_id_, 0));
}

void Courier::on_claimed(int status, const std::string& body, const std::string& failure) {
    if (status != 200) return daemon_is_away(failure);
    auto parcels = read_parcels(body);
    if (!parcels) return daemon_is_away("the daemon's parcels cannot be read: " + parcels.error());
    daemon_is_there();
    drained_ = options_.once && parcels->empty();
    if (parcels->empty()) next_contact_at_ = claimed_at_ + shortest_empty_claim;
    for (auto& parcel : *parcels) accept(std::move(parcel));
}

void Courier::accept(CourierParcel parcel) {
    const bool known = leases_.count(parcel.id) > 0;
    leases_[parcel.id] = parcel.lease;
    refused_.erase(parcel.id);
    Lane& lane = lanes_[parcel.destination];
    if (!known) lane.add(std::move(parcel));
}

void Courier::carry_ready() {
    for (auto& [name, lane] : lanes_)
        while (const auto parcel = lane.take_next())
            carry(*parcel, lane.much_behind() ? Channel::Behind::more : Channel::Behind::nothing);
}

void Courier::carry(const CourierParcel& parcel, Channel::Behind behind) {
    const InHand in_hand{parcel.id, parcel.lease, parcel.destination, parcel.subject_key};
    const auto* destination = find_destination(settings_, parcel.destination);
    if (destination == nullptr || std::visit(KindOf{}, destination->target) != parcel.kind)
        return on_carried(in_hand, {Verdict::retry_later,
                                    0,
                                    fmt::format("the courier's configuration has no {} destination "
                                                "\"{}\"",
                                                text_of(parcel.kind), parcel.destination),
                                    {}});
    channels_.at(parcel.destination)
        ->carry(parcel, behind,
                [this, in_hand](const DeliveryOutcome& outcome) { on_carried(in_hand, outcome); });
}

void Courier::on_carried(const InHand& parcel, const DeliveryOutcome& outcome) {
    if (outcome.verdict == Verdict::delivered) {
        ++delivered_;
        spdlog::info("delivery {} to {}: delivered", number_of(parcel.id), parcel.destination);
    } else {
        spdlog::warn("delivery {} to {}: {}: {}", number_of(parcel.id), parcel.destination,
                     text_of(outcome.verdict), outcome.reason);
    }
    const auto lease = leases_.extract(parcel.id);
    results_.push_back({parcel.id, lease.empty() ? parcel.lease : lease.mapped(), outcome});
    auto& reason = results_.back().outcome.reason;
    reason.resize(utf8_beginning(reason, longest_reason).size());
    Lane& lane = lanes_[parcel.destination];
    lane.ended(parcel.subject_key);
    if (keeps_back(outcome.verdict))
        hand_back(lane.take_behind(parcel.subject_key),
                  "an earlier message of the same subject has not gone");
    const auto channel = channels_.find(parcel.destination);
    if (lane.held() == 0 && channel != channels_.end()) channel->second->rest();
}

void Courier::hand_back(const std::vector<CourierParcel>& parcels, const std::string& reason) {
    for (const auto& parcel : parcels) {
        const auto lease = leases_.extract(parcel.id);
        results_.push_back({parcel.id,
                            lease.empty() ? parcel.lease : lease.mapped(),
                            {Verdict::not_begun, 0, reason, {}}});
    }
}

void Courier::settle() {
    if (results_.empty() || !settling_.empty()) return;
    const auto count = static_cast<std::ptrdiff_t>(
        std::min(results_.size(), static_cast<std::size_t>(courier_limits::parcels)));
    settling_.assign(std::make_move_iterator(results_.begin()),
                     std::make_move_iterator(results_.begin() + count));
    results_.erase(results_.begin(), results_.begin() + count);
    daemon_->post(settings_.courier_socket_path, "/courier/settle", write_results(settling_),
                  stopping_ ? last_settle_limit : settle_limit, courier_limits::request,
                  [this](const DaemonAnswer& answer) {
                      on_settled(answer.status, answer.body, answer.failure);
                  });
}

void Courier::on_settled(int status, const std::string& body, const std::string& failure) {
    auto batch = std::exchange(settling_, {});
    const bool understood = status == 200 && read_settled(body);
    if (understood) return daemon_is_there();
    if (status >= 400 && status < 500) {
        // Asking again would not help; the leases run out and the parcels come again.
        spdlog::error("the daemon refused {} results: {}", batch.size(), failure);
        for (const auto& result : batch) refused_.insert(result.id);
        failed_ = failed_ || options_.once;
        return;
    }
    results_.insert(results_.begin(), std::make_move_iterator(batch.begin()),
                    std::make_move_iterator(batch.end()));
    daemon_is_away(failure.empty() ? "the daemon's answer cannot be read" : failure);
}

void Courier::daemon_is_away(const std::string& failure) {
    if (options_.once || stopping_) failed_ = true;
    if (connected_ || pause_ == 0ms) spdlog::warn("the daemon cannot be used now: {}", failure);
    connected_ = false;
    pause_ = pause_ == 0ms ? first_pause : std::min(2 * pause_, longest_pause);
    next_contact_at_ = Clock::now() + pause_;
}

void Courier::daemon_is_there() {
    if (!connected_) spdlog::info("connected to the daemon");
    connected_ = true;
    pause_ = 0ms;
}

void Courier::stop() {
    if (stopping_) return;
    stopping_ = true;
    stop_by_ = Clock::now() + options_.stop_patience;
    next_contact_at_ = Clock::now();
    transfers_->cancel(claim_id_);
    claim_id_ = 0;
    fetcher_->stop();
    for (auto& [name, lane] : lanes_)
        hand_back(lane.take_waiting(), "the courier was stopped before it began");
}

void Courier::end_patience() {
    if (held() == 0) {
        failed_ = failed_ || !results_.empty() || !settling_.empty();
        return;
    }
    transfers_->cancel_all();
    failed_ = false;  // what was cut short above says nothing about the daemon
    stop_by_ = Clock::now() + last_settle_limit;
    next_contact_at_ = Clock::now();
}

bool Courier::finished() const {
    if (failed_ && (options_.once || stopping_) && held() == 0) return true;
    const bool idle = held() == 0 && results_.empty() && settling_.empty();
    return idle && fetcher_->finished() && (stopping_ || drained_);
}

std::string Courier::summary() const {
    return fmt::format("daemon {}, {} delivered, {} under way",
                       connected_ ? "connected" : "not reachable", delivered_, held());
}

}  // namespace forcewatch

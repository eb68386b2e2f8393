#include "courier/fetcher.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace forcewatch {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds first_pause = 1s;
constexpr std::chrono::milliseconds longest_pause = 30s;
constexpr std::chrono::milliseconds answer_limit = 20s;
constexpr std::chrono::milliseconds between_fetches = 200ms;

}  // namespace

Fetcher::Fetcher(TransferLoop& transfers, DaemonClient& daemon, std::chrono::seconds wait,
                 FetchLimits limits, std::function<Instant()> now)
    : transfers_{transfers}, daemon_{daemon}, wait_{wait}, limits_{limits}, now_{std::move(now)} {}

std::chrono::milliseconds Fetcher::until_next() const {
    if (under_way_ != 0 || finished_) return 1h;
    return std::max<std::chrono::milliseconds>(
        std::chrono::ceil<std::chrono::milliseconds>(next_contact_at_ - Clock::now()), 0ms);
}

void Fetcher::work(const Settings& settings) {
    if (under_way_ != 0 || finished_ || Clock::now() < next_contact_at_) return;
    under_way_ = daemon_.post(settings.courier_socket_path, "/courier/fetch",
                              write_fetch_wish(wait_), wait_ + answer_limit, fetch_limits::answer,
                              [this, settings](const DaemonAnswer& answer) {
                                  under_way_ = 0;
                                  on_order(answer, settings);
                              });
}

void Fetcher::on_order(const DaemonAnswer& answer, const Settings& settings) {
    if (answer.status != 200) return pause(answer.failure);
    const auto order = read_fetch_order(answer.body);
    if (!order) return pause("the daemon's order cannot be read: " + order.error());
    pause_ = 0ms;
    next_contact_at_ = Clock::now() + between_fetches;
    if (*order)
        fetch(**order, settings);
    else if (wait_ == 0s)
        finished_ = true;
}

void Fetcher::fetch(const FetchOrder& order, const Settings& settings) {
    FetchReach reach{settings.reading.allow_addresses, settings.reading.ca_file};
    if (!order.feed.empty()) {
        const auto feed = std::find_if(
            settings.feeds.begin(), settings.feeds.end(),
            [&](const Feed& known) { return known.name == order.feed && known.url == order.url; });
        if (feed == settings.feeds.end()) {
            Fetched refused;
            refused.id = order.id;
            refused.failure = "the courier's configuration has no such feed: reload the courier";
            return tell(refused, settings.courier_socket_path);
        }
        reach = {feed->allow_addresses, feed->ca_file};
    }
    under_way_ = fetch_page(transfers_, order, reach, limits_, now_(),
                            [this, path = settings.courier_socket_path](const Fetched& fetched) {
                                under_way_ = 0;
                                tell(fetched, path);
                            });
}

void Fetcher::tell(const Fetched& fetched, const std::string& socket_path) {
    if (finished_) return;  // stopped: nobody waits for this any more
    under_way_ = daemon_.post(socket_path, "/courier/fetched", write_fetched(fetched), 60s,
                              fetch_limits::answer, [this](const DaemonAnswer& answer) {
                                  under_way_ = 0;
                                  on_told(answer);
                              });
}

void Fetcher::on_told(const DaemonAnswer& answer) {
    // The daemon was started anew, or gave up waiting: the feed comes again by itself.
    if (answer.status == 200 || answer.status == 404) return;
    pause("what was fetched could not be handed over: " + answer.failure);
}

void Fetcher::pause(const std::string& why) {
    if (pause_ == 0ms) spdlog::debug("fetching waits: {}", why);
    finished_ = finished_ || wait_ == 0s;
    pause_ = pause_ == 0ms ? first_pause : std::min(2 * pause_, longest_pause);
    next_contact_at_ = Clock::now() + pause_;
}

void Fetcher::stop() {
    finished_ = true;
    transfers_.cancel(under_way_);
    under_way_ = 0;
}

}  // namespace forcewatch

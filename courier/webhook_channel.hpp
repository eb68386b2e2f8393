/// Webhooks after Standard Webhooks 1.0.0, whatever the shape of their body.
///
/// POST over HTTPS (HTTP to loopback alone), signed, no redirects, no proxy, at most 64 KiB of the
/// answer read. The address is checked after name resolution, at the moment of connecting: inner
/// ones are refused unless the destination allows them. While more waits the connection stays open,
/// unless an unknown outcome is to be held: an old connection ends unanswered more often. Only the
/// status decides the outcome; a
/// connection lost after the whole request was sent is `unknown`.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "courier/channel.hpp"
#include "courier/secrets.hpp"

namespace forcewatch {

class ConnectionPool;
class TransferLoop;
struct WebhookTry;

struct WebhookLimits {
    std::chrono::milliseconds connect{10'000};
    std::chrono::milliseconds total{15'000};
    std::size_t answer{64U << 10U};  ///< bytes of the answer's body
};

class WebhookChannel : public Channel {
public:
    enum class Connections { kept, fresh };
    /// `now` is asked once per try. `transfers` must outlive the channel.
    WebhookChannel(WebhookTarget target, Connections connections, Secrets secrets,
                   TransferLoop& transfers, WebhookLimits limits, std::function<Instant()> now);
    void carry(const CourierParcel& parcel, Behind behind, Done done) override;
    void rest() override { idle_->clear(); }

private:
    using Tries = std::vector<std::shared_ptr<WebhookTry>>;

    /// One that is over, or a new one; nullptr: `url` is none.
    [[nodiscard]] std::shared_ptr<WebhookTry> idle_try(const std::string& url) const;
    /// Where the parcels go, from the configuration or from a secret.
    [[nodiscard]] Expected<std::string> url() const;
    /// The headers of one try, or what keeps it from being made.
    [[nodiscard]] Expected<std::vector<std::string>> headers_for(const CourierParcel& parcel) const;

    WebhookTarget target_;
    Secrets secrets_;
    TransferLoop& transfers_;
    WebhookLimits limits_;
    std::function<Instant()> now_;
    std::shared_ptr<ConnectionPool> pool_;  // empty: each try has a connection of its own
    std::shared_ptr<Tries> idle_;           // each with its handle, which is costly to make
};

}  // namespace forcewatch

#include "daemon/courier_desk.hpp"

#include <algorithm>
#include <utility>

#include "daemon/api/courier_protocol.hpp"
#include "daemon/read_query.hpp"

namespace forcewatch {

namespace {

CourierParcel parcel_of(Leased leased) {
    CourierParcel parcel;
    parcel.id = leased.id;
    parcel.lease = leased.lease;
    parcel.destination = std::move(leased.parcel.destination);
    parcel.kind = parse_destination_kind(leased.parcel.kind).value_or(DestinationKind::folder);
    parcel.recipient = std::move(leased.parcel.recipient);
    parcel.sender = std::move(leased.parcel.sender);
    parcel.message_id = std::move(leased.parcel.message_id);
    parcel.content_type = std::move(leased.parcel.content_type);
    parcel.attempt = leased.attempts;
    parcel.subject_key = std::move(leased.parcel.order_key);
    parcel.body = std::move(leased.parcel.body);
    return parcel;
}

}  // namespace

CourierDesk::CourierDesk(asio::io_context& io, Turn& turn, Engine& engine, Hooks hooks)
    : alarm_{io}, turn_{turn}, engine_{engine}, hooks_{std::move(hooks)} {}

void CourierDesk::adopt(const Settings& settings) {
    fingerprint_ = destinations_fingerprint(settings);
    ring();
}

void CourierDesk::close() {
    closed_ = true;
    ring();
}

std::chrono::steady_clock::duration CourierDesk::until_next_parcel() const {
    constexpr std::chrono::seconds longest{60};
    if (turn_.busy()) return std::chrono::seconds{1};
    const auto next = engine_.desk(hooks_.now()).next_due_at();
    if (!next) return longest;
    return std::clamp<std::chrono::seconds>(*next - hooks_.now(), std::chrono::seconds{1}, longest);
}

asio::awaitable<Response> CourierDesk::claim(Request request) {
    const auto wanted = read_claim(request.body);
    if (!wanted) co_return bad_request(wanted.error());
    const auto give_up_at = std::chrono::steady_clock::now() + wanted->wait;
    const Claimant claimant{wanted->session, wanted->busy, wanted->carrying};
    for (;;) {
        // Nobody is there any more: what was claimed now would be carried by no one.
        if (closed_ || request.hung_up()) co_return json_response(write_parcels({}));
        const bool same = wanted->fingerprint == fingerprint_;
        hooks_.seen(same);
        if (same && !turn_.busy() && engine_.desk(hooks_.now()).has_work(claimant)) {
            auto found = std::make_shared<bool>(false);
            Turn::Work work = [claimant, found, max = wanted->max](Engine& engine, Instant now) {
                std::vector<CourierParcel> parcels;
                const Outbox::Quota quota{max, courier_limits::bodies};
                for (auto& leased : engine.desk(now).claim(claimant, quota))
                    parcels.push_back(parcel_of(std::move(leased)));
                *found = !parcels.empty();
                return json_response(write_parcels(parcels));
            };
            auto submitted = turn_.submit(std::move(work));
            Response response = co_await std::move(submitted);
            if (*found || response.status != 200) co_return response;
        }
        const auto left = give_up_at - std::chrono::steady_clock::now();
        if (left <= std::chrono::steady_clock::duration::zero())
            co_return json_response(write_parcels({}));
        auto waiting = alarm_.wait(std::min(left, until_next_parcel()));
        co_await std::move(waiting);
    }
}

asio::awaitable<Response> CourierDesk::settle(Request request) {
    auto results = read_results(request.body);
    if (!results) co_return bad_request(results.error());
    Turn::Work work = [results = std::move(*results)](Engine& engine, Instant now) {
        int settled = 0;
        Desk desk = engine.desk(now);
        for (const auto& result : results)
            if (desk.settle(result.id, result.lease, result.outcome)) ++settled;
        return json_response(write_settled(settled));
    };
    auto submitted = turn_.submit(std::move(work));
    Response response = co_await std::move(submitted);
    co_return response;
}

asio::awaitable<Response> CourierDesk::answer(Request request) {
    if (request.method == Method::post && request.path == "/courier/claim") {
        auto claimed = claim(std::move(request));
        co_return co_await std::move(claimed);
    }
    if (request.method == Method::post && request.path == "/courier/settle") {
        auto settled = settle(std::move(request));
        co_return co_await std::move(settled);
    }
    co_return not_found("the courier's socket knows /courier/claim and /courier/settle");
}

}  // namespace forcewatch

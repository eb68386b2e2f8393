/// The daemon's side of the courier's socket, scripted: hands out parcels and notes results.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "daemon/api/courier_protocol.hpp"
#include "daemon/api/fetch_protocol.hpp"

namespace forcewatch::test {

class DaemonStandIn {
public:
    explicit DaemonStandIn(const std::string& path) {
        listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        REQUIRE(path.size() < sizeof address.sun_path);
        path.copy(address.sun_path, path.size());
        REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(listener_, 64) == 0);
        acceptor_ = std::thread{[this] { accept_all(); }};
    }
    DaemonStandIn(const DaemonStandIn&) = delete;
    DaemonStandIn& operator=(const DaemonStandIn&) = delete;
    ~DaemonStandIn() {
        {
            const std::lock_guard lock{mutex_};
            closing_ = true;
        }
        changed_.notify_all();
        ::shutdown(listener_, SHUT_RDWR);
        acceptor_.join();
        for (auto& thread : threads_) thread.join();
        ::close(listener_);
    }

    /// The next claim is answered with these.
    void offer(std::vector<CourierParcel> parcels) {
        const std::lock_guard lock{mutex_};
        offers_.push_back(write_parcels(parcels));
        changed_.notify_all();
    }
    /// The next claim is answered with this body.
    void offer_text(std::string body) {
        const std::lock_guard lock{mutex_};
        offers_.push_back(std::move(body));
        changed_.notify_all();
    }
    /// The next fetcher that asks is told to fetch this.
    void order(const FetchOrder& wanted) { order_text(write_fetch_order(wanted)); }
    void order_text(std::string body) {
        const std::lock_guard lock{mutex_};
        orders_.push_back(std::move(body));
        changed_.notify_all();
    }
    std::vector<Fetched> fetched() {
        const std::lock_guard lock{mutex_};
        return fetched_;
    }
    /// The next settlements are answered with these statuses instead of 200.
    void refuse_settlements(std::vector<int> statuses) {
        const std::lock_guard lock{mutex_};
        refusals_.assign(statuses.begin(), statuses.end());
    }

    std::vector<CourierResult> results() {
        const std::lock_guard lock{mutex_};
        return results_;
    }
    std::vector<CourierClaim> claims() {
        const std::lock_guard lock{mutex_};
        return claims_;
    }
    /// Waits until `count` results have been settled; false after half a minute.
    bool wait_for_results(std::size_t count) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, std::chrono::seconds{30},
                                 [&] { return results_.size() >= count; });
    }
    bool wait_for_claims(std::size_t count) {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, std::chrono::seconds{30},
                                 [&] { return claims_.size() >= count; });
    }

private:
    void accept_all() {
        for (;;) {
            const int peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (peer < 0) return;
            threads_.emplace_back([this, peer] {
                serve(peer);
                ::close(peer);
            });
        }
    }

    void serve(int peer) {
        std::string request;
        std::size_t length = 0;
        std::size_t head = std::string::npos;
        char buffer[65536];
        while (head == std::string::npos || request.size() < head + length) {
            const auto count = ::recv(peer, buffer, sizeof buffer, 0);
            if (count <= 0) return;
            request.append(buffer, static_cast<std::size_t>(count));
            if (head != std::string::npos || request.find("\r\n\r\n") == std::string::npos)
                continue;
            head = request.find("\r\n\r\n") + 4;
            length = std::stoul(request.substr(request.find("Content-Length: ") + 16));
        }
        const auto [status, body] = answer_to(peer, request, request.substr(head));
        const auto answer = "HTTP/1.1 " + std::to_string(status) +
                            " X\r\nContent-Length: " + std::to_string(body.size()) +
                            "\r\nConnection: close\r\n\r\n" + body;
        static_cast<void>(::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL));
    }

    std::pair<int, std::string> answer_to(int peer, const std::string& request,
                                          const std::string& body) {
        if (request.starts_with("POST /courier/claim ")) return answer_claim(peer, body);
        if (request.starts_with("POST /courier/settle ")) return answer_settle(body);
        if (request.starts_with("POST /courier/fetch ")) return answer_fetch(peer, body);
        const auto told = read_fetched(body);
        if (!told) return {422, told.error()};
        const std::lock_guard lock{mutex_};
        fetched_.push_back(*told);
        changed_.notify_all();
        return {200, "{}"};
    }

    std::pair<int, std::string> answer_fetch(int peer, const std::string& body) {
        const auto wait = read_fetch_wish(body);
        if (!wait) return {400, wait.error()};
        std::unique_lock lock{mutex_};
        const auto until = std::chrono::steady_clock::now() + *wait;
        while (orders_.empty() && !closing_ && std::chrono::steady_clock::now() < until &&
               !has_left(peer))
            changed_.wait_for(lock, std::chrono::milliseconds{20});
        if (orders_.empty() || has_left(peer)) return {200, write_fetch_order({})};
        auto order = std::move(orders_.front());
        orders_.pop_front();
        return {200, std::move(order)};
    }

    std::pair<int, std::string> answer_claim(int peer, const std::string& body) {
        const auto claim = read_claim(body);
        if (!claim) return {400, claim.error()};
        std::unique_lock lock{mutex_};
        claims_.push_back(*claim);
        changed_.notify_all();
        const auto until = std::chrono::steady_clock::now() + claim->wait;
        while (offers_.empty() && !closing_ && std::chrono::steady_clock::now() < until &&
               !has_left(peer))
            changed_.wait_for(lock, std::chrono::milliseconds{20});
        if (offers_.empty() || has_left(peer)) return {200, write_parcels({})};
        auto offer = std::move(offers_.front());
        offers_.pop_front();
        return {200, std::move(offer)};
    }

    static bool has_left(int peer) {
        pollfd asked{.fd = peer, .events = POLLRDHUP, .revents = 0};
        return ::poll(&asked, 1, 0) > 0;
    }

    std::pair<int, std::string> answer_settle(const std::string& body) {
        const std::lock_guard lock{mutex_};
        if (!refusals_.empty()) {
            const int status = refusals_.front();
            refusals_.pop_front();
            return {status, "refused by script"};
        }
        const auto results = read_results(body);
        if (!results) return {422, results.error()};
        results_.insert(results_.end(), results->begin(), results->end());
        changed_.notify_all();
        return {200, write_settled(static_cast<int>(results->size()))};
    }

    int listener_{-1};
    std::thread acceptor_;
    std::vector<std::thread> threads_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::string> offers_;
    std::deque<std::string> orders_;
    std::vector<Fetched> fetched_;
    std::deque<int> refusals_;
    std::vector<CourierResult> results_;
    std::vector<CourierClaim> claims_;
    bool closing_{false};
};

}  // namespace forcewatch::test

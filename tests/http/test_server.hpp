/// A server on a thread of its own, with handlers that a test can look into.
#pragma once

#include <asio/co_spawn.hpp>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <atomic>
#include <filesystem>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "daemon/http/listener.hpp"
#include "daemon/http/problem.hpp"
#include "daemon/http/server.hpp"
#include "tests/support/unix_http_client.hpp"

namespace forcewatch::test {

/// A directory of its own, removed at the end.
class ScratchDirectory {
public:
    ScratchDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "fw-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no scratch directory");
        path_ = pattern;
    }
    ~ScratchDirectory() { std::filesystem::remove_all(path_); }
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    [[nodiscard]] std::string file(const std::string& name) const {
        return (path_ / name).string();
    }

private:
    std::filesystem::path path_;
};

/// Answers what it was asked as "METHOD path?key=value body". Paths with a meaning of their own:
/// /now (without a coroutine), /throw, /stream, /broken-stream, /big, /wait (until `let_go`).
class TestServer {
public:
    using Admit = std::function<Admission(const Request&)>;

    explicit TestServer(HttpLimits limits = {}, Admit admit = {})
        : listener_{listen_unix(path(), 0600, "").value()},
          server_{std::make_unique<Server>(io_, listener_.release(), handlers(std::move(admit)),
                                           limits)},
          thread_{[this] { io_.run(); }} {}
    ~TestServer() {
        let_go();
        asio::post(io_, [this] { server_->stop([this] { server_.reset(); }); });
        thread_.join();
    }

    [[nodiscard]] std::string path() const { return scratch_.file("api.sock"); }
    [[nodiscard]] UnixHttpClient connect() const { return UnixHttpClient{path()}; }
    /// Requests that reached a handler so far.
    [[nodiscard]] int handled() const { return handled_; }
    [[nodiscard]] std::vector<std::string> failures() {
        const std::lock_guard lock{mutex_};
        return failures_;
    }
    void let_go() {
        asio::post(io_, [this] { gate_.cancel(); });
    }
    [[nodiscard]] std::size_t connections() {
        std::promise<std::size_t> count;
        asio::post(io_, [&] { count.set_value(server_->connections()); });
        return count.get_future().get();
    }
    /// Begins to stop; the future is ready when it has.
    [[nodiscard]] std::future<void> stop() {
        auto done = std::make_shared<std::promise<void>>();
        asio::post(io_, [this, done] { server_->stop([done] { done->set_value(); }); });
        return done->get_future();
    }

private:
    static Response text_response(std::string text) {
        Response response;
        response.content_type = "text/plain";
        response.body = std::move(text);
        return response;
    }
    static std::string description(const Request& request) {
        std::string text{text_of(request.method)};
        text += " " + request.path;
        for (const auto& [key, value] : request.query) text += "?" + key + "=" + value;
        return text + " " + request.body;
    }
    static Response streamed(bool breaks) {
        Response response;
        response.content_type = "text/plain";
        response.body = ChunkSource{[count = 0, breaks](std::string& chunk) mutable {
            if (breaks && count == 3) throw std::runtime_error("the source dried up");
            chunk.assign(70'000, static_cast<char>('a' + count % 26));
            return ++count <= 20;
        }};
        return response;
    }

    HttpHandlers handlers(Admit admit) {
        HttpHandlers handlers;
        handlers.admit = std::move(admit);
        handlers.answer_now = [this](const Request& request) { return answer_now(request); };
        handlers.answer = [this](Request request) { return answer(std::move(request)); };
        handlers.failed = [this](std::string_view what) {
            const std::lock_guard lock{mutex_};
            failures_.emplace_back(what);
        };
        return handlers;
    }
    std::optional<Response> answer_now(const Request& request) {
        if (request.path == "/now") {
            ++handled_;
            Response response;
            response.body = cached_;
            return response;
        }
        if (request.path == "/throw-now") throw std::runtime_error("thrown at once");
        return std::nullopt;
    }
    asio::awaitable<Response> answer(Request request) {
        ++handled_;
        if (request.path == "/throw") throw std::runtime_error("thrown on purpose");
        if (request.path == "/wait") {
            asio::error_code ignored;
            gate_.expires_at(asio::steady_timer::time_point::max());
            try {
                co_await gate_.async_wait(asio::use_awaitable);
            } catch (const asio::system_error&) {
            }
            co_return text_response(request.hung_up() ? "gone" : "waited");
        }
        if (request.path == "/stream") co_return streamed(false);
        if (request.path == "/broken-stream") co_return streamed(true);
        if (request.path == "/big") co_return text_response(std::string(4'000'000, 'x'));
        if (request.path == "/split") {
            Response response = text_response("");
            response.headers.emplace_back("X-Name", "a\r\nSet-Cookie: b");
            co_return response;
        }
        if (request.path == "/peer")
            co_return text_response(std::to_string(request.peer->uid) + " " +
                                    std::to_string(request.peer->gid) + " " +
                                    std::to_string(request.peer->pid) + " " +
                                    std::to_string(request.peer->groups.size()));
        co_return text_response(description(request));
    }

    ScratchDirectory scratch_;
    asio::io_context io_;
    asio::steady_timer gate_{io_};
    std::shared_ptr<const std::string> cached_ =
        std::make_shared<const std::string>("{\"status\":\"well\"}");
    std::atomic<int> handled_{0};
    std::mutex mutex_;
    std::vector<std::string> failures_;
    Listener listener_;
    std::unique_ptr<Server> server_;
    std::thread thread_;
};

}  // namespace forcewatch::test

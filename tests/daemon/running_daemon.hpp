/// The true forcewatchd on a scratch folder, and requests to it.
#pragma once

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <memory>

#include "daemon/api/json_reader.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/support/unix_http_client.hpp"

namespace forcewatch::test {

/// Hears what a service tells its manager.
class NotifySocket {
public:
    explicit NotifySocket(const std::string& path) : path_{path} {
        descriptor_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const timeval patience{.tv_sec = 60, .tv_usec = 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
                0);
    }
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;
    ~NotifySocket() { ::close(descriptor_); }

    /// Waits for a message that holds `word`; false: none came within a minute.
    bool wait_for(const std::string& word) {
        char buffer[4096];
        for (;;) {
            const ssize_t size = ::recv(descriptor_, buffer, sizeof buffer, 0);
            if (size <= 0) return false;
            if (std::string(buffer, static_cast<std::size_t>(size)).find(word) != std::string::npos)
                return true;
        }
    }
    [[nodiscard]] std::string variable() const { return "NOTIFY_SOCKET=" + path_; }

private:
    std::string path_;
    int descriptor_{-1};
};

/// A plan of Kent's whose actions A-`first` and on are overdue.
inline std::string overdue_actions(int first, int count) {
    std::string csv = "source,external_id,force,title,deadline,due\n";
    for (int i = first; i < first + count; ++i)
        csv += fmt::format("tracker,A-{},kent,Custody {},local,2026-01-31\n", i, i);
    return csv;
}

class RunningDaemon {
public:
    explicit RunningDaemon(const std::string& more = {}) {
        write_config(more);
        start();
    }

    void write_config(const std::string& more) {
        std::ofstream{folder_.at("forcewatch.toml")} << fmt::format(R"(
[storage]
path = "{0}/forcewatch.db"
[socket]
path = "{0}/api.sock"
mode = "0666"
[courier]
socket = "{0}/courier.sock"
[[destination]]
name = "outbox"
folder = {{ path = "{0}/outbox" }}
[[route]]
to = ["outbox"]
[[rule]]
name = "deadlines"
type = "deadline"
ladder = [ {{ at = "-7d", severity = "info" }}, {{ at = "1d", severity = "critical" }} ]
[[rule]]
name = "in-engage"
type = "stage"
stage = "engage"
ladder = [ {{ at = "0d", severity = "warning" }} ]
{1}
)",
                                                                    folder_.path().string(), more);
    }
    /// Each of `environment` is a NAME=VALUE.
    void start(std::vector<std::string> environment = {}) {
        environment.push_back(notify_.variable());
        program_ = std::make_unique<ChildProcess>(
            std::vector<std::string>{FORCEWATCH_BINARY_DIR "/forcewatchd", "--config", config()},
            environment);
        REQUIRE(notify_.wait_for("READY=1"));
    }
    void start_courier() {
        std::filesystem::create_directories(folder_ / "outbox");
        courier_ = std::make_unique<ChildProcess>(std::vector<std::string>{
            FORCEWATCH_BINARY_DIR "/forcewatch-courier", "--config", config()});
    }
    void kill() {
        program_->signal(SIGKILL);
        CHECK(program_->wait() == -SIGKILL);
    }
    void kill_courier() {
        courier_->signal(SIGKILL);
        CHECK(courier_->wait() == -SIGKILL);
    }
    /// The exit code.
    int stop() {
        program_->signal(SIGTERM);
        return program_->wait();
    }
    void signal(int number) { program_->signal(number); }

    HttpAnswer ask(const std::string& method, const std::string& target,
                   const std::string& body = {}) {
        UnixHttpClient client{folder_.at("api.sock")};
        REQUIRE(client.send(
            fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n\r\n{}", method,
                        target, body.size(), body)));
        return client.read_answer(method == "HEAD");
    }
    HttpAnswer get(const std::string& target) { return ask("GET", target); }
    JsonValue json(const std::string& target) {
        const auto answer = get(target);
        CAPTURE(target, answer.body);
        REQUIRE(answer.status == 200);
        auto document = parse_json_object(answer.body);
        REQUIRE(document);
        return std::move(*document);
    }
    HttpAnswer import(const std::string& name, const std::string& text,
                      const std::string& more = {}) {
        return ask("POST", "/v1/import?name=" + name + more, text);
    }
    void import_reference() {
        for (const char* name : {"cycles.csv", "bodies.csv", "frameworks.csv", "area-map.csv",
                                 "bank-holidays.csv", "obligations.toml"})
            REQUIRE(import(name, text_of_file(FORCEWATCH_SOURCE_DIR "/config/reference/" +
                                              std::string{name}))
                        .status == 200);
    }

    [[nodiscard]] std::string config() const { return folder_.at("forcewatch.toml"); }
    [[nodiscard]] const ScratchFolder& folder() const { return folder_; }
    [[nodiscard]] NotifySocket& notify() { return notify_; }
    [[nodiscard]] ChildProcess& program() { return *program_; }

private:
    ScratchFolder folder_;
    NotifySocket notify_{folder_.at("notify.sock")};
    std::unique_ptr<ChildProcess> program_;
    std::unique_ptr<ChildProcess> courier_;
};

}  // namespace forcewatch::test

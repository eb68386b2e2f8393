#include "tests/bench/load.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>

#include "tests/bench/process.hpp"

namespace forcewatch::bench {

namespace {

constexpr std::size_t buffer_bytes = 256UL * 1024;
constexpr int patience_in_ms = 60'000;

[[noreturn]] void fail(std::string_view what) {
    throw std::runtime_error{
        fmt::format("load client: {}: {}", what, std::generic_category().message(errno))};
}

int connect_unix(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return descriptor;
    ::close(descriptor);
    fail("cannot connect to " + path);
}

int connect_loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return descriptor;
    ::close(descriptor);
    fail("cannot connect to loopback");
}

int connect_to(const Endpoint& endpoint) {
    const int descriptor = endpoint.unix_path.empty() ? connect_loopback(endpoint.port)
                                                      : connect_unix(endpoint.unix_path);
    const timeval patience{.tv_sec = patience_in_ms / 1000, .tv_usec = 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return descriptor;
}

/// The value of a field whose name is given in lower case with its colon; empty: it is missing.
std::string_view field_of(std::string_view head, std::string_view name) {
    const auto found = std::search(
        head.begin(), head.end(), name.begin(), name.end(),
        [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b; });
    if (found == head.end()) return {};
    std::string_view value =
        head.substr(static_cast<std::size_t>(found - head.begin()) + name.size());
    value = value.substr(0, value.find('\r'));
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    return value;
}

}  // namespace

void AnswerReader::clear() {
    state_ = State::head;
    line_.clear();
    left_ = body_bytes_ = 0;
    status_ = 0;
    body_.clear();
}

bool AnswerReader::take(std::string_view bytes) {
    while (!bytes.empty() && state_ != State::done) {
        if (state_ == State::body || state_ == State::chunk)
            bytes = take_body(bytes);
        else
            bytes = take_line(bytes);
    }
    if (!bytes.empty()) throw std::runtime_error{"load client: an answer that nobody asked for"};
    return state_ == State::done;
}

std::string_view AnswerReader::take_body(std::string_view bytes) {
    const auto piece = bytes.substr(0, static_cast<std::size_t>(left_));
    if (keep_) body_ += piece;
    left_ -= static_cast<std::int64_t>(piece.size());
    body_bytes_ += static_cast<std::int64_t>(piece.size());
    if (left_ == 0) state_ = state_ == State::body ? State::done : State::chunk_end;
    return bytes.substr(piece.size());
}

std::string_view AnswerReader::take_line(std::string_view bytes) {
    const std::string_view mark = state_ == State::head ? "\r\n\r\n" : "\r\n";
    const std::size_t had = line_.size();
    line_ += bytes;
    const auto from = had > mark.size() ? had - mark.size() : 0;
    const auto at = line_.find(mark, from);
    if (at == std::string::npos) return {};
    const std::size_t end = at + mark.size();
    line_.resize(end);
    end_line();
    line_.clear();
    return bytes.substr(end - had);
}

void AnswerReader::end_line() {
    const std::string_view line = line_;
    switch (state_) {
        case State::head:
            return read_head();
        case State::chunk_end:
            state_ = State::chunk_size;
            return;
        case State::trailer:
            if (line == "\r\n") state_ = State::done;
            return;
        default:
            std::from_chars(line.data(), line.data() + line.size(), left_, 16);
            state_ = left_ == 0 ? State::trailer : State::chunk;
    }
}

void AnswerReader::read_head() {
    const std::string_view head = line_;
    if (head.size() < 12 || !head.starts_with("HTTP/1.1 "))
        throw std::runtime_error{"load client: the answer is not HTTP/1.1"};
    std::from_chars(head.data() + 9, head.data() + 12, status_);
    if (status_ == 204) {
        state_ = State::done;
    } else if (const auto length = field_of(head, "\r\ncontent-length:"); !length.empty()) {
        std::from_chars(length.data(), length.data() + length.size(), left_);
        state_ = left_ == 0 ? State::done : State::body;
    } else if (field_of(head, "\r\ntransfer-encoding:") == "chunked") {
        state_ = State::chunk_size;
    } else {
        throw std::runtime_error{"load client: the answer does not say where it ends"};
    }
}

Load::Load(const Endpoint& endpoint, std::size_t connections)
    : lines_(connections), buffer_(buffer_bytes) {
    for (auto& line : lines_) line.descriptor = connect_to(endpoint);
    if (connections == 1) return;
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        epoll_event wanted{};
        wanted.events = EPOLLIN;
        wanted.data.u64 = i;
        if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, lines_[i].descriptor, &wanted) != 0) fail("epoll");
    }
}

Load::~Load() {
    for (const auto& line : lines_) ::close(line.descriptor);
    if (epoll_ >= 0) ::close(epoll_);
}

void Load::send(Line& line, std::string_view request) const {
    line.reader.clear();
    while (!request.empty()) {
        const ssize_t sent = ::send(line.descriptor, request.data(), request.size(), MSG_NOSIGNAL);
        if (sent <= 0) fail("cannot send");
        request.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool Load::receive(Line& line, bool wait) {
    for (;;) {
        const ssize_t got =
            ::recv(line.descriptor, buffer_.data(), buffer_.size(), wait ? 0 : MSG_DONTWAIT);
        if (got < 0 && errno == EAGAIN && !wait) return false;
        if (got <= 0) fail("the server broke off");
        if (!line.reader.take({buffer_.data(), static_cast<std::size_t>(got)})) continue;
        check(line);
        return true;
    }
}

void Load::check(const Line& line) const {
    if (line.reader.status() / 100 != 2)
        throw std::runtime_error{
            fmt::format("load client: the server answered {}", line.reader.status())};
}

Load::Outcome Load::run(std::size_t total, const Requests& requests, bool keep_latencies) {
    Outcome outcome;
    if (keep_latencies) outcome.latencies.reserve(total);
    const double begun_at = wall_seconds();
    if (lines_.size() == 1)
        run_blocking(outcome, total, requests, keep_latencies);
    else
        run_many(outcome, total, requests, keep_latencies);
    outcome.seconds = wall_seconds() - begun_at;
    return outcome;
}

void Load::run_blocking(Outcome& outcome, std::size_t total, const Requests& requests, bool keep) {
    Line& line = lines_.front();
    for (std::size_t i = 0; i < total; ++i) {
        const double asked_at = keep ? wall_seconds() : 0;
        send(line, requests(i));
        (void)receive(line, true);
        if (keep) outcome.latencies.push_back(wall_seconds() - asked_at);
        outcome.body_bytes += line.reader.body_bytes();
    }
}

void Load::run_many(Outcome& outcome, std::size_t total, const Requests& requests, bool keep) {
    std::size_t asked = 0;
    std::size_t answered = 0;
    const auto ask_next = [&](Line& line) {
        if (asked == total) return;
        line.asked_at = keep ? wall_seconds() : 0;
        send(line, requests(asked++));
    };
    for (auto& line : lines_) ask_next(line);
    std::array<epoll_event, 64> events{};
    while (answered < total) {
        const int ready =
            ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), patience_in_ms);
        if (ready <= 0 && errno != EINTR) fail("the server says nothing");
        for (int i = 0; i < ready; ++i) {
            Line& line = lines_[events[static_cast<std::size_t>(i)].data.u64];
            if (!receive(line, false)) continue;
            ++answered;
            outcome.body_bytes += line.reader.body_bytes();
            if (keep) outcome.latencies.push_back(wall_seconds() - line.asked_at);
            ask_next(line);
        }
    }
}

std::string Load::ask(std::string_view request) {
    Line& line = lines_.front();
    line.reader.keep_body(true);
    send(line, request);
    (void)receive(line, true);
    line.reader.keep_body(false);
    return std::move(line.reader.body());
}

std::string get_request(std::string_view target) {
    return fmt::format(
        "GET {} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n", target);
}

std::string post_request(std::string_view target, std::string_view content_type,
                         std::string_view body) {
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\nContent-Type: "
        "{}\r\n"
        "Content-Length: {}\r\n\r\n{}",
        target, content_type, body.size(), body);
}

}  // namespace forcewatch::bench

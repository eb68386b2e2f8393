#include "daemon/http/connection.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <asio/post.hpp>
#include <asio/redirect_error.hpp>
#include <asio/use_awaitable.hpp>
#include <cerrno>
#include <exception>

#include "daemon/http/problem.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t big_buffer_bytes = 16 * 1024;

Response internal_error() {
    return protocol_problem(500, "The journal of the daemon says what happened.");
}

iovec piece_of(std::string_view text) { return {const_cast<char*>(text.data()), text.size()}; }

}  // namespace

Connection::Connection(std::shared_ptr<ServerState> server, ServerState::Socket socket,
                       std::shared_ptr<const Peer> peer, bool admitted)
    : server_{std::move(server)},
      socket_{std::move(socket)},
      timer_{socket_.get_executor()},
      peer_{std::move(peer)},
      parser_{server_->limits()},
      admitted_{admitted} {}

Connection::~Connection() {
    server_->give_room(held_bytes_);
    server_->leave(*this);
}

asio::awaitable<void> Connection::run(std::shared_ptr<Connection> self) {
    if (self->admitted_) {
        co_await self->serve();
    } else {
        self->refuse(503, "This user has too many connections open, or the daemon has.");
        co_await self->drain();
    }
    self->close();
}

void Connection::close() {
    asio::error_code ignored;
    timer_.cancel();
    socket_.close(ignored);
}

void Connection::stop() {
    if (wait_ != Wait::idle && wait_ != Wait::head && wait_ != Wait::body) return;
    int unread = 0;
    if (::ioctl(socket_.native_handle(), FIONREAD, &unread) == 0 && unread > 0) return;
    if (wait_ == Wait::idle && served_) return close();
    deadline_ = std::min(deadline_, Clock::now() + server_->limits().drain_time);
    arm();
}

asio::awaitable<void> Connection::serve() {
    for (;;) {
        parse_buffered();
        if (parser_.state() == RequestParser::State::failed) {
            refuse(parser_.error_status(), parser_.error_detail());
            co_await drain();
            co_return;
        }
        if (refusal_ && parser_.state() != RequestParser::State::complete) {
            send_refusal(std::move(*refusal_));
            co_await drain();
            co_return;
        }
        if (parser_.state() != RequestParser::State::complete) {
            if (!prepare_to_read()) co_return;
            asio::error_code error;
            const std::size_t size = co_await socket_.async_read_some(
                read_buffer(), asio::redirect_error(asio::use_awaitable, error));
            if (received(error, size)) continue;
            if (error == asio::error::operation_aborted && expired_ && parser_.started()) {
                refuse(408, "The rest of the request did not come in time.");
                co_await drain();
            }
            co_return;
        }
        wait_ = Wait::none;
        deadline_ = Clock::time_point::max();
        const bool chunked = parser_.may_chunk();
        const bool has_body = parser_.request().method != Method::head;
        std::optional<Response> response = handle_now();
        if (!response) response = co_await handle_slowly();
        const bool keep_alive = parser_.keep_alive() && !server_->stopping();
        std::string_view head = make_head(*response, keep_alive, has_body);
        std::string_view body = has_body ? response->text() : std::string_view{};
        if (!write_some(head, body)) co_return;
        if (!head.empty() || !body.empty())
            if (!co_await send_rest(head, body)) co_return;
        if (has_body && response->streamed())
            if (!co_await send_chunks(std::get<ChunkSource>(response->body), chunked)) co_return;
        if (!keep_alive) co_return;
        next_request();
    }
}

void Connection::next_request() {
    server_->give_room(std::exchange(held_bytes_, 0));
    parser_.next();
    refusal_.reset();
    continue_sent_ = decided_ = false;
    served_ = true;
}

void Connection::parse_buffered() {
    const char* buffer = big_buffer_ ? big_buffer_.get() : small_buffer_.data();
    while (unread_at_ < unread_end_ && parser_.state() < RequestParser::State::complete &&
           !refusal_) {
        unread_at_ += parser_.feed({buffer + unread_at_, unread_end_ - unread_at_});
        if (!decided_) decide_on_head();
        account_for_body();
    }
}

/// Once the head is whole: may this request come, and how large may its body be?
void Connection::decide_on_head() {
    const auto state = parser_.state();
    if (state == RequestParser::State::head || state == RequestParser::State::failed) return;
    decided_ = true;
    Request& request = parser_.request();
    if (!request.peer) request.peer = peer_;
    request.socket = socket_.native_handle();
    const bool changes = request.changes_state();
    const auto& for_pages = server_->handlers().for_pages;
    if (changes && request.header("origin") && !(for_pages && for_pages(request))) {
        refusal_ =
            protocol_problem(403, "The request bears an Origin field, as a browser sets it.");
        return;
    }
    if (!server_->handlers().admit || (!changes && state == RequestParser::State::complete)) return;
    Admission admission = server_->handlers().admit(request);
    refusal_ = std::move(admission.refusal);
    if (!refusal_) parser_.limit_body(admission.body_bytes);
}

void Connection::account_for_body() {
    const std::size_t size = parser_.request().body.size();
    if (size <= held_bytes_) return;
    if (server_->take_room(size - held_bytes_)) {
        held_bytes_ = size;
        return;
    }
    ProblemDocument problem;
    problem.status = 503;
    problem.name = "busy";
    problem.title = "Too much is being sent at once";
    problem.detail = "The bodies of all requests together have no more room now.";
    problem.hint = "Try again in a moment.";
    refusal_ = to_response(problem);
}

/// Sets the deadline that fits, and asks for the body where the caller waits to be asked.
bool Connection::prepare_to_read() {
    const HttpLimits& limits = server_->limits();
    if (parser_.state() == RequestParser::State::body) {
        wait_for(Wait::body, limits.body_time);
        if (!parser_.expects_continue() || continue_sent_) return true;
        continue_sent_ = true;
        std::string_view go_on{"HTTP/1.1 100 Continue\r\n\r\n"};
        std::string_view nothing;
        return write_some(go_on, nothing) && go_on.empty();
    }
    if (parser_.started()) {
        wait_for(Wait::head, limits.head_time);
    } else {
        if (server_->stopping()) return false;
        wait_for(Wait::idle, limits.idle_time);
    }
    return true;
}

/// Called only when all that was read is parsed, so either buffer may be given up.
asio::mutable_buffer Connection::read_buffer() {
    if (parser_.state() == RequestParser::State::body) {
        if (!big_buffer_) big_buffer_ = std::make_unique_for_overwrite<char[]>(big_buffer_bytes);
        return {big_buffer_.get(), big_buffer_bytes};
    }
    big_buffer_.reset();
    return {small_buffer_.data(), small_buffer_.size()};
}

bool Connection::received(const asio::error_code& error, std::size_t size) {
    unread_at_ = 0;
    unread_end_ = size;
    if (error) return false;
    expired_ = false;
    return true;
}

std::optional<Response> Connection::handle_now() {
    if (refusal_) return std::move(refusal_);
    const Request& request = parser_.request();
    if (!server_->handlers().answer_now) return std::nullopt;
    try {
        return server_->handlers().answer_now(request);
    } catch (const std::exception& error) {
        server_->report(fmt::format("{}: {}", request.path, error.what()));
        return internal_error();
    }
}

asio::awaitable<Response> Connection::handle_slowly() {
    std::string what;
    try {
        co_return co_await server_->handlers().answer(std::move(parser_.request()));
    } catch (const std::exception& error) {
        what = error.what();
    }
    server_->report(what);
    co_return internal_error();
}

/// The head of the answer, in `head_`; an answer that cannot be sent is replaced by a 500.
std::string_view Connection::make_head(Response& response, bool keep_alive, bool has_body) {
    head_.clear();
    const bool chunked = parser_.may_chunk();
    const bool ends_by_close = response.streamed() && !chunked && has_body;
    if (append_head(head_, response, keep_alive && !ends_by_close, chunked)) return head_;
    server_->report("a response header holds a line break");
    response = internal_error();
    (void)append_head(head_, response, keep_alive, chunked);
    return head_;
}

bool Connection::write_some(std::string_view& first, std::string_view& second) {
    while (!first.empty() || !second.empty()) {
        std::array<iovec, 2> pieces{piece_of(first), piece_of(second)};
        msghdr message{};
        message.msg_iov = pieces.data();
        message.msg_iovlen = pieces.size();
        const ssize_t sent =
            ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            if (errno == EINTR) continue;
            return errno == EAGAIN;
        }
        const auto of_first = std::min(static_cast<std::size_t>(sent), first.size());
        first.remove_prefix(of_first);
        second.remove_prefix(static_cast<std::size_t>(sent) - of_first);
    }
    return true;
}

asio::awaitable<bool> Connection::send_rest(std::string_view first, std::string_view second) {
    while (!first.empty() || !second.empty()) {
        wait_ = Wait::none;  // each time the caller takes something, the time begins anew
        wait_for(Wait::write, server_->limits().write_time);
        asio::error_code error;
        co_await socket_.async_wait(ServerState::Socket::wait_write,
                                    asio::redirect_error(asio::use_awaitable, error));
        if (error || !write_some(first, second)) co_return false;
    }
    wait_ = Wait::none;
    deadline_ = Clock::time_point::max();
    co_return true;
}

asio::awaitable<bool> Connection::send_chunks(ChunkSource source, bool chunked) {
    std::string chunk;
    for (bool more = true; more;) {
        chunk.clear();
        try {
            more = source(chunk);
        } catch (const std::exception& error) {
            server_->report(error.what());
            co_return false;
        }
        if (!more) chunk.clear();
        if (more && chunk.empty()) continue;
        head_.clear();
        if (chunked) {
            fmt::format_to(std::back_inserter(head_), "{:x}\r\n", chunk.size());
            chunk += "\r\n";
        }
        std::string_view size_line = head_;
        std::string_view text = chunk;
        if (!write_some(size_line, text)) co_return false;
        if (!size_line.empty() || !text.empty())
            if (!co_await send_rest(size_line, text)) co_return false;
        co_await asio::post(socket_.get_executor(), asio::use_awaitable);
    }
    co_return chunked;  // without chunks only the close tells where the answer ends
}

void Connection::refuse(int status, std::string_view detail) {
    send_refusal(protocol_problem(status, detail));
}

void Connection::send_refusal(Response response) {
    std::string_view head = make_head(response, false, true);
    std::string_view body = response.text();
    (void)write_some(head, body);  // who does not read his refusal misses it
}

/// Takes in what still comes, within bounds, so that the refusal is read before the connection
/// breaks.
asio::awaitable<void> Connection::drain() {
    asio::error_code error;
    socket_.shutdown(ServerState::Socket::shutdown_send, error);
    wait_ = Wait::none;
    wait_for(Wait::drain, server_->limits().drain_time);
    for (std::size_t drained = 0; !error && drained < server_->limits().drained_bytes;)
        drained += co_await socket_.async_read_some(
            asio::buffer(small_buffer_), asio::redirect_error(asio::use_awaitable, error));
}

void Connection::wait_for(Wait wait, std::chrono::milliseconds time) {
    if (wait_ == wait) return;
    wait_ = wait;
    expired_ = false;
    deadline_ = Clock::now() + time;
    if (!timer_armed_ || deadline_ < timer_.expiry()) arm();
}

void Connection::arm() {
    timer_armed_ = true;
    timer_.expires_at(deadline_);
    timer_.async_wait([self = shared_from_this()](const asio::error_code& error) {
        if (!error) self->on_timer();
    });
}

void Connection::on_timer() {
    timer_armed_ = false;
    if (deadline_ == Clock::time_point::max()) return;
    if (Clock::now() < deadline_) return arm();
    expired_ = true;
    asio::error_code ignored;
    socket_.cancel(ignored);
}

}  // namespace forcewatch

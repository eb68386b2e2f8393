#include "courier/transfers.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t longest_printable = 300;
constexpr long most_kept = 16;  // connections of one pool; beyond that the oldest is closed

// libcurl wants its one-time set-up before the first handle and on one thread.
void set_up_once() {
    static const bool ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
    FW_CHECK(ready);
}

}  // namespace

void append_to(CurlList& list, const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    FW_CHECK(longer);
    static_cast<void>(list.release());
    list.reset(longer);
}

std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, longest_printable)) {
        const auto byte = static_cast<unsigned char>(c);
        out += byte >= 0x20 && byte < 0x7F ? c : ' ';
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

EasyHandle prepared_handle(const char* protocols, const TransferLimits& limits) {
    set_up_once();
    EasyHandle easy{curl_easy_init()};
    FW_CHECK(easy);
    set_option(easy.get(), CURLOPT_NOSIGNAL, 1L);
    set_option(easy.get(), CURLOPT_QUICK_EXIT, 1L);  // a name server that hangs delays no stop
    set_option(easy.get(), CURLOPT_PROTOCOLS_STR, protocols);
    set_option(easy.get(), CURLOPT_FOLLOWLOCATION, 0L);
    set_option(easy.get(), CURLOPT_PROXY, "");
    set_option(easy.get(), CURLOPT_NOPROXY, "*");
    set_option(easy.get(), CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set_option(easy.get(), CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set_option(easy.get(), CURLOPT_SSL_VERIFYPEER, 1L);
    set_option(easy.get(), CURLOPT_SSL_VERIFYHOST, 2L);
    set_option(easy.get(), CURLOPT_FRESH_CONNECT, 1L);
    set_option(easy.get(), CURLOPT_FORBID_REUSE, 1L);
    set_option(easy.get(), CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
    set_option(easy.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(limits.total.count()));
    return easy;
}

TransferLoop::TransferLoop() {
    set_up_once();
    multi_ = curl_multi_init();
    FW_CHECK(multi_);
    FW_CHECK(curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, most_kept) == CURLM_OK);
}

TransferLoop::~TransferLoop() {
    for (auto& [id, transfer] : transfers_) curl_multi_remove_handle(multi_, transfer.easy.get());
    transfers_.clear();
    curl_multi_cleanup(multi_);
}

TransferLoop::Id TransferLoop::start(EasyHandle easy, std::shared_ptr<void> kept, Done done) {
    const Id id = ++last_id_;
    FW_CHECK(curl_multi_add_handle(multi_, easy.get()) == CURLM_OK);
    transfers_.emplace(id, Transfer{std::move(kept), std::move(easy), std::move(done)});
    return id;
}

void TransferLoop::cancel(Id id) {
    const auto found = transfers_.find(id);
    if (found == transfers_.end()) return;
    curl_multi_remove_handle(multi_, found->second.easy.get());
    transfers_.erase(found);
}

void TransferLoop::cancel_all() {
    auto ended = std::exchange(transfers_, {});
    for (auto& [id, transfer] : ended) {
        curl_multi_remove_handle(multi_, transfer.easy.get());
        transfer.done(std::move(transfer.easy), CURLE_ABORTED_BY_CALLBACK);
    }
}

bool TransferLoop::finish_ended() {
    bool any = false;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const CURLcode code = message->data.result;
        const auto found = std::find_if(
            transfers_.begin(), transfers_.end(),
            [&](const auto& entry) { return entry.second.easy.get() == message->easy_handle; });
        FW_CHECK(found != transfers_.end());
        auto transfer = std::move(found->second);
        transfers_.erase(found);
        curl_multi_remove_handle(multi_, transfer.easy.get());
        transfer.done(std::move(transfer.easy), code);
        any = true;
    }
    return any;
}

void TransferLoop::turn(std::chrono::milliseconds longest, int wake_fd) {
    int running = 0;
    FW_CHECK(curl_multi_perform(multi_, &running) == CURLM_OK);
    if (finish_ended()) longest = std::chrono::milliseconds{0};
    curl_waitfd wake{.fd = wake_fd, .events = CURL_WAIT_POLLIN, .revents = 0};
    FW_CHECK(curl_multi_poll(multi_, &wake, wake_fd >= 0 ? 1 : 0, static_cast<int>(longest.count()),
                             nullptr) == CURLM_OK);
}

}  // namespace forcewatch

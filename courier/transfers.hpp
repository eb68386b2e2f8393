/// libcurl behind RAII: easy handles, lists, and the one loop that drives all transfers.
///
/// Private to courier/. One thread. A transfer's `done` is called from `turn` or `cancel_all`,
/// exactly once, unless `cancel` took the transfer away.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/check.hpp"

namespace forcewatch {

struct EasyDeleter {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using EasyHandle = std::unique_ptr<CURL, EasyDeleter>;

struct ListDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CurlList = std::unique_ptr<curl_slist, ListDeleter>;

void append_to(CurlList& list, const std::string& line);

template <typename Value>
void set_option(CURL* easy, CURLoption option, Value value) {
    FW_CHECK(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

/// How long one transfer may take.
struct TransferLimits {
    std::chrono::milliseconds connect{30'000};
    std::chrono::milliseconds total{600'000};
};

/// A handle that follows no redirect, knows no proxy and no .netrc, speaks only `protocols` (such
/// as "https"), insists on TLS 1.2 with a checked certificate and has a connection of its own,
/// unless a ConnectionPool is lent to it.
[[nodiscard]] EasyHandle prepared_handle(const char* protocols, const TransferLimits& limits);

/// Printable text of at most 300 bytes out of what a stranger sent.
[[nodiscard]] std::string printable(std::string_view text);

class TransferLoop {
public:
    using Id = std::uint64_t;
    /// May keep the handle for another transfer.
    using Done = std::function<void(EasyHandle, CURLcode)>;

    TransferLoop();
    TransferLoop(const TransferLoop&) = delete;
    TransferLoop& operator=(const TransferLoop&) = delete;
    ~TransferLoop();

    /// `kept` holds what the handle's options point to and dies after `done`.
    Id start(EasyHandle easy, std::shared_ptr<void> kept, Done done);

    /// Moves every transfer on, then waits until something happens, at most `longest`. Returns at
    /// once when a transfer ended, or when `wake_fd` (none: -1) can be read.
    void turn(std::chrono::milliseconds longest, int wake_fd);

    /// Takes a transfer away without calling its `done`. An unknown id is nothing.
    void cancel(Id id);
    /// Ends every transfer that `start` knows, each with CURLE_ABORTED_BY_CALLBACK.
    void cancel_all();

private:
    struct Transfer {
        std::shared_ptr<void> kept;
        EasyHandle easy;
        Done done;
    };

    bool finish_ended();

    CURLM* multi_;
    std::map<Id, Transfer> transfers_;
    Id last_id_{0};
};

}  // namespace forcewatch

/// What takes the messages in the benchmarks: the fastest that a machine like this offers, the
/// same for both sides.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/bench/measure.hpp"
#include "tests/bench/peers.hpp"

namespace forcewatch::bench {

/// nginx on loopback: answers 204 to whatever comes, and counts it.
class HookSink {
public:
    explicit HookSink(const std::filesystem::path& folder);

    [[nodiscard]] std::string url() const;
    /// Requests so far, its own questions left out.
    [[nodiscard]] std::int64_t count();
    /// Returns once `count` requests have come; throws where nothing comes for a minute.
    void wait_for(std::int64_t count);

private:
    int port_;
    Child child_;
    std::int64_t asked_{};
};

/// Postfix's smtp-sink on loopback, which takes every mail and forgets it.
class MailSink {
public:
    explicit MailSink(const std::filesystem::path& folder);

    [[nodiscard]] static bool installed() { return !find_program("smtp-sink").empty(); }
    [[nodiscard]] int port() const { return port_; }

private:
    int port_;
    Child child_;
};

/// Sends `count` mails of `bytes` each with Postfix's smtp-source, over one connection.
[[nodiscard]] Sample send_with_smtp_source(const MailSink& sink, std::size_t count,
                                           std::size_t bytes, const std::filesystem::path& log);

}  // namespace forcewatch::bench

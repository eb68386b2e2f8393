/// One simulated year: a seed, lived with the true engine and store on a clock that jumps from one
/// thing to happen to the next, and what was found wrong with it.
#pragma once

#include "tests/simulation/clients.hpp"
#include "tests/simulation/courier.hpp"
#include "tests/simulation/daemon.hpp"
#include "tests/support/scratch_folder.hpp"

namespace forcewatch::sim {

class Year {
public:
    explicit Year(Plan plan, const Seams& seams = {});
    ~Year();
    Year(const Year&) = delete;
    Year& operator=(const Year&) = delete;

    /// Lives it, then a quiet time in which nothing fails and everything must end well.
    Findings live();
    /// What was said, by message id; after `live`.
    [[nodiscard]] const std::map<std::string, Letter>& letters() const {
        return context_.receivers.sent();
    }

private:
    void run_until(Instant end);
    void come_to_now();
    [[nodiscard]] Instant next_moment(Instant end);
    void pass_to(Instant to);
    void be_absent();
    void apply_faults();
    void operate();
    void calm_down();
    void finish();
    [[nodiscard]] bool is_disk_full() const;

    Seams seams_;
    Context context_;
    test::ScratchFolder folder_;
    Daemon daemon_;
    Courier courier_;
    Clients clients_;
    std::vector<Instant> moments_;  ///< at which a planned fault begins or ends
    Instant operates_at_{};
    std::size_t syncs_failed_{};
    std::size_t writes_failed_{};
};

/// Checks at the end what can only be seen then.
void check_outbox(Context& context, Daemon& daemon);
void check_alerts(Context& context, Daemon& daemon);
void check_readers(Context& context, Daemon& daemon);
void check_acknowledgements(Context& context, Daemon& daemon);
void check_given_up(Context& context, const Courier& courier);
void check_journal(Context& context, Daemon& daemon);

}  // namespace forcewatch::sim

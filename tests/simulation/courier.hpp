/// The courier as a process: claims, carries and settles, keeps what it could not settle yet, and
/// dies with messages in hand. The receivers that it meets fail as planned.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/simulation/daemon.hpp"

namespace forcewatch::sim {

class Courier {
public:
    Courier(Context& context, Daemon& daemon) : context_{context}, daemon_{daemon} {}

    /// Carries until nothing is ready.
    void run();
    void die();
    /// Time passes in which what is down, given up or tried again hears nothing.
    void pass(std::chrono::seconds time, bool nothing_works);
    [[nodiscard]] std::chrono::seconds blocked(const std::string& destination) const;
    /// Whether its last look found nothing to carry.
    [[nodiscard]] bool is_idle() const { return idle_; }
    [[nodiscard]] const std::set<std::string>& given_up() const { return given_up_; }
    [[nodiscard]] bool takes(const std::string& destination) const {
        return outage_of(destination) == nullptr;
    }
    [[nodiscard]] bool has_given_up() const { return !given_up_now_.empty(); }

private:
    struct InHand {
        Leased delivery;
        bool sent{};
        bool arrived{};
        std::optional<DeliveryOutcome> outcome;
    };
    bool settle();
    bool claim();
    void carry(InHand& carried);
    void send(InHand& carried);
    void die_at(KillPoint point);
    [[nodiscard]] DeliveryOutcome answer(const Leased& delivery);
    [[nodiscard]] const Outage* outage_of(const std::string& destination) const;
    void note_given_up();
    void note_outcome(const Leased& delivery, const DeliveryOutcome& outcome);

    Context& context_;
    Daemon& daemon_;
    std::vector<InHand> hands_;
    int session_{1};
    bool idle_{true};
    std::map<std::string, std::chrono::seconds> blocked_;
    std::map<std::string, std::set<DeliveryId>> trying_again_;
    std::set<std::string> given_up_now_;
    std::set<std::string> given_up_;  ///< at any time
};

}  // namespace forcewatch::sim

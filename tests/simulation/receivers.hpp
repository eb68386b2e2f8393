/// The world outside: what arrives there, and whether it should have.
///
/// Knows what messages say from the moment when they were made, and holds every arrival against
/// the model: nothing unknown, nothing early, nothing twice, in order, and often enough.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/engine/letter_input.hpp"
#include "tests/simulation/findings.hpp"
#include "tests/simulation/model.hpp"

namespace forcewatch::sim {

/// What one message says of one alert.
struct LetterLine {
    AlertId alert{};
    std::string rule;
    std::string subject;
    std::string force;
    bool open{};
    bool overdue{};
    Severity severity{};
    std::vector<AlertRevision> since;  ///< empty: it is still so
};
struct Letter {
    std::string body;
    std::string reader;  ///< destination and address
    std::vector<LetterLine> lines;
};

class Receivers {
public:
    Receivers(Model& model, Findings& findings) : model_{model}, findings_{findings} {}

    /// A message is being made; it counts once its transaction is committed.
    void made(const MessageInput& input, const NewParcel& parcel);
    void committed();
    void rolled_back() { making_.clear(); }
    [[nodiscard]] const std::map<std::string, Letter>& making() const { return making_; }
    [[nodiscard]] const std::map<std::string, Letter>& sent() const { return letters_; }

    /// `at` is true time, of which `blocked` passed with nothing able to reach this reader so far.
    void arrives(const Leased& delivery, Instant at, std::chrono::seconds blocked);
    /// Nobody learned whether this try arrived: one more may come.
    void under_way(const std::string& message_id);
    /// Sent again by hand: it comes out of turn.
    void replayed(const std::string& message_id) { replayed_.insert(message_id); }
    /// Nobody need hear of the alert within this time, or of any of the force.
    void excuse(AlertId alert, Instant from, Instant until);
    void excuse(const std::string& force, Instant from, Instant until);

    /// Somebody is on it for a while; then all are to hear that it is still open.
    /// `revision` is the alert's latest from before; a clock that steps says nothing of order.
    void acknowledged(AlertId alert, int revision, Instant until) {
        acknowledged_[alert] = {revision, until};
    }
    /// Or the alert was closed, by hand.
    void taken_back(AlertId alert) { acknowledged_.erase(alert); }
    /// Until when each was acknowledged, of which nobody heard since.
    [[nodiscard]] const std::map<AlertId, std::pair<int, Instant>>& not_resumed() const {
        return acknowledged_;
    }

    [[nodiscard]] int arrivals_of(const std::string& message_id) const;
    [[nodiscard]] bool heard_of_subject(const std::string& reader,
                                        const std::string& subject) const;

    /// What a reader last heard of an alert.
    struct Heard {
        int revision{};
        bool open{};
        Severity severity{};
        bool out_of_turn{};
    };
    [[nodiscard]] const Heard* heard(const std::string& reader, AlertId alert) const;

    [[nodiscard]] static std::string reader_of(const std::string& destination,
                                               const std::string& recipient) {
        return destination + ' ' + recipient;
    }

private:
    struct Signal {
        Instant at{};
        std::chrono::seconds blocked{};
    };
    void note_resumed(const LetterLine& line);
    void read(const Letter& letter, const LetterLine& line, bool in_turn);
    void check_time(const LetterLine& line, const std::string& id);
    void signal(const Letter& letter, const LetterLine& line, Instant at,
                std::chrono::seconds blocked);
    /// The time in which it was overdue, and somebody had to hear of it.
    [[nodiscard]] std::chrono::seconds owed(const ExpectedAlert& alert, const LetterLine& line,
                                            Instant from, Instant until) const;
    [[nodiscard]] std::chrono::seconds excused(const LetterLine& line, Instant from,
                                               Instant until) const;

    Model& model_;
    Findings& findings_;
    std::map<std::string, Letter> making_;
    std::map<std::string, Letter> letters_;
    std::map<std::string, std::string> id_by_content_;
    std::map<std::string, int> arrivals_;
    std::map<std::string, int> under_way_;
    std::set<std::string> replayed_;
    std::map<std::pair<std::string, AlertId>, Heard> heard_;
    std::map<std::pair<std::string, AlertId>, Signal> signals_;
    std::set<std::pair<std::string, std::pair<AlertId, int>>> told_;
    std::map<std::string, std::vector<std::pair<Instant, Instant>>> excuses_;
    std::map<AlertId, std::pair<int, Instant>> acknowledged_;
};

}  // namespace forcewatch::sim

/// From rulings to alerts: opens, raises, reminds and closes, each step told once.
///
/// Runs inside the caller's transaction, so that an alert, its ledger and its notices are kept
/// together or not at all.
///
/// Owner: Engine.   Thread: the loop thread.   Fails: throws StoreError.
#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"
#include "core/evaluate.hpp"
#include "storage/store.hpp"

namespace forcewatch {

/// What an alert is about.
struct AlertSubject {
    std::string id;
    std::string force;
    ForceKind kind{};
    std::string title;  ///< for a person
};

/// One revision written, for the log.
struct AlertNews {
    AlertId alert{};
    Change change{};
    Severity severity{};
    std::string force;
    std::string rule;
    std::string title;
    std::string summary;
};

class AlertBook {
public:
    AlertBook(Store& store, const Settings& settings, Instant now)
        : store_{store}, settings_{settings}, now_{now} {}

    /// Brings the alert of `rule` on `subject` to what `ruling` says.
    void update(const AlertSubject& subject, const Rule& rule, const Ruling& ruling);
    /// Closes every open alert on `subject` whose rule is not in `kept`.
    void close_others(const std::string& subject, const std::vector<std::string>& kept,
                      const std::string& ending);
    /// Alert revisions written so far, in order.
    [[nodiscard]] const std::vector<AlertNews>& news() const { return news_; }

private:
    void open(const AlertSubject& subject, const Rule& rule, const Ruling& ruling);
    void advance(Alert alert, const AlertSubject& subject, const Ruling& ruling);
    void close(Alert alert, const std::string& ending, ForceKind kind);
    void write(const Alert& alert, Change change, std::vector<std::string> steps,
               const std::vector<std::string>& remarks);
    void notify(const Alert& alert, ForceKind kind);
    [[nodiscard]] std::vector<const Destination*> destinations_of(const Alert& alert,
                                                                  ForceKind kind) const;

    Store& store_;
    const Settings& settings_;
    Instant now_;
    std::vector<AlertNews> news_;
};

}  // namespace forcewatch

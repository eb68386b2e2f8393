/// Judges one subject by all rules, writes the alert transitions, and puts the subject down on the
/// agenda for the next instant at which any rule could change its mind.
///
/// Owner: Engine.   Thread: the loop thread.   Fails: throws StoreError, or whatever judging
/// throws.
#pragma once

#include <string>

#include "config/settings.hpp"
#include "daemon/engine/alert_book.hpp"
#include "daemon/engine/fact_sources.hpp"
#include "storage/store.hpp"

namespace forcewatch {

class Evaluation {
public:
    Evaluation(Store& store, Reference& reference, const Settings& settings, Instant now,
               bool baseline = false);

    /// `subject` as the agenda names it. Runs in the caller's transaction.
    void run(const std::string& subject);
    /// Puts a subject aside that could not be judged: an alert says so, and it is tried again a day
    /// later.
    void set_aside(const std::string& subject, const std::string& why);
    /// Alert revisions written so far.
    [[nodiscard]] const std::vector<AlertNews>& news() const { return book_.news(); }
    [[nodiscard]] AlertBook& book() { return book_; }

private:
    void close_gone(const std::string& subject, const SubjectRulings& verdicts);

    Store& store_;
    StoreFacts facts_;
    const Settings& settings_;
    Instant now_;
    Date today_;
    AlertBook book_;
};

}  // namespace forcewatch

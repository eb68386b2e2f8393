/// Judges one subject by all rules, writes the alert transitions, and puts the subject down on the
/// agenda for the next instant at which any rule could change its mind.
///
/// Owner: Engine.   Thread: the loop thread.   Fails: throws StoreError.
#pragma once

#include <string>

#include "config/settings.hpp"
#include "daemon/engine/alert_book.hpp"
#include "daemon/engine/reference.hpp"
#include "storage/store.hpp"

namespace forcewatch {

class Evaluation {
public:
    Evaluation(Store& store, Reference& reference, const Settings& settings, Instant now);

    /// `subject` as the agenda names it. Runs in the caller's transaction.
    void run(const std::string& subject);
    /// Alert revisions written so far.
    [[nodiscard]] const std::vector<AlertNews>& news() const { return book_.news(); }

private:
    void run_dated(const std::string& subject);
    void run_tracks(const std::string& subject);
    void run_monitoring(const std::string& subject);
    /// Judges by every rule of the condition `C` that selects the force; returns the next day.
    template <typename C, typename Judge>
    std::optional<Date> judge_all(const AlertSubject& subject, std::string_view programme,
                                  Judge&& judge);
    [[nodiscard]] std::optional<AlertSubject> subject_about(const std::string& id,
                                                            const std::string& force_id,
                                                            const std::string& what) const;

    Store& store_;
    Reference& reference_;
    const Settings& settings_;
    Date today_;
    AlertBook book_;
};

}  // namespace forcewatch

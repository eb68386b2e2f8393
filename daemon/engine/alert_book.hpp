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
#include "daemon/engine/judging.hpp"
#include "daemon/engine/teller.hpp"
#include "storage/store.hpp"

namespace forcewatch {

/// Opens where something could not be judged, or what was due on an alert could not be done.
inline constexpr auto cannot_evaluate_rule = "cannot-evaluate";

/// The remark of a revision that ended an acknowledgement.
inline constexpr const char* worse_than_acknowledged =
    "It got worse, which ends the acknowledgement.";
/// The remark of a revision that a sticky one outlived.
inline constexpr const char* worse_yet_acknowledged =
    "It got worse, and is acknowledged until it closes.";

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
    /// With `baseline`, what opens is kept as known from before, and nobody is told of it alone.
    AlertBook(Store& store, const Settings& settings, Instant now, bool baseline = false)
        : store_{store},
          settings_{settings},
          teller_{store, settings, now},
          now_{now},
          baseline_{baseline} {}

    /// Brings the alert of the verdict's rule on its subject to what the ruling says. Returns when
    /// it wants to be asked again, because something is held back until then.
    std::optional<Instant> update(const SubjectRuling& verdict);
    /// Closes every open alert on `subject` whose rule is not in `kept`.
    void close_others(const std::string& subject, const std::vector<std::string>& kept,
                      const std::string& ending);
    /// Opens an alert that says `summary` of something the rules do not judge, unless one is open.
    void open_notice(const AlertSubject& about, const std::string& rule, Severity severity,
                     const std::string& summary, Date today);
    /// The same, told to one destination instead of by the routes; empty: by the routes.
    void open_notice_to(const AlertSubject& about, const std::string& rule, Severity severity,
                        const std::string& summary, const std::string& destination);
    /// Closes what `open_notice` opened, and tells nobody.
    void close_quietly(const std::string& subject, const std::string& ending);
    /// Writes one more revision of an open alert and returns it as it stands then; who is told is
    /// the caller's to say.
    Alert revise(Alert alert, Change change, const std::string& summary,
                 const std::vector<std::string>& remarks);
    /// Closes an alert by hand until the first moment of `review_on`; those who were told are told.
    void close_by_hand(Alert alert, const std::string& reason, Date review_on);
    /// Ends an acknowledgement; what it held back goes, and escalation resumes where it stopped.
    void end_acknowledgement(Alert& alert);
    /// What waited because of this alert is looked at again.
    void stir(Restraint::Cause cause, const Alert& alert);
    [[nodiscard]] Teller& teller() { return teller_; }
    /// Closes what `open_notice` opened; those who were told are told.
    void close_told(const std::string& subject, const std::string& ending);
    /// Drops the news after the first `kept`, when the writing of it was undone.
    void forget_news(std::size_t kept) { news_.resize(kept); }
    /// Alert revisions written so far, in order.
    [[nodiscard]] const std::vector<AlertNews>& news() const { return news_; }

private:
    Alert take(const SubjectRuling& verdict, const AlertTurn& turn, std::optional<Alert> known);
    /// Asked again of the same subject, as every rule does, it is not looked up again.
    [[nodiscard]] bool ever_had_alerts(const std::string& subject);
    void insert(Alert& alert);
    void close(Alert alert, const std::string& ending, ForceKind kind, bool tells);
    void close_all(const std::string& subject, const std::string& ending, bool tells);
    void write(const Alert& alert, Change change, std::vector<std::string> steps,
               const std::vector<std::string>& remarks);
    void notify(const Alert& alert, Change change, ForceKind kind);
    std::optional<Alert> open_plainly(const AlertSubject& about, const std::string& rule,
                                      Severity severity, const std::string& summary, Date today);
    void start_escalation(const Alert& alert, const Routing& routing);
    /// What was closed by hand stays so until its review, and says nothing meanwhile.
    std::optional<Instant> keep_closed(Alert alert, const SubjectRuling& verdict);

    Store& store_;
    const Settings& settings_;
    Teller teller_;
    Instant now_;
    bool baseline_;
    std::vector<AlertNews> news_;
    std::string last_subject_;  ///< that `ever_had_alerts` was asked of; empty: none since `insert`
    bool last_had_alerts_{};
};

}  // namespace forcewatch

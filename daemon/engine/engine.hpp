/// The engine: facts in, alerts out, messages ready, parcels handed over. Plain functions on a
/// given `now`; the caller owns the transaction, so that a turn of the loop is one commit.
///
/// Owner: the program.   Thread: the loop thread, or that of a lengthy turn, with all that is in it
/// and in the store.   Blocks: a step is bounded by its limit.
/// Fails: EventFault for bad input; throws StoreError with nothing kept.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "config/settings.hpp"
#include "daemon/engine/alert_book.hpp"
#include "daemon/engine/alert_orders.hpp"
#include "daemon/engine/delivery_orders.hpp"
#include "daemon/engine/desk.hpp"
#include "daemon/engine/letter_input.hpp"
#include "daemon/engine/recorder.hpp"
#include "daemon/engine/reference.hpp"
#include "storage/store.hpp"

namespace forcewatch {

struct RowFault {
    std::size_t row{};  ///< as it came, counted from 0
    EventFault fault;
    int line{};  ///< of the file
    std::string_view layout{};
};
/// Hands row by row to what it is given.
using RowFeed = std::function<void(const std::function<void(const ImportRow&)>& take)>;

/// How an import treats the alerts that open because of it.
enum class ImportMode {
    normal,
    baseline  ///< they were so before: one summary tells of them, and a list holds them
};

struct ImportSummary {
    int rows{};
    int added_or_changed{};  ///< rows that said something new
    int events{};
    int alert_revisions{};
    std::vector<AlertNews> alerts;  ///< those revisions
    std::set<std::string> named;    ///< subjects that the rows are about
};

class Evaluation;

class Engine {
public:
    Engine(Store& store, Renderer renderer);

    /// Journals the text of a checked configuration where it is new; every subject will be judged
    /// again, in steps, and what comes out the same says nothing. `use` follows once that is
    /// committed: rules that the journal does not hold must not run.
    void record_configuration(const std::string& text, Instant now);
    /// Has every subject judged again, in steps.
    void judge_all_again(Instant now);
    /// The same where London's clocks go by other rules than when this was last called; says
    /// whether they do.
    bool follow_zone(Instant now);
    /// Judges and sends by `settings` from here on.
    void use(Settings settings) { settings_ = std::move(settings); }
    [[nodiscard]] const Settings& settings() const { return settings_; }

    /// Records events in order, all or none, and judges what they touched.
    [[nodiscard]] tl::expected<void, EventFault> record(const std::vector<Event>& events,
                                                        Origin origin, Instant now);
    /// Records what rows say beyond what is known, none of them held. With any fault nothing is to
    /// be kept; up to 100 faults are listed.
    [[nodiscard]] tl::expected<ImportSummary, std::vector<RowFault>> import(
        const RowFeed& feed, Origin origin, Instant now, ImportMode mode = ImportMode::normal);
    [[nodiscard]] tl::expected<ImportSummary, std::vector<RowFault>> import(
        const std::vector<ImportRow>& rows, Origin origin, Instant now,
        ImportMode mode = ImportMode::normal);

    /// Takes back what the journal's rows from `first` to `last` said: the items that they founded
    /// are gone, those that they changed are as others left them. The past still shows it.
    std::vector<AlertNews> withdraw(JournalSeq first, JournalSeq last, Origin origin, Instant now,
                                    const std::string& reason);

    /// Judges up to `limit` subjects that are due; false: nothing was. One that cannot be judged is
    /// set aside with an alert, and the others are judged all the same.
    bool step(Instant now, int limit);
    /// While held, nothing is judged: what is due or touched waits. For a clock that is not
    /// believed.
    void hold(bool held) { held_ = held; }
    [[nodiscard]] bool held() const { return held_; }
    /// Called before each subject is judged; a test that lets it throw makes that subject fail.
    void set_probe(std::function<void(const std::string& subject)> probe) {
        probe_ = std::move(probe);
    }
    /// Looks at up to `limit` notices that are due: what nothing holds back becomes messages.
    /// False: none was.
    bool release(Instant now, int limit);
    /// Runs one order of a person; what it changes is told as everything else is.
    template <typename Order>
    [[nodiscard]] auto order(Origin origin, Instant now, Order&& run) {
        AlertOrders orders{store_, reference_, settings_, std::move(origin), now};
        auto outcome = run(orders);
        news_.insert(news_.end(), orders.news().begin(), orders.news().end());
        return outcome;
    }
    /// A message marked as a test, by the way that every message goes; no alert knows of it.
    [[nodiscard]] std::vector<DeliveryId> send_test(const Destination& destination, Instant now);
    [[nodiscard]] Desk desk(Instant now) { return {store_, settings_, tally_, now}; }
    [[nodiscard]] DeliveryOrders delivery_orders(Origin origin, Instant now) {
        return {store_, reference_, settings_, tally_, std::move(origin), now};
    }
    [[nodiscard]] const Tally& tally() const { return tally_; }

    /// When `step` or `release` next has work; empty: only news can bring it.
    [[nodiscard]] std::optional<Instant> next_step_at();
    /// The alert revisions written since it was last asked.
    [[nodiscard]] std::vector<AlertNews> take_news() { return std::exchange(news_, {}); }
    /// Forgets what a rolled back transaction may have left in memory.
    void forget() {
        reference_.forget();
        news_.clear();
    }
    [[nodiscard]] Reference& reference() { return reference_; }
    [[nodiscard]] Store& store() { return store_; }

    /// The facts as they were on `as_of`, by what was recorded until `known_at`: a fold of the
    /// journal. `force` empty: all.
    [[nodiscard]] Facts facts_at(Date as_of, Instant known_at, const std::string& force) const;
    /// The same of one subject alone.
    [[nodiscard]] Facts facts_about(const std::string& subject, Date as_of, Instant known_at) const;

private:
    [[nodiscard]] Recorder recorder(Origin origin, Instant now);
    std::vector<AlertNews> judge(std::set<std::string> subjects, bool all, Instant now,
                                 ImportMode mode);
    void run(Evaluation& evaluation, const std::vector<std::string>& subjects);
    void tell_of_baseline(Evaluation& evaluation, Instant now);
    bool sweep(Instant now, int limit);
    bool run_clocks(Instant now, int limit);
    /// What is not found item by item: tracks, stages and silences.
    [[nodiscard]] std::set<std::string> standing_subjects() const;
    [[nodiscard]] bool watches_silence() const;

    Store& store_;
    Renderer renderer_;
    Settings settings_;
    Tally tally_;
    Reference reference_;
    std::vector<AlertNews> news_;
    bool held_{};
    std::function<void(const std::string& subject)> probe_;
};

}  // namespace forcewatch

/// Requests for an update: what a `stalled` rule says to the owner of an action.
///
/// An owner is asked once. While a request is pending, whatever else of theirs falls silent waits;
/// it goes with the next request or repeat, and once the pending one is answered, acknowledged, or
/// so old that its own repeat should have come. What is more severe does not wait.
///
/// Owner: Release.   Thread: the loop thread.   Fails: throws StoreError.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "config/settings.hpp"
#include "daemon/engine/fact_sources.hpp"
#include "storage/store.hpp"

namespace forcewatch {

class UpdateRequests {
public:
    UpdateRequests(Store& store, FactSource& facts, const Settings& settings, Instant now)
        : store_{store}, facts_{facts}, settings_{settings}, now_{now} {}

    /// What holds back an alert of which `who` was not told yet; cause `none`: nothing does, or it
    /// is no request for an update.
    [[nodiscard]] Restraint on(const Alert& alert, const Addressee& who);
    /// Alerts that are to be told to the same owners together with these.
    [[nodiscard]] std::vector<AlertId> along_with(const std::vector<const Alert*>& alerts,
                                                  const Addressee& who);
    /// What was looked up may no longer be so.
    void forget() { asked_.clear(); }

private:
    struct Request {
        const Rule* rule;
        std::string owner;
        std::string address;
    };
    [[nodiscard]] std::optional<Request> request(const Alert& alert, const Addressee& who);

    Store& store_;
    FactSource& facts_;
    const Settings& settings_;
    Instant now_;
    using Key = std::tuple<std::string, std::string, Addressee>;
    std::map<Key, std::optional<Notices::Asked>> asked_;  ///< looked up, and still so
};

}  // namespace forcewatch

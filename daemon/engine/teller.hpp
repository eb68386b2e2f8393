/// Whom a revision of an alert concerns: writes one notice for each, in the alert's transaction.
///
/// Owner: AlertBook and AlertClocks.   Thread: the loop thread.   Fails: throws StoreError.
#pragma once

#include "config/settings.hpp"
#include "daemon/engine/routing.hpp"
#include "storage/store.hpp"

namespace forcewatch {

class Teller {
public:
    Teller(Store& store, const Settings& settings, Instant now)
        : store_{store}, settings_{settings}, now_{now} {}

    /// To where the routes lead.
    void by_routes(const Alert& alert, const Routing& routing);
    /// To whoever was told that it opened, or is to be told, and nobody else.
    void to_those_told(const Alert& alert);
    /// To destinations by name.
    void to(const Alert& alert, const std::vector<std::string>& destinations,
            const std::string& why, const std::string& remark = {});
    /// To the role "acknowledger", by each mail destination that was told; to `address` where it
    /// is one that was.
    void to_acknowledger(const Alert& alert, const Acknowledgement& acknowledgement);

    [[nodiscard]] Routing routing_of(const Alert& alert, ForceKind kind) const;
    /// When to say it again if nothing changes; empty: never.
    [[nodiscard]] std::optional<Instant> repeat_at(const Routing& routing, Instant from) const;

private:
    void add(const Alert& alert, const Addressee& who, const std::string& why,
             const std::string& remark);

    Store& store_;
    const Settings& settings_;
    Instant now_;
};

}  // namespace forcewatch

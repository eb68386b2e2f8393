/// Who may do what: roles by the caller's groups, and the one table of what each path asks for.
///
/// Group names are resolved when the configuration is adopted, never per request.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "config/settings.hpp"
#include "daemon/http/request.hpp"

namespace forcewatch {

/// Each role may do what those before it may.
enum class Role { viewer, operator_, editor, admin };
[[nodiscard]] std::string_view text_of(Role role);

class Access {
public:
    Access() = default;
    explicit Access(const Settings& settings);

    /// Root is admin. The service's own user may read but not edit facts.
    [[nodiscard]] Role role_of(const Peer& peer) const;
    /// What a request needs; every changing request that the table does not name needs admin.
    [[nodiscard]] static Role needed(const Request& request);
    /// How somebody comes by a role, for a person who lacks it.
    [[nodiscard]] static std::string way_to(Role role);

private:
    std::set<gid_t> editors_;
    std::set<gid_t> operators_;
};

}  // namespace forcewatch

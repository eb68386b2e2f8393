#include "daemon/access.hpp"

#include <grp.h>

#include <algorithm>
#include <array>

namespace forcewatch {

namespace {

std::set<gid_t> ids_of(const std::set<std::string>& names) {
    std::set<gid_t> ids;
    for (const auto& name : names)
        if (const group* found = ::getgrnam(name.c_str())) ids.insert(found->gr_gid);
    return ids;
}

bool is_member(const Peer& peer, const std::set<gid_t>& groups) {
    return std::any_of(groups.begin(), groups.end(),
                       [&](gid_t group) { return peer.in_group(group); });
}

struct Rule {
    std::string_view prefix;
    Role role;
};
/// For requests that change something; the first match counts.
constexpr std::array changing{
    Rule{"/v1/findings", Role::editor},
    Rule{"/v1/actions", Role::editor},
    Rule{"/v1/inspections", Role::editor},
    Rule{"/v1/judgements", Role::editor},
    Rule{"/v1/obligations", Role::editor},
    Rule{"/v1/stages", Role::editor},
    Rule{"/v1/meetings", Role::editor},
    Rule{"/v1/conditions", Role::editor},
    Rule{"/v1/evidence", Role::editor},
    Rule{"/v1/forces", Role::editor},
    Rule{"/v1/people", Role::admin},
    Rule{"/v1/policies", Role::admin},
    Rule{"/v1/import", Role::editor},
    Rule{"/v1/imports", Role::editor},
    Rule{"/v1/assign", Role::editor},
    Rule{"/v1/deliveries", Role::operator_},
    Rule{"/v1/alerts", Role::operator_},
    Rule{"/v1/silences", Role::operator_},
    Rule{"/v1/pauses", Role::operator_},
    Rule{"/v1/destinations", Role::operator_},
    Rule{"/v1/drill", Role::operator_},
    Rule{"/v1/hold", Role::operator_},
    Rule{"/v1/read", Role::editor},
    Rule{"/v1/proposals", Role::editor},
    Rule{"/v1/reload", Role::admin},
    Rule{"/v1/backtest", Role::viewer},
    Rule{"/v1/addresses", Role::operator_},
    Rule{"/v1/feeds", Role::operator_},
    Rule{"/v1/conflicts", Role::editor},
    // What stands behind a link is allowed by the signature in it.
    Rule{"/a", Role::viewer},
    Rule{"/u", Role::viewer},
};

}  // namespace

std::string_view text_of(Role role) {
    switch (role) {
        case Role::viewer:
            return "viewer";
        case Role::operator_:
            return "operator";
        case Role::editor:
            return "editor";
        case Role::admin:
            return "admin";
    }
    return "?";
}

Access::Access(const Settings& settings)
    : editors_{ids_of(settings.editors)}, operators_{ids_of(settings.operators)} {}

Role Access::role_of(const Peer& peer) const {
    if (peer.uid == 0) return Role::admin;
    if (is_member(peer, editors_)) return Role::editor;
    if (is_member(peer, operators_)) return Role::operator_;
    return Role::viewer;
}

std::string Access::way_to(Role role) {
    switch (role) {
        case Role::viewer:
            return {};
        case Role::operator_:
            return "Ask the administrator to add you to one of the groups under [socket] operators "
                   "or editors.";
        case Role::editor:
            return "Ask the administrator to add you to one of the groups under [socket] editors.";
        case Role::admin:
            return "Only root may do this: try sudo.";
    }
    return {};
}

Role Access::needed(const Request& request) {
    if (!request.changes_state()) return Role::viewer;
    for (const auto& rule : changing)
        if (request.path == rule.prefix ||
            (request.path.starts_with(rule.prefix) && request.path[rule.prefix.size()] == '/'))
            return rule.role;
    return Role::admin;
}

}  // namespace forcewatch

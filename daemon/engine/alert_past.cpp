#include "daemon/engine/alert_past.hpp"

#include <algorithm>

#include "daemon/engine/alert_book.hpp"

namespace forcewatch {

namespace {

void set_state(Alert& alert, AlertState state) {
    alert.state = state;
    alert.closed_at.reset();
    alert.ending.clear();
}

/// The alert as the next of its revisions left it.
void follow(Alert& alert, const AlertRevision& revision) {
    alert.revision = revision.revision;
    alert.severity = revision.severity;
    if (std::find(revision.remarks.begin(), revision.remarks.end(), worse_than_acknowledged) !=
        revision.remarks.end())
        set_state(alert, AlertState::open);
    switch (revision.change) {
        case Change::acknowledged:
            return set_state(alert, AlertState::acknowledged);
        case Change::resumed:
            return set_state(alert, AlertState::open);
        case Change::closed:
            alert.state = AlertState::closed;
            alert.closed_at = revision.at;
            alert.ending = revision.summary;
            return;
        case Change::opened:
        case Change::reopened:
            set_state(alert, AlertState::open);
            break;
        case Change::raised:
        case Change::lowered:
        case Change::step:
        case Change::reminder:
        case Change::escalated:
        case Change::unanswered:
            break;
    }
    if (!says_how_it_stands(revision.change)) return;
    alert.summary = revision.summary;
    alert.detected_at = revision.at;
}

}  // namespace

Alert alert_as_known(Alert alert, const std::vector<AlertRevision>& revisions, Instant at) {
    if (revisions.empty() || revisions.back().at <= at) return alert;
    set_state(alert, AlertState::open);
    for (const auto& revision : revisions)
        if (revision.at <= at) follow(alert, revision);
    return alert;
}

}  // namespace forcewatch

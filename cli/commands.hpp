/// The commands of forcewatchctl. Each does its work and answers with the exit code.
#pragma once

#include "cli/session.hpp"

namespace forcewatch {

using Command = int (*)(Session&);

int show_status(Session& session);
/// Without arguments: the status, and what to try next.
int show_welcome(Session& session);

int show_forces(Session& session);
int show_force(Session& session);
int show_areas(Session& session);
int show_findings(Session& session);
int say_same(Session& session);
int say_apart(Session& session);
int show_duplicates(Session& session);
int show_actions(Session& session);
int show_obligations(Session& session);
int reply_to_obligation(Session& session);
int show_meetings(Session& session);
int show_conditions(Session& session);
int show_people(Session& session);
int show_policies(Session& session);
int show_holidays(Session& session);
/// `Arguments::change`, with `Arguments::members`.
int record_change(Session& session);
int show_timeline(Session& session);
int show_inspections(Session& session);
int show_stages(Session& session);
int show_alerts(Session& session);
int show_deliveries(Session& session);
int show_journal(Session& session);
int show_proposals(Session& session);
int show_feeds(Session& session);
int fetch_feed(Session& session);
int show_conflicts(Session& session);
int settle_conflict(Session& session);

int acknowledge_alert(Session& session);
int unacknowledge_alert(Session& session);
int close_alert(Session& session);
int show_silences(Session& session);
int add_silence(Session& session);
int end_silence(Session& session);
int show_pauses(Session& session);
int add_pause(Session& session);
int end_pause(Session& session);
int show_hold(Session& session);
int hold_on(Session& session);
int hold_off(Session& session);
int show_destinations(Session& session);
int test_destination(Session& session);
int enable_destination(Session& session);
int show_addresses(Session& session);
int report_address(Session& session);
int read_returned(Session& session);
int allow_address(Session& session);
int test_route(Session& session);
int show_told(Session& session);
int run_drill(Session& session);

int explain_item(Session& session);
int show_forecast(Session& session);
int show_backtest(Session& session);

int confirm_proposal(Session& session);
int dismiss_proposal(Session& session);
int confirm_clock(Session& session);
int import_files(Session& session);
/// With --guess; needs no daemon.
int propose_mapping(Session& session);
int show_imports(Session& session);
int undo_import(Session& session);
int export_facts(Session& session);
int assign_owner(Session& session);
int replay_delivery(Session& session);
int dismiss_delivery(Session& session);
int reload(Session& session);
int show_whoami(Session& session);
int show_version(Session& session);

/// With --dry-run it needs no daemon.
int read_news_files(Session& session);

/// These need no daemon.
int check_configuration(Session& session);
int verify_database(Session& session);
int back_up_database(Session& session);
int restore_database(Session& session);

}  // namespace forcewatch

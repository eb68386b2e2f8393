#include "cli/argument_parts.hpp"

namespace forcewatch {

namespace {

void reason(CLI::App* command, Arguments& given, const char* what, bool required = true) {
    auto* option = command->add_option("--reason", given.reason, what)->option_text("TEXT");
    if (required) option->required();
}
void address(CLI::App* command, Arguments& given) {
    command->add_option("ADDRESS", given.id, "The mail address")->required()->option_text(" ");
}
void number(CLI::App* command, Arguments& given, const char* what) {
    command->add_option("ID", given.id, what)->required()->option_text(" ");
}

void add_silences(const AddCommand& add, Arguments& given) {
    auto* silences = add("silences", "What is hidden for a while, and by whom", show_silences,
                         "forcewatchctl silences", nullptr);
    silences->add_flag("--all", given.all, "Those that are over, too");
    auto* silence =
        add("add", "Hide alerts that fit every condition", add_silence,
            "forcewatchctl silences add force=kent --until 2027-04-01 --reason move", silences);
    silence->add_option("CONDITION", given.matchers, "Such as force=kent or area^=custody")
        ->required()
        ->option_text(" ");
    silence->add_option("--until", given.until, "A day or a moment, exclusive")
        ->required()
        ->option_text("TIME");
    silence->add_option("--from", given.from, "A day or a moment; else now")->option_text("TIME");
    silence->add_flag("--dry-run", given.dry_run, "Show what it would hide, hide nothing");
    reason(silence, given, "Why nothing is to be heard");
    auto* end = add("end", "End a silence now; what it hid is told", end_silence,
                    "forcewatchctl silences end 3", silences);
    number(end, given, "The silence, by number");
    reason(end, given, "Why", false);
}

void add_pauses(const AddCommand& add, Arguments& given) {
    auto* pauses = add("pauses", "Planned pauses of forces and areas", show_pauses,
                       "forcewatchctl pauses", nullptr);
    pauses->add_flag("--all", given.all, "Those that are over, too");
    auto* pause = add(
        "add", "Say nothing of a force for a time", add_pause,
        "forcewatchctl pauses add kent --from 2027-04-01 --until 2027-05-01 --reason x", pauses);
    pause->add_option("FORCE", given.id, "The force")->required()->option_text(" ");
    pause->add_option("--area", given.area, "One area alone")->option_text("ID");
    pause->add_option("--from", given.from, "First day")->required()->option_text("DATE");
    pause->add_option("--until", given.until, "The day on which it is over")
        ->required()
        ->option_text("DATE");
    reason(pause, given, "Why it is paused");
    auto* end = add("end", "End a pause today", end_pause, "forcewatchctl pauses end 2", pauses);
    number(end, given, "The pause, by number");
    reason(end, given, "Why", false);
}

void add_addresses(const AddCommand& add, Arguments& given) {
    auto* addresses = add("addresses", "Mail addresses that get nothing more, or no digest",
                          show_addresses, "forcewatchctl addresses", nullptr);
    auto* returned = add("returned", "Read mails that came back; - reads one from the input",
                         read_returned, "forcewatchctl addresses returned bounce.eml", addresses);
    returned->add_option("FILE", given.files, "The mails")->required()->option_text(" ");
    auto* report =
        add("report", "Say what became of a mail", report_address,
            "forcewatchctl addresses report a@force.example --kind permanent", addresses);
    address(report, given);
    report->add_option("--kind", given.kind, "delivered, permanent, temporary or technical")
        ->required()
        ->option_text("KIND");
    report->add_option("--message", given.item, "The message, by its id")->option_text("ID");
    reason(report, given, "What the mail system said", false);
    auto* allow = add("allow", "Let an address have mail again, or a digest", allow_address,
                      "forcewatchctl addresses allow a@force.example", addresses);
    address(allow, given);
    allow->add_option("--destination", given.destination, "The digest of one destination")
        ->option_text("NAME");
}

void add_destinations(const AddCommand& add, Arguments& given) {
    auto* destinations = add("destinations", "Where messages go, and whether they arrive",
                             show_destinations, "forcewatchctl destinations", nullptr);
    destinations->alias("destination");
    auto* test = add("test", "Send a test message and wait for what becomes of it",
                     test_destination, "forcewatchctl destinations test liaison", destinations);
    test->add_option("NAME", given.id, "The destination")->required()->option_text(" ");
    auto* enable =
        add("enable", "Send what waits for it at once, with all tries anew", enable_destination,
            "forcewatchctl destinations enable case-system", destinations);
    enable->add_option("NAME", given.id, "The destination")->required()->option_text(" ");
    add_addresses(add, given);
    auto* route = add("route", "Where an alert would go", nullptr,
                      "forcewatchctl route test --force kent --severity critical", nullptr);
    route->require_subcommand(1);
    auto* route_test = add("test", "Path, restraints and each recipient", test_route,
                           "forcewatchctl route test --force kent --severity critical", route);
    add_force(route_test, given);
    route_test->add_option("--kind", given.kind, "police, fire, rocu or other")
        ->option_text("KIND");
    route_test->add_option("--rule", given.rule, "The rule")->option_text("NAME");
    route_test->add_option("--severity", given.severity, "info, warning or critical")
        ->option_text("SEVERITY");
    route_test->add_option("--at", given.at, "At that moment, not now")->option_text("TIME");
    auto* told = add("told", "What a person was told of an item, and why not", show_told,
                     "forcewatchctl told liaison@force.example --item finding:kent/AFI-3", nullptr);
    told->add_option("PERSON", given.id, "Name, address or destination")
        ->required()
        ->option_text(" ");
    told->add_option("--item", given.item, "Such as finding:kent/AFI-3")
        ->required()
        ->option_text("SUBJECT");
}

}  // namespace

void add_alerting_commands(const AddCommand& add, Arguments& given) {
    auto* ack = add("ack", "Take an alert on, until it gets worse", acknowledge_alert,
                    "forcewatchctl ack 17 --until 2027-04-01 --reason appointed", nullptr);
    number(ack, given, "The alert, by number");
    reason(ack, given, "What is being done");
    ack->add_option("--until", given.until, "A day or a moment; else as long as is allowed")
        ->option_text("TIME");
    ack->add_option("--by", given.by, "Who has taken it on, if not you")->option_text("NAME");
    ack->add_flag("--sticky", given.sticky, "Also if it gets worse, until it closes");
    ack->add_option("--remind-every", given.remind_every, "Such as 1d")->option_text("PERIOD");
    auto* unack = add("unack", "Take an acknowledgement back", unacknowledge_alert,
                      "forcewatchctl unack 17", nullptr);
    number(unack, given, "The alert, by number");
    reason(unack, given, "Why", false);
    auto* close = add("close", "Close an alert until a day of review", close_alert,
                      "forcewatchctl close 17 --review 2027-06-01 --reason agreed", nullptr);
    number(close, given, "The alert, by number");
    reason(close, given, "Why it can be closed");
    close->add_option("--review", given.until, "When it opens again if it is still so")
        ->required()
        ->option_text("DATE");
    add_silences(add, given);
    add_pauses(add, given);
    auto* hold = add("hold", "Whether all sending is held", show_hold,
                     "forcewatchctl hold on --reason maintenance", nullptr);
    reason(add("on", "Send nothing; evaluation goes on", hold_on,
               "forcewatchctl hold on --reason maintenance", hold),
           given, "Why nothing is to be sent");
    add("off", "Send again, and what waited", hold_off, "forcewatchctl hold off", hold);
    add_destinations(add, given);
    add("drill", "An exercise: one marked alert from opening to end", run_drill,
        "forcewatchctl drill", nullptr);
}

}  // namespace forcewatch

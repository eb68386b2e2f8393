#include "cli/arguments.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <functional>

#include "cli/argument_parts.hpp"
#include "cli/exit_code.hpp"
#include "cli/text.hpp"
#include "core/nearest.hpp"
#include "storage/journal.hpp"

namespace forcewatch {

namespace {

/// Refuses an empty word, which the daemon would take for none.
CLI::Validator not_empty(std::string complaint) {
    return {[complaint = std::move(complaint)](const std::string& given) {
                return given.empty() ? complaint : std::string{};
            },
            ""};
}

using Words = std::vector<std::string>;

class Builder {
public:
    explicit Builder(Asked& asked) : asked_{asked}, given_{asked.arguments} {
        app_.get_formatter()->column_width(26);
        app_.get_formatter()->label("OPTIONS", "options");
        app_.fallthrough();
        app_.set_help_flag("-h,--help", "This help");
        app_.set_version_flag("--version", "forcewatchctl " FORCEWATCH_VERSION);
        app_.footer(
            "Dates are written 2026-11-30. Each command explains itself:\n"
            "  forcewatchctl COMMAND --help\n\n"
            "Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 conflict,\n"
            "5 not allowed, 6 partly done, 69 no daemon, 75 try later, 78 configuration");
        add_global();
        add_reading();
        add_history();
        add_alerting_commands(adder(), given_);
        add_rules();
        add_changing();
        add_database();
        asked_.command = show_welcome;
    }

    CLI::App& app() { return app_; }

private:
    AddCommand adder() {
        return [this](auto&&... words) { return add(std::forward<decltype(words)>(words)...); };
    }

    void add_global() {
        app_.add_option("--socket", given_.socket, "The daemon's socket (or FORCEWATCH_SOCKET)")
            ->envname("FORCEWATCH_SOCKET")
            ->option_text("PATH");
        app_.add_option("--config", given_.config, "Configuration, for check and db")
            ->option_text("PATH");
        app_.add_flag("--json", given_.json, "The API's own documents, for programs");
        auto* colour = app_.add_option_function<std::string>(
            "--color",
            [this](const std::string& when) {
                given_.colour = when == "always"  ? ColourChoice::always
                                : when == "never" ? ColourChoice::never
                                                  : ColourChoice::automatic;
            },
            "auto, always or never (also: NO_COLOR)");
        colour->option_text("WHEN");
        one_of(colour, {"auto", "always", "never"});
        app_.add_flag("--no-pager", given_.no_pager, "Never page long output");
        app_.add_flag("--no-header", given_.no_header, "Tables without their first line");
    }

    CLI::App* add(const std::string& name, const std::string& description, Command command,
                  const std::string& example, CLI::App* parent = nullptr) {
        auto* sub = (parent != nullptr ? parent : &app_)->add_subcommand(name, description);
        sub->footer("Example:\n  " + example +
                    "\n\nOptions of every command, such as --json: forcewatchctl --help");
        sub->final_callback([this, command, sub] {
            if (sub->get_subcommands().empty()) asked_.command = command;
        });
        return sub;
    }

    void day(CLI::App* sub, const char* name, std::string& value, const char* description) {
        add_day(sub, name, value, description);
    }
    void date(CLI::App* sub) { add_moments(sub, given_); }
    void known_at(CLI::App* sub) { add_known_at(sub, given_); }
    void force(CLI::App* sub) { add_force(sub, given_); }
    void state(CLI::App* sub) {
        auto* option = sub->add_option("--state", given_.state, "open (as shipped), closed or all");
        option->option_text("STATE");
        one_of(option, {"open", "closed", "all"});
    }

    void add_findings_only(CLI::App* findings) {
        findings
            ->add_option("--kind", given_.kind,
                         "cause of concern, area for improvement, recommendation")
            ->option_text("KIND");
        findings->add_option("--area", given_.area, "Only of this area")->option_text("AREA");
        add_same_as(findings);
    }

    void add_actions_only(CLI::App* actions) {
        auto* owner =
            actions->add_option("--owner", given_.owner, "Only of this person, by name or id")
                ->option_text("NAME")
                ->check(not_empty("names nobody; --unowned lists what has no owner"));
        actions->add_flag("--unowned", given_.unowned, "Only those without an owner")
            ->excludes(owner);
    }

    void add_feeds() {
        auto* feeds = add("feeds", "The news feeds, and how they fare", show_feeds,
                          "forcewatchctl feeds fetch hmicfrs");
        auto* fetch = add("fetch", "Fetch a feed now", fetch_feed,
                          "forcewatchctl feeds fetch hmicfrs", feeds);
        fetch->add_option("NAME", given_.id, "The feed, by name")->required()->option_text(" ");
        auto* conflicts = add("conflicts", "What sources disagree on, until you settle it",
                              show_conflicts, "forcewatchctl conflicts --state all");
        auto* state = conflicts->add_option("--state", given_.state, "open, settled or all");
        state->option_text("STATE");
        one_of(state, {"open", "settled", "all"});
        auto* settle = add("settle", "Say what holds", settle_conflict,
                           "forcewatchctl conflicts settle 3 --reason letter", conflicts);
        settle->add_option("ID", given_.id, "The conflict, by number")
            ->required()
            ->option_text(" ");
        settle->add_option("--reason", given_.reason, "What holds, and how you know")
            ->required()
            ->option_text("TEXT");
    }

    void add_reading() {
        auto* status =
            add("status", "How things stand", show_status, "forcewatchctl status --exit-code");
        status->add_flag("--exit-code", given_.exit_code,
                         "End with 10: overdue, 20: alerts failing");
        auto* forces = add("forces", "The board of forces, worst first", show_forces,
                           "forcewatchctl forces --kind police");
        auto* kind = forces->add_option("--kind", given_.kind, "police, fire, rocu or other");
        kind->option_text("KIND");
        one_of(kind, {"police", "fire", "rocu", "other"});
        date(forces);
        auto* one = add("force", "One force on one screen", show_force,
                        "forcewatchctl force nottinghamshire");
        one->add_option("ID", given_.id, "The force, such as kent")->required()->option_text(" ");
        date(one);
        add_areas();
        for (const auto& [name, description, command] :
             {std::tuple{"findings", "Findings, due first", Command{show_findings}},
              std::tuple{"actions", "Actions, due first", Command{show_actions}},
              std::tuple{"obligations", "Duties with a clock, due first",
                         Command{show_obligations}}}) {
            auto* sub = add(name, description, command,
                            fmt::format("forcewatchctl {} --force kent --state all", name));
            force(sub);
            state(sub);
            date(sub);
            sub->add_flag("--no-deadline", given_.undated, "Only what has no date");
            sub->add_option("--overdue-by", given_.overdue_by, "Only what is late by so many days")
                ->check(CLI::Range(1, 36'500))
                ->option_text("DAYS");
            if (std::string_view{name} == "findings") add_findings_only(sub);
            if (std::string_view{name} == "obligations") add_reply(sub);
            if (std::string_view{name} == "actions") add_actions_only(sub);
        }
        add_meetings();
        auto* inspections = add("inspections", "Publications, newest first", show_inspections,
                                "forcewatchctl inspections --force kent");
        force(inspections);
        date(inspections);
        auto* stages = add("stages", "Monitoring stages: Scan and Engage", show_stages,
                           "forcewatchctl stages --stage engage --as-of 2024-06-01");
        auto* stage = stages->add_option("--stage", given_.stage, "scan or engage");
        stage->option_text("STAGE");
        one_of(stage, {"scan", "engage"});
        stages->add_flag("--all", given_.all, "Past intervals, too");
        force(stages);
        date(stages);
    }

    void add_same_as(CLI::App* findings) {
        auto* same = add("same", "Say that a finding is the same as another", say_same,
                         "forcewatchctl findings same kent/AFI-3 AFI-1 --reason report", findings);
        same->add_option("FINDING", given_.id, "The one that shares the other's clock")
            ->required()
            ->option_text(" ");
        same->add_option("OTHER", given_.item, "The one whose clock and alerts count")
            ->required()
            ->option_text(" ");
        auto* apart = add("apart", "Say that two findings are two after all", say_apart,
                          "forcewatchctl findings apart kent/AFI-3 --reason report", findings);
        apart->add_option("FINDING", given_.id, "The one that gets its own clock back")
            ->required()
            ->option_text(" ");
        apart->add_option("OTHER", given_.item, "The other one, where they were never linked")
            ->option_text(" ");
        for (auto* sub : {same, apart}) {
            sub->add_option("--reason", given_.reason, "How you know")
                ->required()
                ->option_text("TEXT");
            day(sub, "--on", given_.at, "Since that day, not today");
        }
        auto* suggest = add("suggest", "Findings that may be the same; you decide", show_duplicates,
                            "forcewatchctl findings suggest --force kent", findings);
        force(suggest);
        date(suggest);
    }

    void add_reply(CLI::App* obligations) {
        auto* reply =
            add("reply", "Record that a force replied", reply_to_obligation,
                "forcewatchctl obligations reply pcc-comments --force kent --link https://...",
                obligations);
        reply->add_option("DUTY", given_.id, "As the list names it, such as pcc-comments")
            ->required()
            ->option_text(" ");
        reply->add_option("--force", given_.force, "Whose duty it is")
            ->required()
            ->option_text("ID");
        reply->add_option("--about", given_.item, "What it is about, where several are open")
            ->option_text("CAUSE");
        day(reply, "--on", given_.at, "Replied on that day, not today");
        reply->add_option("--link", given_.link, "Where the reply can be read")->option_text("URL");
        reply->add_option("--no-action", given_.reason, "No action is planned, and why")
            ->option_text("TEXT")
            ->check(not_empty("says not why"));
    }

    void add_meetings() {
        auto* meetings = add("meetings", "Dated meetings, revisits, fieldwork", show_meetings,
                             "forcewatchctl meetings --force nottinghamshire --state all");
        force(meetings);
        state(meetings);
        date(meetings);
        auto* conditions = add("conditions", "What must hold before a stage or a cause ends",
                               show_conditions, "forcewatchctl conditions --force nottinghamshire");
        force(conditions);
        date(conditions);
        add("people", "Who is accountable, and who has left", show_people, "forcewatchctl people");
        add("policies", "How long findings may take that have no date", show_policies,
            "forcewatchctl policies");
        add("holidays", "The days off that working days leave out", show_holidays,
            "forcewatchctl holidays");
        auto* timeline = add("timeline", "The story of one force, by the day things took effect",
                             show_timeline, "forcewatchctl timeline nottinghamshire");
        timeline->add_option("ID", given_.id, "The force")->required()->option_text(" ");
        date(timeline);
    }

    void add_rules() {
        auto* explain = add("explain", "Why a rule fires on something, or does not", explain_item,
                            "forcewatchctl explain finding:kent/AFI-3 --at 2026-03-01");
        explain->add_option("SUBJECT", given_.id, "Such as finding:kent/AFI-3 or tracks:kent/PEEL")
            ->required()
            ->option_text(" ");
        day(explain, "--at", given_.at, "On that day, not today");
        known_at(explain);
        auto* forecast = add("forecast", "What will fire if nothing changes", show_forecast,
                             "forcewatchctl forecast 90d --force kent");
        forecast->add_option("PERIOD,--days", given_.days, "How many days ahead; 90 as shipped")
            ->option_text("DAYS")
            ->transform([](std::string text) {
                if (text.ends_with('d')) text.pop_back();
                return text;
            })
            ->check(CLI::Range(1, 3660));
        force(forecast);
        day(forecast, "--from", given_.from, "As it would have been told on that day");
        known_at(forecast);
        auto* backtest =
            add("backtest", "What rules would have said of a past time", show_backtest,
                "forcewatchctl backtest --rules new.toml --from 2024-01-01 --to 2024-12-31");
        backtest->add_option("--rules", given_.rules, "A configuration; else the running rules")
            ->option_text("FILE");
        day(backtest, "--from", given_.from, "First day");
        day(backtest, "--to", given_.to, "Last day");
        force(backtest);
        known_at(backtest);
    }

    void add_areas() {
        auto* areas = add("areas", "The grade of each area, and since when it is low", show_areas,
                          "forcewatchctl areas --at-or-below inadequate");
        force(areas);
        areas->add_option("--programme", given_.programme, "Such as PEEL")->option_text("NAME");
        areas->add_option("--area", given_.area, "Such as responding")->option_text("ID");
        areas->add_option("--at-or-below", given_.at_or_below, "Such as requires-improvement")
            ->option_text("GRADE");
        date(areas);
    }

    void add_history() {
        auto* alerts = add("alerts", "Open alerts, or one with its history", show_alerts,
                           "forcewatchctl alerts --force kent");
        alerts->add_option("ID", given_.id, "One alert, by number")->option_text(" ");
        force(alerts);
        alerts->add_flag("--all", given_.all, "Closed ones, too");
        alerts->add_flag("--baseline", given_.baseline, "Only what held before anybody was told");
        known_at(alerts);
        auto* deliveries = add("deliveries", "Messages and what became of them", show_deliveries,
                               "forcewatchctl deliveries --state dead");
        deliveries->add_option("ID", given_.id, "One message, by number")->option_text(" ");
        auto* state = deliveries->add_option("--state", given_.state,
                                             "pending, leased, unknown, sent, dead or dismissed");
        state->option_text("STATE");
        one_of(state, {"pending", "leased", "unknown", "sent", "dead", "dismissed"});
        deliveries->add_option("--destination", given_.destination, "Only to this one")
            ->option_text("NAME");
        auto* replay = add(
            "replay", "Send dead messages again, with the same ids", replay_delivery,
            "forcewatchctl deliveries replay --since 2027-04-01 --destination liaison", deliveries);
        auto* one = replay->add_option("ID", given_.id, "One message, by number");
        one->option_text(" ");
        auto* since = replay->add_option("--since", given_.from,
                                         "All that were made from this day or moment on");
        since->option_text("TIME")->excludes(one);
        auto* destination = replay->add_option("--destination", given_.destination, "Made for it");
        destination->option_text("NAME")->needs(since);
        since->needs(destination);
        auto* dismiss =
            add("dismiss", "Decide that a dead message need not arrive", dismiss_delivery,
                "forcewatchctl deliveries dismiss 17 --reason telephoned", deliveries);
        dismiss->add_option("ID", given_.id, "The message, by number")
            ->required()
            ->option_text(" ");
        dismiss->add_option("--reason", given_.reason, "Why it need not arrive")
            ->required()
            ->option_text("TEXT");
        auto* journal = add("journal", "Everything that was recorded, oldest first", show_journal,
                            "forcewatchctl journal --subject finding:kent/AFI-3");
        force(journal);
        journal->add_option("--subject", given_.subject, "Only about this")->option_text("SUBJECT");
        known_at(journal);
    }

    void add_changing() {
        add_file_commands(adder(), given_);
        add_change_commands(adder(), app_, given_);
        auto* read = add("read", "What news items say: proposals and conflicts", read_news_files,
                         "forcewatchctl read --dry-run --json item.html");
        read->add_option("FILE", given_.files, "A text, page, feed; - is piped in; https://...")
            ->required()
            ->option_text(" ");
        read->add_flag("--dry-run", given_.dry_run, "Show it, store nothing; files need no daemon");
        add_feeds();
        auto* proposals = add("proposals", "What was read and waits for you", show_proposals,
                              "forcewatchctl proposals --state all");
        auto* state =
            proposals->add_option("--state", given_.state, "open, confirmed, dismissed, all");
        state->option_text("STATE");
        one_of(state, {"open", "confirmed", "dismissed", "all"});
        auto* confirm = add("confirm", "Record what a proposal says", confirm_proposal,
                            "forcewatchctl proposals confirm 17 --date 2025-08-12", proposals);
        confirm->add_option("ID", given_.id, "The proposal, by number")
            ->required()
            ->option_text(" ");
        confirm->add_option("--force", given_.force, "The force it is about")->option_text("ID");
        confirm->add_option("--date", given_.at, "The day, where the item does not say")
            ->option_text("DATE");
        confirm->add_option("--cycle", given_.cycle, "An inspection: such as 2023-25")
            ->option_text("CYCLE");
        confirm->add_option("--inspection", given_.subject, "A judgement: of this inspection")
            ->option_text("ID");
        confirm->add_option("--area", given_.area, "A judgement: this area of the framework")
            ->option_text("ID");
        confirm->add_option("--reference", given_.reference_id, "A cause of concern: such as CoC-1")
            ->option_text("TEXT");
        confirm->add_option("--title", given_.title, "A cause of concern: what it is")
            ->option_text("TEXT");
        confirm->add_option("--reason", given_.reason, "Why you are sure")->option_text("TEXT");
        auto* refuse = add("dismiss", "Decide that a proposal is not taken", dismiss_proposal,
                           "forcewatchctl proposals dismiss 17 --reason known", proposals);
        refuse->add_option("ID", given_.id, "The proposal, by number")
            ->required()
            ->option_text(" ");
        refuse->add_option("--reason", given_.reason, "Why it is not taken")
            ->required()
            ->option_text("TEXT");
        auto* check = add("check", "Check a configuration; needs no daemon", check_configuration,
                          "forcewatchctl check /etc/forcewatch/forcewatch.toml");
        check->add_option("FILE", given_.path, "The file; else that of --config")->option_text(" ");
        add("reload", "Let the daemon read its configuration again", reload,
            "forcewatchctl reload");
        auto* clock = add("clock", "Say that a clock that jumped ahead is right", nullptr,
                          "forcewatchctl clock confirm");
        clock->require_subcommand(1);
        add("confirm", "Take the clock as right and evaluate again", confirm_clock,
            "forcewatchctl clock confirm", clock);
        add("whoami", "What the daemon lets you do", show_whoami, "forcewatchctl whoami");
        add("version", "The releases of program and daemon", show_version,
            "forcewatchctl version --json");
    }

    void add_database() {
        auto* db = add("db", "Check, copy or restore the database; needs no daemon", nullptr,
                       "forcewatchctl db verify");
        db->require_subcommand(1);
        auto* verify = add("verify", "Check the file, the chain and the tables", verify_database,
                           "forcewatchctl db verify /backup/forcewatch.db", db);
        verify->add_option("PATH", given_.path, "The database; else the configured one")
            ->option_text(" ");
        verify->add_option("--expect", given_.expect, "Where the journal once stood")
            ->option_text("SEQ:HASH")
            ->check([](const std::string& text) {
                const auto head = parse_journal_head(text);
                return head ? std::string{} : head.error();
            });
        auto* backup = add("backup", "Copy the database, whole, to a new file", back_up_database,
                           "forcewatchctl db backup /backup/forcewatch.db", db);
        backup->add_option("TO", given_.path, "The new file")->required()->option_text(" ");
        backup->add_option("--from", given_.from, "The database; else the configured one")
            ->option_text("PATH");
        auto* restore = add("restore", "Put a backup in its place, with sending on hold",
                            restore_database, "forcewatchctl db restore /backup/forcewatch.db", db);
        restore->add_option("BACKUP", given_.path, "A copy that verifies")
            ->required()
            ->option_text(" ");
        restore->add_option("--to", given_.to, "The database; else the configured one")
            ->option_text("PATH");
    }

    Asked& asked_;
    Arguments& given_;
    CLI::App app_{"Asks Forcewatch: inspection findings, monitoring stages, deadlines, alerts.",
                  "forcewatchctl"};
};

/// The command that the words led to before one was not understood.
CLI::App* innermost(CLI::App* app) {
    const auto chosen = app->get_subcommands();
    return chosen.empty() ? app : innermost(chosen.front());
}

Words names_of(const CLI::App& app) {
    Words names;
    for (const auto* sub : app.get_subcommands(nullptr)) names.push_back(sub->get_name());
    return names;
}

Words option_names(const CLI::App* app) {
    Words names;
    for (; app != nullptr; app = app->get_parent())
        for (const auto* option : app->get_options())
            for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    return names;
}

std::string path_of(const CLI::App* app) {
    const auto* parent = app->get_parent();
    return parent == nullptr ? app->get_name() : path_of(parent) + " " + app->get_name();
}

/// There is no command "stauts": did you mean "status"?
std::string not_understood(CLI::App& app, const std::string& word) {
    const auto* where = innermost(&app);
    const bool option = word.starts_with('-');
    const auto commands = names_of(*where);
    const auto near =
        nearest(word.substr(0, word.find('=')), option ? option_names(where) : commands);
    std::string text =
        commands.empty() && !option
            ? fmt::format("{} has no use for \"{}\"", path_of(where), one_line(word))
            : fmt::format("there is no {} \"{}\"", option ? "option" : "command", one_line(word));
    text += near.empty() ? "." : fmt::format(": did you mean \"{}\"?", near);
    return fmt::format("forcewatchctl: {}\nSee: {} --help\n", text, path_of(where));
}

/// Help of the innermost command; CLI11 adds its name to that of its parent.
std::string help_of(CLI::App& app) {
    auto* where = innermost(&app);
    return where->help(where->get_parent() == nullptr ? std::string{}
                                                      : path_of(where->get_parent()));
}

}  // namespace

std::variant<Asked, Answered> read_arguments(std::vector<std::string> arguments) {
    Asked asked;
    Builder builder{asked};
    auto& app = builder.app();
    std::reverse(arguments.begin(), arguments.end());
    try {
        app.parse(arguments);
    } catch (const CLI::CallForHelp&) {
        return Answered{cli_exit::done, help_of(app)};
    } catch (const CLI::CallForVersion& version) {
        return Answered{cli_exit::done, std::string{version.what()} + "\n"};
    } catch (const CLI::ExtrasError&) {
        return Answered{cli_exit::usage, not_understood(app, app.remaining(true).front())};
    } catch (const CLI::ParseError& error) {
        if (const auto extra = app.remaining(true); !extra.empty())
            return Answered{cli_exit::usage, not_understood(app, extra.front())};
        return Answered{cli_exit::usage,
                        fmt::format("forcewatchctl: {}\nSee: {} --help\n", many_lines(error.what()),
                                    path_of(innermost(&app)))};
    }
    return asked;
}

std::vector<std::string> command_names() {
    Asked asked;
    Builder builder{asked};
    Words names;
    for (const auto* sub : builder.app().get_subcommands(nullptr)) {
        const auto nested = names_of(*sub);
        const bool alone = sub->get_require_subcommand_min() == 0;
        if (alone) names.push_back(sub->get_name());
        for (const auto& name : nested) names.push_back(sub->get_name() + " " + name);
    }
    return names;
}

}  // namespace forcewatch

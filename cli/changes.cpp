#include "cli/changes.hpp"

#include <initializer_list>

namespace forcewatch {

namespace {

using Kind = ChangeMember::Kind;
using Need = ChangeMember::Need;
using Members = std::vector<ChangeMember>;

ChangeMember needed(ChangeMember member) {
    member.need = Need::required;
    return member;
}

Members joined(std::initializer_list<Members> parts) {
    Members all;
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

const ChangeMember force = needed({"--force", "force", "ID", "The force, such as kent"});
const ChangeMember comment{"--comment", "comment", "TEXT", "Kept in the journal as the reason"};
const ChangeMember title{"--title", "title", "TEXT", "What it is, in a line"};
const ChangeMember on{"--on", "on", "DATE", "On that day, not today"};
const ChangeMember note{"--note", "note", "TEXT", "A word about it"};
const ChangeMember link{"--url", "url", "URL", "Where it is published"};
const ChangeMember linked_findings{"--finding", "findings", "REFERENCE",
                                   "A finding of the force; again for more", Kind::list};

/// A deadline that is set.
const Members deadline{
    {"--deadline", "deadline", "KIND", "inspectorate, statutory, local or none"},
    {"--due", "due", "DATE", "The last day on which it is met, of that kind"},
    {"--words", "words", "TEXT", "As it is worded, such as: with immediate effect"},
    {"--resolved-by", "resolved_by", "NAME", "Who read a date out of the words"}};
/// A deadline that moves.
const Members revision{{"--reason", "reason", "TEXT", "Why the deadline moves"},
                       {"--approval", "approval", "TEXT", "Who approved that, and where"}};

ChangeCommand withdrawal(const char* noun, const char* path, const char* named,
                         const char* description, const char* example) {
    return {noun,
            "withdraw",
            description,
            "DELETE",
            path,
            named,
            {needed({"--reason", "reason", "TEXT", "Why it is withdrawn"})},
            example,
            "Withdrawn. The journal keeps it, and why."};
}

std::vector<ChangeCommand> finding_changes() {
    constexpr auto one = "/v1/findings/{}";
    const Members what{title,
                       {"--area", "area", "ID", "The area it is about, such as responding"},
                       {"--parent", "parent", "REFERENCE", "The cause of concern it belongs to"}};
    return {
        {"findings", "add", "Record a finding", "POST", "/v1/findings", nullptr,
         joined({{force, needed({"--reference", "reference", "TEXT", "Such as CoC-1"}),
                  needed({"--kind", "kind", "KIND",
                          "cause of concern, area for improvement, recommendation", Kind::word})},
                 {needed(title), what[1], what[2]},
                 {{"--inspection", "inspection", "ID", "The publication that raised it"},
                  {"--origin", "origin", "TEXT", "Who raised it, where no publication did"},
                  {"--raised", "raised", "DATE", "When it was raised"}},
                 deadline,
                 {comment}}),
         "--force kent --reference AFI-4 --kind recommendation --title Supervision", "Recorded."},
        {"findings", "change", "Reword a finding, or move its deadline", "PATCH", one, "FINDING",
         joined({what, deadline, revision, {comment}}),
         "kent/AFI-4 --due 2027-03-31 --reason agreed", "Changed."},
        {"findings",
         "claim",
         "Say where the force has come to with a finding",
         "PATCH",
         one,
         "FINDING",
         {needed({"--state", "force_state", "STATE",
                  "open, in progress, claimed complete, not ours\nor no further action",
                  Kind::word}),
          {"--on", "force_state_on", "DATE", "On that day, not today"},
          {"--by", "claimed_by", "NAME", "Who says so"},
          {"--reason", "force_reason", "TEXT", "Why"},
          comment},
         "kent/AFI-4 --state claimed-complete --by owner@force.example",
         "Changed."},
        {"findings",
         "verify",
         "Confirm what a force claims of a finding",
         "PATCH",
         one,
         "FINDING",
         {needed({"--on", "verified_on", "DATE", "The day on which it was verified"}),
          {"--by", "verified_by", "NAME", "Who verified; not who claimed"},
          comment},
         "kent/AFI-4 --on 2026-11-30 --by auditor@force.example",
         "Changed."},
        {"findings",
         "decide",
         "Record what the inspectorate decided on a finding",
         "PATCH",
         one,
         "FINDING",
         {needed(
              {"--state", "inspectorate_state", "STATE", "open, closed or superseded", Kind::word}),
          {"--on", "inspectorate_state_on", "DATE", "On that day, not today"},
          {"--reason", "inspectorate_reason", "TEXT", "Why"},
          comment},
         "kent/AFI-4 --state closed --on 2026-11-30",
         "Changed."},
        withdrawal("findings", one, "FINDING", "Take back a finding that was never one",
                   "kent/AFI-4 --reason mistyped"),
    };
}

std::vector<ChangeCommand> action_changes() {
    constexpr auto one = "/v1/actions/{}";
    const Members who{
        {"--owner", "owner", "NAME", "Who is accountable; \"\": nobody"},
        {"--contributor", "contributors", "NAME", "Who helps; again for more", Kind::list},
        linked_findings};
    return {
        {"actions", "add", "Record an action", "POST", "/v1/actions", nullptr,
         joined({{needed({"--source", "source", "NAME", "The list it is from, such as plan"}),
                  needed({"--id", "external_id", "ID", "Its number there"}), force, needed(title)},
                 who,
                 {{"--planned", "planned", "DATE", "When it was planned"}},
                 deadline,
                 {comment}}),
         "--source plan --id 7 --force kent --title Training --due 2027-01-31", "Recorded."},
        {"actions", "change", "Report on an action, reword it, or move its deadline", "PATCH", one,
         "ACTION",
         joined(
             {{{"--state", "state", "STATE", "open, in progress, complete, cancelled", Kind::word},
               {"--on", "updated_on", "DATE", "The day of the report, not today"},
               note,
               title},
              who,
              deadline,
              revision,
              {comment}}),
         "plan/7 --state complete --note delivered", "Changed."},
        withdrawal("actions", one, "ACTION", "Take back an action that was never one",
                   "plan/7 --reason mistyped"),
        {"evidence",
         "add",
         "File evidence for a finding or an action",
         "POST",
         "/v1/evidence",
         nullptr,
         {needed({"--item", "item", "SUBJECT", "Such as finding:kent/AFI-4 or action:plan/7"}),
          needed({"--reference", "reference", "TEXT", "Where it is kept"}),
          needed({"--sha256", "sha256", "HEX", "Its digest, as sha256sum prints it"}),
          {"--by", "by", "NAME", "Who filed it"},
          on,
          note},
         "--item action:plan/7 --reference minutes.pdf --sha256 e3b0c4...",
         "Recorded."},
    };
}

std::vector<ChangeCommand> clock_changes() {
    const Members plan{
        needed({"--deadline", "deadline", "KIND", "inspectorate, statutory or local"}),
        needed({"--due", "due", "DATE", "The day"})};
    return {
        {"meetings", "add", "Plan a meeting, revisit, fieldwork or stage review", "POST",
         "/v1/meetings", nullptr,
         joined({{force, needed({"--id", "meeting", "ID", "A short name, such as review-3"}),
                  needed({"--kind", "kind", "KIND", "meeting, revisit, fieldwork, stage review",
                          Kind::word}),
                  needed(title)},
                 plan,
                 {{"--papers-days", "papers_days", "DAYS", "Papers go out so many days before",
                   Kind::whole_number},
                  comment}}),
         "--force kent --id r3 --kind revisit --title Revisit --deadline local --due 2027-02-01",
         "Recorded."},
        {"meetings", "change", "Move a meeting, or say that it was held", "PATCH",
         "/v1/meetings/{}", "MEETING",
         joined({{{"--state", "state", "STATE", "planned, held or cancelled"},
                  {"--papers-sent", "papers_sent", "YES|NO", "Whether the papers went out",
                   Kind::yes_or_no},
                  {"--due", "due", "DATE", "The day it moves to"}},
                 revision,
                 {on, note}}),
         "kent/r3 --state held --on 2027-02-01", "Changed."},
        withdrawal("meetings", "/v1/meetings/{}", "MEETING",
                   "Take back a meeting that was never planned", "kent/r3 --reason mistyped"),
        {"conditions",
         "add",
         "Record what must hold before a stage or a cause ends",
         "POST",
         "/v1/conditions",
         nullptr,
         {force,
          needed({"--id", "condition", "ID", "A short name, such as 2"}),
          needed({"--text", "text", "TEXT", "What must hold"}),
          {"--of", "finding", "REFERENCE", "The cause of concern; else the stage"},
          linked_findings,
          comment},
         "--force kent --id 2 --text Sustained --of CoC-1",
         "Recorded."},
        {"conditions",
         "judge",
         "Say whether an exit condition is met",
         "POST",
         "/v1/conditions/{}/judge",
         "CONDITION",
         {needed({"--met", "met", "YES|NO", "Whether it is", Kind::yes_or_no}), on, note},
         "kent/2 --met yes --on 2026-11-30",
         "Recorded."},
        withdrawal("conditions", "/v1/conditions/{}", "CONDITION",
                   "Take back an exit condition that was never set", "kent/2 --reason mistyped"),
        {"obligations", "change", "Move the deadline of a duty", "PATCH", "/v1/obligations/{}",
         "DUTY", joined({deadline, revision}),
         "pcc-comments/peel-2023-kent/kent --due 2027-01-31 --reason agreed", "Changed."},
    };
}

std::vector<ChangeCommand> regime_changes() {
    const auto published = needed({"--published", "published", "DATE", "The day of publication"});
    return {
        {"inspections",
         "add",
         "Record a publication",
         "POST",
         "/v1/inspections",
         nullptr,
         {needed({"--id", "inspection", "ID", "Such as peel-2025-27-kent"}),
          needed({"--programme", "programme", "NAME", "Such as PEEL"}),
          needed({"--cycle", "cycle", "CYCLE", "Such as 2025-27"}), published,
          needed({"--force", "forces", "ID", "A force it is about; again for more", Kind::list}),
          title, link, comment},
         "--id p27-kent --programme PEEL --cycle 2025-27 --published 2026-11-30 --force kent",
         "Recorded."},
        {"inspections",
         "change",
         "Correct the day of a publication",
         "PATCH",
         "/v1/inspections/{}",
         "INSPECTION",
         {published, comment},
         "p27-kent --published 2026-12-01",
         "Changed."},
        withdrawal("inspections", "/v1/inspections/{}", "INSPECTION",
                   "Take back a publication and its judgements", "p27-kent --reason mistyped"),
        {"areas",
         "judge",
         "Record the grade that a publication gives an area",
         "POST",
         "/v1/judgements",
         nullptr,
         {needed({"--inspection", "inspection", "ID", "The publication"}),
          force,
          needed({"--area", "area", "ID", "Such as responding"}),
          needed({"--grade", "grade", "GRADE", "Such as requires-improvement", Kind::word}),
          {"--basis", "basis", "TEXT", "What the grade rests on"},
          note,
          link,
          comment},
         "--inspection p27-kent --force kent --area responding --grade good",
         "Recorded."},
        withdrawal("areas", "/v1/judgements/{}", "JUDGEMENT",
                   "Take back a grade; it is named INSPECTION/FORCE/AREA",
                   "p27-kent/kent/responding --reason mistyped"),
        {"stages",
         "add",
         "Record that a force enters Engage, or returns to Scan",
         "POST",
         "/v1/stages",
         nullptr,
         {force,
          needed({"--stage", "stage", "STAGE", "engage or scan"}),
          needed({"--decided", "decided", "DATE", "A day, or a month where no more is known"}),
          {"--announced", "announced", "DATE", "When it was announced"},
          note,
          link,
          comment},
         "--force kent --stage engage --decided 2026-11-30",
         "Recorded."},
        {"stages",
         "change",
         "Correct the day of a move",
         "PATCH",
         "/v1/stages/{}",
         "MOVE",
         {needed({"--decided", "decided", "DATE", "The right day"}),
          needed({"--reason", "reason", "TEXT", "How you know"})},
         "kent/2026-11-30/engage --decided 2026-11-29 --reason letter",
         "Changed."},
        withdrawal("stages", "/v1/stages/{}", "MOVE",
                   "Take back a move; it is named FORCE/DATE/STAGE",
                   "kent/2026-11-30/engage --reason mistyped"),
        {"forces",
         "add",
         "Record a force: a new one, renamed, or become another",
         "POST",
         "/v1/forces",
         nullptr,
         {needed({"--id", "force", "ID", "Its id, such as kent"}),
          needed({"--name", "name", "TEXT", "Its name"}),
          needed({"--kind", "kind", "KIND", "police, fire, rocu or other"}),
          {"--region", "region", "TEXT", "Where it is"},
          {"--alias", "aliases", "TEXT", "Another name; again for more", Kind::list},
          {"--slug", "slug", "TEXT", "Its name in addresses of the inspectorate's pages"},
          {"--successor", "successor", "ID", "The force that it became"},
          {"--ended", "ended", "DATE", "When that was"}},
         "--id north --name Northshire --kind police",
         "Recorded."},
    };
}

std::vector<ChangeCommand> people_changes() {
    const ChangeMember email{"--email", "email", "ADDRESS", "Where mail for them goes; \"\": none"};
    const ChangeMember deputy{"--deputy", "deputy", "NAME", "Who stands in; \"\": nobody"};
    return {
        {"people",
         "add",
         "Record a person, or an address of one known by name",
         "POST",
         "/v1/people",
         nullptr,
         {needed({"--name", "name", "NAME", "As lists name them"}), email, deputy},
         "--name owner@force.example --email owner@force.example",
         "Recorded."},
        {"people",
         "change",
         "Rename a person, or change address or deputy",
         "PATCH",
         "/v1/people/{}",
         "PERSON",
         {{"--name", "name", "NAME", "The new name"}, email, deputy},
         "owner@force.example --deputy deputy@force.example",
         "Changed."},
        {"people",
         "leave",
         "Say that somebody left, and see what is left behind",
         "POST",
         "/v1/people/{}/leave",
         "PERSON",
         {on},
         "owner@force.example --on 2026-11-30",
         "Recorded."},
        {"people",
         "return",
         "Say that somebody came back",
         "POST",
         "/v1/people/{}/return",
         "PERSON",
         {on},
         "owner@force.example --on 2026-11-30",
         "Recorded."},
        {"people",
         "erase",
         "Forget a person's name and address for good",
         "DELETE",
         "/v1/people/{}",
         "PERSON",
         {},
         "owner@force.example",
         "Forgotten: name and address, also in messages."},
        {"policies",
         "set",
         "Set how long findings without a date may take",
         "POST",
         "/v1/policies",
         nullptr,
         {needed({"--finding-kind", "finding_kind", "KIND",
                  "cause of concern, area for improvement, recommendation", Kind::word}),
          needed({"--force-kind", "force_kind", "KIND", "police, fire, rocu or other"}),
          needed({"--days", "days", "DAYS", "From being raised; 0: no policy any more",
                  Kind::whole_number}),
          {"--yes", "confirm", "", "Apply it", Kind::switch_on}},
         "--finding-kind recommendation --force-kind police --days 90 --yes",
         nullptr},
    };
}

}  // namespace

const std::vector<ChangeCommand>& change_commands() {
    static const std::vector<ChangeCommand> all = [] {
        std::vector<ChangeCommand> each;
        for (auto some : {finding_changes(), action_changes(), clock_changes(), regime_changes(),
                          people_changes()})
            each.insert(each.end(), some.begin(), some.end());
        return each;
    }();
    return all;
}

}  // namespace forcewatch

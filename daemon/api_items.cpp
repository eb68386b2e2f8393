// What has a clock: findings, actions, obligations, meetings; and exit conditions.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "daemon/api_lists.hpp"
#include "daemon/engine/no_such.hpp"

namespace forcewatch {

namespace {

/// What stands in a cursor before the subject where pages are ordered by that alone.
constexpr std::string_view by_id_mark = "id";

std::string cursor_of(const ItemFilter& filter, const std::string& due_on,
                      const std::string& subject) {
    return (filter.by_id ? std::string{by_id_mark} : due_on) + "~" + subject;
}

/// Empty: the cursor is none of ours.
std::optional<ItemFilter> filter_of(const ReadQuery& query, bool by_id) {
    ItemFilter filter;
    filter.force = query.force;
    filter.open = query.open;
    filter.limit = query.limit;
    filter.by_id = by_id;
    if (query.after.empty()) return filter;
    const auto split = query.after.find('~');
    if (split == std::string::npos) return std::nullopt;
    filter.after_subject = query.after.substr(split + 1);
    const auto due_on = query.after.substr(0, split);
    if (by_id) return due_on == by_id_mark ? std::optional{filter} : std::nullopt;
    if (!parse_date(due_on)) return std::nullopt;
    filter.after_due_on = due_on;
    return filter;
}

bool is_open(const Finding& item) { return !clock_stopped_on(item, Axis::force); }
bool is_open(const Action& item) { return !clock_stopped_on(item); }
bool is_open(const Obligation& item) { return item.tracked && !item.replied_on; }
bool is_open(const Meeting& item) { return item.state == MeetingState::planned; }
Deadline deadline_of(const Finding& item) { return item.deadline.current(); }
Deadline deadline_of(const Action& item) { return item.deadline.current(); }
Deadline deadline_of(const Obligation& item) { return item.deadline.current(); }
Deadline deadline_of(const Meeting& item) { return item.deadline.current(); }
std::string subject_of_item(const Finding& item) {
    return finding_subject(item.force, item.reference);
}
std::string subject_of_item(const Action& item) {
    return action_subject(item.source, item.external_id);
}
std::string subject_of_item(const Obligation& item) {
    return obligation_subject(item.definition, item.cause, item.force);
}
std::string subject_of_item(const Meeting& item) { return meeting_subject(item.force, item.id); }
template <typename Item>
std::string owner_of(const Item& item) {
    if constexpr (requires { item.owner; })
        return item.owner;
    else
        return {};
}

bool fits(const Finding& item, const ItemFilter& filter) {
    return (!filter.kind || item.kind == *filter.kind) &&
           (filter.area.empty() || item.area == filter.area);
}
template <typename Item>
bool fits(const Item&, const ItemFilter&) {
    return true;
}

template <typename Item>
constexpr bool shares_clocks = std::is_same_v<Item, Finding> || std::is_same_v<Item, Obligation>;

/// The same page out of folded facts.
template <typename Item>
std::vector<Item> page_of(const std::map<std::string, Item>& items, const ItemFilter& filter) {
    std::vector<std::pair<std::pair<std::string, std::string>, const Item*>> sorted;
    for (const auto& [subject, item] : items)
        if ((filter.force.empty() || item.force == filter.force) &&
            (!filter.open || *filter.open == is_open(item)) &&
            (!filter.undated || due_key(deadline_of(item)) == no_due_on) &&
            (!filter.due_before || due_key(deadline_of(item)) < text_of(*filter.due_before)) &&
            (!filter.owner || owner_of(item) == *filter.owner) && fits(item, filter))
            sorted.push_back(
                {{filter.by_id ? std::string{} : due_key(deadline_of(item)), subject}, &item});
    std::sort(sorted.begin(), sorted.end());
    std::vector<Item> page;
    for (const auto& [key, item] : sorted)
        if (key > std::pair{filter.after_due_on, filter.after_subject} &&
            page.size() < static_cast<std::size_t>(filter.limit))
            page.push_back(*item);
    return page;
}

constexpr std::int64_t most_overdue = 36'500;

template <typename Item>
ReadQuery list_query(const Request& request) {
    if constexpr (std::is_same_v<Item, Finding>)
        return {request, Times::both, {"owner", "deadline", "order", "overdue_by", "kind", "area"}};
    else
        return {request, Times::both, {"owner", "deadline", "order", "overdue_by"}};
}

struct ItemReader {
    const Asker& asker;
    StoreFacts present{asker.engine.store(), asker.engine.reference()};
    std::optional<MemoryFacts> then{};  ///< where another time is asked about

    /// Owners are looked up as they are now; what shares a clock, as it was then.
    template <typename Item>
    [[nodiscard]] ViewContext context(const ReadQuery& query) {
        FactSource* facts = &present;
        if (then && shares_clocks<Item>) facts = &*then;
        return {asker.day_of(query), &asker.engine.store().people(), &asker.engine.settings().rag,
                facts};
    }

    /// The facts of another time become what an item is seen by.
    const Facts& travel(Facts folded) {
        then.emplace(asker.engine.reference().facts(), std::move(folded));
        return then->facts();
    }
    /// What stood at an item's subject, and at what its clock hangs on.
    template <typename Item>
    Facts facts_around(const ReadQuery& query, const std::string& subject) {
        if constexpr (shares_clocks<Item>)
            return asker.engine.facts_at(
                asker.day_of(query), query.known_at.value_or(everything_known), force_in(subject));
        else
            return asker.facts_about(query, subject);
    }

    /// `owner`, `deadline=none`, `overdue_by` and, of findings, `kind` and `area` narrow a list.
    [[nodiscard]] std::optional<Response> narrow(ItemFilter& filter, Date on) {
        if (const auto days = asker.request.query_value("overdue_by")) {
            const auto least = whole_number(*days);
            if (!least || *least < 1 || *least > most_overdue)
                return bad_request("overdue_by: expected a number of days, 1 or more",
                                   "/overdue_by");
            filter.open = true;
            filter.due_before = on - std::chrono::days{*least - 1};
        }
        if (const auto kind = asker.request.query_value("kind"); kind && !kind->empty()) {
            const auto wanted = parse_finding_kind(*kind);
            if (!wanted) return bad_request("kind: " + wanted.error(), "/kind");
            filter.kind = *wanted;
        }
        filter.area = asker.request.query_value("area").value_or("");
        if (const auto owner = asker.request.query_value("owner")) {
            auto& people = asker.engine.store().people();
            filter.owner = owner->empty() ? std::string{} : people.known_token(*owner);
            if (!owner->empty() && !people.find(*filter.owner))
                return bad_request(
                    "owner: " + no_such_person(asker.engine.store(), std::string{*owner}),
                    "/owner");
        }
        if (const auto deadline = asker.request.query_value("deadline")) {
            if (*deadline != "none")
                return bad_request("deadline: expected none, for what has no date", "/deadline");
            filter.undated = true;
        }
        return std::nullopt;
    }

    template <typename Item, typename Stored, typename Write>
    Response list(Stored&& stored, std::map<std::string, Item> Facts::*folded, Write&& write) {
        const auto query = list_query<Item>(asker.request);
        if (query.fault) return *query.fault;
        if (auto unknown = asker.unknown_force(query)) return *unknown;
        const auto order = asker.request.query_value("order").value_or("due");
        if (order != "due" && order != "id")
            return bad_request("order: expected due or id", "/order");
        auto filter = filter_of(query, order == "id");
        if (!filter) return bad_cursor();
        if (auto fault = narrow(*filter, asker.day_of(query))) return *fault;
        std::vector<Item> items;
        if (query.travels()) {
            items = page_of<Item>(travel(asker.facts(query)).*folded, *filter);
        } else {
            items = stored(*filter);
            present.read_people_at_once();
        }
        ListWriter list;
        const auto seen_by = context<Item>(query);
        for (const auto& item : items) write(list.json, item, seen_by);
        std::optional<std::string> next;
        if (items.size() == static_cast<std::size_t>(filter->limit))
            next = cursor_of(*filter, due_key(deadline_of(items.back())),
                             subject_of_item(items.back()));
        return list.end(next, query);
    }

    template <typename Item, typename Write>
    Response one(const std::string& subject, std::optional<Item> stored,
                 std::map<std::string, Item> Facts::*folded, Write&& write) {
        const ReadQuery query{asker.request, Times::both, {}};
        if (query.fault) return *query.fault;
        std::optional<Item> item = std::move(stored);
        if (query.travels()) {
            item.reset();
            const auto& items = travel(facts_around<Item>(query, subject)).*folded;
            const auto found = items.find(subject);
            if (found != items.end()) item = found->second;
        }
        if (!item) return not_found(fmt::format("there is no {}", subject));
        JsonWriter json;
        write(json, *item, context<Item>(query));
        return json_response(json.take());
    }

    Response conditions() {
        const ReadQuery query{asker.request, Times::both, {}};
        if (query.fault) return *query.fault;
        if (auto unknown = asker.unknown_force(query)) return *unknown;
        ListWriter list;
        std::map<std::string, std::vector<Finding>> findings;
        if (query.travels()) {
            const Facts past = asker.facts(query);
            for (const auto& [subject, finding] : past.findings)
                findings[finding.force].push_back(finding);
            for (auto& [force, own] : findings) share_decisions(own);
            for (const auto& [subject, condition] : past.conditions)
                if (query.force.empty() || condition.force == query.force)
                    write_condition(list.json, condition, findings[condition.force]);
        } else {
            for (const auto& condition : asker.tables().conditions(query.force)) {
                auto [own, added] = findings.try_emplace(condition.force);
                if (added) {
                    own->second = present.findings_of(condition.force);
                    share_decisions(own->second);
                }
                write_condition(list.json, condition, own->second);
            }
        }
        return list.end(std::nullopt, query);
    }

    /// What the actions of a finding have come to: counted, never stored.
    Response progress(const std::string& key) {
        if (auto unwanted = asker.unwanted_parameters({"as_of", "known_at"})) return *unwanted;
        const ReadQuery query{asker.request, Times::both, {}};
        if (query.fault) return *query.fault;
        ItemFilter filter;
        filter.force = key.substr(0, key.find('/'));
        filter.limit = 1'000'000;
        const auto subject = "finding:" + key;
        const auto past =
            query.travels() ? std::optional{facts_around<Finding>(query, subject)} : std::nullopt;
        const bool known =
            past ? past->findings.contains(subject) : asker.tables().finding(subject).has_value();
        if (!known) return not_found(fmt::format("there is no {}", subject));
        const auto reference = key.substr(key.find('/') + 1);
        std::map<ActionState, int> states;
        JsonWriter json;
        json.begin_object().key("finding").value(key).key("actions").begin_array();
        for (const auto& action :
             past ? page_of(past->actions, filter) : asker.tables().actions(filter)) {
            if (std::find(action.findings.begin(), action.findings.end(), reference) ==
                action.findings.end())
                continue;
            ++states[action.state];
            json.value(action.source + "/" + action.external_id);
        }
        json.end_array();
        for (const auto state : {ActionState::open, ActionState::in_progress, ActionState::complete,
                                 ActionState::cancelled})
            json.key(text_of(state)).value(states[state]);
        json.end_object();
        return json_response(json.take());
    }
};

}  // namespace

std::optional<Response> item_answer(const Asker& asker) {
    ItemReader reader{asker};
    auto& tables = asker.tables();
    const std::string_view path = asker.request.path;
    if (path == "/v1/findings")
        return reader.list<Finding>([&](const ItemFilter& f) { return tables.findings(f); },
                                    &Facts::findings, write_finding);
    if (path == "/v1/actions")
        return reader.list<Action>([&](const ItemFilter& f) { return tables.actions(f); },
                                   &Facts::actions, write_action);
    if (path == "/v1/obligations")
        return reader.list<Obligation>([&](const ItemFilter& f) { return tables.obligations(f); },
                                       &Facts::obligations, write_obligation);
    if (path == "/v1/meetings")
        return reader.list<Meeting>([&](const ItemFilter& f) { return tables.meetings(f); },
                                    &Facts::meetings, write_meeting);
    if (path == "/v1/conditions") return reader.conditions();
    if (const auto key = path_under(asker.request, "/v1/findings/")) {
        constexpr std::string_view progress = "/progress";
        if (key->ends_with(progress))
            return reader.progress(key->substr(0, key->size() - progress.size()));
        return reader.one<Finding>("finding:" + *key, tables.finding("finding:" + *key),
                                   &Facts::findings, write_finding);
    }
    if (const auto key = path_under(asker.request, "/v1/actions/"))
        return reader.one<Action>("action:" + *key, tables.action("action:" + *key),
                                  &Facts::actions, write_action);
    if (const auto key = path_under(asker.request, "/v1/obligations/"))
        return reader.one<Obligation>("obligation:" + *key, tables.obligation("obligation:" + *key),
                                      &Facts::obligations, write_obligation);
    if (const auto key = path_under(asker.request, "/v1/meetings/"))
        return reader.one<Meeting>("meeting:" + *key, tables.meeting("meeting:" + *key),
                                   &Facts::meetings, write_meeting);
    return std::nullopt;
}

}  // namespace forcewatch

#include "daemon/api_alerting.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/mail_address.hpp"
#include "core/nearest.hpp"
#include "daemon/engine/quiet_hours.hpp"
#include "daemon/engine/restraints.hpp"
#include "daemon/engine/roles.hpp"

namespace forcewatch {

namespace {

/// `message` is one of those that told of it, and empty where none did.
void write_notice(JsonWriter& json, Engine& engine, const Notice& notice,
                  std::optional<DeliveryId> message) {
    json.begin_object();
    json.key("alert").value(number_of(notice.alert));
    json.key("revision").value(notice.revision);
    json.key("at").value(text_of(notice.at));
    json.key("destination").value(notice.destination);
    json.key("recipient").value(notice.recipient);
    json.key("why").value(notice.why);
    json.key("outcome").value(text_of(notice.outcome));
    json.key("held_by").value(text_of(notice.held.cause));
    json.key("cause").value(notice.held.key);
    write_optional(json, "until", notice.due_at);
    json.key("delivery");
    if (const auto delivery = message ? engine.store().outbox().find(*message) : std::nullopt) {
        json.begin_object();
        json.key("id").value(number_of(delivery->id));
        json.key("state").value(text_of(delivery->state));
        json.key("recipient").value(delivery->parcel.recipient);
        write_optional(json, "settled_at", delivery->settled_at);
        json.key("reason").value(delivery->reason);
        json.end_object();
    } else {
        json.null();
    }
    json.end_object();
}

std::vector<std::optional<DeliveryId>> messages_or_none(Store& store, const Notice& notice) {
    const auto found = store.notices().messages_of(notice);
    if (found.empty()) return {std::nullopt};
    return {found.begin(), found.end()};
}

void write_decision(JsonWriter& json, People& people, const Decision& decision) {
    json.begin_object();
    json.key("at").value(text_of(decision.at));
    json.key("alert").value(number_of(decision.alert));
    json.key("revision").value(decision.revision);
    json.key("destination").value(decision.who.destination);
    json.key("recipient").value(decision.who.recipient);
    json.key("decision").value(text_of(decision.held.cause));
    json.key("cause").value(decision.held.key);
    json.key("words").value(people.named(decision.held.words));
    write_optional(json, "until", decision.held.until);
    json.end_object();
}

void write_acknowledgement(JsonWriter& json, Engine& engine, AlertId id) {
    json.key("acknowledgement");
    const auto found = engine.store().care().acknowledgement(id);
    if (!found) {
        json.null();
        return;
    }
    json.begin_object();
    json.key("by").value(engine.store().people().shown(found->by));
    json.key("reason").value(found->reason);
    json.key("at").value(text_of(found->at)).key("until").value(text_of(found->until));
    json.key("sticky").value(found->sticky).key("reminded").value(found->reminded);
    json.end_object();
}

void write_escalation(JsonWriter& json, Engine& engine, AlertId id) {
    json.key("escalation");
    const auto found = engine.store().care().escalation(id);
    if (!found) {
        json.null();
        return;
    }
    json.begin_object();
    json.key("name").value(found->name).key("taken").value(found->taken);
    json.key("steps").value(static_cast<std::int64_t>(found->steps.size()));
    json.key("unanswered").value(found->unanswered);
    write_optional(json, "next_at", engine.store().care().clock(id, AlertClock::escalate));
    json.end_object();
}

std::string_view kind_of(const Destination& destination) {
    if (std::holds_alternative<EmailTarget>(destination.target)) return "email";
    return std::holds_alternative<WebhookTarget>(destination.target) ? "webhook" : "folder";
}

void write_destination(JsonWriter& json, Engine& engine, const Destination& destination) {
    json.begin_object();
    json.key("name").value(destination.name).key("kind").value(kind_of(destination));
    json.key("recipients").begin_array();
    if (const auto* email = std::get_if<EmailTarget>(&destination.target))
        for (const auto& address : email->to) json.value(address);
    json.end_array();
    json.key("fallback").value(fallback_of(engine.settings(), destination.name));
    const auto failing = engine.store().care().failing(destination.name);
    json.key("state").value(!failing ? "well" : failing->disabled_at ? "given up" : "failing");
    write_optional(json, "failing_since", failing ? std::optional{failing->since} : std::nullopt);
    json.key("reason").value(failing ? failing->reason : std::string{});
    const auto waiting = engine.store().notices().waiting_by_destination();
    const auto found = waiting.find(destination.name);
    json.key("held_back").value(found == waiting.end() ? 0 : found->second);
    json.key("waiting").value(engine.store().outbox().unsettled(destination.name));
    json.end_object();
}

/// What one person, address or destination was told of.
class ToldReader {
public:
    ToldReader(const Asker& asker, std::string person)
        : asker_{asker},
          store_{asker.engine.store()},
          person_{std::move(person)},
          name_{store_.people().find(store_.people().known_token(person_))},
          address_{name_ ? name_->email : person_},
          mailbox_{mailbox_of(address_)},
          facts_{store_, asker.engine.reference()} {}

    Response answer(const std::string& item) {
        const auto alerts = store_.alerts().of_subject(item);
        JsonWriter json;
        json.begin_object().key("person").value(person_).key("item").value(item);
        json.key("address").value(address_).key("messages").begin_array();
        for (const auto& alert : alerts)
            for (const auto& notice : store_.notices().of_alert(alert.id))
                for (const auto& message : messages_or_none(store_, notice))
                    if (is_theirs(alert, {notice.destination, notice.recipient}, message))
                        write_notice(json, asker_.engine, notice, message);
        json.end_array().key("decisions").begin_array();
        for (const auto& alert : alerts)
            for (const auto& decision : store_.notices().decisions(alert.id))
                if (decision.who == Addressee{} || is_theirs(alert, decision.who, {}))
                    write_decision(json, store_.people(), decision);
        json.end_array().key("alerts").value(static_cast<std::int64_t>(alerts.size())).end_object();
        // Whom the configuration had before may be in old messages alone.
        if (!met_ && !is_known()) return nobody();
        return json_response(json.take());
    }

private:
    [[nodiscard]] bool is_address(const std::string& recipient) const {
        return !mailbox_.empty() && mailbox_of(recipient) == mailbox_;
    }
    bool is_theirs(const Alert& alert, const Addressee& who,
                   const std::optional<DeliveryId>& outbox) {
        const bool theirs = finds_them(alert, who, outbox);
        met_ = met_ || theirs;
        return theirs;
    }
    bool finds_them(const Alert& alert, const Addressee& who,
                    const std::optional<DeliveryId>& outbox) {
        if (who.destination == person_) return true;
        if (is_address(who.recipient)) return true;
        const auto delivery = outbox ? store_.outbox().find(*outbox) : std::nullopt;
        if (delivery) return is_address(delivery->parcel.recipient);
        if (!name_ || !is_role(who.recipient)) return false;
        const auto holders = holders_of(who.recipient, alert, facts_, store_);
        return std::any_of(holders.begin(), holders.end(),
                           [&](const Name& holder) { return holder.token == name_->token; });
    }

    /// Destinations and their addresses, people and theirs.
    [[nodiscard]] std::vector<std::string> everybody() const {
        std::vector<std::string> known;
        for (const auto& destination : asker_.engine.settings().destinations) {
            known.push_back(destination.name);
            if (const auto* email = std::get_if<EmailTarget>(&destination.target))
                known.insert(known.end(), email->to.begin(), email->to.end());
        }
        for (const auto& person : store_.people().all())
            for (const auto& text : {person.name, person.email})
                if (!text.empty()) known.push_back(text);
        return known;
    }
    [[nodiscard]] bool is_known() const {
        const auto known = everybody();
        return name_ || std::any_of(known.begin(), known.end(), [&](const std::string& each) {
                   return each == person_ || is_address(each);
               });
    }
    [[nodiscard]] Response nobody() const {
        return not_found(fmt::format("no person, address or destination \"{}\" is known{}", person_,
                                     did_you_mean(person_, everybody())));
    }

    const Asker& asker_;
    Store& store_;
    std::string person_;
    std::optional<Name> name_;
    std::string address_;
    std::string mailbox_;
    StoreFacts facts_;
    bool met_{};  ///< a message or a decision is theirs
};

struct AlertingReader {
    const Asker& asker;

    /// A page of silences or pauses, newest first. `state`: what is over is listed only on demand.
    template <typename Read, typename Write>
    Response newest_first(Read&& read, Write&& write) {
        ReadQuery query{asker.request, Times::none, {"state"}};
        const auto state = asker.request.query_value("state").value_or("open");
        if (state != "open" && state != "all")
            query.fault = bad_request("state: expected open or all", "/state");
        const auto before = query.cursor();
        if (query.fault) return *query.fault;
        const auto page =
            read(state == "all", query.limit, query.after.empty() ? AlertCare::above_all : before);
        ListWriter list;
        for (const auto& each : page) write(list.json, asker.engine, each, asker.now);
        const bool full = page.size() == static_cast<std::size_t>(query.limit);
        return list.end(full ? std::optional{std::to_string(page.back().id)} : std::nullopt);
    }
    Response silences() {
        const auto& care = asker.engine.store().care();
        return newest_first(
            [&](bool all, int limit, auto before) { return care.silences(all, limit, before); },
            write_silence);
    }
    Response pauses() {
        const auto& care = asker.engine.store().care();
        return newest_first(
            [&](bool all, int limit, auto before) { return care.pauses(all, limit, before); },
            write_pause);
    }

    Response destinations() {
        if (auto unwanted = asker.unwanted_parameters()) return *unwanted;
        ListWriter list;
        for (const auto& destination : asker.engine.settings().destinations)
            write_destination(list.json, asker.engine, destination);
        return list.end(std::nullopt);
    }

    /// Where an alert with these labels would go at that time, and what would hold it back.
    Response route_test() {
        ReadQuery query{
            asker.request, Times::none, {"kind", "rule", "severity", "at", "programme", "area"}};
        if (query.fault) return *query.fault;
        if (auto unknown = asker.unknown_force(query)) return *unknown;
        RouteQuestion question;
        question.force = query.force;
        question.rule = asker.request.query_value("rule").value_or("");
        Labels labels;
        const auto& force = asker.engine.reference().force(query.force);
        if (force) question.kind = force->kind;
        if (const auto kind = asker.request.query_value("kind")) {
            const auto parsed = parse_force_kind(*kind);
            if (!parsed) return bad_request("kind: " + parsed.error(), "/kind");
            question.kind = *parsed;
        }
        if (const auto severity = asker.request.query_value("severity")) {
            const auto parsed = parse_severity(*severity);
            if (!parsed) return bad_request("severity: " + parsed.error(), "/severity");
            question.severity = *parsed;
        }
        Instant at = asker.now;
        if (const auto text = asker.request.query_value("at")) {
            const auto parsed = parse_instant(*text);
            if (!parsed) return bad_request("at: " + parsed.error(), "/at");
            at = *parsed;
        }
        for (const auto& [name, value] : asker.request.query)
            if (name != "at" && !value.empty()) labels[name] = value;
        labels["kind"] = std::string{text_of(question.kind)};
        labels["severity"] = std::string{text_of(question.severity)};
        return routed(question, labels, at);
    }

    Response routed(const RouteQuestion& question, const Labels& labels, Instant at) {
        auto& engine = asker.engine;
        const auto routing = route(engine.settings(), question);
        Restraints restraints{engine.store(), engine.reference(), engine.settings(), at};
        JsonWriter json;
        json.begin_object().key("at").value(text_of(at)).key("to").begin_array();
        for (const auto& to : routing.to) {
            auto held = restraints.on_labels(labels, question.severity, *to.destination);
            const bool hidden =
                held.cause != Restraint::Cause::none && held.cause != Restraint::Cause::quiet;
            if (const auto* digest = digest_for(*to.destination, question.severity);
                digest != nullptr && !hidden) {
                const auto next = next_digest_at(*digest, engine.reference().calendar(), at);
                held = {Restraint::Cause::digest,
                        {},
                        fmt::format("for the digest of {}", text_of(next)),
                        next};
            }
            for (const auto& who : addressees_of(*to.destination)) {
                json.begin_object();
                json.key("destination").value(who.destination);
                json.key("recipient").value(who.recipient).key("why").value(to.why);
                json.key("held_by").value(text_of(held.cause)).key("words").value(held.words);
                write_optional(json, "until", held.until);
                json.end_object();
            }
        }
        json.end_array().key("escalation").value(routing.escalation).end_object();
        return json_response(json.take());
    }

    /// Each message about an item that a person was to get, and the reason where there was none.
    Response told() {
        ReadQuery query{asker.request, Times::none, {"person", "item"}};
        if (query.fault) return *query.fault;
        const auto person = asker.request.query_value("person").value_or("");
        const auto item = asker.request.query_value("item").value_or("");
        if (person.empty()) return bad_request("person: who is asked about", "/person");
        if (item.empty()) return bad_request("item: of what, such as finding:kent/AFI-3", "/item");
        return ToldReader{asker, std::string{person}}.answer(std::string{item});
    }
};

}  // namespace

void write_whole_alert(JsonWriter& json, Engine& engine, const Alert& alert, Instant now) {
    auto& store = engine.store();
    json.begin_object();
    write_alert(json, alert, london_date(now));
    write_acknowledgement(json, engine, alert.id);
    write_escalation(json, engine, alert.id);
    write_optional(json, "review_at", alert.review_at);
    json.key("revisions").begin_array();
    for (const auto& revision : store.alerts().revisions(alert.id))
        write_alert_revision(json, revision, store.people());
    json.end_array().key("notices").begin_array();
    for (const auto& notice : store.notices().of_alert(alert.id))
        for (const auto& message : messages_or_none(store, notice))
            write_notice(json, engine, notice, message);
    json.end_array().key("decisions").begin_array();
    for (const auto& decision : store.notices().decisions(alert.id))
        write_decision(json, store.people(), decision);
    json.end_array().end_object();
}

void write_silence(JsonWriter& json, Engine& engine, const Silence& silence, Instant now) {
    json.begin_object().key("id").value(silence.id).key("matchers").begin_array();
    for (const auto& matcher : silence.matchers) json.value(engine.store().people().named(matcher));
    json.end_array();
    json.key("from").value(text_of(silence.from_at)).key("until").value(text_of(silence.until_at));
    json.key("author").value(engine.store().people().shown(silence.author));
    json.key("reason").value(silence.reason);
    json.key("state").value(silence.until_at <= now ? "over"
                            : silence.from_at > now ? "to come"
                                                    : "in force");
    // What is over hides nothing, and to find that out reads every open alert.
    const auto hides = silence.until_at <= now
                           ? std::vector<Alert>{}
                           : alerts_picked(engine.store(), engine.reference(), silence.matchers);
    json.key("hides").value(static_cast<std::int64_t>(hides.size()));
    json.end_object();
}

void write_pause(JsonWriter& json, Engine& engine, const Pause& pause, Instant now) {
    const Date today = london_date(now);
    json.begin_object().key("id").value(pause.id).key("force").value(pause.force);
    json.key("area").value(pause.area).key("from").value(text_of(pause.from_on));
    json.key("until").value(text_of(pause.until_on));
    json.key("author").value(engine.store().people().shown(pause.author));
    json.key("reason").value(pause.reason);
    json.key("state").value(pause.until_on <= today ? "over"
                            : pause.from_on > today ? "to come"
                                                    : "in force");
    json.end_object();
}

Response hold_answer(Engine& engine) {
    const auto held = held_words(engine.store());
    JsonWriter json;
    json.begin_object().key("held").value(!held.empty()).key("words").value(held);
    json.key("waiting").begin_object();
    for (const auto& [cause, count] : engine.store().notices().waiting_by_cause())
        json.key(cause).value(count);
    json.end_object().end_object();
    return json_response(json.take());
}

Response destination_answer(Engine& engine, const std::string& name) {
    JsonWriter json;
    write_destination(json, engine, *find_destination(engine.settings(), name));
    return json_response(json.take());
}

std::optional<Response> alerting_answer(const Asker& asker) {
    AlertingReader reader{asker};
    const std::string_view path = asker.request.path;
    if (path == "/v1/silences") return reader.silences();
    if (path == "/v1/pauses") return reader.pauses();
    if (path == "/v1/hold") return hold_answer(asker.engine);
    if (path == "/v1/destinations") return reader.destinations();
    if (path == "/v1/route") return reader.route_test();
    if (path == "/v1/told") return reader.told();
    return std::nullopt;
}

}  // namespace forcewatch

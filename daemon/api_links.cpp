// The pages behind the links of messages: looking changes nothing, for mail scanners follow every
// link; the button does.
#include <fmt/format.h>

#include <algorithm>
#include <kainjow/mustache.hpp>

#include "daemon/api_addresses.hpp"
#include "daemon/engine/links.hpp"

namespace forcewatch {

namespace {

using kainjow::mustache::data;

constexpr auto layout = R"html(<!DOCTYPE html>
<html lang="{{language}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{title}}</title>
<style>
:root { color-scheme: light dark; }
body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem; font: 1.1rem/1.5 Arial, Helvetica, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; }
li { margin: 0 0 .75rem; }
.quiet { opacity: .75; }
label { display: block; margin: 1rem 0 .25rem; font-weight: bold; }
input, select, button { font: inherit; padding: .4rem .6rem; box-sizing: border-box; max-width: 100%; }
input { width: 100%; }
button { display: block; margin-top: 1.5rem; background: #00703c; color: #fff; border: 0; padding: .6rem 1.2rem; font-weight: bold; cursor: pointer; }
:focus { outline: 3px solid #ffdd00; outline-offset: 2px; }
</style>
</head>
<body>
<main>
<h1>{{title}}</h1>
{{#text}}<p>{{text}}</p>{{/text}}
{{#has_alerts}}<ul>{{#alerts}}<li><strong>{{title}}</strong><br>{{summary}}{{#state}}<br><span class="quiet">{{state}}</span>{{/state}}</li>{{/alerts}}</ul>{{/has_alerts}}
{{#button}}<form method="post">
{{#acknowledges}}<label for="reason">{{ask_reason}}</label>
<input id="reason" name="reason" maxlength="400" autocomplete="off">
<label for="days">{{ask_days}}</label>
<select id="days" name="days">{{#choices}}<option value="{{days}}">{{words}}</option>{{/choices}}</select>
{{/acknowledges}}<button type="submit">{{button}}</button>
</form>{{/button}}
</main>
</body>
</html>
)html";

struct Words {
    const char* nowhere_title;
    const char* nowhere;
    const char* acknowledge_title;
    const char* acknowledge;
    const char* ask_reason;
    const char* ask_days;
    const char* day;
    const char* days;
    const char* acknowledge_button;
    const char* acknowledged_title;
    const char* used;
    const char* nothing_open;
    const char* is_closed;
    const char* is_acknowledged;
    const char* default_reason;
    const char* unsubscribe_title;
    const char* unsubscribe;
    const char* unsubscribe_button;
    const char* unsubscribed_title;
    const char* unsubscribed;
};
constexpr Words english{
    "This link leads nowhere",
    "It was not made here, or it is older than ninety days. forcewatchctl shows what is open.",
    "I have this in hand",
    "Nothing more is sent about it until the time is over, unless it gets worse.",
    "What is being done (others will read it)",
    "For how long",
    "day",
    "days",
    "I have this in hand",
    "Thank you: you have this in hand",
    "This link has been used; it works once.",
    "Nothing of this is still open for you to take in hand.",
    "closed",
    "in somebody's hand already",
    "taken in hand by the link in the message",
    "No more of this digest?",
    "Alerts on which a duty depends still come.",
    "Stop this digest",
    "The digest is stopped",
    "Alerts on which a duty depends still come. Whoever runs Forcewatch can let the digest come "
    "again."};
constexpr Words welsh{
    "Nid yw'r ddolen hon yn arwain i unman",
    "Ni chafodd ei gwneud yma, neu mae'n hŷn na naw deg diwrnod.",
    "Mae hyn gennyf mewn llaw",
    "Ni anfonir dim mwy amdano nes i'r amser ddod i ben, oni bai ei fod yn gwaethygu.",
    "Beth sy'n cael ei wneud (bydd eraill yn ei ddarllen)",
    "Am ba hyd",
    "diwrnod",
    "diwrnod",
    "Mae hyn gennyf mewn llaw",
    "Diolch: mae hyn gennych mewn llaw",
    "Mae'r ddolen hon wedi'i defnyddio; mae'n gweithio unwaith.",
    "Nid oes dim o hyn ar agor o hyd i chi ei gymryd mewn llaw.",
    "wedi cau",
    "yn llaw rhywun eisoes",
    "cymerwyd mewn llaw drwy'r ddolen yn y neges",
    "Dim mwy o'r crynodeb hwn?",
    "Bydd hysbysiadau y mae dyletswydd yn dibynnu arnynt yn dal i ddod.",
    "Stopio'r crynodeb hwn",
    "Mae'r crynodeb wedi stopio",
    "Bydd hysbysiadau y mae dyletswydd yn dibynnu arnynt yn dal i ddod."};

constexpr std::array days_to_choose{1, 3, 7, 14, 30};

struct Page {
    Engine& engine;
    const MessageLink* link;
    data values{data::type::object};
    const Words& words;

    Page(Engine& of, const MessageLink* what) : engine{of}, link{what}, words{words_of()} {
        values.set("language", is_welsh() ? "cy" : "en");
    }

    [[nodiscard]] bool is_welsh() const {
        const auto* destination =
            link != nullptr ? find_destination(engine.settings(), link->destination) : nullptr;
        return destination != nullptr && destination->language == "cy";
    }
    [[nodiscard]] const Words& words_of() const { return is_welsh() ? welsh : english; }

    void say(const char* title, const char* text) {
        values.set("title", title);
        values.set("text", text);
    }

    /// True: one of the alerts can still be acknowledged.
    bool list_alerts() {
        bool open = false;
        data list{data::type::list};
        for (const auto id : link->alerts) {
            const auto alert = engine.store().alerts().find(id);
            if (!alert) continue;
            data item{data::type::object};
            item.set("title", alert->title);
            item.set("summary",
                     alert->state == AlertState::closed ? alert->ending : alert->summary);
            item.set("state", alert->state == AlertState::closed         ? words.is_closed
                              : alert->state == AlertState::acknowledged ? words.is_acknowledged
                                                                         : "");
            open = open || alert->state == AlertState::open;
            list << item;
        }
        values.set("has_alerts", !link->alerts.empty());
        values.set("alerts", list);
        return open;
    }

    void offer_days() {
        data choices{data::type::list};
        const auto longest = engine.settings().alerting.acknowledge_at_most;
        for (const int days : days_to_choose) {
            if (std::chrono::days{days} > longest) continue;
            data choice{data::type::object};
            choice.set("days", std::to_string(days));
            choice.set("words", fmt::format("{} {}", days, days == 1 ? words.day : words.days));
            choices << choice;
        }
        values.set("choices", choices);
        values.set("acknowledges", true);
        values.set("ask_reason", words.ask_reason);
        values.set("ask_days", words.ask_days);
    }

    Response answer(int status = 200) {
        kainjow::mustache::mustache page{layout};
        Response response;
        response.status = status;
        response.content_type = "text/html; charset=utf-8";
        response.body = page.render(values);
        response.headers = {{"Cache-Control", "no-store"},
                            {"Referrer-Policy", "no-referrer"},
                            {"Content-Security-Policy",
                             "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
                             "frame-ancestors 'none'"}};
        return response;
    }
};

Response nowhere(Engine& engine) {
    Page page{engine, nullptr};
    page.say(page.words.nowhere_title, page.words.nowhere);
    return page.answer(404);
}

Response offer(Engine& engine, const Links::Followed& followed) {
    Page page{engine, &followed.link};
    const auto& words = page.words;
    if (followed.purpose == Links::Purpose::unsubscribe) {
        page.say(words.unsubscribe_title, words.unsubscribe);
        page.values.set("button", words.unsubscribe_button);
        return page.answer();
    }
    const bool open = page.list_alerts();
    const bool used = followed.link.used_at.has_value();
    page.say(words.acknowledge_title, used   ? words.used
                                      : open ? words.acknowledge
                                             : words.nothing_open);
    if (!used && open) {
        page.values.set("button", words.acknowledge_button);
        page.offer_days();
    }
    return page.answer();
}

/// Whoever the message was for; a mailbox without a person stands for itself.
std::string reader_of(Engine& engine, const MessageLink& link) {
    for (const auto& person : engine.store().people().all())
        if (!link.recipient.empty() && person.email == link.recipient) return person.token;
    return engine.store().people().token_of(link.recipient);
}

Response acknowledge(Engine& engine, const MessageLink& link, const Origin& origin, Instant now,
                     const std::string& reason, std::chrono::days wanted) {
    Page page{engine, &link};
    AcknowledgeOrder order;
    order.by = reader_of(engine, link);
    order.reason = reason.empty() ? page.words.default_reason : reason;
    const auto longest = engine.settings().alerting.acknowledge_at_most;
    order.until = now + std::min<std::chrono::seconds>(wanted, longest);
    int taken = 0;
    for (const auto id : link.used_at ? std::vector<AlertId>{} : link.alerts) {
        order.alert = id;
        const auto done = engine.order(
            origin, now, [&](AlertOrders& orders) { return orders.acknowledge(order); });
        if (done) ++taken;
    }
    // One that could do nothing has not been used.
    if (taken > 0) (void)engine.store().addresses().use(link.id, now);
    page.list_alerts();
    if (taken > 0)
        page.say(page.words.acknowledged_title, page.words.acknowledge);
    else
        page.say(page.words.acknowledge_title,
                 link.used_at ? page.words.used : page.words.nothing_open);
    return page.answer(taken > 0 ? 200 : 409);
}

Response unsubscribe(Engine& engine, const MessageLink& link, Instant now) {
    engine.store().addresses().mark({link.recipient, link.destination, AddressState::unsubscribed,
                                     now, "by the link in a digest"});
    Page page{engine, &link};
    page.say(page.words.unsubscribed_title, page.words.unsubscribed);
    return page.answer();
}

}  // namespace

bool is_link(const Request& request) {
    return request.path.starts_with("/a/") || request.path.starts_with("/u/");
}

std::optional<Response> link_page(const Asker& asker) {
    if (!is_link(asker.request)) return std::nullopt;
    const auto followed =
        Links{asker.engine.store(), asker.engine.settings()}.follow(asker.request.path, asker.now);
    return followed ? offer(asker.engine, *followed) : nowhere(asker.engine);
}

std::optional<Work> link_work(const Request& request) {
    if (request.method != Method::post || !is_link(request)) return std::nullopt;
    constexpr std::size_t longest_reason = 500;
    Request form;  // its grammar is that of a query
    if (request.body.size() > 4000 || !form.set_target("/?" + request.body))
        return answer_with(bad_request("the form cannot be read"));
    std::string reason{form.query_value("reason").value_or("")};
    if (reason.size() > longest_reason)
        return answer_with(bad_request("the reason is too long", "/reason"));
    const auto days = whole_number(form.query_value("days").value_or("1")).value_or(1);
    const std::chrono::days wanted{std::clamp<std::int64_t>(days, 1, 366)};
    return [path = request.path, origin = origin_of(request), reason, wanted](Engine& engine,
                                                                              Instant now) {
        const auto followed = Links{engine.store(), engine.settings()}.follow(path, now);
        if (!followed) return nowhere(engine);
        if (followed->purpose == Links::Purpose::unsubscribe)
            return unsubscribe(engine, followed->link, now);
        return acknowledge(engine, followed->link, origin, now, reason, wanted);
    };
}

}  // namespace forcewatch

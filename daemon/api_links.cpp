// The pages behind the links of messages: looking changes nothing, for mail scanners follow every
// link; the button does.
#include <fmt/format.h>

#include <algorithm>

#include "core/day_count.hpp"
#include "core/mail_address.hpp"
#include "daemon/api_addresses.hpp"
#include "daemon/engine/links.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/messages/page.hpp"

namespace forcewatch {

namespace {

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

/// A page in the language of the message's destination.
struct LinkPage {
    Engine& engine;
    const MessageLink* link;
    Date today;
    bool is_welsh{};
    const Words& words;
    Page page;

    LinkPage(Engine& of, const MessageLink* what, Instant now)
        : engine{of},
          link{what},
          today{london_date(now)},
          is_welsh{in_welsh()},
          words{is_welsh ? welsh : english} {
        page.language = is_welsh ? "cy" : "en";
    }

    [[nodiscard]] bool in_welsh() const {
        const auto* destination =
            link != nullptr ? find_destination(engine.settings(), link->destination) : nullptr;
        return destination != nullptr && destination->language == "cy";
    }

    void say(const char* title, const char* text) {
        page.title = title;
        page.text = text;
    }

    /// True: one of the alerts can still be acknowledged.
    bool list_alerts() {
        bool open = false;
        for (const auto id : link->alerts) {
            const auto alert = engine.store().alerts().find(id);
            if (!alert) continue;
            const bool closed = alert->state == AlertState::closed;
            const bool taken = alert->state == AlertState::acknowledged;
            page.rows.push_back({alert->title,
                                 closed ? alert->ending : as_read_on(alert->summary, today),
                                 closed  ? words.is_closed
                                 : taken ? words.is_acknowledged
                                         : ""});
            open = open || (!closed && !taken);
        }
        return open;
    }

    void offer_days() {
        const auto longest = engine.settings().alerting.acknowledge_at_most;
        for (const int days : days_to_choose)
            if (std::chrono::days{days} <= longest)
                page.choices.push_back(
                    {std::to_string(days),
                     fmt::format("{} {}", days, days == 1 ? words.day : words.days)});
        page.ask_reason = words.ask_reason;
        page.ask_days = words.ask_days;
    }

    [[nodiscard]] Response answer(int status = 200) const {
        Response response;
        response.status = status;
        response.content_type = "text/html; charset=utf-8";
        response.body = html_page(page);
        response.headers = {{"Cache-Control", "no-store"},
                            {"Referrer-Policy", "no-referrer"},
                            {"Content-Security-Policy",
                             "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
                             "frame-ancestors 'none'"}};
        return response;
    }
};

Response nowhere(Engine& engine, Instant now) {
    LinkPage page{engine, nullptr, now};
    page.say(page.words.nowhere_title, page.words.nowhere);
    return page.answer(404);
}

Response offer(Engine& engine, const Links::Followed& followed, Instant now) {
    LinkPage page{engine, &followed.link, now};
    const auto& words = page.words;
    if (followed.purpose == Links::Purpose::unsubscribe) {
        page.say(words.unsubscribe_title, words.unsubscribe);
        page.page.button = words.unsubscribe_button;
        return page.answer();
    }
    const bool open = page.list_alerts();
    const bool used = followed.link.used_at.has_value();
    page.say(words.acknowledge_title, used   ? words.used
                                      : open ? words.acknowledge
                                             : words.nothing_open);
    if (!used && open) {
        page.page.button = words.acknowledge_button;
        page.offer_days();
    }
    return page.answer();
}

/// Whoever the message was for; a mailbox without a person, or a destination, stands for itself.
std::string reader_of(Engine& engine, const MessageLink& link) {
    const auto mailbox = mailbox_of(link.recipient);
    for (const auto& person : engine.store().people().all())
        if (!mailbox.empty() && mailbox_of(person.email) == mailbox) return person.token;
    return engine.store().people().token_of(link.recipient.empty() ? link.destination
                                                                   : link.recipient);
}

Response acknowledge(Engine& engine, const MessageLink& link, const Origin& origin, Instant now,
                     const std::string& reason, std::chrono::days wanted) {
    LinkPage page{engine, &link, now};
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
    LinkPage page{engine, &link, now};
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
    return followed ? offer(asker.engine, *followed, asker.now) : nowhere(asker.engine, asker.now);
}

std::optional<Work> link_work(const Request& request) {
    if (request.method != Method::post || !is_link(request)) return std::nullopt;
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
        if (!followed) return nowhere(engine, now);
        if (followed->purpose == Links::Purpose::unsubscribe)
            return unsubscribe(engine, followed->link, now);
        return acknowledge(engine, followed->link, origin, now, reason, wanted);
    };
}

}  // namespace forcewatch

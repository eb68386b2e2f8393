#include "daemon/renderer.hpp"

#include "core/day_count.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/messages/letter.hpp"

namespace forcewatch {

namespace {

/// `day`: on which the letter is written.
LetterItem item_of(const LetterAlert& input, Date day) {
    LetterItem item;
    const auto& alert = input.alert;
    item.alert = number_of(alert.id);
    item.revision = alert.revision;
    item.thread_id = input.thread_id;
    item.severity = alert.severity;
    item.summary = as_read_on(alert.summary, day);
    for (const auto& each : input.since)
        item.happened.push_back({each.at, std::string{text_of(each.change)}, each.severity,
                                 as_read_on(each.summary, london_date(each.at)), each.steps,
                                 each.remarks});
    if (!input.since.empty()) {
        const auto& latest = input.since.back();
        item.revision = latest.revision;
        item.change = text_of(latest.change);
        item.severity = latest.severity;
        item.closed = latest.change == Change::closed;
        item.summary = as_read_on(latest.summary, day);
        item.detected_at = latest.at;
    } else {
        item.detected_at = alert.detected_at;
    }
    item.told_severity = input.told_severity;
    item.rule = alert.rule;
    item.subject = alert.subject;
    item.force = alert.force;
    item.force_name = input.force.name;
    item.title = alert.title;
    item.held = input.held;
    item.in_hand = input.in_hand;
    item.due = input.due;
    item.owner = input.owner;
    item.effective_on = alert.effective_on;
    item.effective_at = alert.effective_at;
    item.opened_at = alert.opened_at;
    item.others = input.others;
    return item;
}

LetterKind kind_of(MessageInput::Kind kind) {
    switch (kind) {
        case MessageInput::Kind::alert:
            return LetterKind::alert;
        case MessageInput::Kind::several:
            return LetterKind::several;
        case MessageInput::Kind::digest:
            return LetterKind::digest;
        case MessageInput::Kind::storm:
            return LetterKind::storm;
        case MessageInput::Kind::test:
            return LetterKind::test;
    }
    return LetterKind::alert;
}

Letter letter_of(const MessageInput& input) {
    Letter letter;
    letter.kind = kind_of(input.kind);
    letter.id = input.id;
    letter.thread_id = input.thread_id;
    letter.destination = input.destination.name;
    letter.recipient = input.recipient;
    letter.recipient_name = input.recipient_name;
    letter.language = input.destination.language;
    letter.created_at = input.created_at;
    letter.why = input.why;
    letter.period = input.period;
    letter.may_unsubscribe = input.kind == MessageInput::Kind::digest;
    letter.unsubscribe_url = input.unsubscribe_url;
    letter.acknowledge_url = input.acknowledge_url;
    const auto day = london_date(input.created_at);
    for (const auto& item : input.items) letter.items.push_back(item_of(item, day));
    for (const auto& item : input.still_open) letter.still_open.push_back(item_of(item, day));
    return letter;
}

/// Messages of one alert keep their order with others of its subject; a list with all.
std::string order_key_of(const MessageInput& input) {
    if (input.kind == MessageInput::Kind::test) return "test:" + input.id;
    return input.kind == MessageInput::Kind::alert ? input.items.front().alert.subject
                                                   : std::string{};
}

std::string format_of(const Destination& destination) {
    const auto* webhook = std::get_if<WebhookTarget>(&destination.target);
    return webhook ? webhook->format : "standard";
}

}  // namespace

tl::expected<Stationery, std::vector<Problem>> read_stationery(const MailSettings& mail) {
    auto stationery = mail.templates ? Stationery::read(*mail.templates) : Stationery{};
    if (stationery) stationery->tell_time_by(london_time);
    return stationery;
}

std::vector<NewParcel> render_parcels(const MessageInput& input, const MailSettings& mail,
                                      const Stationery& stationery) {
    const Letter letter = letter_of(input);
    const MailIdentity identity{mail.from, mail.from_name, mail.message_domain};
    NewParcel parcel{
        letter.id, input.destination.name, input.recipient, order_key_of(input), {}, {}, {}, {}};
    const auto as_mail = [&](std::string kind) {
        NewParcel mail_parcel = parcel;
        mail_parcel.kind = std::move(kind);
        mail_parcel.message_id = mail_message_id(letter, identity);
        mail_parcel.sender = mail.from;
        mail_parcel.content_type = "message/rfc822";
        mail_parcel.body = compose_mail(letter, identity, stationery);
        return mail_parcel;
    };
    const auto as_json = [&](std::string kind) {
        NewParcel json_parcel = parcel;
        json_parcel.kind = std::move(kind);
        json_parcel.message_id = webhook_message_id(letter);
        json_parcel.content_type = webhook_content_type(format_of(input.destination));
        json_parcel.body = compose_webhook(letter, format_of(input.destination), identity);
        return json_parcel;
    };
    if (std::holds_alternative<EmailTarget>(input.destination.target)) return {as_mail("email")};
    if (std::holds_alternative<WebhookTarget>(input.destination.target))
        return {as_json("webhook")};
    auto mail_file = as_mail("folder");
    mail_file.sender.clear();
    return {std::move(mail_file), as_json("folder")};
}

}  // namespace forcewatch

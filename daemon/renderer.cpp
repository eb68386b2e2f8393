#include "daemon/renderer.hpp"

#include "daemon/engine/london.hpp"
#include "daemon/messages/letter.hpp"

namespace forcewatch {

namespace {

LetterItem item_of(const MessageInput& input) {
    LetterItem item;
    item.alert = number_of(input.alert.id);
    item.revision = input.revision.revision;
    item.thread_id = input.thread_id;
    item.change = text_of(input.revision.change);
    item.severity = input.revision.severity;
    item.closed = input.revision.change == Change::closed;
    item.rule = input.alert.rule;
    item.subject = input.alert.subject;
    item.force = input.alert.force;
    item.force_name = input.force.name;
    item.title = input.alert.title;
    item.summary = input.revision.summary;
    item.happened = {{input.revision.at, item.change, item.severity, item.summary,
                      input.revision.steps, input.revision.remarks}};
    item.effective_on = input.alert.effective_on;
    item.effective_at = input.alert.effective_at;
    item.detected_at = input.revision.at;
    item.opened_at = input.alert.opened_at;
    item.others = input.others;
    return item;
}

Letter letter_of(const MessageInput& input) {
    Letter letter;
    letter.kind = LetterKind::alert;
    letter.id = input.id;
    letter.thread_id = input.thread_id;
    letter.destination = input.destination.name;
    letter.recipient = input.recipient;
    letter.created_at = input.created_at;
    letter.items = {item_of(input)};
    return letter;
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
        letter.id, input.destination.name, input.recipient, input.alert.subject, {}, {}, {}, {}};
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

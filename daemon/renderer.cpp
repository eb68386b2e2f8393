#include "daemon/renderer.hpp"

#include "daemon/messages/alert_message.hpp"

namespace forcewatch {

namespace {

AlertMessage message_of(const MessageInput& input) {
    AlertMessage message;
    message.id = input.id;
    message.thread_id = input.thread_id;
    message.alert = number_of(input.alert.id);
    message.revision = input.revision.revision;
    message.change = text_of(input.revision.change);
    message.severity = input.revision.severity;
    message.rule = input.alert.rule;
    message.subject = input.alert.subject;
    message.force = input.alert.force;
    message.force_name = input.force.name;
    message.title = input.alert.title;
    message.summary = input.revision.summary;
    message.steps = input.revision.steps;
    message.remarks = input.revision.remarks;
    message.effective_on = input.alert.effective_on;
    message.effective_at = input.alert.effective_at;
    message.detected_at = input.revision.at;
    message.opened_at = input.alert.opened_at;
    message.created_at = input.created_at;
    message.destination = input.destination.name;
    message.recipient = input.recipient;
    message.others = input.others;
    return message;
}

}  // namespace

std::vector<NewParcel> render_parcels(const MessageInput& input, const MailSettings& mail) {
    const AlertMessage message = message_of(input);
    const MailIdentity identity{mail.from, mail.from_name, mail.message_domain};
    NewParcel parcel{
        message.id, input.destination.name, input.recipient, input.alert.subject, {}, {}, {}, {}};
    const auto as_mail = [&](std::string kind) {
        NewParcel mail_parcel = parcel;
        mail_parcel.kind = std::move(kind);
        mail_parcel.message_id = mail_message_id(message, identity);
        mail_parcel.sender = mail.from;
        mail_parcel.content_type = "message/rfc822";
        mail_parcel.body = compose_mail(message, identity);
        return mail_parcel;
    };
    const auto as_json = [&](std::string kind) {
        NewParcel json_parcel = parcel;
        json_parcel.kind = std::move(kind);
        json_parcel.message_id = "msg_" + message.id;
        json_parcel.content_type = "application/json";
        json_parcel.body = compose_webhook(message);
        return json_parcel;
    };
    if (std::holds_alternative<EmailTarget>(input.destination.target)) return {as_mail("email")};
    if (std::holds_alternative<WebhookTarget>(input.destination.target))
        return {as_json("webhook")};
    auto letter = as_mail("folder");
    letter.sender.clear();
    return {std::move(letter), as_json("folder")};
}

}  // namespace forcewatch

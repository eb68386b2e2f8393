// Part of libforcewatch_mail.so: takes a returned mail apart. What stands in it comes from
// anywhere, so only the program that an administrator runs reads it, never the daemon.
#include <gmime/gmime.h>

#include <memory>

#include "daemon/messages/mime/mime_held.hpp"
#include "daemon/messages/mime/mime_parts.hpp"

namespace forcewatch {

namespace {

constexpr int deepest = 16;

std::string content_of(GMimePart* part) {
    GMimeDataWrapper* content = g_mime_part_get_content(part);
    if (content == nullptr) return {};
    const Held<GMimeStream> stream{g_mime_stream_mem_new()};
    g_mime_data_wrapper_write_to_stream(content, stream.get());
    const GByteArray* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
    return {reinterpret_cast<const char*>(array->data), array->len};
}

bool is(GMimeObject* object, const char* type, const char* subtype) {
    return g_mime_content_type_is_type(g_mime_object_get_content_type(object), type, subtype) != 0;
}

/// From headers alone, as text/rfc822-headers brings them.
std::string message_id_in(const std::string& headers) {
    const Held<GMimeStream> stream{
        g_mime_stream_mem_new_with_buffer(headers.data(), headers.size())};
    const Held<GMimeParser> parser{g_mime_parser_new_with_stream(stream.get())};
    const Held<GMimeMessage> mail{g_mime_parser_construct_message(parser.get(), nullptr)};
    const char* id = mail ? g_mime_message_get_message_id(mail.get()) : nullptr;
    return id != nullptr ? id : "";
}

void look_into(GMimeObject* object, ReportParts& parts, int depth) {
    if (object == nullptr || depth > deepest) return;
    if (GMIME_IS_MULTIPART(object)) {
        auto* multipart = GMIME_MULTIPART(object);
        for (int i = 0; i < g_mime_multipart_get_count(multipart); ++i)
            look_into(g_mime_multipart_get_part(multipart, i), parts, depth + 1);
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        GMimeMessage* mail = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
        const char* id = mail != nullptr ? g_mime_message_get_message_id(mail) : nullptr;
        if (id != nullptr && parts.message_id.empty()) parts.message_id = id;
    } else if (GMIME_IS_PART(object) && is(object, "message", "delivery-status")) {
        if (parts.status.empty()) parts.status = content_of(GMIME_PART(object));
    } else if (GMIME_IS_PART(object) && is(object, "text", "rfc822-headers")) {
        if (parts.message_id.empty())
            parts.message_id = message_id_in(content_of(GMIME_PART(object)) + "\n\n");
    }
}

}  // namespace

}  // namespace forcewatch

extern "C" {

__attribute__((visibility("default"))) void forcewatch_read_report(const std::string& mail,
                                                                   forcewatch::ReportParts& parts) {
    using namespace forcewatch;
    init_gmime();
    const Held<GMimeStream> stream{g_mime_stream_mem_new_with_buffer(mail.data(), mail.size())};
    const Held<GMimeParser> parser{g_mime_parser_new_with_stream(stream.get())};
    const Held<GMimeMessage> message{g_mime_parser_construct_message(parser.get(), nullptr)};
    if (message) look_into(g_mime_message_get_mime_part(message.get()), parts, 0);
}
}

// The module libforcewatch_mail.so: the only part that knows GMime, loaded for the first mail.
#include <gmime/gmime.h>

#include <memory>

#include "core/check.hpp"
#include "daemon/messages/mime/mime_held.hpp"
#include "daemon/messages/mime/mime_parts.hpp"

namespace forcewatch {

namespace {

Held<GMimeTextPart> text_part(const char* subtype, const std::string& text) {
    Held<GMimeTextPart> part{g_mime_text_part_new_with_subtype(subtype)};
    g_mime_text_part_set_charset(part.get(), "utf-8");
    g_mime_text_part_set_text(part.get(), text.c_str());
    g_mime_part_set_content_encoding(GMIME_PART(part.get()),
                                     GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    return part;
}

Held<GMimeObject> content_of(const MimeParts& parts) {
    auto plain = text_part("plain", parts.plain);
    if (parts.html.empty()) return Held<GMimeObject>{GMIME_OBJECT(plain.release())};
    const auto html = text_part("html", parts.html);
    Held<GMimeMultipart> both{g_mime_multipart_new_with_subtype("alternative")};
    g_mime_multipart_set_boundary(both.get(), parts.boundary.c_str());
    g_mime_multipart_add(both.get(), GMIME_OBJECT(plain.get()));
    g_mime_multipart_add(both.get(), GMIME_OBJECT(html.get()));
    return Held<GMimeObject>{GMIME_OBJECT(both.release())};
}

void set_header(GMimeMessage* mail, const char* name, const std::string& value) {
    g_mime_object_set_header(GMIME_OBJECT(mail), name, value.c_str(), "utf-8");
}

std::string bytes_of(GMimeMessage* mail) {
    GMimeFormatOptions* format = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(format, GMIME_NEWLINE_FORMAT_DOS);
    const Held<GMimeStream> stream{g_mime_stream_mem_new()};
    const bool written =
        g_mime_object_write_to_stream(GMIME_OBJECT(mail), format, stream.get()) >= 0;
    g_mime_format_options_free(format);
    FW_CHECK(written);
    const GByteArray* array = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
    return {reinterpret_cast<const char*>(array->data), array->len};
}

}  // namespace

}  // namespace forcewatch

extern "C" {

__attribute__((visibility("default"))) extern const char forcewatch_mime_version[];
const char forcewatch_mime_version[] = FORCEWATCH_VERSION;

__attribute__((visibility("default"))) void forcewatch_make_mime(const forcewatch::MimeParts& parts,
                                                                 std::string& bytes) {
    using namespace forcewatch;
    init_gmime();
    const Held<GMimeMessage> mail{g_mime_message_new(TRUE)};
    g_mime_message_add_mailbox(mail.get(), GMIME_ADDRESS_TYPE_FROM, parts.from_name.c_str(),
                               parts.from.c_str());
    if (!parts.to.empty())
        g_mime_message_add_mailbox(mail.get(), GMIME_ADDRESS_TYPE_TO,
                                   parts.to_name.empty() ? nullptr : parts.to_name.c_str(),
                                   parts.to.c_str());
    g_mime_message_set_subject(mail.get(), parts.subject.c_str(), "utf-8");
    GDateTime* date = g_date_time_new_from_unix_utc(parts.date);
    g_mime_message_set_date(mail.get(), date);
    g_date_time_unref(date);
    g_mime_message_set_message_id(mail.get(), parts.message_id.c_str());
    for (const auto& [name, value] : parts.headers) set_header(mail.get(), name.c_str(), value);
    g_mime_message_set_mime_part(mail.get(), content_of(parts).get());
    bytes = bytes_of(mail.get());
}
}

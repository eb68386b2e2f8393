#include "daemon/ingest/xml_stream.hpp"

#include <fmt/format.h>

namespace forcewatch {

namespace {

std::string_view view(const xmlChar* text) {
    return text == nullptr ? std::string_view{}
                           : std::string_view{reinterpret_cast<const char*>(text)};
}

int read_part(void* part, char* into, int size) {
    return static_cast<ZipPart*>(part)->read(into, size);
}

}  // namespace

XmlStream::XmlStream(ZipPart& part)
    : part_{part},
      reader_{xmlReaderForIO(read_part, nullptr, &part, nullptr, nullptr,
                             XML_PARSE_NONET | XML_PARSE_COMPACT | XML_PARSE_NOCDATA)} {
    if (reader_ == nullptr)
        fault_ = "its XML cannot be read";
    else
        xmlTextReaderSetStructuredErrorHandler(reader_.get(), on_error, this);
}

void XmlStream::on_error(void* self, xmlErrorPtr error) {
    auto& fault = static_cast<XmlStream*>(self)->fault_;
    if (!fault.empty() || error == nullptr || error->level < XML_ERR_ERROR) return;
    std::string_view why{error->message == nullptr ? "unknown" : error->message};
    while (why.ends_with('\n')) why.remove_suffix(1);
    fault = fmt::format("its XML is not sound: {}", why.substr(0, 200));
}

XmlStream::Node XmlStream::next() {
    if (empty_element_) {
        empty_element_ = false;
        return Node::end;
    }
    while (fault_.empty()) {
        const int more = xmlTextReaderRead(reader_.get());
        if (!part_.fault().empty()) fault_ = part_.fault();
        if (more < 0 && fault_.empty()) fault_ = "its XML is not sound";
        if (more != 1 || !fault_.empty()) return Node::none;
        switch (xmlTextReaderNodeType(reader_.get())) {
            case XML_READER_TYPE_ELEMENT:
                empty_element_ = xmlTextReaderIsEmptyElement(reader_.get()) == 1;
                return Node::begin;
            case XML_READER_TYPE_END_ELEMENT:
                return Node::end;
            case XML_READER_TYPE_TEXT:
            case XML_READER_TYPE_CDATA:
            case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
            case XML_READER_TYPE_WHITESPACE:
                return Node::text;
            case XML_READER_TYPE_DOCUMENT_TYPE:
            case XML_READER_TYPE_ENTITY_REFERENCE:
                fault_ = "its XML declares entities of its own, which no workbook does";
                return Node::none;
            default:
                break;
        }
    }
    return Node::none;
}

std::string_view XmlStream::name() const {
    return view(xmlTextReaderConstLocalName(reader_.get()));
}

std::string_view XmlStream::text() const { return view(xmlTextReaderConstValue(reader_.get())); }

std::string XmlStream::attribute(const char* name) const {
    std::string value;
    if (xmlTextReaderMoveToFirstAttribute(reader_.get()) != 1) return value;
    do {
        if (view(xmlTextReaderConstLocalName(reader_.get())) == name)
            value = view(xmlTextReaderConstValue(reader_.get()));
    } while (value.empty() && xmlTextReaderMoveToNextAttribute(reader_.get()) == 1);
    xmlTextReaderMoveToElement(reader_.get());
    return value;
}

}  // namespace forcewatch

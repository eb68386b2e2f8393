// Private to daemon/ingest/: XML of a part of a workbook, element by element, never as a tree.
//
// A document type is refused, and with it every entity of a document's own: nothing is expanded and
// nothing is fetched.
#pragma once

#include <libxml/xmlreader.h>

#include <memory>
#include <string>
#include <string_view>

#include "daemon/ingest/zip_archive.hpp"

namespace forcewatch {

class XmlStream {
public:
    enum class Node { begin, end, text, none };

    /// `part` must outlive the stream.
    explicit XmlStream(ZipPart& part);

    /// Moves on; `none`: the document has ended, or `fault()` says why it goes no further.
    [[nodiscard]] Node next();
    /// Name of the element without its prefix.
    [[nodiscard]] std::string_view name() const;
    [[nodiscard]] std::string_view text() const;
    /// Value of the attribute, prefix left out; empty: there is none.
    [[nodiscard]] std::string attribute(const char* name) const;
    [[nodiscard]] const std::string& fault() const { return fault_; }

private:
    struct Free {
        void operator()(xmlTextReader* reader) const { xmlFreeTextReader(reader); }
    };
    static void on_error(void* self, xmlErrorPtr error);

    ZipPart& part_;
    std::unique_ptr<xmlTextReader, Free> reader_;
    std::string fault_;
    bool empty_element_{};  ///< its end is still to be told
};

}  // namespace forcewatch

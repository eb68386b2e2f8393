// Workbooks: the bytes as a whole file, and as the sheet of a sound one. No crash, rows in order.
#include <zip.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "daemon/ingest/xlsx_reader.hpp"

namespace {

void add(zip_t* archive, const char* name, std::string_view text) {
    auto* source = zip_source_buffer(archive, text.data(), text.size(), 0);
    const auto place = zip_file_add(archive, name, source, ZIP_FL_OVERWRITE);
    if (place < 0) std::abort();
    (void)zip_set_file_compression(archive, static_cast<zip_uint64_t>(place), ZIP_CM_STORE, 0);
}

std::string workbook_with(std::string_view sheet) {
    zip_error_t error;
    zip_error_init(&error);
    auto* into = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip_source_keep(into);
    auto* archive = zip_open_from_source(into, ZIP_TRUNCATE, &error);
    if (archive == nullptr) std::abort();
    add(archive, "xl/workbook.xml",
        "<workbook><sheets><sheet name='A' id='r'/></sheets></workbook>");
    add(archive, "xl/_rels/workbook.xml.rels", "<R><Relationship Id='r' Target='s.xml'/></R>");
    add(archive, "xl/sharedStrings.xml", "<sst><si><t>a</t></si></sst>");
    add(archive, "xl/styles.xml",
        "<s><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs></s>");
    add(archive, "xl/s.xml", sheet);
    if (zip_close(archive) != 0 || zip_source_open(into) != 0) std::abort();
    std::string bytes(4096, '\0');
    std::string all;
    for (zip_int64_t count = 0; (count = zip_source_read(into, bytes.data(), bytes.size())) > 0;)
        all.append(bytes.data(), static_cast<std::size_t>(count));
    zip_source_close(into);
    zip_source_free(into);
    return all;
}

void read(std::string_view bytes) {
    int line = 0;
    const auto done = forcewatch::read_xlsx(bytes, {}, [&](forcewatch::SourceRow&& row) {
        if (row.line <= line || row.fields.size() > forcewatch::most_columns) std::abort();
        line = row.line;
        return true;
    });
    if (!done && done.error().what.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    read(bytes);
    read(workbook_with(bytes));
    return 0;
}

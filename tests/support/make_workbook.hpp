/// Workbooks and other ZIP files for tests, made part by part.
#pragma once

#include <zip.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/scratch_folder.hpp"

namespace forcewatch::test {

using Parts = std::vector<std::pair<std::string, std::string>>;

inline std::string zip_of(const Parts& parts) {
    const ScratchFolder folder;
    const auto path = folder.at("made.zip");
    int error = 0;
    zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error);
    REQUIRE(archive != nullptr);
    for (const auto& [name, bytes] : parts) {
        zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
        REQUIRE(zip_file_add(archive, name.c_str(), source, ZIP_FL_OVERWRITE) >= 0);
    }
    REQUIRE(zip_close(archive) == 0);
    std::ifstream in{path, std::ios::binary};
    std::ostringstream bytes;
    bytes << in.rdbuf();
    return bytes.str();
}

struct MadeSheet {
    std::string name;
    std::string rows;  ///< XML of <row> elements
};

/// A workbook with style 1 for days, and whatever else `more` adds or replaces.
inline std::string workbook_of(const std::vector<MadeSheet>& sheets,
                               const std::string& properties = {}, const Parts& more = {}) {
    std::string list;
    std::string relations;
    Parts parts;
    int number = 0;
    for (const auto& sheet : sheets) {
        const auto id = std::to_string(++number);
        list +=
            "<sheet name=\"" + sheet.name + "\" sheetId=\"" + id + "\" r:id=\"rId" + id + "\"/>";
        relations +=
            "<Relationship Id=\"rId" + id + "\" Target=\"worksheets/sheet" + id + ".xml\"/>";
        parts.emplace_back("xl/worksheets/sheet" + id + ".xml",
                           "<worksheet><sheetData>" + sheet.rows + "</sheetData></worksheet>");
    }
    parts.emplace_back("xl/workbook.xml", "<workbook xmlns:r=\"r\">" + properties + "<sheets>" +
                                              list + "</sheets></workbook>");
    parts.emplace_back("xl/_rels/workbook.xml.rels",
                       "<Relationships>" + relations + "</Relationships>");
    parts.emplace_back(
        "xl/styles.xml",
        "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd\\/mm\\/yyyy\"/>"
        "</numFmts><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellXfs>"
        "</styleSheet>");
    for (const auto& part : more) parts.push_back(part);
    return zip_of(parts);
}

/// A row of texts, written in place.
inline std::string text_row(int number, const std::vector<std::string>& cells) {
    std::string xml = "<row r=\"" + std::to_string(number) + "\">";
    for (const auto& cell : cells) xml += "<c t=\"inlineStr\"><is><t>" + cell + "</t></is></c>";
    return xml + "</row>";
}

}  // namespace forcewatch::test

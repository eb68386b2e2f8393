#include <chrono>

#include "daemon/ingest/import_file.hpp"
#include "tests/support/make_workbook.hpp"

using namespace forcewatch;
using Catch::Contains;

namespace {

FileFault only_fault(std::string_view bytes) {
    const auto file = read_import("f", bytes);
    REQUIRE_FALSE(file);
    return file.error().front();
}

const std::string finding{"{\"force\":\"kent\",\"reference\":\"A\",\"title\":"};
const std::string header{"source,external_id,force,title\n"};

std::string repeated(std::string_view text, std::size_t count) {
    std::string all;
    all.reserve(text.size() * count);
    for (std::size_t i = 0; i < count; ++i) all += text;
    return all;
}

}  // namespace

TEST_CASE("a CSV file that means harm is refused by what is wrong with it",
          "[ingest][hostile][R22]") {
    const auto [text, line, reason] = GENERATE(table<std::string, int, const char*>({
        {header + std::string(40'000'000, 'x'), 2, "longer than 64 KiB"},
        {header + '"' + std::string(40'000'000, 'x'), 2, "longer than 64 KiB"},
        {header + "\"a\n\n" + std::string(60'000, 'x'), 2, "not closed"},
        {repeated("c,", 100'000) + "c\n", 1, "more than 200 columns"},
        {header + repeated(",", 10'000'000), 2, "more than 200 columns"},
        {header + repeated("t,1,k,x\n", 10'000'000), 250'002, "more than 250000 rows"},
    }));
    const auto fault = only_fault(text);
    CHECK(fault.line == line);
    CHECK_THAT(fault.reason, Contains(reason));
}

TEST_CASE("bytes that are no text are told by their place", "[ingest][hostile]") {
    const auto [text, line, reason] = GENERATE(table<std::string, int, const char*>({
        {"\xFF\xFEi\0d\0", 0, "UTF-16"},
        {std::string{"\0i\0d", 4}, 0, "UTF-16"},
        {"id,name\n1,\xC0\xAF\n", 2, "byte 0xC0 at 10"},      // overlong
        {"id,name\n1,\xED\xA0\x80\n", 2, "byte 0xED at 10"},  // a surrogate
        {"\xEF\xBB\xBFid\n\n\xE4\n", 3, "byte 0xE4 at 7"},    // marked as UTF-8
        {"id,name\n1,\x81\n", 2, "byte 0x81 at 10"},          // no character of Windows-1252
        {std::string{"id,name\n1,\0\n", 12}, 2, "NUL at byte 10"},
        {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 0, "old kind (.xls)"},
        {"%PDF-1.7\n", 0, "is a PDF"},
        {"<html><table>", 0, "web page or XML"},
        {"[{\"a\":1}]", 0, "one JSON list"},
        {"PK\x03\x04 and no more", 0, "not a whole ZIP file"},
    }));
    const auto fault = only_fault(text);
    CAPTURE(fault.reason);
    CHECK(fault.line == line);
    CHECK_THAT(fault.reason, Contains(reason));
}

TEST_CASE("JSON that means harm is refused by its line", "[ingest][hostile]") {
    const auto [text, line, reason] = GENERATE(table<std::string, int, const char*>({
        {"{\"id\":1}\n{\"a\":" + repeated("[", 500'000) + "\n", 2, "not one JSON object"},
        {"{\"id\":1}\n{\"a\":" + repeated("[", 2'000'000) + "\n", 2, "longer than 1 MiB"},
        {"{\"id\":1,\"id\":2}\n", 1, "stands twice"},
        {"{\"id\":1e999}\n", 1, "out of range"},
        {"{\"id\":\"\\ud800\"}\n", 1, "not"},
        {finding + "[[1]]}\n", 1, "list inside a list"},
        {finding + "[\"a;b\"]}\n", 1, "\";\" inside"},
        {"{\"id\":1}\nnot json\n", 2, "not one JSON object"},
    }));
    const auto fault = only_fault(text);
    CAPTURE(fault.reason);
    CHECK(fault.line == line);
    CHECK_THAT(fault.reason, Contains(reason));
}

TEST_CASE("a workbook that means harm is refused, and nothing in it is expanded",
          "[ingest][hostile]") {
    std::string laughs{"<!DOCTYPE w [<!ENTITY a \"ha\">"};
    for (char c = 'b'; c <= 'z'; ++c)
        laughs += std::string("<!ENTITY ") + c + " \"" +
                  repeated(std::string("&") + char(c - 1) + ";", 10) + "\">";
    laughs +=
        "]><worksheet><sheetData><row><c t=\"str\"><v>&z;</v></c></row></sheetData></worksheet>";
    const std::string outside{
        "<!DOCTYPE w [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><worksheet><sheetData><row>"
        "<c t=\"str\"><v>&x;</v></c></row></sheetData></worksheet>"};
    const auto with_sheet = [](const std::string& xml) {
        auto book = test::workbook_of({{"A", ""}}, {}, {{"xl/worksheets/sheet1.xml", xml}});
        return book;
    };
    const auto row = [](const std::string& cells) {
        return "<worksheet><sheetData><row r=\"1\">" + cells + "</row></sheetData></worksheet>";
    };
    const std::vector<std::pair<std::string, const char*>> cases{
        {with_sheet(laughs), "its XML"},
        {with_sheet(outside), "entities of its own"},
        {with_sheet(repeated("<a>", 100'000)), "not sound"},
        {with_sheet("<worksheet>" + repeated("<!--" + std::string(1UL << 20UL, ' ') + "-->", 200)),
         "more than 128 MiB"},
        {with_sheet(row("<c r=\"ZZZ1\" t=\"str\"><v>x</v></c>")), "more than 200 columns"},
        {with_sheet(row("<c t=\"str\"><v>" + std::string(100'000, 'x') + "</v></c>")), "64 KiB"},
        {with_sheet(row("<c t=\"s\"><v>7</v></c>")), "a text that the workbook does not hold"},
        {with_sheet(row("<c t=\"e\"><v>#REF!</v></c>")), "holds the error #REF!"},
        {with_sheet(row("<c s=\"1\"><v>99999999</v></c>")), "its number is none"},
        {with_sheet("<worksheet><sheetData>" + test::text_row(5, {"force", "reference", "title"}) +
                    "<row r=\"2\">"),
         "out of order"},
        {with_sheet("<worksheet><sheetData>"), "not sound"},
        {test::zip_of({{"a.txt", "x"}}), "no workbook"},
    };
    for (const auto& [book, reason] : cases) {
        const auto fault = only_fault(book);
        CAPTURE(fault.reason);
        CHECK_THAT(fault.reason, Contains(reason));
    }
}

#include <catch2/catch.hpp>

#include "daemon/ingest/file_rows.hpp"
#include "daemon/ingest/formula_guard.hpp"
#include "daemon/ingest/import_file.hpp"
#include "daemon/ingest/xlsx_reader.hpp"
#include "tests/support/make_workbook.hpp"

using namespace forcewatch;
using Catch::Contains;

namespace {

struct Read {
    std::string format;
    std::vector<SourceRow> rows;
    std::string fault;
};

Read read(std::string_view bytes, const std::string& sheet = {}) {
    Read read;
    const auto file = FileRows::open(bytes, sheet);
    if (!file) {
        read.fault = file.error().what;
        return read;
    }
    read.format = file->format();
    const auto done = file->read([&](SourceRow&& row) {
        read.rows.push_back(std::move(row));
        return true;
    });
    if (!done) read.fault = done.error().what;
    return read;
}

using Cells = std::vector<std::string>;

}  // namespace

TEST_CASE("encoding and separator of a CSV file are found out", "[ingest][R18]") {
    const auto [bytes, format] = GENERATE(table<std::string, std::string>({
        {"id,name\n1,Sk\xC3\xA4l \xE2\x80\x93 x\n", "CSV, UTF-8, commas"},
        {"\xEF\xBB\xBFid;name\r\n1;Sk\xC3\xA4l \xE2\x80\x93 x\r\n",
         "CSV, UTF-8 with a byte order mark, semicolons"},
        {"id\tname\n1\tSk\xE4l \x96 x\n", "CSV, Windows-1252, tabs"},
        {"id;name\r\n1;\"Sk\xE4l \x96 x\"\r\n", "CSV, Windows-1252, semicolons"},
        {"sep=|\r\nid|name\r\n1|Sk\xC3\xA4l \xE2\x80\x93 x\r\n", "CSV, UTF-8, bars"},
    }));
    const auto file = read(bytes);
    CAPTURE(file.fault);
    CHECK(file.format == format);
    REQUIRE(file.rows.size() == 2);
    CHECK(file.rows[1].fields == Cells{"1", "Sk\xC3\xA4l \xE2\x80\x93 x"});
}

TEST_CASE("a quoted comma does not decide the separator", "[ingest]") {
    const auto file = read("\"a,b,c,d\";name\n1;2\n");
    CHECK(file.format == "CSV, UTF-8, semicolons");
    CHECK(file.rows[0].fields == Cells{"a,b,c,d", "name"});
}

TEST_CASE("each line of JSON Lines is a row, whatever members it has", "[ingest][R18]") {
    const auto file = read(
        "{\"force\":\"kent\",\"due\":null,\"n\":3,\"sure\":true}\n\n"
        "{\"n\":0.5,\"findings\":[\"A\",\"B\"],\"force\":\"essex\"}\n");
    CAPTURE(file.fault);
    CHECK(file.format == "JSON Lines, UTF-8");
    REQUIRE(file.rows.size() == 3);
    CHECK(file.rows[0].fields == Cells{"force", "due", "n", "sure", "findings"});
    CHECK(file.rows[1].fields == Cells{"kent", "", "3", "true", ""});
    CHECK(file.rows[2].fields == Cells{"essex", "", "0.5", "", "A;B"});
    CHECK(file.rows[2].line == 3);
}

TEST_CASE("a workbook gives days, numbers, shared and inline texts", "[ingest][R18]") {
    const auto book = test::workbook_of(
        {{"Tracker",
          test::text_row(1, {"id", "due", "title", "done"}) +
              "<row r=\"3\"><c r=\"A3\"><v>12</v></c><c r=\"B3\" s=\"1\"><v>46356.75</v></c>"
              "<c r=\"C3\" t=\"s\"><v>1</v></c><c r=\"D3\" t=\"b\"><v>1</v></c></row>"
              "<row r=\"4\"><c r=\"A4\"><v>1E-1</v></c><c r=\"C4\" "
              "t=\"str\"><f>A1</f><v>x</v></c></row>"
              "<row r=\"5\"><c r=\"A5\" s=\"1\"/></row>"},
         {"Other", test::text_row(1, {"other"})}},
        {},
        {{"xl/sharedStrings.xml",
          "<sst><si><t>no</t></si><si><r><t>Two </t></r><r><t>parts_x000D_</t></r>"
          "<rPh><t>reading</t></rPh></si></sst>"}});
    const auto file = read(book);
    CAPTURE(file.fault);
    CHECK(file.format == "Excel workbook, sheet \"Tracker\"");
    REQUIRE(file.rows.size() == 3);
    CHECK(file.rows[1].line == 3);
    CHECK(file.rows[1].fields == Cells{"12", "2026-11-30", "Two parts\r", "TRUE"});
    CHECK(file.rows[2].fields == Cells{"0.1", "", "x"});
    CHECK(read(book, "Other").rows[0].fields == Cells{"other"});
    CHECK_THAT(read(book, "Nope").fault, Contains("no sheet \"Nope\"; it has: Tracker, Other"));
    CHECK(sheets_of(book).value() == Cells{"Tracker", "Other"});
}

TEST_CASE("days count from 1900 or from 1904", "[ingest]") {
    const auto [properties, serial, on] = GENERATE(table<std::string, std::string, std::string>({
        {"", "1", "1900-01-01"},
        {"", "59", "1900-02-28"},
        {"", "61", "1900-03-01"},
        {"", "46356", "2026-11-30"},
        {"<workbookPr date1904=\"1\"/>", "0", "1904-01-01"},
        {"<workbookPr date1904=\"true\"/>", "44894", "2026-11-30"},
    }));
    const auto file = read(test::workbook_of(
        {{"A", "<row r=\"1\"><c s=\"1\"><v>" + serial + "</v></c></row>"}}, properties));
    REQUIRE(file.rows.size() == 1);
    CHECK(file.rows[0].fields == Cells{on});
}

TEST_CASE("a workbook is imported like a CSV file, with the row and the column of a fault",
          "[ingest][R22]") {
    const auto book = test::workbook_of(
        {{"Actions", test::text_row(1, {"source", "external_id", "force", "title", "due"}) +
                         test::text_row(2, {"tracker", "A-1", "kent", "Hire"}) +
                         test::text_row(5, {"tracker", "A-2", "kent", "Train", "soon"})}});
    const auto file = read_import("book.xlsx", book);
    REQUIRE_FALSE(file);
    REQUIRE(file.error().size() == 1);
    CHECK(file.error()[0].line == 5);
    CHECK(file.error()[0].column == "due");
    CHECK(file.error()[0].value == "soon");
}

TEST_CASE("rows of several layouts may stand in one file", "[ingest][R18]") {
    const auto file = read_import("all.jsonl",
                                  "{\"layout\":\"findings\",\"force\":\"kent\",\"reference\":\"AFI-"
                                  "1\",\"title\":\"Custody\"}\n"
                                  "{\"layout\":\"actions\",\"source\":\"t\",\"external_id\":\"1\","
                                  "\"force\":\"kent\",\"title\":\"Hire\"}\n");
    REQUIRE(file);
    CHECK(file->layout == "actions+findings");
    CHECK(file->rows.size() == 2);
    CHECK(file->ignored_columns.empty());
    const auto bad = read_import("all.jsonl", "{\"layout\":\"nope\",\"force\":\"kent\"}\n");
    REQUIRE_FALSE(bad);
    CHECK_THAT(bad.error()[0].reason, Contains("not the name of a layout"));
}

TEST_CASE("a cell that a spreadsheet would run is guarded, and comes back as it was", "[ingest]") {
    for (const std::string cell : {"=1+1", "+44", "-5", "@x", "\tx", "\rx", "'=1", "''-", "plain",
                                   "'", "it's", "", "'plain"}) {
        CAPTURE(cell);
        auto there = guarded(cell);
        CHECK((there.empty() ||
               std::string_view{"=+-@\t\r"}.find(there[0]) == std::string_view::npos));
        unguard(there);
        CHECK(there == cell);
    }
}

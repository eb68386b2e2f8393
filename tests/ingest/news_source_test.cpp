#include "daemon/ingest/news_source.hpp"

#include <catch2/catch.hpp>

#include "daemon/ingest/html_text.hpp"
#include "daemon/ingest/news_feed.hpp"
#include "tests/ingest/news_reading.hpp"
#include "tests/support/world.hpp"

using namespace forcewatch;
using test::told;
using Lines = std::vector<std::string>;

namespace {

std::string sample(const std::string& name) {
    return test::read_file(std::filesystem::path{FORCEWATCH_SOURCE_DIR} / "tests/data/news" / name);
}

std::vector<NewsReading> read_all(const std::string& name, const std::string& bytes) {
    const auto items = read_news_source(name, {}, bytes);
    REQUIRE(items);
    std::vector<NewsReading> readings;
    for (const auto& item : *items) readings.push_back(read_news(item, test::shipped_names()));
    return readings;
}

Lines facts_of(const std::vector<NewsReading>& readings) {
    Lines lines;
    for (const auto& reading : readings)
        for (const auto& proposal : reading.proposals) lines.push_back(told(proposal));
    return lines;
}

}  // namespace

TEST_CASE("the page of a news agency gives its item and each of its latest news",
          "[ingest][news][R23]") {
    const auto readings = read_all("seed.txt", sample("seed-northamptonshire-2025-08-25.txt"));
    CHECK(facts_of(readings) ==
          Lines{"grade-counts northamptonshire 0 1 2 2 0 of 5",
                "judgement northamptonshire working with safeguarding partners: good",
                "inspection northamptonshire", "stage gloucestershire-frs left",
                "inspection metropolitan", "stage devon-and-cornwall left",
                "judgement city-of-london recording crime: outstanding",
                "judgement city-of-london management and scrutiny of criminal investigations: good",
                "judgement city-of-london how it responds to the public: good",
                "inspection city-of-london", "inspection greater-manchester",
                "inspection south-west-rocu",
                "judgement warwickshire preventing and deterring crime: good",
                "inspection warwickshire", "inspection"});
    Lines programmes;
    Lines stamps;
    for (const auto& reading : readings) {
        programmes.push_back(reading.programme);
        stamps.push_back(reading.stamp.empty() ? reading.published.text() : reading.stamp);
    }
    CHECK(programmes ==
          Lines{"ncpi", "fire", "custody", "peel", "peel", "other", "rocu", "peel", "jtai"});
    CHECK(stamps == Lines{"2025-08-25", "2025-08-12T13:20:00", "2025-08-08T10:20:00",
                          "2025-07-31T11:20:00", "2025-07-28T15:20:00", "2025-07-04T10:25:00",
                          "2025-06-13T14:14:00", "2025-06-11T11:10:00", "2025-06-10T12:25:00"});
    CHECK(readings.back().proposals.at(0).named == Lines{"Redcar and Cleveland"});
    CHECK(readings.front().url.starts_with("https://hmicfrs.justiceinspectorates.gov.uk/"));
}

TEST_CASE("RSS and Atom say the same", "[ingest][news]") {
    const auto rss = read_all("news.xml", sample("sample-rss.xml"));
    const auto atom = read_all("news.atom", sample("sample-atom.xml"));
    CHECK(rss.size() == 8);
    CHECK(facts_of(rss) == facts_of(atom));
    CHECK(rss.at(0).stamp == "2025-08-12T12:20:00+00:00");
    CHECK(atom.at(0).stamp == "2025-08-12T13:20:00+01:00");
    CHECK(rss.at(0).source == "news.xml#https://hmicfrs.justiceinspectorates.gov.uk/?p=900001");
    CHECK(atom.at(0).title == rss.at(0).title);
    CHECK(facts_of(rss).at(0) == "stage gloucestershire-frs left");
}

TEST_CASE("a saved page is read without its markup", "[ingest][news]") {
    const std::string page =
        "<!DOCTYPE html><html><head><title>News | HMICFRS</title>"
        "<meta property='article:published_time' content='2025-03-10T09:00:00Z'>"
        "<script>var a = 'Essex Police moved into Engage';</script><style>p { }</style></head>"
        "<body><nav>Essex Police</nav><h1>Kent Police inspection</h1>"
        "<p>HMICFRS graded the force in three areas. It was &lsquo;good&rsquo; in <b>one</b> area "
        "and "
        "&#8216;adequate&#8217; in two areas.</p><ul><li>Investigating crime - Good</li></ul>"
        "</body></html>";
    const auto readings = read_all("page.html", page);
    REQUIRE(readings.size() == 1);
    CHECK(readings[0].title == "Kent Police inspection");
    CHECK(readings[0].published.text() == "2025-03-10");
    CHECK(facts_of(readings) == Lines{"grade-counts kent 0 1 2 0 0 of 3",
                                      "judgement kent Investigating crime: good",
                                      "inspection kent"});
}

TEST_CASE("a JSON item is read by its members", "[ingest][news]") {
    const auto readings =
        read_all("item.json",
                 R"({"title":"Kent Police removed from Engage","text":"HMICFRS said so today.",)"
                 R"("published":"2025-03-10","url":"https://hmicfrs.example/1","other":1})");
    CHECK(facts_of(readings) == Lines{"stage kent left"});
    CHECK(readings.at(0).url == "https://hmicfrs.example/1");
}

TEST_CASE("the day of somebody who carries the item is no day of a move", "[ingest][news]") {
    const auto items = read_news_source(
        "item.json", {},
        R"({"title":"Kent Police removed from Engage","text":"x","published":"2025-03-10",)"
        R"("url":"https://www.wired-gov.net/wg/news.nsf/articles/x?open"})");
    REQUIRE(items);
    CHECK(items->at(0).republished);
    const auto reading = read_news(items->at(0), test::shipped_names());
    CHECK_THAT(reading.conflicts.at(0).what, Catch::Contains("day of republication"));
}

TEST_CASE("hostile files are refused or read in bounds", "[ingest][news]") {
    const auto deep = [](std::string_view open, int times) {
        std::string text;
        for (int i = 0; i < times; ++i) text += open;
        return text;
    };
    SECTION("entities of a feed's own are not expanded") {
        const auto feed =
            read_feed("x", R"(<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b">)"
                           R"(<!ENTITY c SYSTEM "file:///etc/passwd">]><rss>&c;</rss>)");
        REQUIRE_FALSE(feed);
        CHECK_THAT(feed.error(), Catch::Contains("document type"));
    }
    SECTION("a feed nested deeply is refused") {
        CHECK_FALSE(read_feed("x", "<rss>" + deep("<a>", 100'000)));
    }
    SECTION("a feed that breaks off is refused") {
        CHECK_FALSE(read_feed("x", "<rss><channel><item><title>Kent"));
    }
    SECTION("a page nested deeply is read up to a depth") {
        CHECK(read_html(deep("<div>", 200'000) + "x"));
        CHECK(read_html(deep("<b>", 200'000) + deep("</i>", 200'000)));
    }
    SECTION("JSON nested deeply is refused") {
        CHECK_FALSE(read_news_source("x.json", {}, "{\"a\":" + deep("[", 100'000)));
    }
    SECTION("what is no UTF-8 is refused") {
        CHECK_FALSE(read_news_source("x.txt", {}, "Kent Police \xff\xfe"));
    }
    SECTION("nothing is refused as empty") { CHECK_FALSE(read_news_source("x.txt", {}, " \n ")); }
    SECTION("more than 8 MiB is refused") {
        CHECK_FALSE(read_news_source("x.txt", {}, std::string((8UL << 20UL) + 1, 'x')));
    }
    SECTION("one long line is read") {
        std::string text;
        for (int i = 0; i < 20'000; ++i) text += "good in one area, Kent Police and ";
        CHECK(read_all("x.txt", text).size() == 1);
    }
}

#include "daemon/messages/stationery.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "daemon/messages/sample_letters.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace forcewatch;
using Catch::Contains;

namespace {

/// A folder of an administrator's own templates.
class Templates {
public:
    Templates() {
        std::filesystem::create_directories(scratch_.at("en"));
        std::filesystem::create_directories(scratch_.at("cy"));
    }
    Templates& put(const std::string& name, const std::string& text) {
        std::ofstream{scratch_.at(name)} << text;
        return *this;
    }
    [[nodiscard]] auto read() const { return Stationery::read(scratch_.path()); }
    /// Every fault on a line of its own.
    [[nodiscard]] std::string faults() const {
        const auto stationery = read();
        std::string text;
        if (!stationery)
            for (const auto& fault : stationery.error()) text += fault + "\n";
        return text;
    }

private:
    test::ScratchFolder scratch_;
};

Letter sample(LetterKind kind, const std::string& language) {
    for (const auto& letter : sample_letters(language))
        if (letter.kind == kind) return letter;
    return {};
}

}  // namespace

TEST_CASE("every letter can be written in both languages, as text and as HTML", "[messages][R85]") {
    const std::string language = GENERATE("en", "cy");
    for (const auto& letter : sample_letters(language)) {
        CAPTURE(text_of(letter.kind), subject_line(letter));
        for (const auto part :
             {Stationery::Part::subject, Stationery::Part::text, Stationery::Part::html}) {
            const auto written = shipped_stationery().write(part, letter);
            REQUIRE(written);
            CHECK_FALSE(written->empty());
            CHECK_THAT(*written, !Contains("{{") && !Contains("}}"));
        }
        CHECK_THAT(html_text(letter), Contains("<html lang=\"" + language + "\""));
        CHECK_THAT(html_text(letter), !Contains("src=") && !Contains("url("));
    }
}

TEST_CASE("a letter is in the language of its reader, with days as people write them",
          "[messages]") {
    const auto english = plain_text(sample(LetterKind::alert, "en"));
    CHECK_THAT(english, Contains("By when: Mon 30 Nov 2026 (6 days left)"));
    CHECK_THAT(english, Contains("Tue 24 Nov 2026, 08:55 UTC"));
    const auto welsh = plain_text(sample(LetterKind::alert, "cy"));
    CHECK_THAT(welsh, Contains("Erbyn pryd: Llun 30 Tach 2026 (6 diwrnod ar \xC3\xB4l)"));
    CHECK_THAT(welsh, Contains("Beth i'w wneud"));
    CHECK_THAT(subject_line(sample(LetterKind::digest, "cy")),
               Contains("Crynodeb, Maw 24 Tach 2026"));
}

TEST_CASE("letters show times by the clock they are given", "[messages]") {
    Stationery stationery;
    stationery.tell_time_by([](Instant at) {
        return std::chrono::local_seconds{at.time_since_epoch()} + std::chrono::hours{1};
    });
    const auto text = plain_text(sample(LetterKind::alert, "en"), stationery);
    CHECK_THAT(text, Contains("Tue 24 Nov 2026, 09:55  ") && !Contains("UTC"));
}

TEST_CASE("an administrator replaces a word, a layout, or a layout for one language",
          "[messages][R85]") {
    Templates templates;
    templates.put("en/words", "# ours\nacknowledge = Leave it to me\n")
        .put("cy/mail.txt", "{{#first}}{{title}}{{/first}}: ein ffordd ni\n")
        .put("item.txt", "ours: {{title}}\n");
    const auto stationery = templates.read();
    REQUIRE(stationery);
    const auto english = sample(LetterKind::alert, "en");
    CHECK_THAT(html_text(english, *stationery), Contains("Leave it to me"));
    CHECK_THAT(plain_text(english, *stationery), Contains("ours: Dyfed-Powys"));
    CHECK_THAT(plain_text(sample(LetterKind::alert, "cy"), *stationery),
               Catch::EndsWith("ein ffordd ni\n"));
}

TEST_CASE("what is wrong in a template is told with its file and line", "[messages][R85]") {
    const auto [name, text, fault] = GENERATE(table<std::string, std::string, std::string>({
        {"mail.txt", "a\n{{#first}}\nb\n", "mail.txt:2: {{#first}} is never closed"},
        {"mail.txt", "a\n{{/first}}\n", "mail.txt:2: {{/first}} closes no open section"},
        {"mail.txt", "\n\n{{tilte}}\n", "mail.txt:3: there is no value \"tilte\" here"},
        {"mail.txt", "{{title}}\n", "mail.txt:1: there is no value \"title\" here"},
        {"mail.txt", "{{> footer}}\n", "mail.txt:1: there is no text \"footer\""},
        {"item.txt", "x\n{{> item.txt}}\n", "item.txt:2: \"item.txt\" includes itself"},
        {"mail.html", "x\n{{{preview}}}\n", "mail.html:2: values are always escaped"},
        {"mail.html", "{{&preview}}\n", "mail.html:1: values are always escaped"},
        {"mail.html", "{{=<% %>=}}\n", "mail.html:1: the delimiters cannot be changed"},
        {"mail.html", "{{preview\n", "mail.html:1: a tag is opened by {{ and never closed"},
        {"mail.html", "{{a b}}\n", "mail.html:1: \"a b\" is no name"},
        {"mail.htm", "x\n", "mail.htm: no letter uses a file of this name"},
        {"en/words", "by=x\n", "words:1: expected: name = text"},
        {"en/words", "\nbuy = x\n", "words:2: there is no word \"buy\""},
        {"mail.txt", "caf\xE9\n", "mail.txt: is not UTF-8"},
        {"mail.html", " \n\n", "mail.html: is empty; without the file"},
        {"mail.txt", std::string(300'000, 'x'), "mail.txt: is larger than 256 KiB"},
    }));
    CAPTURE(name, text.substr(0, 40));
    CHECK_THAT(Templates{}.put(name, text).faults(), Contains(fault));
}

TEST_CASE("a template that would never end is stopped", "[messages][R85]") {
    std::string nested = "x";
    for (int depth = 0; depth < 14; ++depth) nested = "{{#listed}}" + nested + "{{/listed}}";
    CHECK_THAT(Templates{}.put("mail.txt", nested).faults(),
               Contains("asks for too many values") || Contains("larger than 512 KiB"));
    std::string deep = "x";
    for (int depth = 0; depth < 20'000; ++depth) deep = "{{#has_open}}" + deep + "{{/has_open}}";
    CHECK_THAT(Templates{}.put("mail.txt", deep.substr(0, 250'000)).faults(),
               Contains("nested too deep"));
    const auto large = "{{#listed}}" + std::string(10'000, 'x') + "\n{{/listed}}";
    CHECK_THAT(Templates{}.put("mail.txt", large).faults(), Contains("larger than 512 KiB"));
}

TEST_CASE("a folder that is not there is a fault", "[messages][R85]") {
    const auto stationery = Stationery::read("/nowhere/templates");
    REQUIRE_FALSE(stationery);
    CHECK_THAT(stationery.error().front(), Contains("/nowhere/templates"));
}

TEST_CASE("where a layout fails the letter still goes out and says so", "[messages][R85]") {
    Templates templates;
    templates.put("mail.html", "{{#detailed}}" + std::string(10'000, 'x') + "{{/detailed}}");
    auto stationery = templates.read();
    REQUIRE(stationery);
    auto letter = sample(LetterKind::alert, "en");
    letter.kind = LetterKind::several;
    letter.items.assign(10, letter.items.front());
    for (auto& item : letter.items) item.summary = std::string(10'000, 'y');
    templates.put("mail.html",
                  "{{#detailed}}{{#detailed}}{{#detailed}}{{summary}}{{/detailed}}{{/detailed}}{{/"
                  "detailed}}");
    stationery = templates.read();
    REQUIRE(stationery);
    REQUIRE(prepare_mail());
    const auto mail = compose_mail(
        letter, {"forcewatch@force.example", "Forcewatch", "force.example"}, *stationery);
    CHECK_THAT(mail, Contains("Content-Type: text/plain") && !Contains("text/html"));
    CHECK_THAT(mail, Contains("could not be laid out as configured") && Contains("mail.html"));
    CHECK_THAT(mail, Contains("forcewatchctl alerts 7"));
}

TEST_CASE("a letter of ten thousand alerts names every one and stays small", "[messages][R88]") {
    auto storm = sample(LetterKind::storm, "en");
    const auto item = storm.items.front();
    storm.items.clear();
    storm.still_open.clear();
    for (std::int64_t number = 1; number <= 10'000; ++number) {
        storm.items.push_back(item);
        storm.items.back().alert = 2 * number;
    }
    const auto text = plain_text(storm);
    const auto html = html_text(storm);
    CHECK_THAT(text, Contains("And 9900 more"));
    for (const auto* number : {" 202,", " 10000,", " 20000"}) {
        CHECK_THAT(text, Contains(number));
        CHECK_THAT(html, Contains(number));
    }
    CHECK(text.size() < 200'000);
    CHECK(html.size() < 250'000);
}

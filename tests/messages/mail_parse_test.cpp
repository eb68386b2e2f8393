// Generated mails, read back by a parser that is not ours. The count is 300, or FORCEWATCH_MAILS.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <random>

#include "core/check.hpp"
#include "daemon/api/json_reader.hpp"
#include "daemon/messages/sample_letters.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace forcewatch;
using namespace forcewatch::test;

namespace {

const MailIdentity identity{"forcewatch@force.example", "Forcewatch, watching \"all\"",
                            "force.example"};

class Pieces {
public:
    explicit Pieces(unsigned seed) : random_{seed} {}

    /// Text of pieces that mail makes something of.
    std::string text(std::size_t most) {
        static const std::vector<std::string> pieces{"Dyfed-Powys / Heddlu Dyfed-Powys",
                                                     "G\xC5\xB5yr",
                                                     "\xE2\x80\x93",
                                                     "\xF0\x9F\x9A\x92",
                                                     " ",
                                                     "  ",
                                                     "\t",
                                                     "\r\n",
                                                     "\n",
                                                     "\r",
                                                     "\r\nBcc: evil@evil.example\r\n",
                                                     "\r\n.\r\n",
                                                     "=?utf-8?q?x?=",
                                                     "?=",
                                                     "=",
                                                     "=3D",
                                                     "\"",
                                                     "\\",
                                                     "<",
                                                     ">",
                                                     "(",
                                                     ")",
                                                     ",",
                                                     ";",
                                                     ":",
                                                     "@",
                                                     "a@b.example",
                                                     "\x7F",
                                                     "\x01",
                                                     "\xC2\x85",
                                                     "\xE2\x80\xAE",
                                                     "\xE2\x81\xA6",
                                                     "\xFF",
                                                     "\xC3",
                                                     "--=_0123456789abcdef0123456789abcdef",
                                                     "From ",
                                                     "{{title}}",
                                                     "&amp;",
                                                     "<b>",
                                                     std::string(1, '\0'),
                                                     std::string(1200, 'x'),
                                                     std::string(400, '\xC3')};
        std::string out;
        for (auto count = random_() % most; count > 0; --count)
            out += pieces[random_() % pieces.size()];
        return out;
    }
    Letter letter() {
        const auto all = sample_letters(random_() % 2 == 0 ? "en" : "cy");
        Letter letter = all[random_() % all.size()];
        letter.recipient_name = text(6);
        letter.why = text(6);
        for (auto& item : letter.items) {
            item.title = text(12);
            item.summary = text(30);
            item.owner = text(6);
            item.others = {text(4), text(4)};
        }
        return letter;
    }

private:
    std::mt19937 random_;
};

int wanted_count() {
    const char* count = std::getenv("FORCEWATCH_MAILS");
    return count != nullptr ? std::atoi(count) : 300;
}

std::string text_in(const JsonValue& found, const char* name) {
    return *found.find(name)->as<std::string>();
}

}  // namespace

TEST_CASE("generated mails read the same to another parser", "[messages][M6][M7][R85]") {
    REQUIRE(prepare_mail());
    const int count = wanted_count();
    constexpr int batch = 500;
    for (int first = 0; first < count; first += batch) {
        ScratchFolder scratch;
        std::vector<Letter> letters;
        for (int i = first; i < std::min(count, first + batch); ++i) {
            letters.push_back(Pieces{static_cast<unsigned>(i)}.letter());
            std::ofstream{scratch.at(std::to_string(i) + ".eml")}
                << compose_mail(letters.back(), identity);
        }
        ChildProcess parser{{"/usr/bin/python3",
                             FORCEWATCH_SOURCE_DIR "/tests/messages/parse_mail.py",
                             scratch.path()}};
        REQUIRE(parser.wait() == 0);
        for (std::size_t i = 0; i < letters.size(); ++i) {
            const auto number = first + static_cast<int>(i);
            CAPTURE(number);
            const auto found =
                parse_json_object(text_of_file(scratch.at(std::to_string(number) + ".json")))
                    .value();
            const Letter& letter = letters[i];
            CHECK(text_in(found, "subject") == subject_line(letter));
            CHECK(text_in(found, "to") == letter.recipient);
            CHECK(text_in(found, "from") == identity.from);
            CHECK(text_in(found, "id") == "<" + mail_message_id(letter, identity) + ">");
            CHECK(text_in(found, "plain") == plain_text(letter));
            CHECK(text_in(found, "html") == html_text(letter));
            CHECK(*found.find("headers")->as<std::int64_t>() == (letter.may_unsubscribe ? 14 : 12));
        }
    }
}

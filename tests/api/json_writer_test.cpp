#include "daemon/api/json_writer.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <limits>
#include <string>

#include "core/utf8.hpp"
#include "daemon/api/json_reader.hpp"

using namespace forcewatch;

TEST_CASE("objects, arrays and values come out in the order they were written", "[api][json]") {
    JsonWriter json;
    json.begin_object();
    json.key("open").value(3).key("worst").value("kent").key("none").begin_array().end_array();
    json.key("areas").begin_array().value(1).value("two").begin_object().end_object().null();
    json.begin_array().value(true).end_array().end_array();
    json.key("owner").value(std::optional<std::string>{});
    json.key("deputy").value(std::optional<std::string>{"Ann"});
    json.end_object();
    CHECK(json.take() == R"({"open":3,"worst":"kent","none":[],"areas":[1,"two",{},null,[true]],)"
                         R"("owner":null,"deputy":"Ann"})");
}

TEST_CASE("numbers keep every digit", "[api][json]") {
    JsonWriter json;
    json.begin_array();
    json.value(std::numeric_limits<std::int64_t>::min());
    json.value(std::numeric_limits<std::uint64_t>::max());
    json.value(-0).value(0.1).value(std::numeric_limits<double>::infinity());
    json.value(std::numeric_limits<double>::quiet_NaN()).end_array();
    CHECK(json.take() == "[-9223372036854775808,18446744073709551615,0,0.1,null,null]");
}

TEST_CASE("text is escaped so that every reader gets it back", "[api][json]") {
    const auto [text, expected] = GENERATE(table<std::string, std::string>({
        {"plain", R"("plain")"},
        {"", R"("")"},
        {"quote \" slash \\ /", R"("quote \" slash \\ /")"},
        {"line\r\n\ttab", R"("line\r\n\ttab")"},
        {std::string{"\x01\x1f\x00", 3}, R"("\u0001\u001f\u0000")"},
        {"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x91\xAE",
         "\"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x91\xAE\""},
        {"\x7f", "\"\x7f\""},
    }));
    const auto out = JsonWriter{}.value(text).take();
    CHECK(out == expected);
}

TEST_CASE("bytes that are not UTF-8 become the replacement character", "[api][json]") {
    const std::string lost = "\xEF\xBF\xBD";
    const auto [text, expected] = GENERATE_COPY(table<std::string, std::string>({
        {"\xFF", lost},
        {"a\xC3", "a" + lost},
        {"\xC3(", lost + "("},
        {"\xC0\xAF", lost + lost},
        {"\xE0\x80\xAF", lost + lost + lost},
        {"\xED\xA0\x80", lost + lost + lost},
        {"\xF4\x90\x80\x80", lost + lost + lost + lost},
        {"\xF5\x80\x80\x80", lost + lost + lost + lost},
        {"\xF0\x9F\x91", lost + lost + lost},
        {"\x80ok", lost + "ok"},
    }));
    CAPTURE(text);
    const auto out = JsonWriter{}.value(text).take();
    CHECK(out == '"' + expected + '"');
    CHECK_FALSE(is_utf8(text));
    CHECK(is_utf8(out));
}

TEST_CASE("a writer that handed its text over begins anew", "[api][json]") {
    JsonWriter json;
    json.begin_object().end_object();
    CHECK(json.text() == "{}");
    CHECK(json.take() == "{}");
    json.begin_array().raw("{\"as\":\"is\"}").end_array();
    CHECK(json.take() == R"([{"as":"is"}])");
}

TEST_CASE("what the writer writes the reader reads", "[api][json]") {
    std::string every;
    for (int c = 1; c < 128; ++c) every += static_cast<char>(c);
    JsonWriter json;
    json.begin_object().key(every).value(every).end_object();
    const auto read = parse_json_object(json.take());
    REQUIRE(read);
    const auto* value = read->find(every);
    REQUIRE(value);
    CHECK(*value->as<std::string>() == every);
}

TEST_CASE("a text of any length comes out whole, whatever stands where in it", "[api][json]") {
    const std::string plain(70, 'x');
    for (std::size_t length = 0; length < plain.size(); ++length)
        for (std::size_t place = 0; place < length; ++place)
            for (const char special : {'"', '\\', '\x01', '\x1F', '\x7F'}) {
                auto text = plain.substr(0, length);
                text[place] = special;
                const auto read = parse_json_object(
                    JsonWriter{}.begin_object().key("k").value(text).end_object().take());
                REQUIRE(read);
                REQUIRE(*read->find("k")->as<std::string>() == text);
            }
}

TEST_CASE("a document larger than the room it began with keeps every byte", "[api][json]") {
    JsonWriter json;
    json.begin_array();
    for (int i = 0; i < 5'000; ++i) json.value(i).value("text " + std::to_string(i));
    std::string expected{"["};
    for (int i = 0; i < 5'000; ++i) expected += fmt::format("{0},\"text {0}\",", i);
    expected.back() = ']';
    CHECK(json.end_array().take() == expected);
}

#include "daemon/api/json_reader.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

using namespace forcewatch;
using Catch::Contains;

namespace {

std::string repeated(std::string_view part, std::size_t times) {
    std::string out;
    out.reserve(part.size() * times);
    for (std::size_t i = 0; i < times; ++i) out += part;
    return out;
}

}  // namespace

TEST_CASE("well-formed objects are read whole", "[api][json]") {
    const auto [text, name] = GENERATE(table<std::string, std::string>({
        {R"({"a":1})", "a"},
        {" \t\r\n{ \"a\" : [ ] }\n ", "a"},
        {R"({"":{}})", ""},
        {R"({"a\u0062":null})", "ab"},
        {R"({"\ud83d\udc6e":"\ud83d\udc6e"})", "\xF0\x9F\x91\xAE"},
        {R"({"a":"\"\\\/\b\f\n\r\t"})", "a"},
        {R"({"a":[true,false,null,-1,1.5,1e5,1E-5,"x",{"b":[[[]]]}]})", "a"},
        {R"({"x":0,"X":0,"a":0})", "a"},
    }));
    CAPTURE(text);
    const auto read = parse_json_object(text);
    REQUIRE(read);
    CHECK(read->find(name));
}

TEST_CASE("integers stay integers and the rest are doubles", "[api][json]") {
    const auto read = parse_json_object(
        R"({"most":9223372036854775807,"least":-9223372036854775808,"minus":-0,"half":0.5,"e":1e2})");
    REQUIRE(read);
    CHECK(*read->find("most")->as<std::int64_t>() == 9223372036854775807);
    CHECK(*read->find("least")->as<std::int64_t>() == -9223372036854775807 - 1);
    CHECK(*read->find("minus")->as<std::int64_t>() == 0);
    CHECK(*read->find("half")->as<double>() == 0.5);
    CHECK(*read->find("e")->as<double>() == 100.0);
    CHECK_FALSE(read->find("e")->as<std::int64_t>());
}

TEST_CASE("hostile or broken JSON is refused with a reason", "[api][json][I4]") {
    const auto [text, reason] = GENERATE(table<std::string, std::string>({
        {"", "empty"},
        {"   ", "empty"},
        {"[]", "object"},
        {"1", "object"},
        {"\"{}\"", "object"},
        {"null", "object"},
        {"\xEF\xBB\xBF{}", "object"},
        {"{", "well-formed"},
        {"}", "object"},
        {"{]", "well-formed"},
        {R"({"a":1)", "well-formed"},
        {R"({"a":1]})", "well-formed"},
        {R"({"a":[1})", "well-formed"},
        {R"({"a":[1,2})", "well-formed"},
        {R"({"a":[1 2]})", "well-formed"},
        {R"({"a":[1,]})", "well-formed"},
        {R"({"a":[,1]})", "well-formed"},
        {R"({"a":[1,,2]})", "well-formed"},
        {"{\"a\":[null\x1At,,]}", "well-formed"},
        {"{\"a\":null\x1A}", "well-formed"},
        {R"({"a":1,})", "well-formed"},
        {R"({,"a":1})", "well-formed"},
        {R"({"a" 1})", "well-formed"},
        {R"({"a":})", "well-formed"},
        {R"({"a"})", "well-formed"},
        {R"({a:1})", "well-formed"},
        {R"({'a':1})", "well-formed"},
        {R"({1:1})", "well-formed"},
        {R"({"a":1 "b":2})", "well-formed"},
        {R"({"a":1}})", "follows"},
        {R"({"a":1}{"b":2})", "follows"},
        {R"({"a":1} x)", ""},
        {R"({"a":1},)", ""},
        {R"({} [])", ""},
        {R"({"a":nul})", "well-formed"},
        {R"({"a":nulll})", "well-formed"},
        {R"({"a":truee})", "well-formed"},
        {R"({"a":True})", "well-formed"},
        {R"({"a":NaN})", "well-formed"},
        {R"({"a":Infinity})", "well-formed"},
        {R"({"a":+1})", "well-formed"},
        {R"({"a":.5})", "well-formed"},
        {R"({"a":01})", "number"},
        {R"({"a":1.})", "number"},
        {R"({"a":1e})", "number"},
        {R"({"a":-})", "number"},
        {R"({"a":--1})", "number"},
        {R"({"a":0x10})", "number"},
        {R"({"a":1x})", "number"},
        {R"({"a":1e999})", "number"},
        {R"({"a":-1e999})", "number"},
        {R"({"a":9223372036854775808})", "number"},
        {R"({"a":-9223372036854775809})", "number"},
        {R"({"a":123456789012345678901234567890})", "number"},
        {R"({"a":"\ud800"})", ""},
        {R"({"a":"\udc00"})", ""},
        {R"({"a":"\ud800\u0041"})", ""},
        {R"({"a":"\ud800\ud800"})", ""},
        {R"({"\udfff":1})", ""},
        {R"({"a":"\u0000"})", "U+0000"},
        {R"({"a\u0000b":1})", "U+0000"},
        {R"({"a":"\u12"})", "well-formed"},
        {R"({"a":"\x41"})", "well-formed"},
        {R"({"a":"unended)", "well-formed"},
        {"{\"a\":\"raw\nline\"}", "well-formed"},
        {"{\"a\":\"\xFF\"}", "UTF-8"},
        {"{\"a\":\"\xED\xA0\x80\"}", "UTF-8"},
        {"{\"a\":\"\xC0\xAF\"}", "UTF-8"},
        {R"({"a":1,"a":2})", "twice"},
        {R"({"a":1,"b":2,"\u0061":3})", "twice"},
        {R"({"x":[{"a":1,"a":1}]})", "twice"},
        {"{\"a\":1/**/}", "number"},
        {"{\"a\":1}//", ""},
    }));
    CAPTURE(text);
    const auto read = parse_json_object(text);
    REQUIRE_FALSE(read);
    CHECK_THAT(read.error(), Contains(reason));
}

TEST_CASE("nesting is read to 64 deep and refused below, however deep", "[api][json][I4]") {
    const auto nested = [](std::size_t arrays) {
        return "{\"a\":" + repeated("[", arrays) + repeated("]", arrays) + "}";
    };
    CHECK(parse_json_object(nested(63)));
    const auto [arrays] = GENERATE(table<std::size_t>({{64}, {65}, {1000}, {1'000'000}}));
    CAPTURE(arrays);
    const auto read = parse_json_object(nested(arrays));
    REQUIRE_FALSE(read);
    CHECK_THAT(read.error(), Contains("deep") || Contains("well-formed"));
}

TEST_CASE("deep objects and unended depth are refused too", "[api][json][I4]") {
    CHECK_FALSE(parse_json_object(repeated("{\"a\":", 1'000'000)));
    CHECK_FALSE(parse_json_object("{\"a\":" + repeated("[", 1'000'000)));
}

TEST_CASE("a hundred thousand members are read and their doubles found", "[api][json][I4]") {
    std::string text = "{";
    for (int i = 0; i < 100'000; ++i) text += fmt::format("\"m{}\":{},", i, i);
    const auto good = parse_json_object(text + "\"last\":1}");
    REQUIRE(good);
    CHECK(good->as<JsonValue::Object>()->size() == 100'001);
    CHECK_FALSE(parse_json_object(text + "\"m77777\":1}"));
}

TEST_CASE("an object reader names every fault by its pointer", "[api][json]") {
    const auto document = parse_json_object(
        R"({"name":7,"count":101,"on":"yes","list":{},"long":"12345","a/b~c":1,"null":null})");
    REQUIRE(document);
    JsonFaults faults;
    ObjectReader reader{*document, "/at/0", faults};
    reader.required_text("name", 10);
    reader.required_integer("count", 1, 100);
    reader.optional_bool("on");
    reader.required_array("list", 5);
    reader.required_text("long", 4);
    reader.required_text("null", 4);
    CHECK_FALSE(reader.optional_text("absent", 4));
    reader.required_text("missing", 4);
    reader.refuse_unknown();
    CHECK(faults == JsonFaults{
                        {"/at/0/name", "expected text"},
                        {"/at/0/count", "expected a whole number from 1 to 100"},
                        {"/at/0/on", "expected true or false"},
                        {"/at/0/list", "expected an array"},
                        {"/at/0/long", "is longer than 4 bytes"},
                        {"/at/0/null", "is missing"},
                        {"/at/0/missing", "is missing"},
                        {"/at/0/a~1b~0c", "is not known here"},
                    });
}

TEST_CASE("an object reader hands out what fits", "[api][json]") {
    const auto document =
        parse_json_object(R"({"name":"Kent","count":100,"on":true,"list":[1,2],"in":{"x":1}})");
    REQUIRE(document);
    JsonFaults faults;
    ObjectReader reader{*document, "", faults};
    CHECK(reader.required_text("name", 4) == "Kent");
    CHECK(reader.required_integer("count", 1, 100) == 100);
    CHECK(reader.optional_bool("on") == true);
    CHECK(reader.required_array("list", 2)->size() == 2);
    CHECK(reader.optional_object("in")->find("x"));
    CHECK(reader.optional_object("out") == nullptr);
    reader.refuse_unknown();
    CHECK(faults.empty());
}

TEST_CASE("what is no object is one fault and no crash", "[api][json]") {
    JsonFaults faults;
    ObjectReader reader{JsonValue{std::int64_t{3}}, "/x", faults};
    reader.required_text("name", 10);
    reader.refuse_unknown();
    CHECK(faults == JsonFaults{{"/x", "expected an object"}});
}

#include "daemon/http/form_data.hpp"

#include <catch2/catch.hpp>

using namespace forcewatch;
using Catch::Contains;

namespace {

constexpr auto type = "multipart/form-data; boundary=AaB03x";

}  // namespace

TEST_CASE("the parts of a form are told apart by name", "[http]") {
    CHECK(is_form_data("Multipart/Form-Data; boundary=x"));
    CHECK_FALSE(is_form_data("text/csv"));
    const auto parts = read_form_data(
        type,
        "--AaB03x\r\ncontent-disposition: form-data; name=\"mapping\"\r\n\r\na = 1\r\n"
        "--AaB03x\r\nContent-Type: text/csv\r\nContent-Disposition: form-data; name=file; "
        "filename=\"..\\dir/a\\\"b.csv\"\r\n\r\n\r\n--AaB03\r\n\r\n--AaB03x\r\n"
        "Content-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--AaB03x--\r\n");
    REQUIRE(parts);
    REQUIRE(parts->size() == 3);
    CHECK(parts->at(0).name == "mapping");
    CHECK(parts->at(0).body == "a = 1");
    CHECK(parts->at(1).name == "file");
    CHECK(parts->at(1).filename == "a\"b.csv");
    CHECK(parts->at(1).body == "\r\n--AaB03\r\n");
    CHECK(parts->at(2).body.empty());
}

TEST_CASE("a form that is not sound is refused by what is wrong", "[http]") {
    const auto [content_type, body, reason] =
        GENERATE(table<const char*, std::string, const char*>({
            {"multipart/form-data", "--x\r\n", "no boundary"},
            {type, "", "does not begin"},
            {type, "--AaB03x\r\nA: b\r\n\r\ntext", "last boundary is missing"},
            {type, "--AaB03xyz", "does not end its line"},
            {type, "--AaB03x\r\nA: b\r\n--AaB03x--", "has no head"},
        }));
    const auto parts = read_form_data(content_type, body);
    REQUIRE_FALSE(parts);
    CHECK_THAT(parts.error(), Contains(reason));
    std::string many{"--AaB03x"};
    for (int i = 0; i < 200; ++i) many += "\r\nA: b\r\n\r\nx\r\n--AaB03x";
    CHECK_THAT(read_form_data(type, many + "--").error(), Contains("more than 100"));
}

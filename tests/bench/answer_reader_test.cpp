#include <catch2/catch.hpp>

#include "tests/bench/load.hpp"

using namespace forcewatch::bench;

namespace {

struct Answer {
    std::string text;
    int status;
    std::string body;
};

const Answer with_length{"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello"};
const Answer in_chunks{
    "HTTP/1.1 201 Created\r\nX: y\r\nTransfer-Encoding: "
    "chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
    201, "hello"};
const Answer without_body{"HTTP/1.1 204 No Content\r\n\r\n", 204, ""};

}  // namespace

TEST_CASE("an answer is whole at its last byte and not before, however it is cut", "[bench]") {
    const auto& answer = GENERATE(with_length, in_chunks, without_body);
    const auto piece = GENERATE(1UL, 2UL, 7UL, 1000UL);
    CAPTURE(answer.text, piece);
    AnswerReader reader;
    reader.keep_body(true);
    for (std::size_t at = 0; at < answer.text.size(); at += piece) {
        const bool last = at + piece >= answer.text.size();
        CHECK(reader.take(std::string_view{answer.text}.substr(at, piece)) == last);
    }
    CHECK(reader.status() == answer.status);
    CHECK(reader.body() == answer.body);
    CHECK(reader.body_bytes() == static_cast<std::int64_t>(answer.body.size()));
}

TEST_CASE("a reader is ready for the next answer once cleared", "[bench]") {
    AnswerReader reader;
    REQUIRE(reader.take(with_length.text));
    reader.clear();
    CHECK(reader.take(in_chunks.text));
    CHECK(reader.body().empty());
}

TEST_CASE("bytes after an answer are not taken for a part of it", "[bench]") {
    AnswerReader reader;
    CHECK_THROWS(reader.take(with_length.text + "more"));
}

#include <catch2/catch.hpp>

#include "tests/http/test_server.hpp"

using namespace forcewatch;
using namespace forcewatch::test;

namespace {

struct Hostile {
    std::string name;
    std::string bytes;
    int status;
};

const std::string host = "Host: localhost\r\n";
const std::string get = "GET /a HTTP/1.1\r\n";
const std::string post = "POST /a HTTP/1.1\r\n" + host;

std::string with_nul(std::string text) {
    std::replace(text.begin(), text.end(), '@', '\0');
    return text;
}

std::vector<Hostile> hostile_request_lines() {
    return {
        {"blanks", "   \r\n\r\n", 400},
        {"no words", "\r\n\r\n\r\n\r\n", 400},
        {"TLS hello", std::string{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11}, 400},
        {"one word", "GARBAGE\r\n" + host + "\r\n", 400},
        {"no version", "GET /a\r\n" + host + "\r\n", 505},
        {"SSH banner", "SSH-2.0-OpenSSH_9.2\r\n\r\n", 400},
        {"lower case method", "get /a HTTP/1.1\r\n" + host + "\r\n", 400},
        {"unknown method", "FETCH /a HTTP/1.1\r\n" + host + "\r\n", 400},
        {"WebDAV method", "PROPFIND /a HTTP/1.1\r\n" + host + "\r\n", 501},
        {"TRACE", "TRACE /a HTTP/1.1\r\n" + host + "\r\n", 501},
        {"CONNECT", "CONNECT a:443 HTTP/1.1\r\n" + host + "\r\n", 501},
        {"tab after method", "GET\t/a HTTP/1.1\r\n" + host + "\r\n", 400},
        {"tab before version", "GET /a\tHTTP/1.1\r\n" + host + "\r\n", 400},
        {"space before method", " GET /a HTTP/1.1\r\n" + host + "\r\n", 400},
        {"three words too many", "GET /a b HTTP/1.1\r\n" + host + "\r\n", 400},
        {"NUL in target", with_nul("GET /a@b HTTP/1.1\r\n" + host + "\r\n"), 400},
        {"encoded NUL", "GET /a%00b HTTP/1.1\r\n" + host + "\r\n", 400},
        {"encoded NUL in query", "GET /a?b=%00 HTTP/1.1\r\n" + host + "\r\n", 400},
        {"encoded slash", "GET /a%2fb HTTP/1.1\r\n" + host + "\r\n", 400},
        {"broken escape", "GET /a%2 HTTP/1.1\r\n" + host + "\r\n", 400},
        {"wrong escape", "GET /a%zz HTTP/1.1\r\n" + host + "\r\n", 400},
        {"not UTF-8", "GET /%ff HTTP/1.1\r\n" + host + "\r\n", 400},
        {"overlong UTF-8", "GET /%c0%af HTTP/1.1\r\n" + host + "\r\n", 400},
        {"surrogate", "GET /%ed%a0%80 HTTP/1.1\r\n" + host + "\r\n", 400},
        {"raw high bytes", "GET /\xff\xfe HTTP/1.1\r\n" + host + "\r\n", 400},
        {"fragment", "GET /a#b HTTP/1.1\r\n" + host + "\r\n", 400},
        {"no slash", "GET a HTTP/1.1\r\n" + host + "\r\n", 400},
        {"asterisk", "OPTIONS * HTTP/1.1\r\n" + host + "\r\n", 400},
        {"another scheme", "GET ftp://localhost/a HTTP/1.1\r\n" + host + "\r\n", 400},
        {"HTTP/0.9", "GET /a HTTP/0.9\r\n" + host + "\r\n", 505},
        {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"HTTP/2.0", "GET /a HTTP/2.0\r\n" + host + "\r\n", 505},
        {"HTTP/1.2", "GET /a HTTP/1.2\r\n" + host + "\r\n", 505},
        {"HTTP/1.10", "GET /a HTTP/1.10\r\n" + host + "\r\n", 505},
        {"http in lower case", "GET /a http/1.1\r\n" + host + "\r\n", 400},
        {"bare LF after the request line", "GET /a HTTP/1.1\n" + host + "\r\n", 400},
        {"bare CR after the request line", "GET /a HTTP/1.1\r" + host + "\r\n", 400},
        {"two CRs", "GET /a HTTP/1.1\r\r\n" + host + "\r\n", 400},
    };
}

std::vector<Hostile> hostile_fields() {
    return {
        {"no Host", get + "\r\n", 400},
        {"two Hosts", get + host + host + "\r\n", 400},
        {"two different Hosts", get + host + "hOST: evil\r\n\r\n", 400},
        {"bare LF between fields", get + "Host: a\nX: b\r\n\r\n", 400},
        {"bare CR between fields", get + "Host: a\rX: b\r\n\r\n", 400},
        {"bare LF at the end", get + host + "\n", 400},
        {"CR and something", get + host + "\rX", 400},
        {"folded line", get + host + "X: a\r\n b\r\n\r\n", 400},
        {"line folded by a tab", get + host + "X: a\r\n\tb\r\n\r\n", 400},
        {"first field folded", get + " " + host + "\r\n", 400},
        {"space before colon", get + "Host : a\r\n\r\n", 400},
        {"tab before colon", get + "Host\t: a\r\n\r\n", 400},
        {"no colon", get + host + "Broken\r\n\r\n", 400},
        {"no name", get + host + ": a\r\n\r\n", 400},
        {"NUL in a name", with_nul(get + host + "A@B: c\r\n\r\n"), 400},
        {"NUL in a value", with_nul(get + host + "A: b@c\r\n\r\n"), 400},
        {"bell in a value", get + host + "A: \a\r\n\r\n", 400},
        {"DEL in a value", get + host + "A: \x7f\r\n\r\n", 400},
        {"bracket in a name", get + host + "A[]: b\r\n\r\n", 400},
        {"high byte in a name", get + host + "\xc3\xa9: b\r\n\r\n", 400},
        {"unknown expectation", post + "Expect: miracles\r\nContent-Length: 1\r\n\r\n", 417},
        {"101 fields",
         get + host +
             [] {
                 std::string text;
                 for (int i = 0; i < 100; ++i) text += "A: b\r\n";
                 return text;
             }() +
             "\r\n",
         431},
        {"two blanks before the target", "GET  / HTTP/1.1\r\n" + host + "\r\n", 400},
        {"two blanks before the version", "GET /  HTTP/1.1\r\n" + host + "\r\n", 400},
        {"a blank in Host", get + "Host: a b\r\n\r\n", 400},
        {"a path in Host", get + "Host: a/b\r\n\r\n", 400},
        {"a user in Host", get + "Host: c@d\r\n\r\n", 400},
        {"one long field", get + host + "A: " + std::string(17'000, 'a'), 431},
        {"one long name", get + host + std::string(17'000, 'a'), 431},
        {"long request line", "GET /" + std::string(17'000, 'a'), 414},
    };
}

std::vector<Hostile> hostile_bodies() {
    const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
    return {
        {"CL and TE", post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         400},
        {"TE and CL", post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
         400},
        {"two CLs", post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400},
        {"two equal CLs", post + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400},
        {"CL list", post + "Content-Length: 3, 3\r\n\r\nabc", 400},
        {"CL with sign", post + "Content-Length: +3\r\n\r\nabc", 400},
        {"negative CL", post + "Content-Length: -1\r\n\r\nabc", 400},
        {"hexadecimal CL", post + "Content-Length: 0x3\r\n\r\nabc", 400},
        {"CL with space inside", post + "Content-Length: 3 3\r\n\r\nabc", 400},
        {"empty CL", post + "Content-Length: \r\n\r\n", 400},
        {"CL beyond 64 bits", post + "Content-Length: 18446744073709551617\r\n\r\na", 400},
        {"huge CL", post + "Content-Length: 1000000000000\r\n\r\n", 413},
        {"TE identity", post + "Transfer-Encoding: identity\r\n\r\n", 501},
        {"TE gzip", post + "Transfer-Encoding: gzip\r\n\r\n", 501},
        {"TE gzip, chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
        {"TE chunked, chunked", post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 501},
        {"TE chunked, identity", post + "Transfer-Encoding: chunked, identity\r\n\r\n", 501},
        {"two TEs", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 501},
        {"TE xchunked", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
        {"TE quoted", post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", 501},
        {"TE under HTTP/1.0", "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         400},
        {"chunk size of letters", chunked + "xyz\r\n", 400},
        {"chunk size 0x1", chunked + "0x1\r\na\r\n0\r\n\r\n", 400},
        {"negative chunk size", chunked + "-1\r\n", 400},
        {"chunk size beyond 64 bits", chunked + "fffffffffffffffff\r\n", 400},
        {"empty chunk size", chunked + "\r\n", 400},
        {"chunk longer than its size", chunked + "1\r\nab\r\n0\r\n\r\n", 400},
        {"bare LF after chunk size", chunked + "1\na\r\n0\r\n\r\n", 400},
        {"bare LF after chunk", chunked + "1\r\na\n0\r\n\r\n", 400},
        {"bare LF in chunk extension", chunked + "1;a\nb\r\na\r\n0\r\n\r\n", 400},
        {"NUL in chunk extension", chunked + with_nul("1;a@b\r\na\r\n0\r\n\r\n"), 400},
        {"trailer", chunked + "0\r\nHost: evil\r\n\r\n", 400},
        {"trailer after a chunk", chunked + "1\r\na\r\n0\r\nX: y\r\n\r\n", 400},
        {"chunk larger than any body", chunked + "ffffffff\r\n" + std::string(9'000'000, 'a'), 413},
        {"long chunk extension", chunked + "1;" + std::string(100'000, 'a'), 400},
    };
}

/// Sends the bytes in one piece and each of them alone must have the same effect: none.
void check_refused(TestServer& server, const Hostile& hostile) {
    CAPTURE(hostile.name);
    for (const bool bytewise : {false, true}) {
        if (bytewise && hostile.bytes.size() > 1'000) continue;
        CAPTURE(bytewise);
        auto client = server.connect();
        if (bytewise)
            for (const char byte : hostile.bytes) (void)client.send({&byte, 1});
        else
            (void)client.send(hostile.bytes);
        client.half_close();
        const HttpAnswer answer = client.read_answer();
        CHECK(answer.status == hostile.status);
        CHECK(answer.headers.count("connection") == 1);
        CHECK(answer.headers.at("content-type") == "application/problem+json");
        CHECK(client.read_to_end().empty());
    }
}

}  // namespace

TEST_CASE("a hostile request is refused, closes its connection and reaches no handler",
          "[http][N3]") {
    TestServer server;
    for (const auto& table : {hostile_request_lines(), hostile_fields(), hostile_bodies()})
        for (const Hostile& hostile : table) check_refused(server, hostile);
    CHECK(server.handled() == 0);
    CHECK(server.connect().ask("GET", "/now").status == 200);
}

TEST_CASE("what follows a refused request is never taken for another request", "[http][N3]") {
    TestServer server;
    const std::string smuggled = "GET /smuggled HTTP/1.1\r\n" + host + "\r\n";
    for (const auto& table : {hostile_request_lines(), hostile_fields(), hostile_bodies()}) {
        for (const Hostile& hostile : table) {
            CAPTURE(hostile.name);
            auto client = server.connect();
            (void)client.send(hostile.bytes + "\r\n\r\n" + smuggled);
            client.half_close();
            (void)client.read_to_end();
        }
    }
    CHECK(server.handled() == 0);
}

TEST_CASE("a head of 100 MB is cut off at the limit", "[http][N3]") {
    TestServer server;
    auto client = server.connect();
    REQUIRE(client.send(get + host + "X: "));
    const std::string megabyte(1'000'000, 'a');
    int taken = 0;
    while (taken < 100 && client.send(megabyte)) ++taken;
    CHECK(taken < 100);
    CHECK(client.read_answer().status == 431);
    CHECK(server.connect().ask("GET", "/now").status == 200);
}

TEST_CASE("what looks odd but is allowed is served", "[http]") {
    TestServer server;
    const auto [bytes, body] = GENERATE(table<std::string, std::string>({
        {get + "Host: evil.example\r\n\r\n", "GET /a "},
        {get + "Host:\r\n\r\n", "GET /a "},
        {"\r\n" + get + host + "\r\n", "GET /a "},
        {get + host + "X:a\r\nY:\t b \t\r\n\r\n", "GET /a "},
        {get + host + "X: caf\xc3\xa9\r\n\r\n", "GET /a "},
        {get + host + "Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n", "GET /a "},
        {"GET http://localhost/a?b=c HTTP/1.1\r\n" + host + "\r\n", "GET /a?b=c "},
        {"GET /caf%C3%A9?q=a%20b+c HTTP/1.1\r\n" + host + "\r\n", "GET /caf\xc3\xa9?q=a b c "},
        {"GET /a HTTP/1.0\r\n\r\n", "GET /a "},
        {post + "Content-Length: 3\r\n\r\nabc", "POST /a abc"},
        {post + "Content-Length: 003\r\n\r\nabc", "POST /a abc"},
        {post + "Transfer-Encoding: Chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
         "POST /a abc"},
        {post + "Upgrade: x\r\nConnection: Upgrade\r\nContent-Length: 3\r\n\r\nabc", "POST /a abc"},
        {post + "\r\n", "POST /a "},
    }));
    CAPTURE(bytes);
    for (const bool bytewise : {false, true}) {
        auto client = server.connect();
        if (bytewise)
            for (const char byte : bytes) (void)client.send({&byte, 1});
        else
            (void)client.send(bytes);
        const HttpAnswer answer = client.read_answer();
        CHECK(answer.status == 200);
        CHECK(answer.body == body);
    }
}

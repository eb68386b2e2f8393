#include <catch2/catch.hpp>

#include "config/address_range.hpp"
#include "config/web_address.hpp"
#include "core/mail_address.hpp"
#include "core/nearest.hpp"

using namespace forcewatch;

TEST_CASE("plain addresses pass and everything else is refused", "[core][mail][M6]") {
    const std::string long_label(63, 'a');
    for (const std::string text :
         {"a@b", "liaison@force.example", "first.last+tag@sub.force.example", "o'brien@x.example",
          "a@localhost", "1@2.example", "A-Z_0@X-Y.EXAMPLE"})
        CHECK(is_mail_address(text));
    CHECK(is_mail_address(std::string(64, 'a') + "@b"));
    CHECK(is_mail_address("a@" + long_label + ".example"));
    for (const std::string text : {"",
                                   "@",
                                   "a",
                                   "a@",
                                   "@b",
                                   "a@@b",
                                   "a@b@c",
                                   ".a@b",
                                   "a.@b",
                                   "a..b@c",
                                   "a@.b",
                                   "a@b.",
                                   "a@b..c",
                                   "a@-b",
                                   "a@b-",
                                   "a b@c",
                                   "a@b c",
                                   "<a@b>",
                                   "a@b>",
                                   "\"a\"@b",
                                   "a@[127.0.0.1]",
                                   "a,b@c",
                                   "a@b,c@d",
                                   "a@b_c",
                                   "a;b@c",
                                   "a:b@c",
                                   "a(b)@c",
                                   "a@b\r\nRCPT TO:<c@d>",
                                   "a\n@b",
                                   "a@b\n",
                                   "\ta@b",
                                   "caf\xC3\xA9@b",
                                   "a@caf\xC3\xA9",
                                   "a\\b@c",
                                   "a\x7f@b"})
        CHECK_FALSE(is_mail_address(text));
    CHECK_FALSE(is_mail_address(std::string{"a\0@b", 4}));
    CHECK_FALSE(is_mail_address(std::string{"a@b\0", 4}));
    CHECK_FALSE(is_mail_address(std::string(65, 'a') + "@b"));
    CHECK_FALSE(is_mail_address("a@" + long_label + "a.example"));
    CHECK_FALSE(is_mail_address("a@" + long_label + "." + long_label + "." + long_label + "." +
                                long_label));
}

TEST_CASE("inner addresses are known in every dress", "[config][W4]") {
    for (const auto* text : {"127.0.0.1",
                             "127.255.255.254",
                             "0.0.0.0",
                             "10.1.2.3",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.168.1.1",
                             "169.254.169.254",
                             "100.64.0.1",
                             "198.18.0.1",
                             "192.0.2.7",
                             "224.0.0.1",
                             "240.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "::ffff:127.0.0.1",
                             "::ffff:10.0.0.1",
                             "::127.0.0.1",
                             "fe80::1",
                             "fc00::1",
                             "fd00:ec2::254",
                             "ff02::1",
                             "fec0::1",
                             "64:ff9b::10.0.0.1",
                             "64:ff9b:1::1",
                             "2002:7f00:1::1",
                             "2002:0a00:0001::",
                             "2001::1",
                             "2001:db8::1",
                             "3fff::1",
                             "100::1"}) {
        CAPTURE(text);
        CHECK(is_inner_address(parse_ip_address(text).value()));
    }
    for (const auto* text : {"8.8.8.8", "172.15.255.255", "172.32.0.0", "100.63.255.255",
                             "100.128.0.0", "192.0.1.1", "223.255.255.255", "2606:4700::1111",
                             "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:0808:0808::1"}) {
        CAPTURE(text);
        CHECK_FALSE(is_inner_address(parse_ip_address(text).value()));
    }
}

TEST_CASE("ranges hold their first and last address and no neighbour", "[config]") {
    const auto [range, address, inside] = GENERATE(table<std::string, std::string, bool>({
        {"10.0.0.0/8", "10.0.0.0", true},
        {"10.0.0.0/8", "10.255.255.255", true},
        {"10.0.0.0/8", "11.0.0.0", false},
        {"10.0.0.0/8", "9.255.255.255", false},
        {"10.0.0.4/30", "10.0.0.7", true},
        {"10.0.0.4/30", "10.0.0.8", false},
        {"10.0.0.7", "10.0.0.7", true},
        {"10.0.0.7", "10.0.0.6", false},
        {"10.0.0.7", "::ffff:10.0.0.7", true},
        {"0.0.0.0/0", "1.2.3.4", true},
        {"0.0.0.0/0", "::1", false},
        {"::/0", "1.2.3.4", true},
        {"fd00::/8", "fdff::1", true},
        {"fd00::/8", "fe00::1", false},
        {"::1", "::1", true},
    }));
    CAPTURE(range, address);
    CHECK(parse_address_range(range)->contains(parse_ip_address(address).value()) == inside);
}

TEST_CASE("what is no range is refused", "[config]") {
    for (const auto* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x",
                             "::/129", "10.0.0", "0x7f.1", "010.0.0.1", "host", "10.0.0.0/8/8"})
        CHECK_FALSE(parse_address_range(text));
}

TEST_CASE("web addresses are taken apart, narrowly", "[config][W4]") {
    const auto plain = parse_web_address("https://Cases.Example/hooks?a=b").value();
    CHECK(plain.scheme == "https");
    CHECK(plain.host == "cases.example");
    CHECK(plain.port == 443);
    CHECK(plain.target == "/hooks?a=b");
    CHECK(parse_web_address("https://a.example").value().target == "/");
    CHECK(parse_web_address("https://a.example?x").value().target == "/?x");
    CHECK(parse_web_address("http://[::1]:8080/x").value().host == "::1");
    CHECK(parse_web_address("http://[::1]:8080/x").value().port == 8080);
    for (const auto* text : {"",
                             "a.example",
                             "ftp://a.example",
                             "file:///etc/passwd",
                             "https://",
                             "https:///x",
                             "https://a:b@c.example",
                             "https://a@b.example",
                             "https://a.example#x",
                             "https://a b.example",
                             "https://a.example/\r\nX: y",
                             "https://a.example:0",
                             "https://a.example:65536",
                             "https://a.example:x",
                             "https://a.example:443:443",
                             "https://[::1",
                             "https://[::1]x",
                             "https://[127.0.0.1]/",
                             "https://::1/",
                             "https://0x7f.1/",
                             "https://2130706433/",
                             "https://127.1/",
                             "https://localhost./",
                             "https://a_b.example",
                             "https://caf\xC3\xA9.example",
                             "https://a.example\\@b.example",
                             "javascript:alert(1)",
                             "https://017700000001/"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_web_address(text));
    }
}

TEST_CASE("loopback hosts are known by name and by number", "[config]") {
    for (const auto* host :
         {"localhost", "LOCALHOST", "a.localhost", "127.0.0.1", "127.9.9.9", "::1"})
        CHECK(is_loopback_host(host));
    for (const auto* host : {"localhost.example", "128.0.0.1", "example", "::2", ""})
        CHECK_FALSE(is_loopback_host(host));
}

TEST_CASE("the nearest word is the one that was meant", "[config][R42]") {
    const std::vector<std::string> known{"path", "mode", "group", "editors", "operators"};
    const auto [word, meant] = GENERATE(table<std::string, std::string>({
        {"pth", "path"},
        {"paht", "path"},
        {"editor", "editors"},
        {"oprators", "operators"},
        {"grupo", ""},
        {"colour", ""},
        {"x", ""},
        {"gruop", "group"},
    }));
    CHECK(nearest(word, known) == meant);
    CHECK(nearest(std::string(100'000, 'a'), known).empty());
}

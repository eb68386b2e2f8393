#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "config/settings.hpp"

using namespace forcewatch;
using Catch::Contains;
using Catch::StartsWith;

namespace {

struct BadSettings {
    std::string text;
    int line;
    std::string key;
    std::string words;
};

// Each text has exactly this one fault.
const std::vector<BadSettings>& bad_settings() {
    static const std::string outbox = "[[destination]]\nname='o'\nfolder={path='/o'}\n";
    static const std::string relay = "[mail]\nhost='m.example'\n";
    static const std::string mail = relay + "[[destination]]\nname='d'\nemail=";
    static const std::string hook = "[[destination]]\nname='d'\nwebhook=";
    static const std::string grade = "[[rule]]\nname='r'\ntype='grade-persists'\ngrade='good'\n";
    static const std::string due = "[[rule]]\nname='r'\ntype='deadline'\n";
    static const std::string step = "ladder=[{at='0d',severity='info'}]\n";
    static const std::vector<BadSettings> all{
        // Paths of which each would be made in the place of another.
        {"[socket]\npath = '/a'\n[courier]\nsocket = '/a'\n", 4, "courier.socket", "socket.path"},
        {"[courier]\nsocket = '/a'\n[socket]\npath = '/b/../a'\n", 2, "courier.socket",
         "socket.path"},
        {"[socket]\npath = '/run/forcewatch/courier.sock'\n", 2, "socket.path", "courier.socket"},
        {"[storage]\npath = '/a'\n[socket]\npath = '/a'\n", 4, "socket.path", "storage.path"},
        {"[storage]\npath = '/a'\n[courier]\nsocket = '/a-wal'\n", 4, "courier.socket",
         "storage.path"},
        {"[storage]\npath = '/run/forcewatch/forcewatch.sock'\n", 2, "storage.path", "socket.path"},
        // The text itself.
        {"[storage\n", 1, "", "]"},
        {"\n\nzone = \n", 3, "", "value"},
        {"a = 1\na = 2\n", 2, "", "redefine"},
        {"[socket]\nmode = 0660\n", 2, "", "zero"},
        {"x = \"\xFF\"\n", 1, "", "utf-8"},
        // Unknown keys and sections, with the nearest known one.
        {"[strage]\n", 1, "strage", "\"storage\""},
        {"[storage]\npaht = '/x'\n", 2, "storage.paht", "\"path\""},
        {"[socket]\neditor = ['a']\n", 2, "socket.editor", "\"editors\""},
        {"[mail]\nhsot = 'm'\n", 2, "mail.hsot", "\"host\""},
        {"[socket]\ncolour = 1\n", 2, "socket.colour", "not a key here"},
        {outbox + "on_unknwon = 'hold'\n", 4, "destination.on_unknwon", "\"on_unknown\""},
        {mail + "{to=['a@b'],digset='daily 08:30'}\n", 5, "destination.email.digset", "\"digest\""},
        {hook + "{url='https://a.example',secert='file:/x'}\n", 3, "destination.webhook.secert",
         "\"secret\""},
        {due + step + "remind_evry='7d'\n", 5, "rule.remind_evry", "\"remind_every\""},
        {due + step + "grade='good'\n", 5, "rule.grade", "not a key here"},
        {due + "ladder=[{at='0d',sevrity='info',severity='info'}]\n", 4, "rule.ladder.sevrity",
         "\"severity\""},
        {outbox + "[[route]]\nto='o'\nmatch={sverity='info+'}\n", 6, "route.match.sverity",
         "\"severity\""},
        {"[calendar]\nquiet_hours={from='18:00',to='08:00',weekend=true}\n", 2,
         "calendar.quiet_hours.weekend", "\"weekends\""},
        // Wrong kinds of value.
        {"storage = 'x'\n", 1, "storage", "a table"},
        {"[storage]\npath = 7\n", 2, "storage.path", "text in quotes"},
        {"[socket]\neditors = [1]\n", 2, "socket.editors", "text in quotes"},
        {"[destination]\nname='x'\n", 1, "destination", "[[destination]]"},
        {"destination = [1]\n", 1, "destination", "a table"},
        {due + step + "remind_every=7\n", 5, "rule.remind_every", "text in quotes"},
        {due + "ladder='0d'\n", 4, "rule.ladder", "list of tables"},
        // Storage, sockets, calendar, log.
        {"[storage]\npath = 'db'\n", 2, "storage.path", "from the root"},
        {"[storage]\npath = \"/a\\nb\"\n", 2, "storage.path", "line breaks"},
        {"[socket]\npath = '/" + std::string(107, 'x') + "'\n", 2, "socket.path", "107"},
        {"[courier]\nsocket = 'c.sock'\n", 2, "courier.socket", "from the root"},
        {"[socket]\nmode = '0880'\n", 2, "socket.mode", "octal"},
        {"[socket]\nmode = '77'\n", 2, "socket.mode", "octal"},
        {"[socket]\nmode = '7777'\n", 2, "socket.mode", "octal"},
        {"[socket]\ngroup = 'a b'\n", 2, "socket.group", "name of a group"},
        {"[socket]\noperators = ['a', '']\n", 2, "socket.operators", "name of a group"},
        {"[socket]\neditors = ['a', 'a']\n", 2, "socket.editors", "twice"},
        {"[calendar]\nzone = '../etc/passwd'\n", 2, "calendar.zone", "Europe/London"},
        {"[calendar]\nzone = 'Mars/Olympus'\n", 2, "calendar.zone", "Europe/London"},
        {"[calendar]\nzone = 'Europe/Paris'\n", 2, "calendar.zone", "Europe/London"},
        {"[calendar]\nquiet_hours={from='24:00',to='08:00'}\n", 2, "calendar.quiet_hours.from",
         "time of day"},
        {"[calendar]\nquiet_hours={from='18:00'}\n", 2, "calendar.quiet_hours.to", "missing"},
        {"[calendar]\nquiet_hours={from='18:00',to='18:00'}\n", 2, "calendar.quiet_hours.to",
         "same"},
        {"[calendar]\nquiet_hours={from='18:00',to='08:00',pierce='loud'}\n", 2,
         "calendar.quiet_hours.pierce", "info, warning, critical"},
        {"[calendar]\nquiet_hours={from='18:00',to='08:00',weekends='yes'}\n", 2,
         "calendar.quiet_hours.weekends", "true or false"},
        {"[log]\nlevel = 'loud'\n", 2, "log.level", "\"debug\", \"info\""},
        // Mail.
        {"[mail]\nhost = 'a b'\n", 2, "mail.host", "host name"},
        {"[mail]\nhost = \"m\\r\\nX\"\n", 2, "mail.host", "line breaks"},
        {relay + "port = 0\n", 3, "mail.port", "1 to 65535"},
        {relay + "port = 65536\n", 3, "mail.port", "1 to 65535"},
        {relay + "port = '25'\n", 3, "mail.port", "whole number"},
        {relay + "security = 'ssl'\n", 3, "mail.security", "\"starttls\", \"tls\", \"plain\""},
        {relay + "user = 'u'\n", 3, "mail.user", "password"},
        {relay + "user = ''\npassword='credential:p'\n", 3, "mail.user", "empty"},
        {relay + "password = 'credential:p'\n", 3, "mail.password", "user"},
        {relay + "user='u'\npassword = 'hunter2'\n", 4, "mail.password", "credential:NAME"},
        {relay + "user='u'\npassword = 'credential:../x'\n", 4, "mail.password", "credential:NAME"},
        {relay + "user='u'\npassword = 'file:x'\n", 4, "mail.password", "file:/path"},
        {relay + "user='u'\npassword='file:/x'\nsecurity='plain'\n", 5, "mail.security",
         "without TLS"},
        {relay + "from = 'nobody'\n", 3, "mail.from", "e-mail address"},
        {relay + "ehlo = '-x'\n", 3, "mail.ehlo", "host name"},
        {relay + "message_domain = 'a..b'\n", 3, "mail.message_domain", "host name"},
        {relay + "ca_file = 'ca.pem'\n", 3, "mail.ca_file", "from the root"},
        // Destinations.
        {"[[destination]]\nfolder={path='/o'}\n", 1, "destination.name", "missing"},
        {"[[destination]]\nname='A B'\nfolder={path='/o'}\n", 2, "destination.name", "lower-case"},
        {outbox + outbox, 5, "destination.name", "earlier destination"},
        {"[[destination]]\nname='o'\n", 1, "destination", "exactly one of"},
        {outbox + "webhook={url='https://a.example'}\n", 1, "destination", "exactly one of"},
        {outbox + "on_unknown='forget'\n", 4, "destination.on_unknown", "\"retry\", \"hold\""},
        {"[[destination]]\nname='o'\nfolder={}\n", 3, "destination.folder.path", "missing"},
        {"[[destination]]\nname='d'\nemail={to=['a@b']}\n", 3, "destination.email.to",
         "host in [mail]"},
        {mail + "{to=[]}\n", 5, "destination.email.to", "no address"},
        {mail + "{}\n", 5, "destination.email.to", "missing"},
        {mail + "{to=['a@b',\n'a b@c']}\n", 6, "destination.email.to", "e-mail address"},
        {mail + "{to=['a@b','a@b']}\n", 5, "destination.email.to", "twice"},
        {mail + "{to=['kim@force.example','Kim@Force.example']}\n", 5, "destination.email.to",
         "twice"},
        {mail + "{to=[\"a@b\\r\\nRCPT TO:<c@d>\"]}\n", 5, "destination.email.to", "line breaks"},
        {mail + "{to='a@b',digest='hourly'}\n", 5, "destination.email.digest", "weekdays 08:30"},
        {mail + "{to='a@b',digest='daily 8:30'}\n", 5, "destination.email.digest", "daily 08:30"},
        {hook + "{}\n", 3, "destination.webhook.url", "missing"},
        {hook + "{url='cases.example'}\n", 3, "destination.webhook.url", "https://"},
        {hook + "{url='http://cases.example'}\n", 3, "destination.webhook.url", "loopback"},
        {hook + "{url='https://u:p@cases.example'}\n", 3, "destination.webhook.url", "password"},
        {hook + "{url='https://10.0.0.1/'}\n", 3, "destination.webhook.url", "inner address"},
        {hook + "{url='http://localhost/'}\n", 3, "destination.webhook.url", "allow"},
        {hook + "{url='https://a.example',allow=['10']}\n", 3, "destination.webhook.allow",
         "10.0.0.0/8"},
        {hook + "{url='https://a.example',secret='whsec_x'}\n", 3, "destination.webhook.secret",
         "credential:NAME"},
        {hook + "{url='credential:../x'}\n", 3, "destination.webhook.url", "credential:NAME"},
        {relay + "user='u'\npassword='file:/x'\noauth={token_url='https://a.example',client_id='c',"
                 "client_secret='file:/x',scope='s'}\n",
         5, "mail.oauth", "instead of a password"},
        {relay + "oauth={token_url='https://a.example',client_id='c',client_secret='file:/x',"
                 "scope='s'}\n",
         3, "mail.oauth", "user"},
        {relay + "user='u'\noauth={token_url='http://a.example',client_id='c',"
                 "client_secret='file:/x',scope='s'}\n",
         4, "mail.oauth.token_url", "https://"},
        {relay + "user='u'\noauth={token_url='https://a.example',client_id='c',scope='s'}\n", 4,
         "mail.oauth.client_secret", "missing"},
        {relay + "user='u'\noauth={token_url='https://a.example',client_id='c',"
                 "client_secret='hunter2',scope='s'}\n",
         4, "mail.oauth.client_secret", "credential:NAME"},
        {relay + "templates='templates'\n", 3, "mail.templates", "from the root"},
        {hook + "{url='https://a.example',format='xml'}\n", 3, "destination.webhook.format",
         "\"standard\""},
        // Routes.
        {outbox + "[[route]]\nto='p'\n", 5, "route.to", "there is no destination"},
        {"[[destination]]\nname='outbox'\nfolder={path='/o'}\n[[route]]\nto=['outbxo']\n", 5,
         "route.to", "\"outbox\""},
        {outbox + "[[route]]\n", 4, "route.to", "missing"},
        {outbox + "[[route]]\nto=[]\n", 5, "route.to", "no destination"},
        {outbox + "[[route]]\nto=['o','o']\n", 5, "route.to", "twice"},
        {outbox + "[[route]]\nto='o'\nmatch={severity='warning'}\n", 6, "route.match.severity",
         "\"warning+\""},
        {outbox + "[[route]]\nto='o'\nmatch={kind='army'}\n", 6, "route.match.kind", "police"},
        {outbox + "[[route]]\nto='o'\nmatch={force='Kent Police'}\n", 6, "route.match.force",
         "id of a force"},
        {outbox + "[[route]]\nto='o'\nmatch={rule=[]}\n", 6, "route.match.rule",
         "is empty; leave it out to mean all"},
        {outbox + "[[inhibit]]\nname='i'\nsource=['finding-kind=cause of conern']\n"
                  "target=['rule=late']\n",
         6, "inhibit.source", "finding-kind: \"cause of conern\" is not one of"},
        {outbox + "[[route]]\nto='o'\nmatch={rule='late'}\n", 6, "route.match.rule",
         "there is no rule"},
        // Rules.
        {"[[rule]]\ntype='deadline'\n" + step, 1, "rule.name", "missing"},
        {due + step + due + step, 6, "rule.name", "earlier rule"},
        {"[[rule]]\nname='r'\n" + step, 1, "rule.type", "missing"},
        {"[[rule]]\nname='r'\ntype='dedline'\n" + step, 3, "rule.type", "\"deadline\""},
        {"[[rule]]\nname='r'\ntype='grade-persists'\n" + step, 1, "rule.grade", "missing"},
        {"[[rule]]\nname='r'\ntype='grade-persists'\ngrade='poor'\n" + step, 4, "rule.grade",
         "requires improvement"},
        {grade + "counts='most'\n" + step, 5, "rule.counts", "partly"},
        {due, 1, "rule.ladder", "at least one step"},
        {due + "ladder=[]\n", 4, "rule.ladder", "at least one step"},
        {due + "ladder=[{severity='info'}]\n", 4, "rule.ladder", "exactly one of at"},
        {grade + "ladder=[{at='0d',rounds=2,severity='info'}]\n", 5, "rule.ladder",
         "exactly one of at"},
        {due + "ladder=[{at='0d'}]\n", 4, "rule.ladder.severity", "missing"},
        {due + "ladder=[{at='0d',severity='high'}]\n", 4, "rule.ladder.severity", "critical"},
        {due + "ladder=[{at='7',severity='info'}]\n", 4, "rule.ladder.at", "\"30d\""},
        {due + "ladder=[{at='7 days',severity='info'}]\n", 4, "rule.ladder.at", "\"30d\""},
        {due + "ladder=[{at='99999d',severity='info'}]\n", 4, "rule.ladder.at", "\"30d\""},
        {due + "ladder=[{at='0d',severity='info'},\n{at='0d',severity='critical'}]\n", 5,
         "rule.ladder", "twice"},
        {due + "ladder=[{rounds=2,severity='info'}]\n", 4, "rule.ladder.rounds", "grade-persists"},
        {grade + "ladder=[{at='-1d',severity='info'}]\n", 5, "rule.ladder.at", "only a deadline"},
        {grade + "ladder=[{rounds=0,severity='info'}]\n", 5, "rule.ladder.rounds", "1 to 100"},
        {due + "subjects=['parking']\n" + step, 4, "rule.subjects", "finding, action, obligation"},
        {due + "subjects=[]\n" + step, 4, "rule.subjects", "empty"},
        {due + "stops='owner'\n" + step, 4, "rule.stops", "inspectorate"},
        {due + "kinds=['army']\n" + step, 4, "rule.kinds", "police"},
        {due + "forces=['Kent']\n" + step, 4, "rule.forces", "id of a force"},
        {due + "programmes=['']\n" + step, 4, "rule.programmes", "PEEL"},
        {due + "remind_every='0d'\n" + step, 4, "rule.remind_every", "1d"},
        {"[[rule]]\nname='r'\ntype='stage'\nstage='enhanced'\n" + step, 4, "rule.stage", "engage"},
        {"[[rule]]\nname='r'\ntype='stage'\nkeep='30d'\n" + step, 4, "rule.keep",
         "when = \"left\""},
        {"[[rule]]\nname='r'\ntype='stage'\nwhen='soon'\n" + step, 4, "rule.when",
         "not one of in, left"},
        {"[[rule]]\nname='r'\ntype='stage'\nprogrammes=['PEEL']\n" + step, 4, "rule.programmes",
         "no programme"},
        {"[[rule]]\nname='r'\ntype='slipped'\n" + step, 1, "rule", "needs moves"},
        {"[[rule]]\nname='r'\ntype='stalled'\nsubjects=['obligation']\n" + step, 4, "rule.subjects",
         "only actions and findings"},
        {"[[rule]]\nname='r'\ntype='unowned'\nhold_off='soon'\n" + step, 4, "rule.hold_off",
         "expected a period"},
        {"[[rag]]\ncolour='blue'\n", 2, "rag.colour", "not one of red"},
        {"[deadlines]\nmoves_without_approval=-1\n", 2, "deadlines.moves_without_approval", "0 to"},
        // Feeds.
        {"[[feed]]\nname='f'\nurl='http://a.example'\nevery='1h'\n", 3, "feed.url", "https://"},
        {"[[feed]]\nname='f'\nurl='https://a.example'\nevery='1s'\n", 4, "feed.every", "\"1h\""},
        {"[[feed]]\nname='f'\nurl='https://a.example'\n", 1, "feed.every", "missing"},
        {"[[feed]]\nname='f'\nurl='https://10.0.0.7/'\nevery='1h'\n", 3, "feed.url",
         "allow = [ \"10.0.0.7\" ]"},
        {"[[feed]]\nname='f'\nurl='https://a.example'\nevery='1h'\nauto_accept=['judgement']\n", 5,
         "feed.auto_accept", "\"stage\""},
        {"[sources]\norder=['a.csv', 'a.csv']\n", 2, "sources.order", "stands here twice"},
        {"[sources]\norder=['']\n", 2, "sources.order", "name of a file"},
        {"[sources]\nordre=['a.csv']\n", 2, "sources.ordre", "order"},
        {"[reading]\nallow=['here']\n", 2, "reading.allow", "expected an address"},
    };
    return all;
}

}  // namespace

TEST_CASE("each mistake is one fault with its line, its key and what is expected",
          "[config][R42][C1]") {
    REQUIRE(bad_settings().size() >= 60);
    for (const auto& [text, line, key, words] : bad_settings()) {
        CAPTURE(text);
        const auto settings = read_settings(text, "f.toml");
        if (settings) {
            FAIL_CHECK("was accepted");
            continue;
        }
        for (const auto& fault : settings.error()) UNSCOPED_INFO(fault);
        CHECK(settings.error().size() == 1);
        const auto& fault = settings.error().front();
        CHECK_THAT(fault, StartsWith(fmt::format("f.toml:{}:", line)));
        CHECK_THAT(fault, Contains(words, Catch::CaseSensitive::No));
        if (!key.empty()) CHECK_THAT(fault, Contains(": " + key + ": "));
    }
}

TEST_CASE("reading goes on after a fault and reports all in the order of the file",
          "[config][R42][R109]") {
    const auto settings = read_settings(
        "[[route]]\nto = 'nowhere'\n[storage]\npath = 7\ncolor = 1\n[log]\nlevel = 'x'\n"
        "[socket]\n  mode = '9'\n",
        "/etc/f.toml");
    REQUIRE_FALSE(settings);
    std::vector<std::string> places;
    for (const auto& fault : settings.error())
        places.push_back(fault.substr(0, fault.find(": ", fault.find(": ") + 2)));
    CHECK(places ==
          std::vector<std::string>{"/etc/f.toml:2:6: route.to", "/etc/f.toml:4:8: storage.path",
                                   "/etc/f.toml:5:1: storage.color", "/etc/f.toml:7:9: log.level",
                                   "/etc/f.toml:9:10: socket.mode"});
}

TEST_CASE("tables nested without end are one fault", "[config][C1]") {
    std::string text = "a = ";
    for (int i = 0; i < 100'000; ++i) text += "[";
    const auto settings = read_settings(text, "f.toml");
    REQUIRE_FALSE(settings);
    CHECK(settings.error().size() == 1);
}

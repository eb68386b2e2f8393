#include <catch2/catch.hpp>

#include "tests/daemon/running_daemon.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

namespace {

std::string news(const std::string& name, const std::string& title, const std::string& text) {
    return fmt::format(
        R"({{"title":"{}","text":"{}","published":"2026-03-12","url":"https://{}.example/1"}})",
        title, text, name);
}

struct Daemon : RunningDaemon {
    Daemon() { import_reference(); }
    void read(const std::string& name, const std::string& title, const std::string& text) {
        REQUIRE(ask("POST", "/v1/read?name=x.json", news(name, title, text)).status == 200);
    }
    /// The answer to an import that is taken.
    std::string take(const std::string& name, const std::string& text) {
        const auto answer = import(name, text);
        CAPTURE(answer.body);
        REQUIRE(answer.status == 200);
        return answer.body;
    }
    /// That member of each item of a list.
    std::vector<std::string> texts(const std::string& target, const char* member) {
        std::vector<std::string> all;
        const auto list = json(target);
        for (const auto& each : *list.find("items")->as<JsonValue::Array>())
            all.push_back(*each.find(member)->as<std::string>());
        return all;
    }
    std::vector<std::string> kinds(const std::string& state = "open") {
        return texts("/v1/conflicts?state=" + state, "kind");
    }
    /// The days on which a force moved into Engage.
    std::vector<std::string> days(const std::string& force) {
        return texts("/v1/stages?force=" + force + "&stage=engage&all=true", "from");
    }
    /// What a force's obligations follow from.
    std::vector<std::string> causes(const std::string& force) {
        return texts("/v1/obligations?force=" + force, "cause");
    }
};

using Kinds = std::vector<std::string>;
using Days = std::vector<std::string>;

}  // namespace

TEST_CASE("what does not fit together in an item is listed once, until a person settles it",
          "[daemon][news]") {
    Daemon daemon;
    for (int i = 0; i < 2; ++i)
        daemon.read("a", "Kent Police inspected",
                    "HMICFRS has graded Kent Police across nine areas. The force was good in three "
                    "areas, adequate in four and required improvement in one.");
    CHECK(daemon.kinds() == Kinds{"counts"});
    CHECK_THAT(daemon.get("/v1/conflicts").body, Contains("8 of 9 areas"));
    CHECK(daemon.ask("POST", "/v1/conflicts/1/settle", R"({"reason":" "})").status == 422);
    CHECK(daemon.ask("POST", "/v1/conflicts/9/settle", R"({"reason":"x"})").status == 404);
    REQUIRE(
        daemon.ask("POST", "/v1/conflicts/1/settle", R"({"reason":"a slip of the page"})").status ==
        200);
    CHECK(daemon.ask("POST", "/v1/conflicts/1/settle", R"({"reason":"again"})").status == 409);
    CHECK(daemon.kinds().empty());
    CHECK(daemon.kinds("all") == Kinds{"counts"});
    CHECK(daemon.get("/v1/conflicts?state=lost").status == 400);
}

TEST_CASE("two sources that disagree are seen, and two that agree are not", "[daemon][news]") {
    Daemon daemon;
    daemon.read("one", "Kent Police moved into enhanced monitoring",
                "HMICFRS moved Kent Police into Engage on 9 March 2026.");
    daemon.read("two", "Kent Police put into special measures",
                "HMICFRS moved Kent Police into Engage on 9 March 2026.");
    CHECK(daemon.kinds().empty());
    const auto repeated = daemon.get("/v1/proposals?state=dismissed").body;
    CHECK_THAT(repeated, Contains("says the same as proposal 1, from https://one.example/1"));
    daemon.read("three", "Kent Police put into special measures",
                "HMICFRS moved Kent Police into Engage on 10 March 2026.");
    CHECK(daemon.kinds() == Kinds{"sources"});
    CHECK_THAT(daemon.get("/v1/conflicts").body, Contains("https://one.example/1"));
}

TEST_CASE("two files that disagree on a grade are seen; one that corrects itself is not",
          "[daemon][import]") {
    Daemon daemon;
    const auto rows = [](const std::string& grade) {
        return "force_id,inspection,area,grade,published,url,basis,note\n"
               "kent,PEEL 2023-25,investigating," +
               grade + ",2024-05-01,https://a.example,stated,\n";
    };
    const auto first = daemon.import("judgements.csv", rows("good"));
    CAPTURE(first.body);
    REQUIRE(first.status == 200);
    REQUIRE(daemon.import("judgements.csv", rows("adequate")).status == 200);
    CHECK(daemon.kinds().empty());
    REQUIRE(daemon.import("other-judgements.csv", rows("inadequate")).status == 200);
    CHECK(daemon.kinds() == Kinds{"sources"});
    CHECK_THAT(daemon.get("/v1/conflicts").body, Contains("adequate") &&
                                                     Contains("other-judgements.csv") &&
                                                     Contains("later one holds"));
}

TEST_CASE("the configuration names which of two files is believed, and both words stay listed",
          "[daemon][import][R23]") {
    Daemon daemon;
    daemon.write_config("[sources]\norder = [\"register*.csv\"]\n");
    REQUIRE(daemon.ask("POST", "/v1/reload", "").status == 200);
    const auto rows = [](const std::string& area, const std::string& grade) {
        return "force_id,inspection,area,grade,published,url,basis,note\n"
               "kent,PEEL 2023-25," +
               area + "," + grade + ",2024-05-01,https://a.example,stated,\n";
    };
    const auto grade_of = [&](const std::string& area) {
        const auto list = daemon.json("/v1/areas?force=kent&programme=PEEL&area=" + area);
        const auto& items = *list.find("items")->as<JsonValue::Array>();
        REQUIRE(items.size() == 1);
        return *items[0].find("grade")->as<std::string>();
    };
    daemon.take("register-1.csv", rows("investigating", "good"));
    for (int i = 0; i < 2; ++i)
        CHECK_THAT(daemon.take("news.csv", rows("investigating", "inadequate")),
                   Contains("\"events\":0"));
    CHECK(grade_of("investigating") == "good");
    daemon.take("news.csv", rows("responding", "inadequate"));
    daemon.take("register-1.csv", rows("responding", "adequate"));
    CHECK(grade_of("responding") == "adequate");
    CHECK(daemon.kinds().empty());
    CHECK(daemon.kinds("settled") == Kinds{"sources", "sources"});
    const auto settled = daemon.get("/v1/conflicts?state=settled").body;
    CHECK_THAT(settled, Contains("register-1.csv holds") &&
                            Contains("news.csv:2 says inadequate") &&
                            Contains("by the configuration") && Contains("\"settled_by\":-1"));
}

TEST_CASE("two files that give one move or one publication another day are seen",
          "[daemon][import][R23]") {
    Daemon daemon;
    const auto move = [](const std::string& to, const std::string& day) {
        return "force,moved_to,date,source_url\nkent," + to + "," + day + ",https://a.example\n";
    };
    daemon.take("register.csv", move("engage", "2026-03-09"));
    CHECK_THAT(daemon.take("news.csv", move("engage", "2026-03")), Contains("\"added\":1"));
    CHECK(daemon.kinds().empty());  // the same, told less exactly
    daemon.take("news.csv", move("engage", "2026-03-11"));
    CHECK(daemon.kinds() == Kinds{"sources"});
    CHECK_THAT(daemon.get("/v1/conflicts").body,
               Contains("register.csv:2 says 2026-03-09, news.csv:2 says 2026-03-11; both stand"));
    daemon.take("register.csv", move("scan", "2026-03-20"));
    CHECK(daemon.days("kent") == Days{"2026-03-09"});
    daemon.take("news.csv", move("engage", "2026-04-02"));  // in again
    CHECK(daemon.kinds() == Kinds{"sources"});

    const auto publication = [](const std::string& day) {
        return "publication,framework,cycle,published,title,forces\nP-1,PEEL,2023-25," + day +
               ",Kent,kent\n";
    };
    daemon.take("register.csv", publication("2024-05-01"));
    daemon.take("news.csv", publication("2024-05-03"));
    CHECK(daemon.kinds() == Kinds{"sources", "sources"});
    CHECK_THAT(daemon.get("/v1/inspections/P-1").body, Contains("2024-05-03"));
}

TEST_CASE(
    "the day that the believed file gives a move or a publication holds, whichever came first",
    "[daemon][import][R23]") {
    Daemon daemon;
    daemon.write_config("[sources]\norder = [\"register*.csv\"]\n");
    REQUIRE(daemon.ask("POST", "/v1/reload", "").status == 200);
    const auto move = [](const std::string& force, const std::string& day) {
        return "force,moved_to,date,source_url\n" + force + ",engage," + day +
               ",https://a.example\n";
    };
    daemon.take("register.csv", move("kent", "2026-03-09"));
    daemon.take("news.csv", move("surrey", "2026-03-09"));
    for (int again = 0; again < 2; ++again) {
        CHECK_THAT(daemon.take("news.csv", move("kent", "2026-03-11")), Contains("\"events\":0"));
        CHECK_THAT(daemon.take("register.csv", move("surrey", "2026-03-11")),
                   Contains(again == 0 ? "\"added\":1" : "\"events\":0"));
        CHECK_THAT(daemon.take("news.csv", move("surrey", "2026-03-09")), Contains("\"events\":0"));
        CHECK(daemon.days("kent") == Days{"2026-03-09"});
        CHECK(daemon.days("surrey") == Days{"2026-03-11"});
    }

    const auto publication = [](const std::string& day, const std::string& title) {
        return "publication,framework,cycle,published,title,forces\nP-1,PEEL,2023-25," + day + "," +
               title + ",kent\n";
    };
    daemon.take("register.csv", publication("2024-05-01", "Kent"));
    for (int again = 0; again < 2; ++again)
        daemon.take("news.csv", publication("2024-05-03", "Kent Police"));
    CHECK_THAT(daemon.get("/v1/inspections/P-1").body,
               Contains("2024-05-01") && Contains("Kent Police"));
    CHECK(daemon.kinds().empty());
}

TEST_CASE("a believed file takes back every other day of a move, and what followed from it",
          "[daemon][import][R23]") {
    Daemon daemon;
    daemon.write_config("[sources]\norder = [\"register*.csv\"]\n");
    REQUIRE(daemon.ask("POST", "/v1/reload", "").status == 200);
    const auto moved = [](const std::string& day) {
        return "force,moved_to,date,source_url\nkent,engage," + day + ",https://a.example\n";
    };
    daemon.take("blog.csv", moved("2026-03-09"));
    daemon.take("news.csv", moved("2026-03-11"));
    daemon.take("register.csv", moved("2026-03-13"));
    CHECK(daemon.days("kent") == Days{"2026-03-13"});
    CHECK(daemon.causes("kent") == Days{"2026-03-13"});

    daemon.take("news.csv",
                "force,moved_to,date,source_url\nsurrey,engage,2026-10,https://a.example\n");
    CHECK(daemon.causes("surrey") == Days{"2026-10-31"});
    daemon.take("register.csv",
                "force,moved_to,date,source_url\nsurrey,engage,2026-10-12,https://a.example\n");
    daemon.take("other.csv",
                "force,moved_to,date,source_url\nsurrey,engage,2026,https://a.example\n");
    CHECK(daemon.causes("surrey") == Days{"2026-10-12"});

    // A definition that is worded anew looks at every cause again.
    auto definitions = text_of_file(FORCEWATCH_SOURCE_DIR "/config/reference/obligations.toml");
    const std::string_view words = "Agree an improvement plan";
    REQUIRE(definitions.find(words) != std::string::npos);
    definitions.replace(definitions.find(words), words.size(), "Agree on a plan");
    daemon.take("obligations.toml", definitions);
    CHECK(daemon.causes("surrey") == Days{"2026-10-12"});
}

TEST_CASE("of two pages that disagree the one that is believed stays proposed", "[daemon][news]") {
    Daemon daemon;
    daemon.write_config("[sources]\norder = [\"https://two.example/*\"]\n");
    REQUIRE(daemon.ask("POST", "/v1/reload", "").status == 200);
    const auto open = [&] { return daemon.texts("/v1/proposals?state=open", "url"); };
    const auto read = [&](const std::string& name, const std::string& day) {
        daemon.read(name, "Kent Police moved into enhanced monitoring",
                    "HMICFRS moved Kent Police into Engage on " + day + " March 2026.");
    };
    read("one", "9");
    read("two", "10");
    CHECK(open() == std::vector<std::string>{"https://two.example/1"});
    read("three", "8");
    CHECK(open() == std::vector<std::string>{"https://two.example/1"});
    CHECK(daemon.kinds().empty());
    CHECK(daemon.kinds("settled").size() >= 2);
    CHECK_THAT(daemon.get("/v1/proposals?state=dismissed").body,
               Contains("believes https://two.example/1 rather than https://one.example/1"));
}

// R5: whatever order the same facts come in, the same facts, episodes and next instants come out.
#include <rapidcheck.h>

#include <map>

#include "tests/support/kent.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using std::chrono::days;

namespace {

std::vector<Rule> rules() {
    Rule low = rule_of("low", GradePersists{"requires improvement", Comparability::partly});
    low.ladder.push_back({days{180}, {}, Severity::critical});
    low.remind_every = days{30};
    return {low, rule_of("declined", GradeDeclined{}), rule_of("again", Recurring{}),
            rule_of("in-engage", StageRule{}), rule_of("late", DeadlineRule{}, -30)};
}

/// Everything that must not depend on the order.
struct Picture {
    std::map<std::string, std::string> judgements;
    std::map<std::string, std::string> stages;
    std::map<std::string, std::string> inspections;
    std::map<std::string, std::string> episodes;
    std::map<std::string, Instant> agenda;
    friend bool operator==(const Picture&, const Picture&) = default;
};

Picture picture_of(World& world) {
    Picture picture;
    auto& facts = world.store->facts();
    for (const auto& inspection : facts.inspections({}, 100'000)) {
        std::string forces;
        for (const auto& force : inspection.forces) forces += force + " ";
        picture.inspections[inspection.id] = inspection.published.text() + " " + forces;
    }
    for (const auto& force : facts.forces()) {
        for (const auto& programme : facts.programmes_of(force.id))
            for (const auto& [cycle, judgement, published] :
                 facts.judgements(force.id, programme)) {
                std::string grades;
                for (const auto& grade : judgement.grades)
                    grades += text_of(grade.on) + " " + grade.grade + "; ";
                picture.judgements[judgement.inspection + "/" + force.id + "/" + judgement.area] =
                    cycle + ": " + grades;
            }
        for (const auto& interval : stage_intervals(facts.stage_moves(force.id)))
            picture.stages[force.id + " " + text_of(interval.from)] =
                std::string{text_of(interval.stage)} + " until " + interval.until_as_given.text();
    }
    for (const auto& alert : world.open_alerts())
        picture.episodes[alert.rule + " " + alert.subject] = text_of(alert.episode_on) + " " +
                                                             std::string{text_of(alert.severity)} +
                                                             " " + std::to_string(alert.reminders);
    for (const auto& [subject, at] : world.store->agenda().all()) picture.agenda[subject] = at;
    return picture;
}

/// The rows of the shipped history, each of which stands by itself.
std::vector<ImportRow> shipped_rows() {
    std::vector<ImportRow> rows;
    for (const char* name : {"judgements.csv", "monitoring_timeline.csv"}) {
        const auto file = read_import(name, read_file(reference_file(name))).value();
        rows.insert(rows.end(), file.rows.begin(), file.rows.end());
    }
    return rows;
}

void import(World& world, const std::vector<ImportRow>& rows) {
    const auto done = world.engine->import(rows, {0, "test", {}, {}, {}}, noon("2025-10-01"));
    if (!done) FAIL(done.error().front().fault.what);
}

}  // namespace

TEST_CASE("any order of the shipped history gives the same picture", "[engine][order][R5]") {
    World world;
    world.import_reference(noon("2025-10-01"));
    world.adopt(to_folder(rules()), noon("2025-10-01"));
    auto rows = shipped_rows();
    Picture expected;
    {
        const Store::Transaction undone{*world.store};
        import(world, rows);
        expected = picture_of(world);
    }
    world.engine->forget();
    REQUIRE(expected.judgements.size() > 400);
    REQUIRE(expected.episodes.size() > 100);
    // A judgement belongs to the publication in the row before it, so rows move in such pairs.
    std::vector<std::vector<ImportRow>> groups;
    for (const auto& row : rows) {
        const auto* event = std::get_if<Event>(&row.item);
        if (event == nullptr || !std::holds_alternative<JudgementMade>(*event))
            groups.emplace_back();
        groups.back().push_back(row);
    }
    std::size_t orders = 0;
    const bool held = rc::check("orders", [&] {
        std::vector<std::size_t> places(groups.size());
        for (std::size_t i = 0; i < places.size(); ++i) places[i] = i;
        auto random = *rc::gen::arbitrary<std::uint64_t>();
        for (std::size_t i = places.size() - 1; i > 0; --i) {
            random = random * 6364136223846793005U + 1442695040888963407U;
            std::swap(places[i], places[(random >> 33U) % (i + 1)]);
        }
        std::vector<ImportRow> shuffled;
        for (const auto place : places)
            shuffled.insert(shuffled.end(), groups[place].begin(), groups[place].end());
        bool same = false;
        {
            const Store::Transaction undone{*world.store};
            import(world, shuffled);
            same = picture_of(world) == expected;
        }
        world.engine->forget();
        ++orders;
        RC_ASSERT(same);
    });
    CHECK(held);
    WARN("orders of the real data tried: " << orders);
}

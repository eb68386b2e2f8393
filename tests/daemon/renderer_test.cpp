#include "daemon/renderer.hpp"

#include "tests/engine/lifecycle.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

struct PostRoom : World {
    PostRoom()
        : World{[](const MessageInput& input, const MailSettings& mail) {
              return render_parcels(input, mail, Stationery{});
          }} {}
    std::string last_mail() {
        const auto sent = store->outbox().list({{}, "liaison", 0, 100});
        REQUIRE_FALSE(sent.empty());
        return sent.back().parcel.body;
    }
};

}  // namespace

TEST_CASE("a digest counts days to the morning on which it is written", "[daemon][R63]") {
    PostRoom office;
    auto settings = two_destinations();
    settings.destinations.front().target =
        EmailTarget{{"liaison@force.example"}, Digest{Digest::Days::weekdays, {}, 8h + 30min}};
    const auto monday = at("2026-03-02", 12);
    office.adopt(settings, monday);
    office.import_shipped({"bodies.csv"}, monday);
    office.import("plan.csv",
                  "source,external_id,force,title,planned,deadline,due\n"
                  "tracker,A-1,kent,Custody,2025-01-01,local,2026-03-09\n"
                  "tracker,A-2,kent,Firearms,2025-01-01,local,2026-03-10\n",
                  monday);
    office.settle(monday);

    office.settle(at("2026-03-03", 8, 30));
    CHECK_THAT(office.last_mail(), Contains("due in 6 days: local deadline 2026-03-09"));
    office.settle(at("2026-03-04", 8, 30));
    CHECK_THAT(office.last_mail(), Contains("due in 6 days: local deadline 2026-03-10") &&
                                       Contains("due in 5 days: local deadline 2026-03-09"));
}

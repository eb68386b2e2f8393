#include "courier/lane.hpp"

#include <catch2/catch.hpp>

using namespace forcewatch;

namespace {

CourierParcel parcel(std::int64_t id, std::string subject) {
    CourierParcel made;
    made.id = DeliveryId{id};
    made.subject_key = std::move(subject);
    return made;
}

std::int64_t next_id(Lane& lane) {
    const auto next = lane.take_next();
    return next ? number_of(next->id) : 0;
}

}  // namespace

TEST_CASE("one subject keeps its order while others pass", "[courier][lane]") {
    Lane lane;
    lane.add(parcel(1, "kent"));
    lane.add(parcel(2, "kent"));
    lane.add(parcel(3, "essex"));
    CHECK(next_id(lane) == 1);
    CHECK(next_id(lane) == 3);
    CHECK(next_id(lane) == 0);
    lane.ended("kent");
    CHECK(next_id(lane) == 2);
    CHECK(lane.held() == 2);
}

TEST_CASE("at most eight are under way and a full lane says so", "[courier][lane][R77]") {
    Lane lane;
    constexpr int enough = Lane::enough;
    for (int i = 1; i <= enough; ++i) lane.add(parcel(i, std::to_string(i)));
    CHECK(lane.full());
    CHECK(lane.much_behind());
    for (int i = 1; i <= 8; ++i) CHECK(next_id(lane) == i);
    CHECK(next_id(lane) == 0);
    lane.ended("5");
    CHECK(next_id(lane) == 9);
    CHECK_FALSE(lane.full());
    for (int i = 10; i <= enough - 4; ++i) {
        lane.ended(std::to_string(i - 1));
        CHECK(next_id(lane) == i);
    }
    CHECK_FALSE(lane.much_behind());
}

TEST_CASE("a lane is full of few parcels where they are large", "[courier][lane][R77]") {
    Lane lane;
    auto large = parcel(1, "kent");
    large.body.assign(Lane::enough_bytes, 'x');
    lane.add(std::move(large));
    CHECK(lane.full());
    SECTION("until it leaves") { CHECK(next_id(lane) == 1); }
    SECTION("until it is taken out") { CHECK(lane.take_behind("kent").size() == 1); }
    SECTION("until all is taken out") { CHECK(lane.take_waiting().size() == 1); }
    CHECK_FALSE(lane.full());
    lane.add(parcel(2, "essex"));
    CHECK_FALSE(lane.full());
}

TEST_CASE("what waits behind a failure is taken out, the rest stays in order", "[courier][lane]") {
    Lane lane;
    for (int i = 1; i <= 6; ++i) lane.add(parcel(i, i % 2 == 0 ? "even" : "odd"));
    CHECK(next_id(lane) == 1);
    std::vector<std::int64_t> behind;
    for (const auto& taken : lane.take_behind("odd")) behind.push_back(number_of(taken.id));
    CHECK(behind == std::vector<std::int64_t>{3, 5});
    CHECK(next_id(lane) == 2);
    CHECK(lane.take_waiting().size() == 2);
    CHECK(lane.held() == 2);
}

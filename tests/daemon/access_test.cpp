#include "daemon/access.hpp"

#include <catch2/catch.hpp>

using namespace forcewatch;

namespace {

Request request(Method method, const std::string& path) {
    Request asked;
    asked.method = method;
    asked.path = path;
    return asked;
}

}  // namespace

TEST_CASE("what each path asks for, cell by cell", "[daemon][R116]") {
    const auto [path, changing] = GENERATE(table<const char*, Role>({
        {"/v1/findings", Role::editor},
        {"/v1/findings/kent/AFI-1", Role::editor},
        {"/v1/actions/tracker/A-1", Role::editor},
        {"/v1/inspections", Role::editor},
        {"/v1/judgements", Role::editor},
        {"/v1/stages", Role::editor},
        {"/v1/obligations/a/b/c/reply", Role::editor},
        {"/v1/import", Role::editor},
        {"/v1/deliveries/7/replay", Role::operator_},
        {"/v1/reload", Role::admin},
        {"/v1/actionsx", Role::admin},
        {"/v1/unheard-of", Role::admin},
        {"/", Role::admin},
    }));
    CAPTURE(path);
    for (const auto method : {Method::post, Method::put, Method::patch, Method::delete_})
        CHECK(Access::needed(request(method, path)) == changing);
    for (const auto method : {Method::get, Method::head, Method::options})
        CHECK(Access::needed(request(method, path)) == Role::viewer);
}

TEST_CASE("who may not do something is told what would let him", "[daemon][R116]") {
    CHECK_THAT(Access::way_to(Role::operator_), Catch::Contains("[socket] operators"));
    CHECK_THAT(Access::way_to(Role::editor), Catch::Contains("[socket] editors"));
    CHECK_THAT(Access::way_to(Role::admin), Catch::Contains("root") && !Catch::Contains("editors"));
}

TEST_CASE("root is admin and an unknown user may only look", "[daemon][R116]") {
    const Access access{Settings{}};
    CHECK(access.role_of({0, 0, 1, {}}) == Role::admin);
    CHECK(access.role_of({4711, 4711, 1, {4712}}) == Role::viewer);
}

TEST_CASE("a group of the configuration gives its role, as main or supplementary group",
          "[daemon][R116]") {
    Settings settings;
    settings.editors = {"daemon"};  // gid 1 on every Debian system
    settings.operators = {"bin"};   // gid 2
    const Access access{settings};
    CHECK(access.role_of({4711, 1, 1, {}}) == Role::editor);
    CHECK(access.role_of({4711, 4711, 1, {5, 1}}) == Role::editor);
    CHECK(access.role_of({4711, 4711, 1, {2}}) == Role::operator_);
    CHECK(access.role_of({4711, 4711, 1, {3}}) == Role::viewer);
}

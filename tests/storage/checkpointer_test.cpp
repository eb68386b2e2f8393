#include "storage/checkpointer.hpp"

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <thread>

#include "storage/store.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace forcewatch;
using forcewatch::test::ScratchFolder;

namespace {

constexpr int never = 1'000'000;

/// Commits of a few pages each until `enough` says so; false: it never did.
template <typename Enough>
bool write_until(Store& store, Enough&& enough) {
    for (int i = 0; i < 2'000; ++i) {
        store.set_setting("written " + std::to_string(i), std::string(3'000, 'x'));
        if (enough()) return true;
    }
    return false;
}

void refuse(const StoreError& error) { FAIL(error.what()); }

}  // namespace

TEST_CASE("a commit moves the log into the file once it is long", "[storage][checkpoint]") {
    const ScratchFolder folder;
    Store store{folder / "forcewatch.db"};
    store.leave_log_up_to(200);
    int most = 0;
    int commits = 0;
    (void)write_until(store, [&] {
        most = std::max(most, store.log_pages());
        return ++commits == 800;
    });
    CHECK(most >= 200);
    CHECK(most < 250);
    CHECK(std::filesystem::file_size(folder / "forcewatch.db") > 700 * 3'000);
}

TEST_CASE("the checkpointer moves the log beside the commits, so that it begins anew",
          "[storage][checkpoint][P7]") {
    const ScratchFolder folder;
    Store store{folder / "forcewatch.db"};
    store.leave_log_up_to(never);
    const auto small = std::filesystem::file_size(folder / "forcewatch.db");
    REQUIRE(write_until(store, [&] { return store.log_pages() >= 1'000; }));
    CHECK(std::filesystem::file_size(folder / "forcewatch.db") == small);

    Checkpointer checkpointer{folder / "forcewatch.db", refuse};
    checkpointer.log_holds(store.log_pages());
    // It begins anew with the first commit that finds all of it moved.
    const bool began_anew = write_until(store, [&] {
        checkpointer.log_holds(0);
        checkpointer.log_holds(store.log_pages());
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
        return store.log_pages() < 1'000;
    });
    CHECK(began_anew);
    CHECK(std::filesystem::file_size(folder / "forcewatch.db") > small + 200 * 3'000);
}

TEST_CASE("a checkpointer that finds no database says nothing, and tries again",
          "[storage][checkpoint]") {
    const ScratchFolder folder;
    Checkpointer checkpointer{folder / "nowhere/forcewatch.db", refuse};
    checkpointer.log_holds(1'000);
    checkpointer.log_holds(2'000);
    checkpointer.log_holds(10);
    checkpointer.log_holds(1'010);
}

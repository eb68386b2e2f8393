#include "courier/folder_channel.hpp"

#include <catch2/catch.hpp>

#include "tests/courier/samples.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace forcewatch;
using namespace forcewatch::test;

namespace {

DeliveryOutcome stored(const std::string& folder, const CourierParcel& parcel) {
    TransferLoop transfers;
    FolderChannel channel{FolderTarget{folder}};
    return carried(channel, transfers, parcel);
}

}  // namespace

TEST_CASE("a parcel becomes one whole file, and again changes nothing", "[courier][folder]") {
    const ScratchFolder scratch;
    const auto folder = scratch.at("new/outbox");
    const auto mail = mail_parcel("a@b.example", "d1@forcewatch");
    const auto hook = hook_parcel("d2@forcewatch");
    for (int time = 0; time < 2; ++time) {
        CHECK(stored(folder, mail).verdict == Verdict::delivered);
        CHECK(stored(folder, hook).verdict == Verdict::delivered);
        CHECK(text_of_file(folder + "/d1@forcewatch.eml") == mail.body);
        CHECK(text_of_file(folder + "/d2@forcewatch.json") == hook.body);
        CHECK(std::distance(std::filesystem::directory_iterator{folder}, {}) == 2);
    }
}

TEST_CASE("a draft left by a crash does not stand in the way", "[courier][folder]") {
    const ScratchFolder scratch;
    std::ofstream{scratch.at(".d1.part")} << "half a lett";
    const auto mail = mail_parcel("a@b.example", "d1");
    CHECK(stored(scratch.path(), mail).verdict == Verdict::delivered);
    CHECK(text_of_file(scratch.at("d1.eml")) == mail.body);
    CHECK(lines_of_file(scratch.at(".d1.part")).empty());
}

TEST_CASE("another file of the same name is never overwritten", "[courier][folder]") {
    const ScratchFolder scratch;
    std::ofstream{scratch.at("d1.eml")} << "something else";
    const auto outcome = stored(scratch.path(), mail_parcel("a@b.example", "d1"));
    CHECK(outcome.verdict == Verdict::rejected);
    CHECK(text_of_file(scratch.at("d1.eml")) == "something else");
}

TEST_CASE("a folder that cannot be written to means later", "[courier][folder]") {
    const ScratchFolder scratch;
    std::ofstream{scratch.at("file")} << "x";
    const auto outcome = stored(scratch.at("file"), mail_parcel("a@b.example", "d1"));
    CHECK(outcome.verdict == Verdict::retry_later);
    CHECK_THAT(outcome.reason, Catch::Contains("file"));
}

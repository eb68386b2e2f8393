#include "courier/secrets.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/support/scratch_folder.hpp"

using namespace forcewatch;
using Catch::Contains;

namespace {

std::string written(const std::string& path, const std::string& text, mode_t mode) {
    std::ofstream{path} << text;
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    return path;
}

}  // namespace

TEST_CASE("a file that only its owner and group read is a secret", "[courier][secrets]") {
    const test::ScratchFolder scratch;
    const Secrets secrets{""};
    for (const mode_t mode : {0400U, 0600U, 0440U, 0640U}) {
        const auto path = written(scratch.at("secret"), "hunter2\r\n", mode);
        CHECK(secrets.read({SecretRef::Source::file, path}).value() == "hunter2");
        std::filesystem::remove(path);
    }
}

TEST_CASE("a file that others may read is refused, by name and without its text",
          "[courier][secrets][C1]") {
    const test::ScratchFolder scratch;
    const mode_t mode = GENERATE(0644U, 0604U, 0660U, 0601U, 0666U, 0650U);
    const auto path = written(scratch.at("secret"), "hunter2", mode);
    const auto secret = Secrets{""}.read({SecretRef::Source::file, path});
    REQUIRE_FALSE(secret);
    CHECK_THAT(secret.error(), Contains(path) && Contains("chmod 600") && !Contains("hunter2"));
}

TEST_CASE("credentials come from systemd's folder", "[courier][secrets]") {
    const test::ScratchFolder scratch;
    written(scratch.at("mail"), "hunter2\n", 0444);
    CHECK(Secrets{scratch.path()}.read({SecretRef::Source::credential, "mail"}).value() ==
          "hunter2");
    CHECK_THAT(Secrets{scratch.path()}.read({SecretRef::Source::credential, "other"}).error(),
               Contains("other"));
    CHECK_THAT(Secrets{""}.read({SecretRef::Source::credential, "mail"}).error(),
               Contains("CREDENTIALS_DIRECTORY"));
}

TEST_CASE("what is no file with a secret in it is refused and never hangs", "[courier][secrets]") {
    const test::ScratchFolder scratch;
    const Secrets secrets{""};
    const auto refused = [&](const std::string& path, const std::string& words) {
        const auto secret = secrets.read({SecretRef::Source::file, path});
        REQUIRE_FALSE(secret);
        CHECK_THAT(secret.error(), Contains(path) && Contains(words));
    };
    refused(scratch.at("absent"), "No such file");
    refused(scratch.path(), "not a regular file");
    REQUIRE(::mkfifo(scratch.at("fifo").c_str(), 0600) == 0);
    refused(scratch.at("fifo"), "not a regular file");
    refused(written(scratch.at("empty"), "\n", 0600), "empty");
    refused(written(scratch.at("large"), std::string(16385, 'x'), 0600), "larger");
}

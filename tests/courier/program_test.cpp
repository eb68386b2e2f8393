#include <fmt/format.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/courier/daemon_stand_in.hpp"
#include "tests/courier/samples.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/scratch_folder.hpp"

using namespace forcewatch;
using namespace forcewatch::test;
using Catch::Contains;

namespace {

const std::string program = FORCEWATCH_BINARY_DIR "/forcewatch-courier";

CourierParcel file_parcel(std::int64_t id) {
    auto parcel = hook_parcel(fmt::format("d{}", id));
    parcel.id = DeliveryId{id};
    parcel.destination = "outbox";
    parcel.kind = DestinationKind::folder;
    return parcel;
}

std::string config_in(const ScratchFolder& scratch, const std::string& outbox) {
    const auto path = scratch.at("forcewatch.toml");
    std::ofstream{path} << "rule = []\n[courier]\nsocket = '" << scratch.at("c.sock")
                        << "'\n[[destination]]\nname = 'outbox'\nfolder = { path = '"
                        << scratch.at(outbox) << "' }\n";
    return path;
}

/// Hears what a service tells the service manager.
class NotifySocket {
public:
    explicit NotifySocket(const std::string& path) : path_{path} {
        descriptor_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        REQUIRE(::bind(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
        const timeval patience{.tv_sec = 30, .tv_usec = 0};
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;
    ~NotifySocket() { ::close(descriptor_); }
    /// Waits for a message that contains `words`; false after half a minute of silence.
    bool hears(const std::string& words) {
        char buffer[4096];
        for (;;) {
            const auto count = ::recv(descriptor_, buffer, sizeof buffer, 0);
            if (count <= 0) return false;
            const std::string message{buffer, static_cast<std::size_t>(count)};
            if (message.find(words) != std::string::npos) return true;
        }
    }
    [[nodiscard]] std::string variable() const { return "NOTIFY_SOCKET=" + path_; }

private:
    std::string path_;
    int descriptor_{-1};
};

}  // namespace

TEST_CASE("the program tells its version, its options and its faults", "[courier][program]") {
    ChildProcess version{{program, "--version"}};
    CHECK_THAT(version.read_all(), Catch::StartsWith("forcewatch-courier "));
    CHECK(version.wait() == 0);
    ChildProcess help{{program, "--help"}};
    CHECK_THAT(help.read_all(), Contains("--check-config") && Contains("--once"));
    CHECK(help.wait() == 0);
    ChildProcess wrong{{"/bin/sh", "-c", program + " --wrong 2>&1"}};
    wrong.read_all();
    CHECK(wrong.wait() == 64);
}

TEST_CASE("a configuration with faults ends the program with 78", "[courier][program][R42]") {
    const ScratchFolder scratch;
    const auto path = scratch.at("bad.toml");
    std::ofstream{path} << "[storage]\npaht = '/x'\n";
    ChildProcess bad{{"/bin/sh", "-c", program + " --config " + path + " 2>&1"}};
    CHECK_THAT(bad.read_all(), Contains(path + ":2:1: storage.paht: "));
    CHECK(bad.wait() == 78);
    ChildProcess good{
        {program, "--check-config", "--config", FORCEWATCH_SOURCE_DIR "/config/forcewatch.toml"}};
    CHECK_THAT(good.read_all(), Contains("no faults"));
    CHECK(good.wait() == 0);
}

TEST_CASE("the check reads each secret that is a file", "[courier][program][R42]") {
    const ScratchFolder scratch;
    const auto config = scratch.at("a.toml");
    const auto secret = scratch.at("secret");
    std::ofstream{config} << "rule = []\n[[destination]]\nname = 'hook'\nwebhook = { url = "
                             "'https://a.example/', secret = 'file:"
                          << secret
                          << "' }\n[[destination]]\nname = 'chat'\nwebhook = { url = "
                             "'credential:chat', format = 'slack' }\n";
    const auto check = [&] {
        ChildProcess child{
            {"/bin/sh", "-c", program + " --check-config --config " + config + " 2>&1"}};
        auto text = child.read_all();
        return std::pair{child.wait(), std::move(text)};
    };
    const auto refused = [&](const std::string& why) {
        const auto [code, text] = check();
        CHECK(code == 78);
        CHECK_THAT(text, Contains(config + ": destination \"hook\": secret: " + secret) &&
                             Contains(why) && !Contains("geheim"));
    };
    refused("No such file");
    std::ofstream{secret} << "whsec_geheim\n";
    ::chmod(secret.c_str(), 0644);
    refused("chmod 600");
    ::chmod(secret.c_str(), 0600);
    refused("whsec_");
    std::ofstream{secret} << "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n";
    const auto [code, text] = check();
    CHECK(code == 0);
    CHECK_THAT(text, Contains("no faults; credentials are read only where systemd passes them"));
}

TEST_CASE("--once carries what is due and ends", "[courier][program]") {
    const ScratchFolder scratch;
    const auto config = config_in(scratch, "outbox");
    ChildProcess without{{"/bin/sh", "-c", program + " --once --config " + config + " 2>&1"}};
    without.read_all();
    CHECK(without.wait() == 69);
    DaemonStandIn daemon{scratch.at("c.sock")};
    daemon.offer({file_parcel(1), file_parcel(2)});
    ChildProcess with{{"/bin/sh", "-c", program + " --once --config " + config + " 2>&1"}};
    with.read_all();
    CHECK(with.wait() == 0);
    CHECK(daemon.results().size() == 2);
}

TEST_CASE("the service tells its manager, reloads on SIGHUP and stops on SIGTERM",
          "[courier][program][K6][R109]") {
    const ScratchFolder scratch;
    const auto config = config_in(scratch, "outbox");
    NotifySocket manager{scratch.at("notify.sock")};
    DaemonStandIn daemon{scratch.at("c.sock")};
    ChildProcess courier{{program, "--config", config},
                         {manager.variable(), "WATCHDOG_USEC=300000"}};
    CHECK(manager.hears("READY=1"));
    CHECK(manager.hears("STATUS=daemon"));
    CHECK(manager.hears("WATCHDOG=1"));
    REQUIRE(daemon.wait_for_claims(1));

    std::ofstream{config} << "nonsense";
    courier.signal(SIGHUP);
    CHECK(manager.hears("RELOADING=1\nMONOTONIC_USEC="));
    CHECK(manager.hears("READY=1"));
    daemon.offer({file_parcel(1)});
    REQUIRE(daemon.wait_for_results(1));
    CHECK(std::filesystem::exists(scratch.at("outbox/d1.json")));

    config_in(scratch, "moved");
    courier.signal(SIGHUP);
    CHECK(manager.hears("RELOADING=1\nMONOTONIC_USEC="));
    CHECK(manager.hears("READY=1"));
    daemon.offer({file_parcel(2)});
    REQUIRE(daemon.wait_for_results(2));
    CHECK(std::filesystem::exists(scratch.at("moved/d2.json")));

    courier.signal(SIGTERM);
    CHECK(manager.hears("STOPPING=1"));
    CHECK(courier.wait() == 0);
}

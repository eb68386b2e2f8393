#include "tests/bench/peers.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace forcewatch::bench {

namespace {

constexpr std::chrono::microseconds glance{500};
constexpr double patience = 60;

std::string own_folder() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
}

std::vector<std::string> daemon_command(const std::filesystem::path& folder,
                                        std::vector<std::string> wrapper,
                                        const std::string& settings) {
    std::filesystem::create_directories(folder);
    write_file(folder / "forcewatch.toml", settings.empty() ? settings_text(folder) : settings);
    wrapper.insert(wrapper.end(), {own_folder() + "/forcewatchd", "--config",
                                   (folder / "forcewatch.toml").string()});
    return wrapper;
}

/// Where nginx stands beside us it stands at its best: no log, files kept open.
constexpr auto nginx_settings = R"(daemon off;
master_process off;
pid {0}/nginx.pid;
error_log {0}/nginx.log crit;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    keepalive_requests 1000000000;
    open_file_cache max=2000 inactive=1h;
    open_file_cache_valid 1h;
    default_type application/json;
    client_body_temp_path {0}/body;
    proxy_temp_path {0}/proxy;
    fastcgi_temp_path {0}/fastcgi;
    uwsgi_temp_path {0}/uwsgi;
    scgi_temp_path {0}/scgi;
    server {{
        listen unix:{0}/nginx.sock;
        root {0}/files;
    }}
}}
)";

std::vector<std::string> nginx_command(const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder / "files");
    write_file(folder / "nginx.conf", fmt::format(nginx_settings, folder.string()));
    return {find_program("nginx"), "-c", (folder / "nginx.conf").string(), "-e",
            (folder / "nginx.log").string()};
}

std::vector<std::string> alertmanager_command(const std::filesystem::path& folder, int port,
                                              Alertmanager::Groups groups,
                                              const std::string& hook) {
    std::filesystem::create_directories(folder);
    const std::string_view grouping =
        groups == Alertmanager::Groups::one
            ? ""
            : "  group_by: ['...']\n  group_wait: 0s\n  group_interval: 1m\n";
    const std::string hooks =
        hook.empty()
            ? ""
            : fmt::format("    webhook_configs:\n      - {{ url: '{}', send_resolved: false }}\n",
                          hook);
    write_file(
        folder / "alertmanager.yml",
        fmt::format("route:\n  receiver: one\n{}receivers:\n  - name: one\n{}", grouping, hooks));
    return {find_program("prometheus-alertmanager"),
            fmt::format("--config.file={}/alertmanager.yml", folder.string()),
            fmt::format("--storage.path={}/data", folder.string()),
            fmt::format("--web.listen-address=127.0.0.1:{}", port),
            "--cluster.listen-address=",
            "--log.level=error"};
}

}  // namespace

int free_port() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t size = sizeof address;
    const bool bound = ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                       ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    ::close(descriptor);
    if (!bound) throw std::runtime_error{"no port is free on loopback"};
    return ntohs(address.sin_port);
}

double wait_for_answer(const Endpoint& endpoint, std::string_view target) {
    const std::string request = get_request(target);
    for (const double until = wall_seconds() + patience;;) {
        try {
            Load load{endpoint, 1};
            (void)load.ask(request);
            return wall_seconds();
        } catch (const std::runtime_error&) {
            if (wall_seconds() > until) throw;
        }
        std::this_thread::sleep_for(glance);
    }
}

void write_file(const std::filesystem::path& path, std::string_view text) {
    std::ofstream file{path, std::ios::binary | std::ios::trunc};
    file << text;
    if (!file.flush()) throw std::runtime_error{"cannot write " + path.string()};
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string settings_text(const std::filesystem::path& folder) {
    const std::string shipped =
        read_file(std::filesystem::path{FORCEWATCH_SOURCE_DIR} / "config/forcewatch.toml");
    const auto rules = shipped.find("\n[[rule]]");
    if (rules == std::string::npos)
        throw std::runtime_error{"config/forcewatch.toml holds no rule"};
    return fmt::format(
               "[storage]\npath = \"{0}/forcewatch.db\"\n[socket]\npath = \"{0}/api.sock\"\nmode = "
               "\"0600\"\n"
               "[courier]\nsocket = \"{0}/courier.sock\"\n[log]\nlevel = \"warning\"\n"
               "[[destination]]\nname = \"outbox\"\nfolder = {{ path = \"{0}/outbox\" }}\n"
               "[[route]]\nto = [\"outbox\"]\n",
               folder.string()) +
           shipped.substr(rules);
}

Daemon::Daemon(const std::filesystem::path& folder, std::vector<std::string> wrapper,
               const std::string& settings)
    : folder_{folder},
      notify_{(std::filesystem::create_directories(folder), folder / "notify.sock")},
      child_{daemon_command(folder, std::move(wrapper), settings),
             {{notify_.variable()}, folder / "forcewatchd.log", std::nullopt}} {
    seconds_to_ready_ = notify_.wait_until_ready() - child_.started_at();
}

Endpoint Daemon::endpoint() const { return {(folder_ / "api.sock").string(), 0}; }

Courier::Courier(const std::filesystem::path& folder)
    : child_{
          {own_folder() + "/forcewatch-courier", "--config", (folder / "forcewatch.toml").string()},
          {{}, folder / "forcewatch-courier.log", std::nullopt}} {}

Nginx::Nginx(const std::filesystem::path& folder, int core)
    : folder_{folder}, child_{nginx_command(folder), {{}, folder / "nginx.log", core}} {
    write_file(folder_ / "files" / "ready", "{}");
    (void)wait_for_answer(endpoint(), "/ready");
}

Alertmanager::Alertmanager(const std::filesystem::path& folder, Groups groups,
                           const std::string& hook)
    : port_{free_port()},
      child_{alertmanager_command(folder, port_, groups, hook),
             {{}, folder / "alertmanager.log", std::nullopt}} {
    seconds_to_ready_ = wait_for_answer(endpoint(), "/-/ready") - child_.started_at();
}

}  // namespace forcewatch::bench

#include "tests/bench/sinks.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace forcewatch::bench {

namespace {

constexpr std::chrono::milliseconds glance{1};
constexpr double patience = 60;

constexpr auto hook_settings = R"(daemon off;
master_process off;
pid {0}/sink.pid;
error_log {0}/sink.log crit;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {0}/body;
    proxy_temp_path {0}/proxy;
    fastcgi_temp_path {0}/fastcgi;
    uwsgi_temp_path {0}/uwsgi;
    scgi_temp_path {0}/scgi;
    server {{
        listen 127.0.0.1:{1};
        location = /count {{ stub_status; }}
        location / {{ return 204; }}
    }}
}}
)";

std::vector<std::string> hook_command(const std::filesystem::path& folder, int port) {
    std::filesystem::create_directories(folder);
    write_file(folder / "sink.conf", fmt::format(hook_settings, folder.string(), port));
    return {find_program("nginx"), "-c", (folder / "sink.conf").string(), "-e",
            (folder / "sink.log").string()};
}

/// Programs of Postfix give up the superuser's rights where they have them.
std::vector<std::string> mail_command(int port) {
    std::vector<std::string> command{find_program("smtp-sink")};
    if (::geteuid() == 0) command.insert(command.end(), {"-u", "nobody"});
    command.insert(command.end(), {fmt::format("127.0.0.1:{}", port), "1000"});
    return command;
}

bool listens(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool connected =
        ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(descriptor);
    return connected;
}

/// The third number of "server accepts handled requests\n A H R".
std::int64_t requests_in(const std::string& status) {
    const auto line = status.find("requests\n");
    auto at = line == std::string::npos ? line : status.find_first_of("0123456789", line);
    for (int skipped = 0; skipped < 2 && at != std::string::npos; ++skipped)
        at = status.find_first_of("0123456789", status.find(' ', at));
    std::int64_t count = -1;
    if (at != std::string::npos)
        std::from_chars(status.data() + at, status.data() + status.size(), count);
    if (count < 0) throw std::runtime_error{"nginx does not tell how many requests came"};
    return count;
}

}  // namespace

HookSink::HookSink(const std::filesystem::path& folder)
    : port_{free_port()}, child_{hook_command(folder, port_), {{}, folder / "sink.log", {}}} {
    (void)wait_for_answer({{}, port_}, "/ready");
    asked_ = 1;
}

std::string HookSink::url() const { return fmt::format("http://127.0.0.1:{}/hook", port_); }

std::int64_t HookSink::count() {
    Load load{{{}, port_}, 1};
    const auto requests = requests_in(load.ask(get_request("/count")));
    return requests - ++asked_;
}

void HookSink::wait_for(std::int64_t wanted) {
    std::int64_t last = -1;
    double moved_at = wall_seconds();
    for (auto now = count(); now < wanted; now = count()) {
        if (now != last) moved_at = wall_seconds();
        last = now;
        if (wall_seconds() - moved_at > patience)
            throw std::runtime_error{
                fmt::format("only {} of {} webhooks came within a minute", now, wanted)};
        std::this_thread::sleep_for(glance);
    }
}

MailSink::MailSink(const std::filesystem::path& folder)
    : port_{free_port()},
      child_{(std::filesystem::create_directories(folder), mail_command(port_)),
             {{}, folder / "mail-sink.log", {}}} {
    for (const double until = wall_seconds() + patience; !listens(port_);) {
        if (wall_seconds() > until) throw std::runtime_error{"smtp-sink does not listen"};
        std::this_thread::sleep_for(glance);
    }
}

Sample send_with_smtp_source(const MailSink& sink, std::size_t count, std::size_t bytes,
                             const std::filesystem::path& log) {
    Child source{{find_program("smtp-source"), "-d", "-s", "1", "-m", std::to_string(count), "-l",
                  std::to_string(bytes), "-f", "forcewatch@force.example", "-t",
                  "liaison@force.example", fmt::format("127.0.0.1:{}", sink.port())},
                 {{}, log, {}}};
    double cpu = 0;
    while (source.running()) {
        cpu = source.cpu_seconds();
        std::this_thread::sleep_for(glance);
    }
    return {static_cast<double>(count), wall_seconds() - source.started_at(), cpu};
}

}  // namespace forcewatch::bench

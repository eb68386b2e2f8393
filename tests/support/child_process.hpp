/// A program run beside the test. It is stopped, by its own process id, when the test ends.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/program_words.hpp"

namespace forcewatch::test {

class ChildProcess {
public:
    /// Starts `arguments` with pipes for standard input and output. Every member of `environment`
    /// ("NAME=value") is added to ours.
    explicit ChildProcess(const std::vector<std::string>& arguments,
                          const std::vector<std::string>& environment = {}) {
        int input[2];
        int output[2];
        REQUIRE(::pipe2(input, O_CLOEXEC) == 0);
        REQUIRE(::pipe2(output, O_CLOEXEC) == 0);
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
        ::posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
        const ProgramWords words{arguments, environment};
        const int fault = ::posix_spawnp(&pid_, arguments.front().c_str(), &actions, nullptr,
                                         words.arguments(), words.environment());
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(input[0]);
        ::close(output[1]);
        input_ = input[1];
        output_ = output[0];
        CAPTURE(arguments, fault);
        REQUIRE(fault == 0);
    }
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess() {
        close_input();
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
        }
        ::close(output_);
    }

    /// Waits for the next line of output; what is left when the output ends.
    std::string read_line() {
        std::string line;
        char c = 0;
        while (::read(output_, &c, 1) == 1 && c != '\n') line += c;
        return line;
    }
    std::string read_all() {
        std::string text;
        char buffer[4096];
        for (ssize_t count = 0; (count = ::read(output_, buffer, sizeof buffer)) > 0;)
            text.append(buffer, static_cast<std::size_t>(count));
        return text;
    }
    [[nodiscard]] pid_t pid() const { return pid_; }
    void signal(int number) const { REQUIRE(::kill(pid_, number) == 0); }
    void close_input() {
        if (input_ >= 0) ::close(std::exchange(input_, -1));
    }
    /// Waits for the end: the exit code, or minus the number of the signal that ended it.
    int wait() {
        int status = 0;
        REQUIRE(::waitpid(std::exchange(pid_, -1), &status, 0) > 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

private:
    pid_t pid_{-1};
    int input_{-1};
    int output_{-1};
};

/// A server of tests/support: prints {"port": N} when it listens, ends when its input is closed.
class LocalServer {
public:
    LocalServer(const std::string& script, std::vector<std::string> options)
        : process_{command(script, std::move(options))} {
        const auto line = process_.read_line();
        const auto digits = line.find_first_of("0123456789");
        REQUIRE(digits != std::string::npos);
        port_ = std::stoi(line.substr(digits));
    }
    [[nodiscard]] int port() const { return port_; }

private:
    static std::vector<std::string> command(const std::string& script,
                                            std::vector<std::string> options) {
        std::vector<std::string> all{"/usr/bin/python3",
                                     FORCEWATCH_SOURCE_DIR "/tests/support/" + script};
        for (auto& option : options) all.push_back(std::move(option));
        return all;
    }

    ChildProcess process_;
    int port_{0};
};

/// Writes the certificates of tests/support/certificates.sh into `folder`.
inline void make_certificates(const std::string& folder) {
    ChildProcess script{
        {"/bin/sh", FORCEWATCH_SOURCE_DIR "/tests/support/certificates.sh", folder}};
    REQUIRE(script.wait() == 0);
}

}  // namespace forcewatch::test

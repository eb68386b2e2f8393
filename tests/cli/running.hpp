/// A true forcewatchd on a scratch configuration, and forcewatchctl run against it.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <pty.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <memory>
#include <thread>

#include "cli/document.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/program_words.hpp"
#include "tests/support/scratch_folder.hpp"
#include "tests/support/unix_http_client.hpp"

namespace forcewatch::test {

inline const std::string ctl_program = FORCEWATCH_BINARY_DIR "/forcewatchctl";
inline const std::string daemon_program = FORCEWATCH_BINARY_DIR "/forcewatchd";
inline const std::string reference_folder = FORCEWATCH_SOURCE_DIR "/config/reference";

struct Ended {
    int code{};
    std::string out;
    std::string err;
};

using Words = std::vector<std::string>;

/// Variables are "NAME=value", and those that matter to us begin unset.
inline ProgramWords words_for(const Words& arguments, Words variables) {
    variables.emplace_back("TERM=xterm");
    return {arguments,
            std::move(variables),
            {"FORCEWATCH_SOCKET", "NO_COLOR", "COLUMNS", "PAGER", "LC_ALL", "LANG"}};
}

/// Replaces this process, which may be the child of one with threads.
[[noreturn]] inline void become(const ProgramWords& words) {
    ::execvpe(words.arguments()[0], words.arguments(), words.environment());
    ::_exit(127);
}

inline int code_of(pid_t child) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// Runs a program to its end, standard output and error into files.
inline Ended run(const Words& arguments, const Words& variables = {}) {
    const ScratchFolder scratch;
    const auto out = scratch.at("out");
    const auto err = scratch.at("err");
    const auto words = words_for(arguments, variables);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        const int flags = O_WRONLY | O_CREAT | O_TRUNC;
        ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
        ::dup2(::open(out.c_str(), flags, 0600), STDOUT_FILENO);
        ::dup2(::open(err.c_str(), flags, 0600), STDERR_FILENO);
        become(words);
    }
    const int code = code_of(child);
    return {code, text_of_file(out), text_of_file(err)};
}

/// Runs a program on a terminal of that size; `out` holds all that it showed, line ends as "\n".
inline Ended run_on_terminal(const Words& arguments, unsigned short columns,
                             const Words& variables = {}, unsigned short rows = 1000) {
    const winsize size{.ws_row = rows, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    const auto words = words_for(arguments, variables);
    int master = -1;
    const pid_t child = ::forkpty(&master, nullptr, nullptr, &size);
    REQUIRE(child >= 0);
    if (child == 0) become(words);
    Ended ended;
    char buffer[4096];
    for (ssize_t count = 0; (count = ::read(master, buffer, sizeof buffer)) > 0;)
        ended.out.append(buffer, static_cast<std::size_t>(count));
    ended.code = code_of(child);
    ::close(master);
    for (auto at = ended.out.find("\r\n"); at != std::string::npos; at = ended.out.find("\r\n", at))
        ended.out.erase(at, 1);
    return ended;
}

class RunningDaemon {
public:
    /// `more` is appended to the configuration; `prefix` stands before the program, such as
    /// setpriv.
    explicit RunningDaemon(const std::string& more = {}, const std::string& mode = "0600",
                           const Words& prefix = {}) {
        write_config(more, mode);
        if (!prefix.empty()) {
            ::chmod(scratch_.path().c_str(), 0777);
            ::chmod(config().c_str(), 0644);
        }
        Words command = prefix;
        for (const auto& word : {daemon_program, std::string{"--config"}, config()})
            command.push_back(word);
        process_ = std::make_unique<ChildProcess>(command);
        for (int tries = 0; tries < 2000 && !answers(); ++tries)
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        REQUIRE(answers());
    }
    void write_config(const std::string& more, const std::string& mode = "0600") const {
        const bool rules = more.find("[[rule]]") != std::string::npos;
        std::ofstream{config()} << (rules ? "" : "rule = []\n") << "[storage]\npath = '"
                                << database() << "'\n[socket]\npath = '" << socket()
                                << "'\nmode = '" << mode << "'\n[courier]\nsocket = '"
                                << scratch_.at("c.sock") << "'\n"
                                << more;
    }
    [[nodiscard]] std::string socket() const { return scratch_.at("fw.sock"); }
    [[nodiscard]] std::string config() const { return scratch_.at("forcewatch.toml"); }
    [[nodiscard]] std::string database() const { return scratch_.at("fw.db"); }
    [[nodiscard]] std::string at(const std::string& name) const { return scratch_.at(name); }
    [[nodiscard]] const std::filesystem::path& folder() const { return scratch_.path(); }

    /// A file in the scratch folder.
    [[nodiscard]] std::string file(const std::string& name, const std::string& text) const {
        std::ofstream{at(name), std::ios::binary} << text;
        return at(name);
    }
    [[nodiscard]] Words command(const Words& arguments) const {
        Words all{ctl_program, "--socket", socket(), "--config", config()};
        all.insert(all.end(), arguments.begin(), arguments.end());
        return all;
    }
    [[nodiscard]] Ended ctl(const Words& arguments, const Words& variables = {}) const {
        return run(command(arguments), variables);
    }
    /// The document that a command prints with --json.
    [[nodiscard]] JsonValue json(Words arguments) const {
        arguments.push_back("--json");
        const auto ended = ctl(arguments);
        CAPTURE(arguments, ended.err);
        REQUIRE(ended.code == 0);
        auto document = parse_json_object(ended.out);
        REQUIRE(document);
        return std::move(*document);
    }
    void import_reference() const {
        const auto ended = ctl({"import", "--reference", "--reference-dir", reference_folder});
        CAPTURE(ended.err);
        REQUIRE(ended.code == 0);
    }
    void stop() {
        process_->signal(SIGTERM);
        REQUIRE(process_->wait() == 0);
        process_.reset();
    }

private:
    [[nodiscard]] bool answers() const {
        try {
            return UnixHttpClient{socket()}.ask("GET", "/healthz").status == 200;
        } catch (const std::runtime_error&) {
            return false;
        }
    }

    ScratchFolder scratch_;
    std::unique_ptr<ChildProcess> process_;
};

/// With the shipped data in it and one rule; for tests that only read.
inline const RunningDaemon& shipped() {
    static const auto daemon = [] {
        auto made = std::make_unique<RunningDaemon>(
            "[[rule]]\nname = 'low'\ntype = 'grade-persists'\ngrade = 'requires improvement'\n"
            "ladder = [ { at = '0d', severity = 'info' }, { rounds = 2, severity = 'critical' } "
            "]\n");
        made->import_reference();
        return made;
    }();
    return *daemon;
}

inline std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

/// Text without what colours it.
inline std::string without_colour(const std::string& text) {
    std::string plain;
    for (std::size_t place = 0; place < text.size(); ++place) {
        if (text[place] == '\x1b')
            place = text.find('m', place);
        else
            plain += text[place];
    }
    return plain;
}

inline bool is_root() { return ::getuid() == 0; }
inline Words as_nobody() {
    return {"setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"};
}
/// Whether the user nobody can start the programs at all, where the checkout lies.
inline bool nobody_can_run() {
    Words command = as_nobody();
    command.push_back(ctl_program);
    command.emplace_back("--help");
    return run(command).code == 0;
}

}  // namespace forcewatch::test

#include <csignal>
#include <cstdio>
#include <exception>

#include "cli/arguments.hpp"
#include "cli/exit_code.hpp"

int main(int argc, char** argv) try {
    using namespace forcewatch;
    std::signal(SIGPIPE, SIG_IGN);  // a reader that went away is told by write()
    auto read = read_arguments({argv + 1, argv + argc});
    if (const auto* answered = std::get_if<Answered>(&read)) {
        std::fputs(answered->text.c_str(), answered->exit_code == 0 ? stdout : stderr);
        return answered->exit_code;
    }
    auto& asked = std::get<Asked>(read);
    Session session{std::move(asked.arguments)};
    const int code = asked.command(session);
    const bool paged = !session.given.no_pager && !session.given.json;
    const bool written = write_out(session.terminal, session.output(), paged);
    if (!written) std::perror("forcewatchctl: standard output");
    std::fputs(session.words().c_str(), stderr);
    return written ? code : cli_exit::failed;
} catch (const std::exception& error) {
    std::fprintf(stderr, "forcewatchctl: %s\n", error.what());
    return forcewatch::cli_exit::failed;
}

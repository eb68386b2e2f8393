#include "cli/terminal.hpp"

#include <langinfo.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <clocale>
#include <cstdio>
#include <cstdlib>

namespace forcewatch {

namespace {

std::string_view variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

std::optional<std::size_t> columns_asked() {
    const auto text = variable("COLUMNS");
    std::size_t columns = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), columns);
    if (error != std::errc{} || end != text.data() + text.size() || columns == 0)
        return std::nullopt;
    return columns;
}

enum class Written { yes, reader_gone, no };

Written write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(descriptor, text.data(), text.size());
        if (written >= 0)
            text.remove_prefix(static_cast<std::size_t>(written));
        else if (errno != EINTR)
            return errno == EPIPE ? Written::reader_gone : Written::no;
    }
    return Written::yes;
}

/// False: there is no such pager.
bool page(std::string_view text) {
    const char* pager = std::getenv("PAGER");
    const std::string command = pager != nullptr ? pager : "less -FRX";
    if (command.empty()) return false;
    FILE* pipe = ::popen(command.c_str(), "w");
    if (pipe == nullptr) return false;
    (void)write_all(::fileno(pipe), text);
    const int status = ::pclose(pipe);
    constexpr int no_such_command = 127;
    return !WIFEXITED(status) || WEXITSTATUS(status) != no_such_command;
}

}  // namespace

Terminal Terminal::detect(ColourChoice choice) {
    Terminal terminal;
    (void)std::setlocale(LC_CTYPE, "");
    terminal.utf8 = std::string_view{::nl_langinfo(CODESET)} == "UTF-8";
    if (!terminal.utf8) (void)std::setlocale(LC_CTYPE, "C.UTF-8");
    const bool dumb = variable("TERM") == "dumb";
    terminal.interactive = ::isatty(STDOUT_FILENO) == 1;
    terminal.progress = ::isatty(STDERR_FILENO) == 1 && !dumb;
    terminal.colour = choice == ColourChoice::always ||
                      (choice == ColourChoice::automatic && terminal.interactive && !dumb &&
                       variable("NO_COLOR").empty());
    if (!terminal.interactive) return terminal;
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
        terminal.height = size.ws_row;
    constexpr std::size_t usual = 80;
    terminal.width = columns_asked().value_or(size.ws_col > 0 ? size.ws_col : usual);
    return terminal;
}

std::string Terminal::painted(std::string_view text, Tone tone) const {
    constexpr std::array<std::string_view, 6> codes{"", "1", "32", "33", "1;31", "2"};
    const auto code = codes.at(static_cast<std::size_t>(tone));
    if (!colour || code.empty() || text.empty()) return std::string{text};
    return std::string{"\x1b["}.append(code).append("m").append(text).append("\x1b[0m");
}

bool write_out(const Terminal& terminal, std::string_view text, bool paged) {
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    if (paged && terminal.interactive && lines >= terminal.height && page(text)) return true;
    return write_all(STDOUT_FILENO, text) != Written::no;
}

}  // namespace forcewatch

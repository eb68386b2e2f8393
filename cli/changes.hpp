/// Single changes by hand: each is one request of the API (`docs/api.md`, "Changing"), whose
/// members are the options of a command such as `forcewatchctl findings claim`.
#pragma once

#include <string>
#include <vector>

namespace forcewatch {

/// A member of the request's body, and the option that gives it.
struct ChangeMember {
    enum class Kind {
        text,
        word,  ///< one of several, such as "in progress"; "in-progress" will do
        list,
        whole_number,
        yes_or_no,
        switch_on
    };
    enum class Need { optional, required };
    const char* option;  ///< such as "--due"
    const char* name;    ///< such as "due"
    const char* label;   ///< what stands for the value in the help
    const char* help;
    Kind kind{Kind::text};
    Need need{Need::optional};
};

struct ChangeCommand {
    const char* noun;  ///< the command above it, such as "findings"
    const char* verb;
    const char* description;
    const char* method;
    const char* path;   ///< "{}" stands for what the command names
    const char* named;  ///< how the help calls that; nullptr: it names nothing
    std::vector<ChangeMember> members;
    const char* example;  ///< what follows "forcewatchctl NOUN VERB "
    const char* done;     ///< said before the answer
};

[[nodiscard]] const std::vector<ChangeCommand>& change_commands();

}  // namespace forcewatch

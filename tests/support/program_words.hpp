/// What a program is run with, made before there is a child: one that is forked beside another
/// thread may not allocate, as that thread may hold the allocator's lock.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace forcewatch::test {

/// Arguments and environment as execve wants them: not const, and closed by a null.
class ProgramWords {
public:
    /// `given` ("NAME=value") comes before what this process has of the same name; of `unset`
    /// nothing is passed on.
    ProgramWords(std::vector<std::string> arguments, std::vector<std::string> given,
                 const std::vector<std::string>& unset = {})
        : arguments_{std::move(arguments)}, environment_{std::move(given)} {
        const auto names = names_of(environment_, unset);
        for (char** ours = environ; *ours != nullptr; ++ours)
            if (std::find(names.begin(), names.end(), name_of(*ours)) == names.end())
                environment_.emplace_back(*ours);
        argument_pointers_ = pointers_to(arguments_);
        environment_pointers_ = pointers_to(environment_);
    }
    ProgramWords(const ProgramWords&) = delete;
    ProgramWords& operator=(const ProgramWords&) = delete;
    ~ProgramWords() = default;

    [[nodiscard]] char* const* arguments() const { return argument_pointers_.data(); }
    [[nodiscard]] char* const* environment() const { return environment_pointers_.data(); }

private:
    static std::string name_of(std::string_view variable) {
        return std::string{variable.substr(0, variable.find('='))};
    }
    static std::vector<std::string> names_of(const std::vector<std::string>& given,
                                             std::vector<std::string> names) {
        for (const auto& variable : given) names.push_back(name_of(variable));
        return names;
    }
    static std::vector<char*> pointers_to(std::vector<std::string>& texts) {
        std::vector<char*> pointers;
        for (auto& text : texts) pointers.push_back(text.data());
        pointers.push_back(nullptr);
        return pointers;
    }

    std::vector<std::string> arguments_;
    std::vector<std::string> environment_;
    std::vector<char*> argument_pointers_;
    std::vector<char*> environment_pointers_;
};

}  // namespace forcewatch::test

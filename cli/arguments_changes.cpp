// The options of single changes, out of the table that describes these.
#include <fmt/format.h>

#include "cli/argument_parts.hpp"
#include "cli/changes.hpp"
#include "cli/text.hpp"

namespace forcewatch {

namespace {

using Kind = ChangeMember::Kind;

CLI::Option* add_member(CLI::App* sub, const ChangeMember& member, Arguments& given) {
    auto& members = given.members;
    const auto take = [&members, name = member.name](const std::string& text) {
        members[name] = {text};
    };
    const auto take_all = [&members, name = member.name](const std::vector<std::string>& texts) {
        members[name] = texts;
    };
    switch (member.kind) {
        case Kind::list:
            return sub
                ->add_option_function<std::vector<std::string>>(member.option, take_all,
                                                                member.help)
                ->allow_extra_args(false);
        case Kind::switch_on:
            return sub->add_flag_callback(
                member.option, [take] { take("yes"); }, member.help);
        case Kind::whole_number:
            return sub->add_option_function<std::string>(member.option, take, member.help)
                ->check(CLI::Range(0, 1'000'000));
        case Kind::yes_or_no: {
            auto* option = sub->add_option_function<std::string>(member.option, take, member.help);
            one_of(option, {"yes", "no"});
            return option;
        }
        case Kind::word:
        case Kind::text:
            break;
    }
    return sub->add_option_function<std::string>(member.option, take, member.help);
}

/// The whole example; where it is long, on several lines as a shell takes them.
std::string example_of(const ChangeCommand& change) {
    constexpr std::size_t width = 72;
    const auto lines = wrapped(
        fmt::format("forcewatchctl {} {} {}", change.noun, change.verb, change.example), width);
    return fmt::format("{}", fmt::join(lines, " \\\n    "));
}

/// The command above a change: mostly one that lists such things.
CLI::App* noun_of(const ChangeCommand& change, const AddCommand& add, CLI::App& app) {
    for (auto* known : app.get_subcommands(nullptr))
        if (known->get_name() == change.noun) return known;
    auto* noun = add(change.noun, change.description, nullptr, example_of(change), nullptr);
    noun->require_subcommand(1);
    return noun;
}

}  // namespace

void add_change_commands(const AddCommand& add, CLI::App& app, Arguments& given) {
    for (const auto& change : change_commands()) {
        auto* sub = add(change.verb, change.description, record_change, example_of(change),
                        noun_of(change, add, app));
        sub->preparse_callback([&given, &change](std::size_t) { given.change = &change; });
        if (change.named != nullptr)
            sub->add_option(change.named, given.id, "Which one, as the list names it")
                ->required()
                ->option_text(" ");
        for (const auto& member : change.members) {
            auto* option = add_member(sub, member, given);
            if (member.kind != Kind::switch_on) option->option_text(member.label);
            option->required(member.need == ChangeMember::Need::required);
        }
    }
}

}  // namespace forcewatch

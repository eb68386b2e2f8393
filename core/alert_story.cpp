#include "core/alert_story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace forcewatch {

namespace {

using std::chrono::seconds;

constexpr std::array<std::pair<Change, std::string_view>, 11> change_names{{
    {Change::opened, "opened"},
    {Change::raised, "raised"},
    {Change::lowered, "lowered"},
    {Change::step, "step"},
    {Change::reminder, "reminder"},
    {Change::acknowledged, "acknowledged"},
    {Change::resumed, "resumed"},
    {Change::escalated, "escalated"},
    {Change::unanswered, "unanswered"},
    {Change::reopened, "reopened"},
    {Change::closed, "closed"},
}};

/// The episode that an open alert belongs to: the one that holds its start, else the present one,
/// which a late fact may have moved. Null: its episode is over and another one runs.
const Episode* episode_of(const AlertMemory& memory, const Ruling& ruling) {
    for (const auto& episode : ruling.episodes)
        if (episode.from <= memory.episode_on &&
            (!episode.until || memory.episode_on < *episode.until))
            return &episode;
    return ruling.firing ? &ruling.episodes.back() : nullptr;
}

AlertTurn opened(const Rule& rule, const Ruling& ruling, Instant now) {
    AlertTurn turn;
    turn.change = Change::opened;
    turn.tells = rule.hold_off == seconds{0};
    turn.steps = ruling.reached;
    auto memory = *memory_of(ruling);
    if (!turn.tells) {
        memory.told = false;
        memory.held_until = now + rule.hold_off;
    }
    turn.memory = std::move(memory);
    return turn;
}

AlertTurn closed(const AlertMemory& memory, const std::string& ending) {
    AlertTurn turn;
    turn.change = Change::closed;
    turn.tells = memory.told;
    turn.ending = memory.held_until && !memory.told ? "damped: " + ending : ending;
    return turn;
}

std::string ending_of(const Episode* episode, const Ruling& ruling) {
    if (episode != nullptr && !episode->ending.empty()) return episode->ending;
    if (!ruling.episodes.empty() && !ruling.episodes.back().ending.empty())
        return ruling.episodes.back().ending;
    return "no longer true";
}

/// The condition still holds: steps, severity, reminders.
std::optional<AlertTurn> advanced(const AlertMemory& known, const Rule& rule, const Ruling& ruling,
                                  Date episode_on, Instant now) {
    AlertMemory memory = known;
    memory.episode_on = episode_on;
    AlertTurn turn;
    const bool moved = memory.version != ruling.version;
    if (moved) memory.steps.clear();
    for (const auto& step : ruling.reached)
        if (memory.steps.insert(step.name).second) turn.steps.push_back(step);

    // A moved deadline re-arms only the steps still ahead: what it had passed by then goes to the
    // ledger without a word, unless it makes matters worse. Where it has passed too, its reminders
    // count anew, so it reminds at once: moves must not put off the next word for ever.
    const bool overdue = std::any_of(ruling.reached.begin(), ruling.reached.end(), is_past);
    const bool reminds = moved ? overdue && rule.remind_every.has_value()
                               : turn.steps.empty() && ruling.reminders > memory.reminders;
    // Whoever was told a date must not go on believing in a later one than holds.
    const bool sooner = moved && memory.told && is_earlier(ruling.version, memory.version);
    const bool says =
        ruling.severity != memory.severity || (!turn.steps.empty() && !moved) || reminds || sooner;
    if (says)
        turn.change = ruling.severity > memory.severity   ? Change::raised
                      : ruling.severity < memory.severity ? Change::lowered
                      : reminds                           ? Change::reminder
                                                          : Change::step;
    if (memory.closing) {  // it came back in time
        memory.closing = false;
        memory.held_until.reset();
        ++memory.damped;
    }
    // What waits for the hold-off is let out when that has passed; a baseline when it says more.
    const bool let_out = !memory.told && (memory.held_until ? now >= *memory.held_until : says);
    if (let_out) {
        memory.told = true;
        memory.held_until.reset();
    }
    turn.tells = (says && memory.told) || let_out;
    memory.version = ruling.version;
    memory.severity = ruling.severity;
    memory.reminders = ruling.reminders;
    if (says) ++memory.revision;
    if (memory == known && !turn.change && !turn.tells) return std::nullopt;
    turn.memory = std::move(memory);
    return turn;
}

/// The condition is gone. With a hold-off, what was told stays open until that has passed.
std::optional<AlertTurn> gone(AlertMemory memory, const Rule& rule, const std::string& ending,
                              Instant now) {
    if (!memory.told || rule.hold_off == seconds{0} ||
        (memory.closing && now >= *memory.held_until))
        return closed(memory, ending);
    if (memory.closing) return std::nullopt;
    AlertTurn turn;
    memory.closing = true;
    memory.held_until = now + rule.hold_off;
    turn.memory = std::move(memory);
    return turn;
}

}  // namespace

bool is_past(const ReachedStep& step) {
    return !step.name.starts_with('-') && step.name != "0d" && step.name != "0wd" &&
           !step.name.ends_with("rounds");
}

bool says_how_it_stands(Change change) {
    return change == Change::opened || change == Change::reopened || change == Change::raised ||
           change == Change::lowered || change == Change::step;
}

bool is_earlier(const std::string& deadline, const std::string& before) {
    const auto day = [](const std::string& text) {
        const auto date = PartialDate::parse(text);
        return date ? date->last_day() : std::nullopt;
    };
    const auto to = day(deadline);
    const auto from = day(before);
    return to && from && *to < *from;
}

std::string_view text_of(Change change) {
    const auto* found = std::find_if(change_names.begin(), change_names.end(),
                                     [&](const auto& each) { return each.first == change; });
    return found == change_names.end() ? "?" : found->second;
}

Expected<Change> parse_change(std::string_view text) {
    const auto* found = std::find_if(change_names.begin(), change_names.end(),
                                     [&](const auto& each) { return each.second == text; });
    if (found != change_names.end()) return found->first;
    return tl::unexpected(fmt::format("\"{}\" is not a change of an alert", text));
}

bool is_same_episode(const AlertMemory& known, const Rule& rule, const Ruling& ruling,
                     Instant now) {
    return ruling.firing && turns_of(known, rule, ruling, now).size() < 2;
}

std::optional<AlertMemory> memory_of(const Ruling& ruling) {
    if (!ruling.firing) return std::nullopt;
    AlertMemory memory;
    memory.episode_on = ruling.episodes.back().from;
    memory.severity = ruling.severity;
    memory.revision = 1;
    memory.version = ruling.version;
    memory.reminders = ruling.reminders;
    for (const auto& step : ruling.reached) memory.steps.insert(step.name);
    return memory;
}

std::vector<AlertTurn> turns_of(const std::optional<AlertMemory>& known, const Rule& rule,
                                const Ruling& ruling, Instant now) {
    std::vector<AlertTurn> turns;
    if (known) {
        const Episode* episode = episode_of(*known, ruling);
        if (ruling.firing && episode == &ruling.episodes.back()) {
            if (auto turn = advanced(*known, rule, ruling, episode->from, now))
                turns.push_back(std::move(*turn));
            return turns;
        }
        const auto ending = ending_of(episode, ruling);
        // A new episode ends the old one at once, whatever the hold-off.
        auto turn =
            ruling.firing ? std::optional{closed(*known, ending)} : gone(*known, rule, ending, now);
        if (turn) turns.push_back(std::move(*turn));
    }
    if (ruling.firing) turns.push_back(opened(rule, ruling, now));
    return turns;
}

}  // namespace forcewatch

#include "tests/simulation/receivers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tests/simulation/plan.hpp"

namespace forcewatch::sim {

namespace {

using std::chrono::hours;
using std::chrono::seconds;

LetterLine line_of(const LetterAlert& item) {
    const auto& alert = item.alert;
    return {alert.id,
            alert.rule,
            alert.subject,
            alert.force,
            alert.state != AlertState::closed,
            alert.overdue,
            alert.severity,
            item.since};
}

/// Which revisions of which alerts it tells to whom: what its id stands for.
std::string content_of(const MessageInput& input, const Letter& letter) {
    std::string content = letter.reader + ' ' + input.period;
    for (const auto& line : letter.lines) {
        content += fmt::format(" {}:", number_of(line.alert));
        for (const auto& revision : line.since) content += fmt::format("{},", revision.revision);
    }
    return content;
}

}  // namespace

void Receivers::made(const MessageInput& input, const NewParcel& parcel) {
    Letter letter;
    letter.body = parcel.body;
    letter.reader = reader_of(parcel.destination, parcel.recipient);
    for (const auto& item : input.items) letter.lines.push_back(line_of(item));
    // What is made again after a crash is the same message.
    const auto [known, fresh] =
        id_by_content_.emplace(content_of(input, letter), parcel.message_id);
    if (!fresh && known->second != parcel.message_id)
        findings_.add(Wrong::outside, fmt::format("{} and {} say the same to {}", known->second,
                                                  parcel.message_id, letter.reader));
    for (const auto& item : input.still_open) {
        letter.lines.push_back(line_of(item));
        letter.lines.back().since.clear();
    }
    making_[parcel.message_id] = std::move(letter);
}

void Receivers::committed() {
    for (auto& [id, letter] : making_) {
        findings_.note(id);
        letters_[id] = std::move(letter);
    }
    making_.clear();
}

void Receivers::under_way(const std::string& message_id) {
    ++under_way_[message_id];
    ++findings_.under_way;
}

void Receivers::arrives(const Leased& delivery, Instant at, seconds blocked) {
    const auto& parcel = delivery.parcel;
    ++findings_.arrivals;
    findings_.note(fmt::format("{} {}", parcel.message_id, at.time_since_epoch().count()));
    const auto known = letters_.find(parcel.message_id);
    if (known == letters_.end() || known->second.body != parcel.body)
        return findings_.add(Wrong::outside,
                             fmt::format("{} arrived, which nobody made so", parcel.message_id));
    const int times = ++arrivals_[parcel.message_id];
    if (times > 1) {
        ++findings_.repeats;
        if (times > 1 + under_way_[parcel.message_id])
            findings_.add(Wrong::repeated,
                          fmt::format("{} arrived {} times, and was under way at {} crashes",
                                      parcel.message_id, times, under_way_[parcel.message_id]));
    }
    const auto& letter = known->second;
    for (const auto& line : letter.lines) {
        if (times == 1) {
            check_time(line, parcel.message_id);
            note_resumed(line);
            read(letter, line, !replayed_.contains(parcel.message_id));
        }
        signal(letter, line, at, blocked);
    }
}

/// A step that the facts have not reached by now was told before its time, or without a reason.
void Receivers::check_time(const LetterLine& line, const std::string& id) {
    const auto* watch = model_.find(line.rule, line.subject);
    if (watch == nullptr) {
        const bool of_ours = line.rule == "destination-failing" || line.rule == "silences-weekly";
        if (!of_ours)
            findings_.add(Wrong::outside, fmt::format("{} tells of {}, {}, which is not", id,
                                                      line.rule, line.subject));
        return;
    }
    const auto expected = [&](const std::string& step) {
        for (const auto& alert : watch->alerts)
            for (const auto& [version, steps] : alert.steps)
                if (steps.contains(step)) return true;
        return false;
    };
    for (const auto& revision : line.since)
        for (const auto& step : revision.steps)
            if (!expected(step))
                findings_.add(Wrong::early, fmt::format("{} tells step {} of {}, {}", id, step,
                                                        line.rule, line.subject));
    if (watch->alerts.empty())
        findings_.add(Wrong::early, fmt::format("{} tells of {}, {}, which never was", id,
                                                line.rule, line.subject));
}

/// While it is acknowledged nothing else is told of it, but that it is or that it closed.
void Receivers::note_resumed(const LetterLine& line) {
    const auto known = acknowledged_.find(line.alert);
    if (known == acknowledged_.end() || !line.open) return;
    const bool resumed =
        std::any_of(line.since.begin(), line.since.end(), [&](const AlertRevision& revision) {
            return revision.change != Change::acknowledged &&
                   revision.revision > known->second.first;
        });
    if (resumed) acknowledged_.erase(known);
}

void Receivers::read(const Letter& letter, const LetterLine& line, bool in_turn) {
    auto& heard = heard_[{letter.reader, line.alert}];
    if (!in_turn) heard.out_of_turn = true;
    if (line.since.empty()) return;
    const int last = line.since.back().revision;
    if (last < heard.revision && in_turn)
        findings_.add(Wrong::disorder,
                      fmt::format("{} heard revision {} of alert {} after {}", letter.reader, last,
                                  number_of(line.alert), heard.revision));
    if (!told_.emplace(letter.reader, std::pair{line.alert, last}).second)
        findings_.add(Wrong::repeated, fmt::format("{} was told revision {} of alert {} twice",
                                                   letter.reader, last, number_of(line.alert)));
    if (last < heard.revision) return;
    heard.revision = last;
    heard.open = line.open;
    heard.severity = line.severity;
}

void Receivers::signal(const Letter& letter, const LetterLine& line, Instant at, seconds blocked) {
    auto* watch = model_.find(line.rule, line.subject);
    const bool only_helps = letter.reader.starts_with(fallback_destination);
    if (watch == nullptr || watch->latest() == nullptr || only_helps) return;
    const std::pair key{letter.reader, line.alert};
    const auto before = signals_.find(key);
    if (before != signals_.end()) {
        // Days of 25 hours, and a message that waits for its group.
        constexpr hours slack{27};
        const auto gap = owed(*watch->latest(), line, before->second.at, at) -
                         (blocked - before->second.blocked);
        if (gap > *watch->rule->remind_every + slack)
            findings_.add(Wrong::gap,
                          fmt::format("{} heard nothing of alert {} for {} hours until {}",
                                      letter.reader, number_of(line.alert),
                                      std::chrono::duration_cast<hours>(gap).count(), text_of(at)));
        signals_.erase(before);
    }
    if (line.open && line.overdue && watch->rule->name == "deadlines")
        signals_[key] = {at, blocked};
}

void Receivers::excuse(AlertId alert, Instant from, Instant until) {
    excuses_[std::to_string(number_of(alert))].emplace_back(from, until);
}
void Receivers::excuse(const std::string& force, Instant from, Instant until) {
    excuses_[force].emplace_back(from, until);
}

/// News that a deadline was put off may wait as any other, and what waits so is not overdue. But
/// what is overdue again before that was told is owed for the whole time, with that between left
/// out: else moves could put off the next word for ever.
seconds Receivers::owed(const ExpectedAlert& alert, const LetterLine& line, Instant from,
                        Instant until) const {
    seconds total{};
    for (const auto& stretch : alert.overdue_times) {
        const Instant begin = std::max(from, stretch.from);
        const Instant end = std::min(until, stretch.until.value_or(until));
        if (begin < end) total += end - begin - excused(line, begin, end);
    }
    return total;
}

seconds Receivers::excused(const LetterLine& line, Instant from, Instant until) const {
    seconds total{};
    for (const auto& key : {std::to_string(number_of(line.alert)), line.force}) {
        const auto found = excuses_.find(key);
        if (found == excuses_.end()) continue;
        for (const auto& [begin, end] : found->second)
            total += std::max(seconds{0}, std::min(end, until) - std::max(begin, from));
    }
    return total;
}

int Receivers::arrivals_of(const std::string& message_id) const {
    const auto found = arrivals_.find(message_id);
    return found == arrivals_.end() ? 0 : found->second;
}

bool Receivers::heard_of_subject(const std::string& reader, const std::string& subject) const {
    return std::any_of(letters_.begin(), letters_.end(), [&](const auto& each) {
        const auto& [id, letter] = each;
        return letter.reader == reader && arrivals_of(id) > 0 &&
               std::any_of(letter.lines.begin(), letter.lines.end(),
                           [&](const LetterLine& line) { return line.subject == subject; });
    });
}

const Receivers::Heard* Receivers::heard(const std::string& reader, AlertId alert) const {
    const auto found = heard_.find({reader, alert});
    return found == heard_.end() ? nullptr : &found->second;
}

}  // namespace forcewatch::sim

#include "daemon/engine/restraints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "daemon/engine/labels.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/engine/quiet_hours.hpp"
#include "daemon/engine/subject.hpp"
#include "storage/hold.hpp"

namespace forcewatch {

namespace {

using Cause = Restraint::Cause;
constexpr int most_in_force = 1000;

std::string value_of(const Labels& labels, const std::string& name) {
    const auto found = labels.find(name);
    return found == labels.end() ? std::string{} : found->second;
}

bool same_labels(const Inhibition& inhibition, const Labels& target, const Labels& source) {
    return std::all_of(inhibition.same.begin(), inhibition.same.end(), [&](const auto& pair) {
        const auto left = target.find(pair.first);
        const auto right = source.find(pair.second);
        return left != target.end() && right != source.end() && left->second == right->second;
    });
}

/// Kept are tokens, never names; the labels bear names.
std::vector<Matcher> matchers_of(const std::vector<std::string>& texts, People& people) {
    std::vector<Matcher> matchers;
    for (const auto& text : texts)
        if (auto matcher = parse_matcher(people.named(text)))
            matchers.push_back(std::move(*matcher));
    return matchers;
}

/// What stands behind a reason's colon: "silence:3" gives 3.
std::int64_t number_in(const std::string& key) {
    std::int64_t id = 0;
    const auto colon = key.find(':');
    if (colon != std::string::npos)
        std::from_chars(key.data() + colon + 1, key.data() + key.size(), id);
    return id;
}

}  // namespace

std::string held_words(const Store& store) { return store.setting(hold_setting).value_or(""); }

bool is_statutory(const std::string& subject) { return subject_kind(subject) == "obligation"; }

Restraints::Restraints(Store& store, Reference& reference, const Settings& settings, Instant now)
    : store_{store},
      facts_{store, reference},
      reference_{reference},
      settings_{settings},
      now_{now},
      today_{london_date(now)},
      hold_{held_words(store)},
      pauses_{store.care().pauses(false, most_in_force)} {
    for (auto& silence : store.care().silences(false, most_in_force))
        if (silence.from_at <= now && silence.until_at > now) {
            auto matchers = matchers_of(silence.matchers, store.people());
            silences_.push_back({std::move(silence), std::move(matchers)});
        }
    std::erase_if(pauses_, [&](const Pause& pause) {
        return pause.from_on > today_ || pause.until_on <= today_;
    });
}

const Labels& Restraints::labels(const Alert& alert) {
    if (labelled_ != alert.id) {
        labels_ = shown_labels_of(alert, facts_, store_.people());
        labelled_ = alert.id;
    }
    return labels_;
}

Restraint Restraints::inhibited(const Alert& alert) {
    for (const auto& inhibition : settings_.inhibitions) {
        if (!matches(inhibition.target, labels(alert))) continue;
        AlertFilter of_force;
        of_force.force = alert.force;
        of_force.open = true;
        of_force.limit = most_in_force;
        for (const auto& other : store_.alerts().list(of_force)) {
            if (other.id == alert.id) continue;
            const auto source = shown_labels_of(other, facts_, store_.people());
            if (!matches(inhibition.source, source) ||
                !same_labels(inhibition, labels(alert), source))
                continue;
            const auto id = number_of(other.id);
            return {Cause::inhibited,
                    key_of(other.id),
                    fmt::format("alert {} says it already ({})", id, inhibition.name),
                    {}};
        }
    }
    return {};
}

Restraint Restraints::silenced(const Labels& labels) {
    for (const auto& [silence, matchers] : silences_) {
        if (matchers.empty() || !matches(matchers, labels)) continue;
        return {Cause::silenced, fmt::format("silence:{}", silence.id),
                fmt::format("silenced by {} until {}: {}", silence.author,
                            text_of(silence.until_at), silence.reason),
                silence.until_at};
    }
    return {};
}

const Pause* Restraints::pause_of(const Labels& labels) {
    const auto found = std::find_if(pauses_.begin(), pauses_.end(), [&](const Pause& pause) {
        return pause.force == value_of(labels, "force") &&
               (pause.area.empty() || pause.area == value_of(labels, "area"));
    });
    return found == pauses_.end() ? nullptr : &*found;
}

Restraint Restraints::paused(const Labels& labels) {
    if (is_statutory(value_of(labels, "subject"))) return {};
    const auto* pause = pause_of(labels);
    if (pause == nullptr) return {};
    return {Cause::paused, fmt::format("pause:{}", pause->id),
            fmt::format("paused until {}: {}", text_of(pause->until_on), pause->reason),
            starts_at(pause->until_on)};
}

std::string Restraints::noted_pause(const Alert& alert) {
    if (pauses_.empty() || !is_statutory(alert.subject)) return {};
    const auto* pause = pause_of(labels(alert));
    if (pause == nullptr) return {};
    return fmt::format("A pause is planned until {} ({}); a statutory clock runs on",
                       text_of(pause->until_on), pause->reason);
}

Restraint Restraints::acknowledged(const Alert& alert) {
    if (alert.state != AlertState::acknowledged) return {};
    const auto found = store_.care().acknowledgement(alert.id);
    if (!found) return {};
    return {Cause::acknowledged,
            key_of(alert.id),
            fmt::format("acknowledged by {} until {}", found->by, text_of(found->until)),
            {}};
}

Restraint Restraints::quiet(Severity severity, const Destination& destination) {
    const bool keeps =
        destination.quiet.value_or(std::holds_alternative<EmailTarget>(destination.target));
    if (!settings_.quiet_hours || !keeps) return {};
    const auto& pierce = settings_.quiet_hours->pierce;
    if (pierce && severity >= *pierce) return {};
    const auto until = quiet_until(*settings_.quiet_hours, reference_.calendar(), now_);
    if (!until) return {};
    return {Cause::quiet, {}, fmt::format("quiet hours until {}", text_of(*until)), until};
}

Restraint Restraints::on(const Alert& alert, const std::vector<Change>& changes,
                         const Destination& destination) {
    if (!hold_.empty()) return {Cause::hold, {}, "all sending is held: " + hold_, {}};
    if (auto found = muted(alert, changes); found.cause != Cause::none) return found;
    return quiet(alert.severity, destination);
}

Restraint Restraints::muted(const Alert& alert, const std::vector<Change>& changes) {
    // The end is told whatever may have hidden the way there; it makes nobody look twice.
    const bool ends = alert.state == AlertState::closed;
    const bool for_acknowledger = std::any_of(changes.begin(), changes.end(), [](Change change) {
        return change == Change::acknowledged;
    });
    if (!ends && !settings_.inhibitions.empty())
        if (auto found = inhibited(alert); found.cause != Cause::none) return found;
    if (!silences_.empty())
        if (auto found = silenced(labels(alert)); found.cause != Cause::none) return found;
    if (!pauses_.empty())
        if (auto found = paused(labels(alert)); found.cause != Cause::none) return found;
    if (!ends && !for_acknowledger)
        if (auto found = acknowledged(alert); found.cause != Cause::none) return found;
    return {};
}

bool Restraints::is_unwanted(const Alert& alert) {
    return silenced(labels(alert)).cause != Cause::none ||
           paused(labels(alert)).cause != Cause::none;
}

Restraint Restraints::on_labels(const Labels& labels, Severity severity,
                                const Destination& destination) {
    if (!hold_.empty()) return {Cause::hold, {}, "all sending is held: " + hold_, {}};
    if (auto found = silenced(labels); found.cause != Cause::none) return found;
    if (auto found = paused(labels); found.cause != Cause::none) return found;
    return quiet(severity, destination);
}

std::string Restraints::past_words(const Restraint& held) {
    switch (held.cause) {
        case Cause::silenced:
            if (const auto silence = store_.care().silence(number_in(held.key)))
                return fmt::format("was silenced by {} until {}: {}", silence->author,
                                   text_of(silence->until_at), silence->reason);
            return {};
        case Cause::paused:
            if (const auto pause = store_.care().pause(number_in(held.key)))
                return fmt::format("was paused until {}: {}", text_of(pause->until_on),
                                   pause->reason);
            return {};
        case Cause::inhibited:
            return fmt::format("waited while alert {} said it", number_in(held.key));
        case Cause::acknowledged:
            return "waited while it was acknowledged";
        case Cause::asked:
            return fmt::format("waited while the owner was asked about alert {}",
                               number_in(held.key));
        case Cause::quiet:
            return "waited for the end of the quiet hours";
        case Cause::hold:
            return "waited while all sending was held";
        default:
            return {};
    }
}

}  // namespace forcewatch

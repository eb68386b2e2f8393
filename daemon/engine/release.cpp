#include "daemon/engine/release.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/check.hpp"
#include "daemon/engine/alert_orders.hpp"
#include "daemon/engine/attempt.hpp"
#include "daemon/engine/labels.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/engine/quiet_hours.hpp"
#include "daemon/engine/routing.hpp"
#include "storage/digest.hpp"

namespace forcewatch {

namespace {

using Cause = Restraint::Cause;
using std::chrono::hours;

std::optional<Instant> sooner(std::optional<Instant> left, std::optional<Instant> right) {
    if (!left || !right) return left ? left : right;
    return std::min(*left, *right);
}

/// A destination that the configuration no longer has keeps its notices until it is back.
std::set<std::string> known_to(const Settings& settings) {
    std::set<std::string> known;
    for (const auto& destination : settings.destinations) known.insert(destination.name);
    return known;
}

}  // namespace

bool reads_every_alert(const Destination& destination) {
    const auto* webhook = std::get_if<WebhookTarget>(&destination.target);
    return webhook != nullptr && webhook->format == "alertmanager";
}

bool is_worse(const LetterAlert& left, const LetterAlert& right) {
    if (left.alert.severity != right.alert.severity)
        return left.alert.severity > right.alert.severity;
    return left.alert.effective_at < right.alert.effective_at;
}

std::string letter_id(const Store& store, const std::string& what) {
    return hex(sha256(fmt::format("{}/{}", store.identity(), what))).substr(0, 32);
}

Release::Release(Store& store, Reference& reference, const Settings& settings,
                 const Renderer& renderer, Instant now)
    : store_{store},
      facts_{store, reference},
      reference_{reference},
      settings_{settings},
      renderer_{renderer},
      now_{now},
      restraints_{store, reference, settings, now},
      requests_{store, facts_, settings, now} {}

std::optional<Instant> Release::next_at(Store& store, const Settings& settings) {
    return sooner(store.notices().next_due_at(known_to(settings)),
                  store.notices().next_digest_at());
}

bool Release::run(int limit) {
    bool found = false;
    // One a step: each looks at a thousand alerts, and the loop must not stand still for long.
    if (const auto digests = store_.notices().digests_due(now_); !digests.empty()) {
        const auto& who = digests.front();
        if (const auto why = attempted(store_, [&] { send_digest(who); }))
            set_aside_digest(who, *why);
        found = true;
    }
    if (const auto due = store_.notices().due(known_to(settings_), now_, limit); !due.empty()) {
        look_at_all(due);
        found = true;
    }
    if (found) store_.notices().forget_groups(now_);
    return found;
}

void Release::look_at_all(const std::vector<Notice>& due) {
    attempt_each(
        store_, due, [&](const Notice& notice) { look_at(notice); }, [] { return 0; },
        [&](int) { forget_run(); },
        [&](const Notice& notice, const std::string& why) { set_aside(notice, why); });
}

void Release::forget_run() {
    seen_.clear();
    requests_.forget();
}

Restraint Release::faulty(const std::string& why, Instant again_at) {
    return {Cause::faulty, {}, fmt::format("it cannot be put into words ({})", why), again_at};
}

void Release::set_aside(const Notice& notice, const std::string& why) {
    const bool by_itself = notice.held.cause == Cause::faulty;
    const auto aside = faulty(why, by_itself ? now_ + hours{1} : now_);
    const Addressee who{notice.destination, notice.recipient};
    for (const auto& each : store_.notices().waiting(notice.alert, who))
        store_.notices().hold(each, aside, now_);
}

void Release::set_aside_digest(const Addressee& who, const std::string& why) {
    forget_run();
    for (const auto& notice : store_.notices().held(who, Cause::digest, {})) set_aside(notice, why);
    const auto* destination = find_destination(settings_, who.destination);
    const auto* email =
        destination != nullptr ? std::get_if<EmailTarget>(&destination->target) : nullptr;
    if (email != nullptr && email->digest)
        store_.notices().set_digest(who,
                                    next_digest_at(*email->digest, reference_.calendar(), now_));
    else
        store_.notices().forget_digest(who);
}

Release::Pending Release::pending(AlertId id, const Addressee& who) {
    auto alert = store_.alerts().find(id);
    FW_CHECK(alert.has_value());
    return {std::move(*alert), who, store_.notices().waiting(id, who),
            store_.notices().last_told(id, who), store_.alerts().revisions(id)};
}

const AlertRevision& Release::Pending::revision(const Notice& notice) const {
    const auto found =
        std::find_if(revisions.begin(), revisions.end(),
                     [&](const AlertRevision& each) { return each.revision == notice.revision; });
    FW_CHECK(found != revisions.end());
    return *found;
}

std::vector<Change> Release::changes_in(const Pending& pending) {
    std::vector<Change> changes;
    for (const auto& each : pending.notices) changes.push_back(pending.revision(each).change);
    return changes;
}

void Release::look_at(const Notice& notice) {
    const Addressee who{notice.destination, notice.recipient};
    if (!seen_.emplace(notice.alert, who).second) return;
    const auto* destination = find_destination(settings_, notice.destination);
    FW_CHECK(destination != nullptr);
    auto waiting = pending(notice.alert, who);
    if (waiting.notices.empty() || is_no_news(waiting)) return;
    if (const auto held = restraints_.on(waiting.alert, changes_in(waiting), *destination);
        held.cause != Cause::none)
        return hold(waiting, held);
    const bool by_itself = notice.held.cause == Cause::faulty;
    if (!by_itself && !waiting.told && digest_for(*destination, waiting.alert.severity) == nullptr)
        if (const auto held = requests_.on(waiting.alert, who); held.cause != Cause::none)
            return hold(waiting, held);
    if (!by_itself && gathers(waiting, *destination)) return;
    if (const auto held = storm(waiting, *destination); held.cause != Cause::none)
        return hold(waiting, held);
    // Once the hour has room again, what the storm held goes as one list.
    if (notice.held.cause == Cause::storm)
        return send_held(who, Cause::storm, {}, MessageInput::Kind::storm);
    if (notice.held.cause == Cause::grouped)
        return send_held(who, Cause::grouped, notice.held.key, MessageInput::Kind::several);
    std::vector<Pending> all;
    all.push_back(std::move(waiting));
    if (!by_itself) add_requests(*destination, who, all);
    tell(*destination, who, std::move(all), MessageInput::Kind::several);
}

void Release::tell(const Destination& destination, const Addressee& who, std::vector<Pending> all,
                   MessageInput::Kind of_several) {
    MessageInput message;
    message.kind = all.size() == 1 ? MessageInput::Kind::alert : of_several;
    send(destination, who, std::move(all), std::move(message));
}

void Release::add_requests(const Destination& destination, const Addressee& who,
                           std::vector<Pending>& all) {
    std::set<AlertId> known;
    std::vector<const Alert*> told;
    for (const auto& each : all) {
        known.insert(each.alert.id);
        told.push_back(&each.alert);
    }
    for (const auto id : requests_.along_with(told, who)) {
        if (!known.insert(id).second) continue;
        auto waiting = pending(id, who);
        if (restraints_.on(waiting.alert, changes_in(waiting), destination).cause != Cause::none ||
            is_no_news(waiting))
            continue;
        seen_.emplace(id, who);
        all.push_back(std::move(waiting));
    }
}

bool Release::is_no_news(const Pending& pending) {
    const auto settle = [&](NoticeOutcome outcome) {
        for (const auto& notice : pending.notices)
            store_.notices().settle(notice, outcome, {}, now_);
        return true;
    };
    const bool closed = pending.revision(pending.notices.back()).change == Change::closed;
    if (closed && !pending.told) {
        // It came and went before anybody could be told.
        const bool worth_telling = pending.alert.severity >= settings_.alerting.tell_missed &&
                                   pending.notices.front().held.cause != Cause::asked;
        return !worth_telling && settle(NoticeOutcome::recorded_only);
    }
    if (closed || !pending.told) return false;
    const auto& told = pending.revision(*pending.told);
    if (told.severity != pending.alert.severity || told.change == Change::closed) return false;
    const bool back_again =
        std::all_of(pending.notices.begin(), pending.notices.end(), [&](const Notice& notice) {
            const auto& revision = pending.revision(notice);
            // A deadline that was moved and has passed too counts its reminders anew from here.
            const bool passed_anew = pending.alert.overdue && !revision.steps.empty();
            return revision.change == Change::lowered ||
                   (revision.change == Change::raised && !passed_anew);
        });
    return back_again && settle(NoticeOutcome::nothing_new);
}

void Release::hold(const Pending& pending, const Restraint& restraint) {
    for (auto notice : pending.notices) {
        // What hid it first is worth telling, whatever it waits for after that.
        auto words = restraints_.past_words(notice.held);
        if (notice.held.cause != restraint.cause && !words.empty())
            notice.remark = std::move(words);
        store_.notices().hold(notice, restraint, now_);
    }
}

std::string Release::group_labels(const Alert& alert) {
    const auto labels = labels_of(alert, facts_);
    std::string text;
    for (const auto& name : settings_.alerting.group_by) {
        const auto found = labels.find(name);
        if (found != labels.end()) text += fmt::format("{}={} ", name, found->second);
    }
    if (!text.empty()) text.pop_back();
    return text;
}

bool Release::gathers(const Pending& pending, const Destination& destination) {
    if (const auto* digest = digest_for(destination, pending.alert.severity)) {
        const auto due = store_.notices().digest_at(pending.who);
        const auto next = due.value_or(next_digest_at(*digest, reference_.calendar(), now_));
        if (!due) store_.notices().set_digest(pending.who, next);
        // Not due by itself: the digest takes it along.
        hold(pending, {Cause::digest, {}, fmt::format("for the digest of {}", text_of(next)), {}});
        return true;
    }
    return settings_.alerting.group_wait.count() > 0 && pending.alert.rule != drill_rule &&
           gathers_group(pending);
}

bool Release::gathers_group(const Pending& pending) {
    const auto cause = pending.notices.front().held.cause;
    if (cause == Cause::grouped || cause == Cause::storm) return false;
    const auto labels = group_labels(pending.alert);
    auto group = store_.notices().group(pending.who, labels);
    const bool over = group && !group->rest_until && group->open_at <= now_;
    if (!group || over) {
        group = Notices::Group{now_ + settings_.alerting.group_wait, {}};
        store_.notices().set_group(pending.who, labels, *group);
    }
    const Instant until = group->rest_until.value_or(group->open_at);
    hold(pending,
         {Cause::grouped, labels, fmt::format("gathers with others of {}", labels), until});
    return true;
}

Restraint Release::storm(const Pending& pending, const Destination& destination) {
    const int limit = destination.storm.value_or(settings_.alerting.storm);
    if (limit == 0 || reads_every_alert(destination) || is_statutory(pending.alert.subject))
        return {};
    const auto since = now_ - hours{1};
    const auto sent = store_.outbox().recent(destination.name, since, limit);
    if (static_cast<int>(sent.size()) < limit) return {};
    const Instant until = sent.front() + hours{1} + std::chrono::seconds{1};
    return {Cause::storm,
            {},
            fmt::format("{} messages went to {} within the hour", limit, destination.name),
            until};
}

void Release::send_held(const Addressee& who, Cause cause, const std::string& key,
                        MessageInput::Kind kind) {
    const auto* destination = find_destination(settings_, who.destination);
    std::vector<Pending> all;
    std::set<AlertId> alerts;
    for (const auto& notice : store_.notices().held(who, cause, key)) {
        if (!alerts.insert(notice.alert).second) continue;
        seen_.emplace(notice.alert, who);
        auto waiting = pending(notice.alert, who);
        if (is_no_news(waiting)) continue;
        const auto held = restraints_.on(waiting.alert, changes_in(waiting), *destination);
        if (held.cause != Cause::none)
            hold(waiting, held);
        else
            all.push_back(std::move(waiting));
    }
    if (cause == Cause::grouped && settings_.alerting.group_interval.count() > 0)
        store_.notices().set_group(who, key, {now_, now_ + settings_.alerting.group_interval});
    if (all.empty()) return;
    add_requests(*destination, who, all);
    tell(*destination, who, std::move(all), kind);
}

void Release::send_digest(const Addressee& who) {
    const auto* destination = find_destination(settings_, who.destination);
    const auto* email =
        destination != nullptr ? std::get_if<EmailTarget>(&destination->target) : nullptr;
    const auto waiting = store_.notices().held(who, Cause::digest, {});
    if (email == nullptr || !email->digest) {
        // Digests are no longer wanted: what waited goes by itself.
        store_.notices().forget_digest(who);
        for (const auto& notice : waiting)
            store_.notices().hold(notice, {Cause::digest, {}, {}, now_}, now_);
        return;
    }
    const auto due_at = store_.notices().digest_at(who).value_or(now_);
    std::vector<Pending> all;
    std::set<AlertId> news;
    for (const auto& notice : waiting) {
        if (!news.insert(notice.alert).second) continue;
        auto each = pending(notice.alert, who);
        if (is_no_news(each)) continue;
        // A digest goes at its own hour, quiet or not; what was muted since stays out of it.
        const auto muted = restraints_.muted(each.alert, changes_in(each));
        if (muted.cause == Cause::none)
            all.push_back(std::move(each));
        else
            hold(each, muted);
    }
    MessageInput message;
    message.kind = MessageInput::Kind::digest;
    message.period = text_of(london_date(due_at));
    constexpr int most_open = 1000;
    for (const auto id : store_.notices().open_alerts_told(who, most_open)) {
        if (news.contains(id)) continue;
        auto known = pending(id, who);
        if (restraints_.is_unwanted(known.alert)) continue;
        known.notices.clear();  // what still waits is told in its own time
        message.still_open.push_back(letter_of(known));
    }
    std::sort(message.still_open.begin(), message.still_open.end(), is_worse);
    const bool goes_on = !all.empty() || !message.still_open.empty();
    if (goes_on) {
        send(*destination, who, std::move(all), std::move(message));
        store_.notices().set_digest(who,
                                    next_digest_at(*email->digest, reference_.calendar(), now_));
    } else {
        store_.notices().forget_digest(who);
    }
}

}  // namespace forcewatch

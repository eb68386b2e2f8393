// The sending half of the release step: who reads a message, and what it is made of.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/check.hpp"
#include "core/mail_address.hpp"
#include "daemon/engine/alert_book.hpp"
#include "daemon/engine/labels.hpp"
#include "daemon/engine/links.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/engine/release.hpp"
#include "daemon/engine/roles.hpp"
#include "daemon/engine/routing.hpp"
#include "storage/digest.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t most_whole_alerts = 100;  // in one message

}  // namespace

LetterAlert Release::letter_of(const Pending& pending) {
    LetterAlert letter;
    letter.alert = pending.alert;
    const int told = pending.told ? pending.told->revision : 0;
    if (pending.told) letter.told_severity = pending.revision(*pending.told).severity;
    // What only others were told in between is part of the story; what comes after is not.
    const int last = pending.notices.empty() ? told : pending.notices.back().revision;
    for (const auto& revision : pending.revisions) {
        if (revision.revision <= told || revision.revision > last) continue;
        letter.since.push_back(revision);
        // A date that was moved since, and gave no revision, is told as it is now.
        const bool still_so =
            revision.revision == pending.alert.revision && says_how_it_stands(revision.change);
        letter.since.back().summary =
            store_.people().named(still_so ? pending.alert.summary : revision.summary);
    }
    if (const Force* force = facts_.force(pending.alert.force)) letter.force = *force;
    letter.thread_id = letter_id(store_, fmt::format("{}/episode", number_of(pending.alert.id)));
    const auto accountable = accountable_for(pending.alert.subject, facts_);
    if (!accountable.owner.empty()) letter.owner = store_.people().shown(accountable.owner);
    letter.due = due_of(pending.alert.subject, facts_);
    for (const auto& notice : pending.notices) {
        if (!notice.remark.empty()) letter.held = notice.remark;
        const auto words = restraints_.past_words(notice.held);
        if (!words.empty()) letter.held = words;
    }
    const auto add = [&](const std::string& remark) {
        if (!remark.empty()) letter.held += (letter.held.empty() ? "" : ". ") + remark;
    };
    add(restraints_.noted_pause(pending.alert));
    if (const auto climbed = store_.care().escalation(pending.alert.id);
        climbed && climbed->unanswered)
        add("Unanswered: nobody took it by the end of its escalation");
    letter.held = store_.people().named(letter.held);
    letter.in_hand = store_.people().named(in_hand(pending));
    const auto others = others_told(pending);
    letter.others.assign(others.begin(), others.end());
    return letter;
}

/// Who acknowledged the alert, until when, and whether it got worse since; empty: nobody did.
std::string Release::in_hand(const Pending& pending) {
    if (pending.alert.state != AlertState::acknowledged) return {};
    const auto acknowledged = store_.care().acknowledgement(pending.alert.id);
    if (!acknowledged) return {};
    auto words = fmt::format("acknowledged by {} until {}", acknowledged->by,
                             text_of(london_date(acknowledged->until)));
    for (const auto& revision : pending.revisions)
        if (revision.at >= acknowledged->at &&
            std::find(revision.remarks.begin(), revision.remarks.end(), worse_yet_acknowledged) !=
                revision.remarks.end())
            return fmt::format("{}, although it got worse on {}", words,
                               text_of(london_date(revision.at)));
    return words;
}

/// Destinations, addresses, and people where a role stands for them.
std::set<std::string> Release::others_told(const Pending& pending) {
    std::set<std::string> others;
    for (const auto& notice : store_.notices().of_alert(pending.alert.id)) {
        const Addressee who{notice.destination, notice.recipient};
        const bool heard = notice.outcome == NoticeOutcome::waiting ||
                           (notice.outcome == NoticeOutcome::told &&
                            store_.notices().last_told(notice.alert, who));
        if (!heard || who == pending.who) continue;
        if (!is_role(notice.recipient)) {
            others.insert(notice.recipient.empty() ? notice.destination : notice.recipient);
            continue;
        }
        for (const auto& holder : holders_of(notice.recipient, pending.alert, facts_, store_))
            if (!holder.email.empty()) others.insert(holder.name);
    }
    return others;
}

std::vector<Release::Reader> Release::readers(const Addressee& who, const std::vector<Pending>& all,
                                              const MessageInput& message) {
    std::vector<const Alert*> alerts;
    alerts.reserve(all.size() + message.still_open.size());
    for (const auto& each : all) alerts.push_back(&each.alert);
    for (const auto& letter : message.still_open) alerts.push_back(&letter.alert);
    std::map<std::string, Reader> found;
    for (const auto* alert : alerts) {
        if (!is_role(who.recipient)) {
            found[who.recipient].address = who.recipient;
            found[who.recipient].alerts.insert(alert->id);
            continue;
        }
        for (const auto& holder : holders_of(who.recipient, *alert, facts_, store_)) {
            if (holder.email.empty()) continue;
            auto& reader = found[mailbox_of(holder.email)];
            reader.address = holder.email;
            reader.name = holder.name;
            reader.alerts.insert(alert->id);
        }
    }
    std::vector<Reader> readers;
    readers.reserve(found.size());
    for (auto& [mailbox, reader] : found) readers.push_back(std::move(reader));
    return readers;
}

void Release::note_fallback(const Destination& destination, const Pending& pending) {
    const auto& name = fallback_of(settings_, destination.name);
    if (name.empty() || name == destination.name || pending.alert.state == AlertState::closed)
        return;
    const auto after = settings_.alerting.fallback_after.find(pending.alert.severity);
    if (after == settings_.alerting.fallback_after.end()) return;
    store_.care().set_clock(pending.alert.id, AlertClock::fallback, now_ + after->second);
}

Release::Outcomes Release::post(MessageInput message, const std::string& keys) {
    const auto& destination = message.destination;
    const auto told = [&](NoticeOutcome outcome, const std::vector<DeliveryId>& messages) {
        Outcomes outcomes;
        for (const auto& item : message.items) outcomes[item.alert.id] = {outcome, messages};
        return outcomes;
    };
    const auto& address = message.recipient;
    if (!address.empty() && store_.addresses().is_marked(address, {}))
        return told(NoticeOutcome::bounced, {});
    Outcomes outcomes;
    const bool is_digest = message.kind == MessageInput::Kind::digest;
    if (is_digest && store_.addresses().is_marked(address, destination.name)) {
        outcomes = told(NoticeOutcome::unsubscribed, {});
        const auto optional = [](const LetterAlert& item) {
            return !is_statutory(item.alert.subject);
        };
        std::erase_if(message.items, optional);
        std::erase_if(message.still_open, optional);
        if (message.items.empty()) return outcomes;
    }
    message.id = letter_id(store_, fmt::format("{}/{}/{}", keys, destination.name, address));
    message.thread_id = message.kind == MessageInput::Kind::alert
                            ? message.items.front().thread_id
                            : letter_id(store_, fmt::format("list/{}", destination.name));
    Links{store_, settings_}.write_into(message);
    std::optional<DeliveryId> first;
    for (const auto& parcel : written(message)) {
        const auto id = store_.outbox().add(parcel, now_);
        if (!first) first = id;
    }
    if (!first) return outcomes;  // none of it could be written
    for (auto& [alert, outcome] : told(NoticeOutcome::told, {*first}))
        outcomes[alert] = std::move(outcome);
    return outcomes;
}

/// Where the whole cannot be written, what cannot be written by itself is taken out of it.
std::vector<NewParcel> Release::written(MessageInput& message) {
    const auto fault_of = [&](const MessageInput& input) -> std::optional<std::string> {
        try {
            (void)renderer_(input, settings_.mail);
            return std::nullopt;
        } catch (const std::exception& error) {
            return error.what();
        }
    };
    try {
        return renderer_(message, settings_.mail);
    } catch (const std::exception&) {
        const auto whole = message.items.size() + message.still_open.size();
        const auto is_faulty = [&](const LetterAlert& item) {
            MessageInput alone = message;
            alone.kind = MessageInput::Kind::alert;
            alone.items = {item};
            alone.still_open.clear();
            auto fault = fault_of(alone);
            if (fault) faults_[item.alert.id] = std::move(*fault);
            return faults_.contains(item.alert.id);
        };
        std::erase_if(message.items, is_faulty);
        std::erase_if(message.still_open, is_faulty);
        const auto left = message.items.size() + message.still_open.size();
        if (left == whole) throw;  // only together they cannot
        if (left == 0) return {};
        if (message.kind != MessageInput::Kind::digest && message.items.size() == 1)
            message.kind = MessageInput::Kind::alert;
        return renderer_(message, settings_.mail);
    }
}

std::pair<MessageInput, std::string> Release::part_of(const MessageInput& message,
                                                      const Reader& reader,
                                                      const std::vector<Pending>& all,
                                                      const std::vector<LetterAlert>& letters) {
    MessageInput own = message;
    own.recipient = reader.address;
    own.recipient_name = reader.name;
    std::erase_if(own.still_open, [&](const LetterAlert& letter) {
        return !reader.alerts.contains(letter.alert.id);
    });
    std::string keys = own.period.empty() ? "" : "digest/" + own.period;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!reader.alerts.contains(all[i].alert.id)) continue;
        for (const auto& notice : all[i].notices)
            keys += fmt::format("/{}/{}", number_of(notice.alert), notice.revision);
        own.items.push_back(letters[i]);
        if (own.why.empty()) own.why = all[i].notices.back().why;
    }
    std::stable_sort(own.items.begin(), own.items.end(), is_worse);
    if (own.kind != MessageInput::Kind::digest && own.items.size() == 1)
        own.kind = MessageInput::Kind::alert;
    return {std::move(own), std::move(keys)};
}

void Release::send(const Destination& destination, const Addressee& who, std::vector<Pending> all,
                   MessageInput message) {
    while (reads_every_alert(destination) && all.size() > most_whole_alerts) {
        const auto rest = all.end() - static_cast<std::ptrdiff_t>(most_whole_alerts);
        std::vector<Pending> part{std::make_move_iterator(rest),
                                  std::make_move_iterator(all.end())};
        all.erase(rest, all.end());
        send(destination, who, std::move(part), message);
    }
    message.destination = destination;
    message.created_at = now_;
    std::vector<LetterAlert> letters;
    for (const auto& each : all) {
        letters.push_back(letter_of(each));
        note_fallback(destination, each);
    }
    Outcomes outcomes;
    faults_.clear();
    for (const auto& reader : readers(who, all, message)) {
        auto [own, keys] = part_of(message, reader, all, letters);
        for (const auto& [alert, outcome] : post(std::move(own), keys)) {
            auto& known = outcomes[alert];
            if (known.outcome != NoticeOutcome::told) known.outcome = outcome.outcome;
            known.messages.insert(known.messages.end(), outcome.messages.begin(),
                                  outcome.messages.end());
        }
    }
    for (const auto& each : all) {
        const auto& [outcome, messages] = outcomes[each.alert.id];
        const auto fault = faults_.find(each.alert.id);
        if (fault != faults_.end() && messages.empty())
            hold(each, faulty(fault->second, now_ + std::chrono::hours{1}));
        else
            for (const auto& notice : each.notices)
                store_.notices().settle(notice, outcome, messages, now_);
    }
    for (const auto& letter : message.still_open)
        if (const auto fault = faults_.find(letter.alert.id); fault != faults_.end())
            store_.notices().add_decision({0, now_, letter.alert.id, letter.alert.revision, who,
                                           faulty(fault->second, now_)});
}

}  // namespace forcewatch

#include "tests/simulation/planted_bugs.hpp"

#include <fmt/format.h>

#include "tests/simulation/model.hpp"

namespace forcewatch::sim {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

/// A bug of what becomes of messages is not one of their kept counts.
constexpr auto count_anew =
    "UPDATE outbox_count SET parcels ="
    " (SELECT count(*) FROM outbox AS o WHERE o.state = outbox_count.state)";

Rule& deadlines_of(Settings& settings) { return settings.rules.front(); }

void send_before_commit(Seams& seams) { seams.sends_before_commit = true; }
void settle_before_sending(Seams& seams) { seams.settles_before_sending = true; }
void answer_before_commit(Seams& seams) { seams.answers_before_commit = true; }
void ignore_failed_commit(Seams& seams) { seams.ignores_failed_commit = true; }
void believe_any_clock(Seams& seams) { seams.believes_any_clock = true; }
void import_again_under_another_id(Seams& seams) { seams.renames_on_retry = true; }

/// What a dead courier held is never taken back.
void leases_outlive_their_courier(Seams& seams) {
    seams.claim = [](Engine& engine, const Claimant& claimant, int limit, Instant now) {
        return engine.store().outbox().claim(claimant.session, claimant.busy, {limit}, now,
                                             now + hours{1});
    };
}

void random_part_in_ids(Seams& seams) {
    seams.rendered = [made = 0](std::vector<NewParcel>& parcels) mutable {
        for (auto& parcel : parcels) parcel.message_id += fmt::format("-{}", ++made);
    };
}

void no_order(Seams& seams) {
    seams.rendered = [](std::vector<NewParcel>& parcels) {
        for (auto& parcel : parcels) parcel.order_key = parcel.message_id;
    };
}

/// An hour early, all summer.
void local_time_as_utc(Seams& seams) {
    seams.clock = [](Instant wall) {
        const bool summer =
            midnight(london_day(wall)) != Instant{london_day(wall).time_since_epoch()};
        return summer ? wall + hours{1} : wall;
    };
}

/// `<` where `<=` is meant: what is due now is not yet due.
void not_due_at_midnight(Seams& seams) {
    seams.step_clock = [](Instant now) { return now - seconds{1}; };
}

/// A deadline counts as passed on its own day.
void overdue_on_the_day(Seams& seams) {
    seams.settings = [](Settings& settings) {
        for (auto& step : deadlines_of(settings).ladder)
            if (step.offset == days{1}) step.offset = days{0};
    };
}

void reminders_dropped(Seams& seams) {
    seams.settings = [](Settings& settings) { deadlines_of(settings).remind_every.reset(); };
}

void receipt_of_another_message(Seams& seams) {
    seams.results = [](std::vector<std::pair<Leased, DeliveryOutcome>>& results) {
        if (results.size() < 2) return;
        std::swap(results.front().second, results.back().second);
    };
}

void retries_lost_on_reload(Seams& seams) {
    seams.reloaded = [](const Tamper& tamper) {
        tamper("UPDATE outbox SET due_at = 253370764800 WHERE state = 'pending' AND answered > 0");
    };
}

void agenda_lost_on_reload(Seams& seams) {
    seams.reloaded = [](const Tamper& tamper) {
        tamper("DELETE FROM agenda; UPDATE setting SET value = '' WHERE name = 'sweep-after'");
    };
}

void closing_told_to_nobody(Seams& seams) {
    seams.made = [](const Tamper& tamper) {
        tamper(R"sql(
            CREATE TRIGGER planted AFTER INSERT ON notice
              WHEN (SELECT state FROM alert WHERE id = new.alert) = 'closed'
            BEGIN
              UPDATE notice SET outcome = 'nothing new', due_at = NULL WHERE id = new.id;
            END)sql");
    };
}

void journal_row_edited(Seams& seams) {
    seams.turned = [](const Tamper& tamper, int turn) {
        if (turn == 20)
            tamper(R"sql(
                DROP TRIGGER journal_keeps_values;
                UPDATE journal SET reason = 'agreed' WHERE seq = 30;
                CREATE TRIGGER journal_keeps_values BEFORE UPDATE ON journal
                BEGIN SELECT RAISE (ABORT, 'the journal is append-only'); END)sql");
    };
}

void acknowledgement_never_ends(Seams& seams) {
    seams.turned = [](const Tamper& tamper, int) {
        tamper("UPDATE alert_clock SET due_at = 253370764800 WHERE kind = 'acknowledgement'");
    };
}

/// Messages not yet sent are kept in memory alone.
void queue_lost_in_a_crash(Seams& seams) {
    seams.crashed = [](const Tamper& tamper) {
        tamper("UPDATE outbox SET state = 'sent', settled_at = due_at WHERE state = 'pending'");
        tamper(count_anew);
    };
}

/// So is what is to be said, between judging and making messages.
void notices_lost_in_a_crash(Seams& seams) {
    seams.crashed = [](const Tamper& tamper) {
        tamper("DELETE FROM notice WHERE outcome = 'waiting'");
    };
}

void held_back_is_dropped(Seams& seams) {
    seams.turned = [](const Tamper& tamper, int) {
        tamper(
            "UPDATE notice SET outcome = 'nothing new', due_at = NULL"
            " WHERE outcome = 'waiting' AND cause IN ('silenced', 'acknowledged')");
    };
}

void dead_letters_hidden(Seams& seams) {
    seams.turned = [](const Tamper& tamper, int) {
        tamper("UPDATE outbox SET state = 'dismissed' WHERE state = 'dead'");
        tamper(count_anew);
    };
}

void given_up_drops_its_queue(Seams& seams) {
    seams.turned = [](const Tamper& tamper, int) {
        tamper(R"sql(
            UPDATE outbox SET state = 'sent', settled_at = due_at
             WHERE state = 'pending' AND destination IN
                   (SELECT destination FROM destination_state WHERE disabled_at IS NOT NULL))sql");
        tamper(count_anew);
    };
}

void given_up_in_silence(Seams& seams) {
    seams.made = [](const Tamper& tamper) {
        tamper(R"sql(
            CREATE TRIGGER planted AFTER INSERT ON notice
              WHEN (SELECT rule FROM alert WHERE id = new.alert) = 'destination-failing'
            BEGIN
              UPDATE notice SET outcome = 'nothing new', due_at = NULL WHERE id = new.id;
            END)sql");
    };
}

/// A clock that goes back makes the ledger forget, and all is told again.
void told_again_after_the_clock_went_back(Seams& seams) {
    seams.set_back = [](const Tamper& tamper) {
        tamper(R"sql(
            DELETE FROM alert_step;
            INSERT OR REPLACE INTO agenda (subject, due_at) SELECT subject, 0 FROM alert
             WHERE state = 'open' AND subject LIKE 'action:%')sql");
    };
}

}  // namespace

const std::vector<PlantedBug>& planted_bugs() {
    static const std::vector<PlantedBug> bugs{
        {"sent before the claim is committed", send_before_commit},
        {"settled before it is sent", settle_before_sending},
        {"answered before the commit", answer_before_commit},
        {"a settlement that the disk refused counts as made", ignore_failed_commit},
        {"a clock years ahead is believed", believe_any_clock},
        {"asked twice, imported under two ids", import_again_under_another_id},
        {"leases outlive their courier", leases_outlive_their_courier},
        {"ids with a random part", random_part_in_ids},
        {"messages of one subject side by side", no_order},
        {"local time stored as UTC", local_time_as_utc},
        {"< for <= at midnight", not_due_at_midnight},
        {"overdue on the day itself", overdue_on_the_day},
        {"reminders dropped", reminders_dropped},
        {"the receipt of another message is settled", receipt_of_another_message},
        {"retries lost on reload", retries_lost_on_reload},
        {"the agenda lost on reload", agenda_lost_on_reload},
        {"closing told to nobody", closing_told_to_nobody},
        {"a journal row edited", journal_row_edited},
        {"an acknowledgement never ends", acknowledgement_never_ends},
        {"the queue kept in memory alone", queue_lost_in_a_crash},
        {"notices kept in memory alone", notices_lost_in_a_crash},
        {"what was held back is dropped", held_back_is_dropped},
        {"dead letters hidden", dead_letters_hidden},
        {"a destination given up loses its queue", given_up_drops_its_queue},
        {"given up in silence", given_up_in_silence},
        {"told again after the clock went back", told_again_after_the_clock_went_back}};
    return bugs;
}

}  // namespace forcewatch::sim

#include "tests/simulation/daemon.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "daemon/engine/routing.hpp"

namespace forcewatch::sim {

namespace {

constexpr int steps_at_once = 100;
constexpr int all_steps = 10'000;
constexpr int most_steps = 500;  // in one turn

/// What a message says need only differ where messages differ.
std::vector<NewParcel> parcels_of(const MessageInput& input) {
    std::string body;
    for (const auto& item : input.items) {
        body += fmt::format("{} {} {}", number_of(item.alert.id), text_of(item.alert.state),
                            text_of(item.alert.severity));
        for (const auto& revision : item.since) body += fmt::format(" {}", revision.revision);
        body += '\n';
    }
    for (const auto& item : input.still_open)
        body += fmt::format("{} is still open\n", number_of(item.alert.id));
    const bool one = input.kind == MessageInput::Kind::alert;
    const bool mail = std::holds_alternative<EmailTarget>(input.destination.target);
    return {{input.id,
             input.destination.name,
             input.recipient,
             one ? input.items.front().alert.subject : std::string{},
             mail ? "email" : "webhook",
             {},
             "text/plain",
             body}};
}

}  // namespace

Daemon::Daemon(Context& context, std::filesystem::path database)
    : context_{context}, database_{std::move(database)}, settings_{context.plan.settings} {
    if (context_.seams.settings) context_.seams.settings(settings_);
}

Renderer Daemon::renderer() {
    return [this](const MessageInput& input, const MailSettings&) {
        kill_here(KillPoint::release_rendering);
        auto parcels = parcels_of(input);
        if (context_.seams.rendered) context_.seams.rendered(parcels);
        for (const auto& parcel : parcels) context_.receivers.made(input, parcel);
        return parcels;
    };
}

Instant Daemon::clock() const {
    const Instant wall = context_.wall();
    const Instant read = context_.seams.clock ? context_.seams.clock(wall) : wall;
    return context_.seams.believes_any_clock ? read : guard_.believed(read, since_boot());
}

std::chrono::seconds Daemon::since_boot() const { return context_.now - context_.plan.begin; }

void Daemon::kill_here(KillPoint point) {
    if (!context_.is_killed_at(point)) return;
    context_.disk.die();
    throw Killed{point};
}

void Daemon::open() {
    context_.disk.revive();
    store_.emplace(database_);
    engine_.emplace(*store_, renderer());
    engine_->set_probe([this](const std::string&) { kill_here(KillPoint::step_judging); });
    guard_ = ClockGuard{store_->journal().newest_at()};
}

void Daemon::start() {
    attempt([&] {
        open();
        check_promises();
        kill_here(KillPoint::started);
        look_at_clock();
        adopt(text_);
    });
}

/// What was committed is there, and what was not has left nothing.
void Daemon::check_promises() {
    auto& journal = store_->journal();
    const auto hash = journal.hash_at(promised_.seq);
    if (number_of(promised_.seq) > 0 && hash != promised_.hash)
        context_.findings.add(Wrong::forgotten, fmt::format("journal row {} is not there any more",
                                                            number_of(promised_.seq)));
    const auto head = journal.where();
    if (number_of(promised_.seq) == 0) promised_ = head;
    const bool kept = doubt_ && doubt_->head.seq == head.seq && doubt_->head.hash == head.hash;
    const bool unanswered = kept && doubt_->kept && head.seq != promised_.seq;
    if (!kept && head.seq != promised_.seq)
        context_.findings.add(Wrong::forgotten,
                              fmt::format("the journal ends at {}, and {} was the last row",
                                          number_of(head.seq), number_of(promised_.seq)));
    promised_ = head;
    if (unanswered) doubt_->kept();
    doubt_.reset();
    auto& receivers = context_.receivers;
    const bool made = !receivers.making().empty() &&
                      store_->outbox().find_message(receivers.making().begin()->first);
    if (made)
        receivers.committed();
    else
        receivers.rolled_back();
}

void Daemon::stop() {
    engine_.reset();
    store_.reset();
    starts_at_ = context_.now + std::chrono::seconds{2};
}

void Daemon::die_until(Instant at) {
    context_.disk.die();
    if (runs()) ++context_.findings.crashes;
    engine_.reset();
    store_.reset();
    context_.disk.revive();
    starts_at_ = at;
    if (context_.seams.crashed)
        context_.seams.crashed([this](const std::string& sql) { tamper(sql); });
}

void Daemon::forget_work() {
    if (engine_) engine_->forget();
    context_.receivers.rolled_back();
    doubt_.reset();
}

bool Daemon::attempt(const std::function<void()>& work) {
    const Instant again = context_.now + std::chrono::seconds{context_.dice.between(1, 40)};
    try {
        work();
        return true;
    } catch (const Killed& killed) {
        context_.kill_at(killed.at);
        die_until(again);
    } catch (const StoreError& error) {
        ++context_.findings.store_errors;
        if (!error.fatal()) {
            forget_work();
        } else {
            if (error.cause() != StoreError::Cause::sync_failed)
                context_.findings.add(Wrong::journal, error.what());
            die_until(again);
        }
    }
    return false;
}

bool Daemon::durable(KillPoint before, const std::function<bool()>& work,
                     const std::function<void()>& kept) {
    Store::Transaction transaction{*store_};
    if (!work()) {
        forget_work();
        return false;
    }
    const auto head = store_->journal().where();
    if (context_.seams.answers_before_commit && kept) {
        promised_ = head;
        kept();
    }
    kill_here(before);
    if (context_.is_killed_at(next_of(before))) context_.disk.die_after(context_.dice.below(6));
    doubt_ = Doubt{head, kept};
    try {
        transaction.commit();
    } catch (const StoreError&) {
        if (context_.disk.is_dead()) throw Killed{next_of(before)};
        throw;
    }
    context_.disk.disarm();
    ++context_.findings.commits;
    doubt_.reset();
    promised_ = head;
    context_.receivers.committed();
    if (kept) kept();
    kill_here(next_of(before, 2));
    return true;
}

void Daemon::look_at_clock() {
    const Instant wall = context_.wall();
    const auto verdict =
        guard_.tick(context_.seams.clock ? context_.seams.clock(wall) : wall, since_boot());
    const bool held = guard_.held() && !context_.seams.believes_any_clock;
    engine_->hold(held);
    context_.model.hold(guard_.held());
    if (verdict == ClockGuard::Verdict::stepped_back && context_.seams.set_back)
        context_.seams.set_back([this](const std::string& sql) { tamper(sql); });
}

void Daemon::confirm_clock() {
    guard_.confirm(context_.wall(), since_boot());
    look_at_clock();
}

void Daemon::turn() {
    look_at_clock();
    const Instant now = clock();
    const auto step_clock = context_.seams.step_clock;
    const Instant stepped = step_clock ? step_clock(now) : now;
    // A wrong clock may not be believed any more after a kill, and what it had judged by then the
    // model could not tell from the rest.
    const int at_once = context_.ahead.count() == 0 ? steps_at_once : all_steps;
    bool more = true;
    for (int i = 0; more && i < most_steps; ++i) {
        more = false;
        const auto next = engine_->next_step_at();
        if (!next || *next > now) break;
        more = durable(
            KillPoint::step_before, [&] { return engine_->step(stepped, at_once); },
            [&] { context_.model.evaluate(context_.wall()); });
        more = durable(KillPoint::release_before,
                       [&] { return engine_->release(now, steps_at_once); }) ||
               more;
    }
    if (more) context_.findings.add(Wrong::stuck, "a turn that never ends");
    context_.model.evaluate(context_.wall());
    if (context_.seams.turned)
        context_.seams.turned([this](const std::string& sql) { tamper(sql); }, turns_);
    ++turns_;
    std::map<std::string, std::int64_t> counts = context_.model.open_by_rule();
    if (guard_.held()) return;
    for (const auto& [rule, count] : store_->alerts().open_by_rule())
        if (const auto found = counts.find(rule); found != counts.end()) found->second -= count;
    for (const auto& [rule, difference] : counts)
        if (difference != 0)
            context_.findings.add(
                Wrong::alerts,
                fmt::format("{}: {} alerts of {} too {} are open", text_of(now),
                            std::abs(difference), rule, difference > 0 ? "few" : "many"));
}

void Daemon::adopt(const std::string& text) {
    text_ = text;
    const auto before = promised_.seq;
    durable(
        KillPoint::adopt_before,
        [&] {
            engine_->record_configuration(text, clock());
            return true;
        },
        [this, before] {
            if (promised_.seq != before) context_.model.touch_everything();
        });
    engine_->use(settings_);
}

void Daemon::tamper(const std::string& sql) const {
    sqlite3* database = nullptr;
    char* fault = nullptr;
    const bool done = sqlite3_open(database_.c_str(), &database) == SQLITE_OK &&
                      sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &fault) == SQLITE_OK;
    const std::string why = fault != nullptr ? fault : "cannot open";
    sqlite3_free(fault);
    sqlite3_close(database);
    if (!done) throw std::runtime_error{"planted SQL: " + why};
}

}  // namespace forcewatch::sim

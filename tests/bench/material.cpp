#include "tests/bench/material.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <stdexcept>

#include "config/settings.hpp"
#include "daemon/engine/engine.hpp"
#include "daemon/ingest/import_file.hpp"
#include "storage/digest.hpp"
#include "storage/migrations.hpp"
#include "tests/bench/load.hpp"
#include "tests/bench/peers.hpp"

namespace forcewatch::bench {

namespace {

constexpr std::size_t million = 1'000'000;
constexpr std::size_t rows_at_once = 5'000;
/// Ahead of every run: an action of which nothing was said for long is told as stalled.
constexpr auto planned_on = "2039-12-01";
constexpr auto header = "source,external_id,force,title,owner,planned,deadline,due\n";

std::string id_of(std::size_t number) { return fmt::format("A{:07}", number); }
std::string title_of(std::size_t number) {
    return fmt::format("Review the custody record sampling at station {}", number);
}
std::string owner_of(std::size_t number) { return fmt::format("Inspector {}", number % 97); }

/// Spread over two years, in no order.
std::string due_of(std::size_t number) {
    using namespace std::chrono;
    const Date first{year{2040} / January / 1};
    return text_of(first + days{number * 7919 % 730});
}

Instant wall_clock() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

using Rows = std::function<std::string(std::size_t first, std::size_t count)>;

void fill_at(const std::filesystem::path& folder, const std::string& text, Instant now,
             std::size_t count, const Rows& rows) {
    std::filesystem::create_directories(folder);
    const auto settings = read_settings(text, "forcewatch.toml");
    if (!settings) throw std::runtime_error{settings.error().front()};
    Store store{folder / "forcewatch.db"};
    Engine engine{
        store, [](const MessageInput&, const MailSettings&) { return std::vector<NewParcel>{}; }};
    {
        Store::Transaction transaction{store};
        engine.record_configuration(text, now);
        engine.use(*settings);
        while (engine.step(now, 1000)) continue;
        transaction.commit();
    }
    import_text(store, engine, "bodies.csv", shipped("bodies.csv"), now);
    for (std::size_t first = 0; first < count; first += rows_at_once)
        import_text(store, engine, "actions.csv",
                    rows(first, std::min(rows_at_once, count - first)), now);
}

/// Without a header, and planned on the day on which they are recorded.
std::string unplanned_rows(std::size_t first, std::size_t count) {
    std::string csv;
    for (std::size_t i = first; i < first + count; ++i)
        fmt::format_to(std::back_inserter(csv), "bench,{},kent,{},{},local,{}\n", id_of(i),
                       title_of(i), owner_of(i), due_of(i));
    return csv;
}

/// What a kept database must agree with to be used again.
std::string stamp_of(const std::filesystem::path& folder) {
    std::string all = settings_text(folder);
    for (const auto migration : migrations()) all += migration;
    return hex(sha256(all + actions_csv(0, 100)));
}

}  // namespace

std::vector<NewParcel> plain_parcel(const MessageInput& input, const MailSettings&) {
    static const std::string body(1000, 'x');
    NewParcel parcel;
    parcel.message_id = input.id;
    parcel.destination = input.destination.name;
    parcel.order_key = input.thread_id;
    parcel.kind = "folder";
    parcel.content_type = "text/plain";
    parcel.body = body;
    return {parcel};
}

std::string shipped(const std::string& name) {
    return read_file(std::filesystem::path{FORCEWATCH_SOURCE_DIR} / "config/reference" / name);
}

void import_text(Store& store, Engine& engine, const std::string& name, const std::string& text,
                 Instant now) {
    const auto file = read_import(name, text);
    if (!file) throw std::runtime_error{name + ": " + file.error().front().reason};
    Store::Transaction transaction{store};
    const auto done = engine.import(file->rows, {0, "bench", {}, "import of " + name, {}}, now);
    if (!done) throw std::runtime_error{name + ": " + done.error().front().fault.what};
    transaction.commit();
}

std::string action_key(std::size_t number) { return "bench/" + id_of(number); }

std::string actions_csv(std::size_t first, std::size_t count) {
    std::string csv{header};
    for (std::size_t i = first; i < first + count; ++i)
        fmt::format_to(std::back_inserter(csv), "bench,{},kent,{},{},{},local,{}\n", id_of(i),
                       title_of(i), owner_of(i), planned_on, due_of(i));
    return csv;
}

std::string overdue_csv(std::size_t first, std::size_t count) {
    const auto due =
        text_of(std::chrono::floor<std::chrono::days>(wall_clock()).time_since_epoch() -
                std::chrono::days{30} + Date{});
    std::string csv{"source,external_id,force,title,owner,deadline,due\n"};
    for (std::size_t i = first; i < first + count; ++i)
        fmt::format_to(std::back_inserter(csv), "bench,{},kent,{},{},local,{}\n", id_of(i),
                       title_of(i), owner_of(i), due);
    return csv;
}

std::string forces_request() {
    return post_request("/v1/import?name=bodies.csv", "text/csv", shipped("bodies.csv"));
}

std::string import_request(std::size_t first, std::size_t count) {
    return post_request("/v1/import?name=actions.csv&missing=ignore", "text/csv",
                        actions_csv(first, count));
}

std::string alerts_request(std::size_t first, std::size_t count) {
    std::string json{"["};
    for (std::size_t i = first; i < first + count; ++i)
        fmt::format_to(
            std::back_inserter(json),
            R"({}{{"labels":{{"alertname":"deadline","source":"bench","external_id":"{}","force":"kent"}},)"
            R"("annotations":{{"title":"{}","owner":"{}"}},"startsAt":"2026-01-05T00:00:00Z",)"
            R"("endsAt":"{}T00:00:00Z"}})",
            i == first ? "" : ",", id_of(i), title_of(i), owner_of(i), due_of(i));
    json += "]";
    return post_request("/api/v2/alerts", "application/json", json);
}

std::string change_request(std::size_t number) {
    return post_request(
        "/v1/actions", "application/json",
        fmt::format(
            R"({{"source":"bench","external_id":"{}","force":"kent","title":"{}","owner":"{}",)"
            R"("planned":"{}","deadline":"local","due":"{}"}})",
            id_of(number), title_of(number), owner_of(number), planned_on, due_of(number)));
}

void fill(const std::filesystem::path& folder, std::size_t count) {
    fill_at(folder, settings_text(folder), wall_clock(), count, actions_csv);
}

void fill_overdue(const std::filesystem::path& folder, const std::string& settings,
                  std::size_t count, std::size_t overdue) {
    const auto rows = [&](std::size_t first, std::size_t some) {
        const std::size_t late = first < overdue ? std::min(some, overdue - first) : 0;
        return overdue_csv(first, late) + unplanned_rows(first + late, some - late);
    };
    fill_at(folder, settings, wall_clock() - std::chrono::days{366}, count, rows);
}

std::filesystem::path million_actions(const std::filesystem::path& kept) {
    const auto folder = kept / "million";
    const auto stamp = folder / "stamp";
    if (read_file(stamp) == stamp_of(folder)) return folder;
    std::fputs("(filling a database with 1,000,000 actions, once)\n", stdout);
    std::fflush(stdout);
    std::filesystem::remove_all(folder);
    fill(folder, million);
    write_file(stamp, stamp_of(folder));
    return folder;
}

}  // namespace forcewatch::bench

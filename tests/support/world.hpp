/// Store and engine on a scratch database, with the shipped reference data at hand and a renderer
/// that only counts: what the tests of engine, simulation and API stand on.
#pragma once

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "config/obligations.hpp"
#include "core/day_count.hpp"
#include "daemon/engine/engine.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/ingest/import_file.hpp"
#include "tests/support/scratch_folder.hpp"

namespace forcewatch::test {

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream in{path, std::ios::binary};
    REQUIRE(in.good());
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

inline std::filesystem::path reference_file(const std::string& name) {
    return std::filesystem::path{FORCEWATCH_SOURCE_DIR} / "config/reference" / name;
}

inline Date day(std::string_view text) { return parse_date(text).value(); }
inline Instant noon(std::string_view text) { return starts_at(day(text)) + std::chrono::hours{12}; }

inline std::vector<NewParcel> plain_parcels(const MessageInput& input, const MailSettings&) {
    std::string body{input.kind == MessageInput::Kind::digest ? "digest:" : ""};
    for (const auto& item : input.items) {
        body += body.empty() ? "" : "\n";
        body += item.alert.title + ":";
        for (const auto& revision : item.since)
            body += fmt::format(" {} {};", text_of(revision.change),
                                as_read_on(revision.summary, london_date(revision.at)));
        if (!item.held.empty()) body += " (" + item.held + ")";
    }
    for (const auto& item : input.still_open)
        body += fmt::format("\nstill open: {}{}{}", item.alert.title,
                            item.in_hand.empty() ? "" : ", in hand: ", item.in_hand);
    const bool one = input.kind == MessageInput::Kind::alert;
    return {{input.id,
             input.destination.name,
             input.recipient,
             one ? input.items.front().alert.subject : std::string{},
             "webhook",
             {},
             "application/json",
             body}};
}

struct World {
    ScratchFolder scratch;
    std::optional<Store> store;
    std::optional<Engine> engine;
    Renderer renderer;

    explicit World(Renderer wanted = plain_parcels) : renderer{std::move(wanted)} { start(); }
    /// As after a crash: memory is gone, the database stays.
    void start() {
        engine.reset();
        store.reset();
        store.emplace(scratch / "forcewatch.db");
        engine.emplace(*store, renderer);
    }
    void adopt(const Settings& settings, Instant now, const std::string& text = "rules") {
        Store::Transaction transaction{*store};
        engine->record_configuration(text, now);
        transaction.commit();
        engine->use(settings);
    }
    /// Imports a file as one transaction; fails the test with the first fault.
    ImportSummary import(const std::string& name, const std::string& text, Instant now) {
        auto file = read_import(name, text);
        if (!file)
            FAIL(file.error().front().file << ":" << file.error().front().line << ": "
                                           << file.error().front().column << ": "
                                           << file.error().front().reason);
        Store::Transaction transaction{*store};
        auto summary = engine->import(file->rows, {0, "test", {}, {}, name}, now);
        if (!summary)
            FAIL(file->rows[summary.error().front().row].source
                 << ": " << summary.error().front().fault.field << " "
                 << summary.error().front().fault.what);
        transaction.commit();
        return *summary;
    }
    void import_shipped(const std::vector<std::string>& names, Instant now) {
        for (const auto& name : names) {
            if (name.ends_with(".toml"))
                import_obligations(now);
            else
                import(name, read_file(reference_file(name)), now);
        }
    }
    void import_obligations(Instant now) {
        const auto duties =
            read_obligations(read_file(reference_file("obligations.toml")), "obligations.toml");
        if (!duties) FAIL(duties.error().front());
        std::vector<ImportRow> rows;
        for (const auto& duty : *duties) rows.push_back({Event{duty}, "obligations.toml", 0});
        Store::Transaction transaction{*store};
        REQUIRE(engine->import(rows, {0, "test", {}, {}, {}}, now));
        transaction.commit();
    }
    void import_reference(Instant now) {
        import_shipped({"cycles.csv", "bodies.csv", "frameworks.csv", "area-map.csv",
                        "bank-holidays.csv", "obligations.toml"},
                       now);
    }
    void import_everything(Instant now) {
        import_reference(now);
        import_shipped({"judgements.csv", "monitoring_timeline.csv"}, now);
    }
    tl::expected<void, EventFault> record(const Event& event, Instant now) {
        Store::Transaction transaction{*store};
        auto done = engine->record({event}, {0, "test", {}, {}, {}}, now);
        if (done) transaction.commit();
        return done;
    }
    /// Steps and releases until nothing is due.
    void settle(Instant now) {
        for (bool more = true; more;) {
            Store::Transaction transaction{*store};
            more = engine->step(now, 100);
            more = engine->release(now, 100) || more;
            transaction.commit();
        }
    }
    [[nodiscard]] std::vector<Alert> open_alerts() {
        AlertFilter filter;
        filter.open = true;
        filter.limit = 10'000;
        return store->alerts().list(filter);
    }
};

}  // namespace forcewatch::test

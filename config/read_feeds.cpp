#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/duration.hpp"
#include "config/sections.hpp"

namespace forcewatch {

namespace {

constexpr std::chrono::minutes most_often{5};
constexpr std::chrono::hours least_often{24 * 7};

/// What can be recorded without a person's word on what no item says.
constexpr std::array<std::string_view, 2> acceptable{"stage", "inspection"};

void read_name(TableReader& reader, const Settings& settings, Feed& feed) {
    const auto name = reader.name("name");
    if (!name) return;
    feed.name = name->text;
    if (std::any_of(settings.feeds.begin(), settings.feeds.end(),
                    [&](const Feed& other) { return other.name == name->text; }))
        reader.report("name", fmt::format("\"{}\" is the name of an earlier feed", name->text));
}

void read_every(TableReader& reader, Feed& feed) {
    const auto every = reader.required_text("every");
    if (!every) return;
    const auto period = parse_period(every->text);
    if (period && *period >= most_often && *period <= least_often)
        feed.every = *period;
    else
        reader.report("every", "expected five minutes or more, at most \"7d\", such as \"1h\"");
}

void read_auto_accept(TableReader& reader, Feed& feed) {
    for (const auto& [kind, place] : reader.texts("auto_accept"))
        if (std::find(acceptable.begin(), acceptable.end(), kind) != acceptable.end())
            feed.auto_accept.insert(kind);
        else
            reader.report_at(place, "auto_accept",
                             fmt::format("expected one of \"{}\": all else needs a person",
                                         fmt::join(acceptable, "\", \"")));
    if (const auto from = reader.integer("auto_accept_from", 50, 100))
        feed.auto_accept_from = static_cast<int>(*from);
}

void read_sources(TableReader& file, Settings& settings) {
    constexpr std::size_t most_patterns = 100;
    const auto* table = file.table("sources");
    if (!table) return;
    TableReader reader{*table, "sources", file.faults()};
    auto& order = settings.source_order;
    for (auto& [pattern, place] : reader.texts("order")) {
        if (pattern.empty())
            reader.report_at(place, "order", "expected the name of a file or an address");
        else if (std::find(order.begin(), order.end(), pattern) != order.end())
            reader.report_at(place, "order", fmt::format("\"{}\" stands here twice", pattern));
        else if (order.size() == most_patterns)
            reader.report_at(place, "order", fmt::format("more than {} sources", most_patterns));
        else
            order.push_back(std::move(pattern));
    }
    reader.refuse_unknown();
}

}  // namespace

void read_feeds(TableReader& file, Settings& settings) {
    for (const auto* table : file.tables("feed")) {
        TableReader reader{*table, "feed", file.faults()};
        Feed feed;
        read_name(reader, settings, feed);
        feed.allow_addresses = read_allowed(reader);
        if (const auto url = reader.required_text("url")) {
            feed.url = url->text;
            check_web_address(reader, "url", feed.url, feed.allow_addresses);
        }
        read_every(reader, feed);
        feed.silent = reader.days("silent", 1, 3650);
        feed.ca_file = reader.path("ca_file");
        read_auto_accept(reader, feed);
        reader.refuse_unknown();
        settings.feeds.push_back(std::move(feed));
    }
    if (const auto* table = file.table("reading")) {
        TableReader reader{*table, "reading", file.faults()};
        settings.reading.allow_addresses = read_allowed(reader);
        settings.reading.ca_file = reader.path("ca_file");
        reader.refuse_unknown();
    }
    read_sources(file, settings);
}

}  // namespace forcewatch

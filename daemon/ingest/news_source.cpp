#include "daemon/ingest/news_source.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/utf8.hpp"
#include "daemon/api/json_reader.hpp"
#include "daemon/ingest/html_text.hpp"
#include "daemon/ingest/news_feed.hpp"
#include "daemon/ingest/pattern.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t largest_source = 8UL << 20UL;
constexpr std::size_t most_items = 1000;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(trimmed(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// Publishers that carry what others have published before.
bool carries_others(std::string_view url_or_text) {
    return url_or_text.find("wired-gov.net") != std::string_view::npos;
}

/// " date 2025-08-25 " at the beginning of a saved text: when it was carried.
void take_date_line(NewsItem& item) {
    static const Pattern line{R"(^\s*date (\d{4}-\d{2}-\d{2}) ?)"};
    const auto found = line.find(item.text);
    if (!found) return;
    if (!item.published.known())
        item.published = PartialDate::parse((*found)[1].of(item.text)).value_or(PartialDate{});
    item.text.erase(0, (*found)[0].end);
    static const Pattern own{R"(Original article link)"};
    item.republished = item.republished || own.in(item.text);
}

/// "Published on: 22 May 2025" and "Sent on" above it are the publisher's own words.
void take_published_line(NewsItem& item) {
    static const Pattern line{
        R"((?m)^\s*(?i:(?:first )?published(?: on)?|date published):?\s+([0-9]{1,2}(?:st|nd|rd|th)? [A-Za-z]+ [0-9]{4}))"};
    if (item.published.known()) return;
    if (const auto found = line.find(item.text))
        item.published = day_of_stamp((*found)[1].of(item.text));
}

void take_original_link(NewsItem& item) {
    static const Pattern line{R"(Original article link ?: ?(https?://\S+))"};
    const auto found = line.find(item.text);
    if (!found) return;
    if (item.url.empty()) item.url = (*found)[1].of(item.text);
    item.republished = true;
}

/// The list at the end of a page: a headline with its stamp, and the lead below.
std::vector<NewsItem> take_latest_news(NewsItem& item) {
    static const Pattern begins{R"((?m)^\s*Latest News from\s*$)"};
    static const Pattern entry{R"(^(.{5,300}?) ?(\d{2})/(\d{2})/(\d{4}) (\d{2}:\d{2}:\d{2})$)"};
    std::vector<NewsItem> list;
    const auto found = begins.find(item.text);
    if (!found) return list;
    const auto tail = item.text.substr((*found)[0].end);
    item.text.erase((*found)[0].begin);
    for (const auto line : lines_of(tail)) {
        if (const auto m = entry.find(line); m && list.size() < most_items) {
            NewsItem next;
            next.title = trimmed((*m)[1].of(line));
            const auto day =
                fmt::format("{}-{}-{}", (*m)[4].of(line), (*m)[3].of(line), (*m)[2].of(line));
            next.published = PartialDate::parse(day).value_or(PartialDate{});
            next.stamp = fmt::format("{}T{}", day, (*m)[5].of(line));
            next.republished = true;
            next.source = fmt::format("{}#latest-{}", item.source, list.size() + 1);
            list.push_back(std::move(next));
        } else if (!list.empty() && !line.empty()) {
            auto& text = list.back().text;
            text += (text.empty() ? "" : "\n") + std::string{line};
        }
    }
    return list;
}

/// The headline of a plain text: the first line that is not the page's own.
void take_title(NewsItem& item) {
    static const Pattern page{
        R"(^(?:\|?\s*Printable version|HM Inspectorate of .*|His Majesty.s Inspectorate of .{0,60}|.{0,3}|(?:\d{1,2}:\d{2} )?\d{1,2}/\d{1,2}/\d{4}|Home.*)$)"};
    if (!item.title.empty()) return;
    for (const auto line : lines_of(item.text)) {
        if (line.empty() || page.in(line)) continue;
        if (line.size() < 220) item.title = line;
        return;
    }
}

Expected<std::vector<NewsItem>> with_its_list(NewsItem item) {
    auto list = take_latest_news(item);
    take_date_line(item);
    take_original_link(item);
    take_published_line(item);
    take_title(item);
    item.republished = item.republished || carries_others(item.url);
    std::vector<NewsItem> items;
    items.push_back(std::move(item));
    std::move(list.begin(), list.end(), std::back_inserter(items));
    return items;
}

Expected<std::vector<NewsItem>> from_json(const std::string& name, std::string_view bytes) {
    const auto document = parse_json_object(bytes);
    if (!document) return tl::unexpected(document.error());
    JsonFaults faults;
    ObjectReader object{*document, {}, faults};
    NewsItem item;
    item.source = name;
    item.title = object.optional_text("title", largest_source).value_or("");
    item.text = object.optional_text("text", largest_source).value_or("");
    item.url = object.optional_text("url", 4096).value_or("");
    const auto published = object.optional_text("published", 64).value_or("");
    if (!faults.empty())
        return tl::unexpected(Problem{faults.front().pointer + ": " + faults.front().message});
    if (item.title.empty() && item.text.empty())
        return tl::unexpected(Problem{"has neither \"title\" nor \"text\""});
    if (published.size() > 10) item.stamp = published;
    item.published = day_of_stamp(published);
    if (!item.published.known() && !published.empty())
        item.published = PartialDate::parse(published).value_or(PartialDate{});
    return with_its_list(std::move(item));
}

Expected<std::vector<NewsItem>> from_html(const std::string& name, std::string_view bytes) {
    auto page = read_html(bytes);
    if (!page) return tl::unexpected(page.error());
    NewsItem item;
    item.source = name;
    item.title = std::move(page->title);
    item.text = std::move(page->text);
    item.url = std::move(page->url);
    item.published = PartialDate::parse(page->published).value_or(PartialDate{});
    return with_its_list(std::move(item));
}

bool is_html(std::string_view bytes) {
    static const Pattern tag{R"((?i)<(?:!doctype html|html|head|body|article|div|p|h1)\b)"};
    return tag.in(bytes.substr(0, 4096));
}

}  // namespace

Expected<std::vector<NewsItem>> read_news_source(const std::string& name, std::string_view type,
                                                 std::string_view bytes) {
    if (bytes.size() > largest_source) return tl::unexpected(Problem{"is larger than 8 MiB"});
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    if (trimmed(bytes).empty()) return tl::unexpected(Problem{"is empty"});
    const bool json = type.find("json") != std::string_view::npos || name.ends_with(".json");
    if (json || trimmed(bytes).front() == '{') return from_json(name, bytes);
    if (is_feed(bytes)) return read_feed(name, bytes);
    if (type.find("xml") != std::string_view::npos && !is_html(bytes))
        return read_feed(name, bytes);
    if (is_html(bytes)) return from_html(name, bytes);
    if (!is_utf8(bytes)) return tl::unexpected(Problem{"is not UTF-8"});
    NewsItem item;
    item.source = name;
    item.text = bytes;
    return with_its_list(std::move(item));
}

}  // namespace forcewatch

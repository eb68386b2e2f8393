#include "daemon/ingest/news_feed.hpp"

#include <fmt/format.h>

#include <pugixml.hpp>

#include "daemon/ingest/html_text.hpp"
#include "daemon/ingest/news_dates.hpp"
#include "daemon/ingest/pattern.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t largest_feed = 8UL << 20UL;
constexpr std::size_t most_entries = 1000;
constexpr std::size_t deepest = 100;

std::string lower_of(std::string_view text) {
    std::string lower{text};
    for (auto& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

/// pugixml walks its tree by recursion when it is freed, so depth is checked before it is built.
bool too_deep(std::string_view document) {
    std::size_t depth = 0;
    for (auto at = document.find('<'); at != std::string_view::npos;
         at = document.find('<', at + 1)) {
        const auto rest = document.substr(at);
        if (rest.starts_with("<![CDATA[")) {
            at = std::min(document.find("]]>", at), document.size() - 1);
            continue;
        }
        if (rest.starts_with("<!--")) {
            at = std::min(document.find("-->", at), document.size() - 1);
            continue;
        }
        if (rest.starts_with("<?") || rest.starts_with("<!")) continue;
        const auto end = document.find('>', at);
        if (end == std::string_view::npos) break;
        if (rest.starts_with("</"))
            depth -= depth > 0 ? 1 : 0;
        else if (document[end - 1] != '/' && ++depth > deepest)
            return true;
    }
    return false;
}

bool declares_a_type(std::string_view document) {
    for (auto at = document.find("<!"); at != std::string_view::npos;
         at = document.find("<!", at + 1)) {
        const auto rest = document.substr(at);
        if (rest.starts_with("<![CDATA[")) {
            at = std::min(document.find("]]>", at), document.size() - 1);
        } else if (rest.starts_with("<!--")) {
            at = std::min(document.find("-->", at), document.size() - 1);
        } else {
            return true;
        }
    }
    return false;
}

/// HTML that stands in an XML text.
std::string plain_text(const char* html) {
    auto page = read_html(html);
    return page ? std::move(page->text) : std::string{};
}

std::string one_line(std::string text) {
    for (auto& c : text)
        if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    while (text.ends_with(' ')) text.pop_back();
    return text;
}

/// "Tue, 12 Aug 2025 12:20:00 +0000" as "2025-08-12T12:20:00+00:00".
std::string iso_stamp(std::string_view stamp, const PartialDate& day) {
    static const Pattern time{R"((\d{2}:\d{2}:\d{2}) (?:([+-]\d{2})(\d{2})|GMT|UT|Z)$)"};
    const auto found = time.find(stamp);
    if (!found || !day.known()) return {};
    const auto& m = *found;
    return fmt::format("{}T{}{}", day.text(), m[1].of(stamp),
                       m[2].there ? fmt::format("{}:{}", m[2].of(stamp), m[3].of(stamp)) : "Z");
}

NewsItem rss_item(const std::string& name, const pugi::xml_node& node) {
    NewsItem item;
    item.title = one_line(plain_text(node.child_value("title")));
    item.url = node.child_value("link");
    const std::string id = *node.child_value("guid") != '\0' ? node.child_value("guid") : item.url;
    item.source = fmt::format("{}#{}", name, id);
    const char* text = node.child_value("content:encoded");
    item.text = plain_text(*text != '\0' ? text : node.child_value("description"));
    item.published = day_of_stamp(node.child_value("pubDate"));
    item.stamp = iso_stamp(node.child_value("pubDate"), item.published);
    return item;
}

/// Key on the link: GOV.UK gives a page a new id after every edit.
NewsItem atom_entry(const std::string& name, const pugi::xml_node& node) {
    NewsItem item;
    item.title = one_line(plain_text(node.child_value("title")));
    // GOV.UK puts the type of the document before the title.
    for (const std::string_view type :
         {"News story: ", "Press release: ", "Research and analysis: ", "Policy paper: ",
          "Guidance: ", "Speech: "})
        if (item.title.starts_with(type)) item.title.erase(0, type.size());
    for (const auto& link : node.children("link")) {
        const std::string_view rel = link.attribute("rel").as_string("alternate");
        if (rel == "alternate" && item.url.empty()) item.url = link.attribute("href").as_string();
    }
    item.source =
        fmt::format("{}#{}", name, item.url.empty() ? node.child_value("id") : item.url.c_str());
    const char* text = node.child_value("content");
    item.text = plain_text(*text != '\0' ? text : node.child_value("summary"));
    const char* stamp = node.child_value("published");
    item.stamp = *stamp != '\0' ? stamp : node.child_value("updated");
    item.published = day_of_stamp(item.stamp);
    return item;
}

}  // namespace

PartialDate day_of_stamp(std::string_view stamp) {
    if (parse_date(stamp.substr(0, 10)))
        return PartialDate::parse(stamp.substr(0, 10)).value_or(PartialDate{});
    const auto dates = dates_in(lower_of(stamp), {});
    return dates.empty() ? PartialDate{} : dates.front().date;
}

bool is_feed(std::string_view document) {
    const auto top = lower_of(document.substr(0, 4096));
    return top.find("<rss") != std::string::npos || top.find("<feed") != std::string::npos ||
           top.find("<rdf:rdf") != std::string::npos;
}

Expected<std::vector<NewsItem>> read_feed(const std::string& name, std::string_view document) {
    if (document.size() > largest_feed) return tl::unexpected(Problem{"is larger than 8 MiB"});
    if (declares_a_type(document))
        return tl::unexpected(
            Problem{"declares a document type, which no feed needs; it is not read"});
    if (too_deep(document))
        return tl::unexpected(Problem{fmt::format("is nested deeper than {} levels", deepest)});
    pugi::xml_document tree;
    const auto parsed = tree.load_buffer(document.data(), document.size(),
                                         pugi::parse_default & ~pugi::parse_doctype);
    if (!parsed)
        return tl::unexpected(Problem{
            fmt::format("is no XML: {} (at byte {})", parsed.description(), parsed.offset)});
    std::vector<NewsItem> items;
    const auto full = [&] { return items.size() >= most_entries; };
    for (const auto& node : tree.child("rss").child("channel").children("item"))
        if (!full()) items.push_back(rss_item(name, node));
    for (const auto& node : tree.child("feed").children("entry"))
        if (!full()) items.push_back(atom_entry(name, node));
    if (items.empty() && !tree.child("rss") && !tree.child("feed"))
        return tl::unexpected(Problem{"is neither RSS 2.0 nor Atom 1.0"});
    return items;
}

}  // namespace forcewatch

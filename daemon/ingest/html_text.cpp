#include "daemon/ingest/html_text.hpp"

#include <libxml/HTMLparser.h>

#include <algorithm>
#include <array>
#include <memory>

namespace forcewatch {

namespace {

constexpr int deepest = 200;

bool is_one_of(std::string_view name, const auto& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 12> unread{"script", "style",  "noscript", "template",
                                                  "svg",    "iframe", "nav",      "footer",
                                                  "form",   "button", "select",   "aside"};
constexpr std::array<std::string_view, 26> blocks{
    "p",          "div",   "li", "ul", "ol",      "h1",      "h2",     "h3",        "h4",
    "h5",         "h6",    "tr", "br", "section", "article", "header", "main",      "body",
    "blockquote", "table", "td", "dt", "dd",      "pre",     "hr",     "figcaption"};

/// What the parser's calls gather. No call throws: memory is bounded by the page.
class Gatherer {
public:
    void start(std::string_view name, const xmlChar** attributes) {
        ++depth_;
        if (is_one_of(name, unread)) ++unread_;
        if (name == "title") in_title_ = true;
        if (name == "h1" && heading_.empty()) in_heading_ = true;
        if (name == "meta") meta(attributes);
        if (name == "link") link(attributes);
        if (name == "time" && page.published.empty()) take_date(value_of(attributes, "datetime"));
        if (is_one_of(name, blocks)) end_line();
        if (name == "li") page.text += "- ";
    }
    void end(std::string_view name) {
        --depth_;
        if (is_one_of(name, unread) && unread_ > 0) --unread_;
        if (name == "title") in_title_ = false;
        if (name == "h1") in_heading_ = false;
        if (is_one_of(name, blocks)) end_line();
    }
    void characters(std::string_view text) {
        if (in_title_) title_ += text;
        if (unread_ > 0 || in_title_) return;
        if (in_heading_) heading_ += text;
        for (const char c : text) page.text.push_back(c == '\n' || c == '\r' ? ' ' : c);
    }
    void finish() {
        page.title = heading_.empty() ? title_ : heading_;
        for (auto& c : page.title)
            if (c == '\n' || c == '\r' || c == '\t') c = ' ';
        const auto first = page.title.find_first_not_of(' ');
        page.title.erase(0, std::min(first, page.title.size()));
        while (page.title.ends_with(' ')) page.title.pop_back();
    }
    [[nodiscard]] bool too_deep() const { return depth_ > deepest; }

    HtmlPage page;

private:
    static std::string_view value_of(const xmlChar** attributes, std::string_view wanted) {
        for (; attributes != nullptr && attributes[0] != nullptr; attributes += 2)
            if (attributes[1] != nullptr && reinterpret_cast<const char*>(attributes[0]) == wanted)
                return reinterpret_cast<const char*>(attributes[1]);
        return {};
    }
    void meta(const xmlChar** attributes) {
        constexpr std::array<std::string_view, 5> dated{"article:published_time", "dcterms.created",
                                                        "govuk:public-updated-at", "date",
                                                        "datepublished"};
        auto name = value_of(attributes, "property");
        if (name.empty()) name = value_of(attributes, "name");
        if (name.empty()) name = value_of(attributes, "itemprop");
        const auto content = value_of(attributes, "content");
        if (is_one_of(name, dated)) take_date(content);
        if (name == "og:url" && page.url.empty()) page.url = content;
    }
    void link(const xmlChar** attributes) {
        if (value_of(attributes, "rel") == "canonical") page.url = value_of(attributes, "href");
    }
    void take_date(std::string_view text) {
        if (page.published.empty() && parse_date(text.substr(0, 10)))
            page.published = text.substr(0, 10);
    }
    void end_line() {
        if (!page.text.empty() && page.text.back() != '\n') page.text.push_back('\n');
    }

    std::string title_;
    std::string heading_;
    int depth_{};
    int unread_{};
    bool in_title_{};
    bool in_heading_{};
};

std::string_view text_of(const xmlChar* text) { return reinterpret_cast<const char*>(text); }

struct Context {
    Gatherer gatherer;
    htmlParserCtxtPtr parser{};
};

void on_start(void* self, const xmlChar* name, const xmlChar** attributes) {
    auto& context = *static_cast<Context*>(self);
    context.gatherer.start(text_of(name), attributes);
    if (context.gatherer.too_deep()) xmlStopParser(context.parser);
}
void on_end(void* self, const xmlChar* name) {
    static_cast<Context*>(self)->gatherer.end(text_of(name));
}
void on_characters(void* self, const xmlChar* text, int length) {
    static_cast<Context*>(self)->gatherer.characters(
        {reinterpret_cast<const char*>(text), static_cast<std::size_t>(length)});
}

struct FreeParser {
    void operator()(htmlParserCtxtPtr parser) const { htmlFreeParserCtxt(parser); }
};

}  // namespace

Expected<HtmlPage> read_html(std::string_view page) {
    if (page.size() > largest_page) return tl::unexpected(Problem{"is larger than 8 MiB"});
    htmlSAXHandler calls{};
    calls.startElement = on_start;
    calls.endElement = on_end;
    calls.characters = on_characters;
    calls.ignorableWhitespace = on_characters;
    Context context;
    const std::unique_ptr<htmlParserCtxt, FreeParser> parser{
        htmlCreatePushParserCtxt(&calls, &context, nullptr, 0, nullptr, XML_CHAR_ENCODING_UTF8)};
    if (!parser) return tl::unexpected(Problem{"cannot be read: no memory"});
    context.parser = parser.get();
    htmlCtxtUseOptions(parser.get(), HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
                                         HTML_PARSE_NOWARNING | HTML_PARSE_NONET |
                                         HTML_PARSE_NOIMPLIED);
    htmlParseChunk(parser.get(), page.data(), static_cast<int>(page.size()), 1);
    context.gatherer.finish();
    return std::move(context.gatherer.page);
}

}  // namespace forcewatch

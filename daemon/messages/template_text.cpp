#include "daemon/messages/template_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace forcewatch {

namespace {

using Kind = TemplatePiece::Kind;

constexpr std::size_t deepest = 16;  // sections in sections; kainjow's own stack has no bound

bool is_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    });
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

class Scanner {
public:
    Scanner(const TemplateText& text, std::vector<std::string>& faults)
        : text_{text}, faults_{faults}, line_{text.first_line} {}

    std::vector<TemplatePiece> run() {
        std::string_view rest = text_.text;
        while (!rest.empty()) {
            const auto open = rest.find("{{");
            if (open != 0) add(Kind::literal, rest.substr(0, open));
            if (open == std::string_view::npos) break;
            rest.remove_prefix(open + 2);
            const auto close = rest.find("}}");
            if (close == std::string_view::npos) {
                report("a tag is opened by {{ and never closed");
                break;
            }
            take_tag(rest.substr(0, close));
            rest.remove_prefix(close + 2);
        }
        for (const auto& section : open_)
            faults_.push_back(fmt::format("{}:{}: {{{{#{}}}}} is never closed", text_.file,
                                          section.line, section.text));
        return std::move(pieces_);
    }

private:
    void add(Kind kind, std::string_view text) {
        pieces_.push_back({kind, std::string{text}, line_});
        if (kind == Kind::literal || kind == Kind::comment)
            line_ += static_cast<int>(std::count(text.begin(), text.end(), '\n'));
    }
    void report(std::string_view what) {
        faults_.push_back(fmt::format("{}:{}: {}", text_.file, line_, what));
    }

    void take_tag(std::string_view inside) {
        const char sigil = inside.empty() ? ' ' : inside.front();
        if (sigil == '!') return add(Kind::comment, inside);
        if (sigil == '{' || sigil == '&')
            return report("values are always escaped: write {{name}}");
        if (sigil == '=') return report("the delimiters cannot be changed");
        const bool marked = sigil == '#' || sigil == '^' || sigil == '/' || sigil == '>';
        const auto name = trimmed(marked ? inside.substr(1) : inside);
        if (!is_name(name)) return report(fmt::format("\"{}\" is no name", inside.substr(0, 40)));
        switch (sigil) {
            case '#':
                return open(Kind::section, name);
            case '^':
                return open(Kind::inverted, name);
            case '/':
                return close(name);
            case '>':
                return add(Kind::include, name);
            default:
                return add(Kind::value, name);
        }
    }

    void open(Kind kind, std::string_view name) {
        if (open_.size() >= deepest) report("the sections are nested too deep");
        add(kind, name);
        open_.push_back(pieces_.back());
    }
    void close(std::string_view name) {
        if (open_.empty() || open_.back().text != name)
            return report(fmt::format("{{{{/{}}}}} closes no open section", name));
        open_.pop_back();
        add(Kind::end, name);
    }

    const TemplateText& text_;
    std::vector<std::string>& faults_;
    int line_;
    std::vector<TemplatePiece> pieces_;
    std::vector<TemplatePiece> open_;
};

class Assembler {
public:
    Assembler(const TemplateTexts& texts, Escaping escaping, std::vector<std::string>& faults)
        : texts_{texts}, escaping_{escaping}, faults_{faults} {}

    void add(std::string_view name, const TemplateText& text) {
        path_.emplace_back(name);
        // A word knows nothing of HTML; a layout is HTML.
        const bool word = name.find('.') == std::string_view::npos;
        const auto pieces = take_apart(text, faults_);
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            const auto& piece = pieces[i];
            if (piece.kind == Kind::include) {
                include(text, piece, i + 1 < pieces.size() ? pieces[i + 1].text : "");
                continue;
            }
            const bool escape = word && escaping_ == Escaping::html && piece.kind == Kind::literal;
            out_ += escape ? html_escaped(piece.text) : as_written(piece);
        }
        path_.pop_back();
    }

    std::string take() { return std::move(out_); }

private:
    static std::string as_written(const TemplatePiece& piece) {
        switch (piece.kind) {
            case Kind::literal:
                return piece.text;
            case Kind::section:
                return "{{#" + piece.text + "}}";
            case Kind::inverted:
                return "{{^" + piece.text + "}}";
            case Kind::end:
                return "{{/" + piece.text + "}}";
            case Kind::value:
                return "{{" + piece.text + "}}";
            case Kind::include:
            case Kind::comment:
                break;
        }
        return {};
    }

    void include(const TemplateText& from, const TemplatePiece& piece, std::string_view next) {
        const auto found = texts_.find(piece.text);
        if (found == texts_.end())
            return fault(from, piece, fmt::format("there is no text \"{}\"", piece.text));
        if (std::find(path_.begin(), path_.end(), piece.text) != path_.end())
            return fault(from, piece, fmt::format("\"{}\" includes itself", piece.text));
        add(piece.text, found->second);
        // A layout brings its own line end along.
        if (out_.ends_with('\n') && next.starts_with('\n')) out_.pop_back();
    }
    void fault(const TemplateText& from, const TemplatePiece& piece, std::string_view what) {
        faults_.push_back(fmt::format("{}:{}: {}", from.file, piece.line, what));
    }

    const TemplateTexts& texts_;
    Escaping escaping_;
    std::vector<std::string>& faults_;
    std::vector<std::string> path_;
    std::string out_;
};

}  // namespace

std::vector<TemplatePiece> take_apart(const TemplateText& text, std::vector<std::string>& faults) {
    return Scanner{text, faults}.run();
}

std::string put_together(const TemplateTexts& texts, std::string_view name, Escaping escaping,
                         std::vector<std::string>& faults) {
    Assembler assembler{texts, escaping, faults};
    assembler.add(name, texts.find(name)->second);
    return assembler.take();
}

std::string html_escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

}  // namespace forcewatch

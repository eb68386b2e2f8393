/// Mustache texts before they are rendered: what is wrong in them, and where.
///
/// Private to daemon/messages. The dialect is a part of mustache: values, sections, inverted
/// sections, comments, and includes by name. Values are always escaped; delimiters stay as they
/// are. Includes are put in place once, when a text is read, so a circle is found before any mail.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace forcewatch {

/// A text by the name under which others include it.
struct TemplateText {
    std::string file;   ///< for faults
    int first_line{1};  ///< of the text within the file
    std::string text;
};
/// By name: a file name, "item.html", or a word, "headline".
using TemplateTexts = std::map<std::string, TemplateText, std::less<>>;

/// One tag of a text, or the literal text before the next one.
struct TemplatePiece {
    enum class Kind { literal, value, section, inverted, end, include, comment } kind{};
    std::string text;  ///< the literal, or the name in the tag
    int line{1};
};

/// Takes a text apart. Each fault reads "file:line: what is wrong".
[[nodiscard]] std::vector<TemplatePiece> take_apart(const TemplateText& text,
                                                    std::vector<std::string>& faults);

enum class Escaping { none, html };
/// The text called `name` with every include in place, for kainjow. A name that nobody has and a
/// circle are faults. Words that stand in HTML are escaped.
[[nodiscard]] std::string put_together(const TemplateTexts& texts, std::string_view name,
                                       Escaping escaping, std::vector<std::string>& faults);

[[nodiscard]] std::string html_escaped(std::string_view text);

}  // namespace forcewatch

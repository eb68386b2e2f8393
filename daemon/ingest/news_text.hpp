/// The text of a news item, made ready for reading: one spelling of quotation marks and dashes,
/// cut into sentences, with the way back to the words as they stood.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace forcewatch {

/// One sentence or heading, as a part of `NewsText::plain()`.
struct Sentence {
    std::size_t begin{};
    std::size_t end{};
    std::size_t line{};
    bool bullet{};           ///< an entry of a list
    bool alone{};            ///< the only sentence of its line
    std::size_t lead{npos};  ///< of a list entry: the sentence that leads into the list
    static constexpr auto npos = static_cast<std::size_t>(-1);
};

/// What a line is there for.
enum class LineRole : std::uint8_t {
    title,
    text,
    report,  ///< names the report or letter that the item is about
    layout   ///< of the page, such as "Share this article"
};

class NewsText {
public:
    /// At most `most_characters` of the text are read. Lines of the page itself are marked, and
    /// what stands below "Notes" is left out.
    NewsText(std::string_view title, std::string_view text);

    static constexpr std::size_t most_characters = 200'000;

    /// Straight quotation marks, "-" for every dash, one blank between words, "\n" between lines.
    [[nodiscard]] const std::string& plain() const { return plain_; }
    /// The same in lower case (ASCII), with the same places.
    [[nodiscard]] const std::string& lower() const { return lower_; }
    [[nodiscard]] const std::vector<Sentence>& sentences() const { return sentences_; }
    [[nodiscard]] LineRole role(const Sentence& sentence) const { return roles_[sentence.line]; }

    [[nodiscard]] std::string_view plain(const Sentence& sentence) const {
        return std::string_view{plain_}.substr(sentence.begin, sentence.end - sentence.begin);
    }
    [[nodiscard]] std::string_view lower(const Sentence& sentence) const {
        return std::string_view{lower_}.substr(sentence.begin, sentence.end - sentence.begin);
    }
    /// The words between two places of `plain()` as they stood in the item.
    [[nodiscard]] std::string words(std::size_t begin, std::size_t end) const;
    [[nodiscard]] std::string words(const Sentence& sentence) const {
        return words(sentence.begin, sentence.end);
    }

private:
    void take(std::string_view text);
    void join_wrapped_lines();
    void mark_lines();
    void cut_sentences();
    void cut_line(std::size_t begin, std::size_t end, std::size_t line, bool bullet);

    std::string original_;
    std::string plain_;
    std::string lower_;
    std::vector<std::uint32_t> places_;  // of each character of plain_ in original_
    std::vector<LineRole> roles_;
    std::vector<Sentence> sentences_;
};

}  // namespace forcewatch

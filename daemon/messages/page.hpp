/// The pages behind the links of messages: plain HTML with a form, light and dark, without scripts.
#pragma once

#include <string>
#include <vector>

namespace forcewatch {

struct Page {
    struct Row {
        std::string title;
        std::string summary;
        std::string state;  ///< empty: it is open
    };
    struct Choice {
        std::string value;
        std::string words;
    };
    std::string language;
    std::string title;
    std::string text;
    std::vector<Row> rows;
    std::string button;           ///< empty: there is nothing to press
    std::string ask_reason;       ///< label of the field `reason`; empty: it is not asked
    std::string ask_days;         ///< label of the field `days`
    std::vector<Choice> choices;  ///< of `days`
};

/// Every value is escaped.
[[nodiscard]] std::string html_page(const Page& page);

}  // namespace forcewatch

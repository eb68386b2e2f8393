/// When two sources speak of the same thing, and which of them is believed where they disagree:
/// `[sources] order` of the configuration.
///
/// A source is the name of a file, or the address of a page. Patterns name one or, with "*" for any
/// characters, several; the earlier pattern wins. What none names comes after all that are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/partial_date.hpp"

namespace forcewatch {

/// A source without its row: "judgements.csv" of "judgements.csv:17".
[[nodiscard]] std::string document_of(const std::string& source);

/// Whether all of `text` fits `pattern`, in which "*" stands for any characters or none.
[[nodiscard]] bool fits_pattern(std::string_view text, std::string_view pattern);

/// Who wins; `neither` where the order puts both at one place.
enum class Believed { one, other, neither };
[[nodiscard]] Believed believed_of(const std::vector<std::string>& order, std::string_view one,
                                   std::string_view other);

/// Whether two dates may be those of one event; further than 60 days apart they are not. A date
/// that is not known may be any.
[[nodiscard]] bool may_be_one_event(const PartialDate& left, const PartialDate& right);
/// Whether `date` is `other`, told more exactly.
[[nodiscard]] bool tells_better(const PartialDate& date, const PartialDate& other);

}  // namespace forcewatch

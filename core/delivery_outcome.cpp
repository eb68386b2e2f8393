#include "core/delivery_outcome.hpp"

#include <fmt/format.h>

namespace forcewatch {

std::string_view text_of(DestinationKind kind) {
    switch (kind) {
        case DestinationKind::email:
            return "email";
        case DestinationKind::webhook:
            return "webhook";
        case DestinationKind::folder:
            return "folder";
    }
    return "?";
}

std::string_view text_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::delivered:
            return "delivered";
        case Verdict::retry_later:
            return "retry_later";
        case Verdict::rejected:
            return "rejected";
        case Verdict::unknown:
            return "unknown";
        case Verdict::gone:
            return "gone";
        case Verdict::not_begun:
            return "not_begun";
    }
    return "?";
}

Expected<DestinationKind> parse_destination_kind(std::string_view text) {
    for (const auto kind :
         {DestinationKind::email, DestinationKind::webhook, DestinationKind::folder})
        if (text_of(kind) == text) return kind;
    return tl::unexpected(fmt::format("\"{}\" is not one of email, webhook, folder", text));
}

Expected<Verdict> parse_verdict(std::string_view text) {
    for (const auto verdict : {Verdict::delivered, Verdict::retry_later, Verdict::rejected,
                               Verdict::unknown, Verdict::gone, Verdict::not_begun})
        if (text_of(verdict) == text) return verdict;
    return tl::unexpected(fmt::format(
        "\"{}\" is not one of delivered, retry_later, rejected, unknown, gone, not_begun", text));
}

}  // namespace forcewatch

#include "daemon/api_reads.hpp"

#include "daemon/api_addresses.hpp"
#include "daemon/api_alerting.hpp"
#include "daemon/api_conflicts.hpp"
#include "daemon/api_feeds.hpp"
#include "daemon/api_files.hpp"
#include "daemon/api_lists.hpp"
#include "daemon/api_proposals.hpp"
#include "daemon/engine/no_such.hpp"

namespace forcewatch {

std::optional<Response> Asker::unknown_force(const ReadQuery& query) const {
    if (query.force.empty() || engine.reference().force(query.force)) return std::nullopt;
    return bad_request("force: " + no_such_force(engine.store(), query.force), "/force");
}

std::optional<Response> Asker::unwanted_parameters(
    std::initializer_list<std::string_view> wanted) const {
    return unknown_parameter(request, {wanted.begin(), wanted.end()});
}

std::optional<Response> ApiReads::answer(const Request& request, Instant now) {
    const Asker asker{engine_, request, now, london_date(now)};
    if (auto response = item_answer(asker)) return response;
    if (auto response = proposals_answer(asker)) return response;
    if (auto response = feeds_answer(asker)) return response;
    if (auto response = conflicts_answer(asker)) return response;
    if (auto response = imports_answer(asker)) return response;
    if (auto response = force_answer(asker)) return response;
    if (auto response = regime_answer(asker)) return response;
    if (auto response = alerting_answer(asker)) return response;
    if (auto response = address_answer(asker)) return response;
    if (auto response = link_page(asker)) return response;
    return history_answer(asker);
}

}  // namespace forcewatch

#include "daemon/api_reads.hpp"

#include <fmt/format.h>

#include "core/nearest.hpp"
#include "daemon/api_addresses.hpp"
#include "daemon/api_alerting.hpp"
#include "daemon/api_conflicts.hpp"
#include "daemon/api_feeds.hpp"
#include "daemon/api_files.hpp"
#include "daemon/api_lists.hpp"
#include "daemon/api_proposals.hpp"

namespace forcewatch {

std::optional<Response> Asker::unknown_force(const ReadQuery& query) const {
    if (query.force.empty() || engine.reference().force(query.force)) return std::nullopt;
    return bad_request("force: " + no_such_force(query.force), "/force");
}

std::string Asker::no_such_force(const std::string& id) const {
    std::vector<std::string> known;
    for (const auto& force : tables().forces()) known.push_back(force.id);
    return fmt::format("no force has the id \"{}\"{}", id, did_you_mean(id, known));
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

#include "daemon/write_query.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "daemon/import_request.hpp"
#include "daemon/read_query.hpp"

namespace forcewatch {

namespace {

std::vector<std::string> parameters_of(std::string_view path) {
    if (path == "/v1/import")
        return {"dry_run", "name", "sheet", "mode", "missing", "missing_limit"};
    if (path == "/v1/read") return {"dry_run", "name", "type", "url"};
    if (path == "/v1/assign") return {"dry_run"};
    if (path.starts_with("/v1/imports/") && path.ends_with("/undo")) return {"dry_run"};
    return {};
}

}  // namespace

std::optional<Response> fault_of_parameters(const Request& request) {
    // The pages behind links have forms.
    if (!request.path.starts_with("/v1/")) return std::nullopt;
    if (auto fault = repeated_parameter(request)) return fault;
    // Reads look at the rest themselves, and a back-test is one.
    if (!request.changes_state() || request.path == "/v1/backtest") return std::nullopt;
    if (auto fault = unknown_parameter(request, parameters_of(request.path))) return fault;
    const auto dry = request.query_value("dry_run").value_or("false");
    if (dry != "true" && dry != "false")
        return bad_request("dry_run: expected true or false", "/dry_run");
    if (request.path == "/v1/import") return fault_of_import_parameters(request);
    return std::nullopt;
}

}  // namespace forcewatch

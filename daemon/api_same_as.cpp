#include "daemon/api_same_as.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/same_as.hpp"
#include "daemon/api_lists.hpp"
#include "daemon/api_write_parts.hpp"

namespace forcewatch {

namespace {

constexpr int all_of_them = 10'000'000;
constexpr std::size_t most_pairs = 1000;

void write_side(JsonWriter& json, std::string_view key, const Finding& finding) {
    json.key(key).begin_object();
    json.key("id").value(finding.force + "/" + finding.reference);
    json.key("title").value(finding.title);
    write_text_or_null(json, "inspection", finding.inspection);
    write_text_or_null(json, "origin", finding.origin);
    write_text_or_null(json, "due", finding.deadline.current().due.text());
    json.end_object();
}

std::vector<Finding> findings_asked(const Asker& asker, const ReadQuery& query) {
    if (!query.travels()) {
        ItemFilter filter;
        filter.force = query.force;
        filter.limit = all_of_them;
        return asker.tables().findings(filter);
    }
    std::vector<Finding> findings;
    for (auto& [subject, finding] : asker.facts(query).findings)
        if (query.force.empty() || finding.force == query.force) findings.push_back(finding);
    return findings;
}

Response suggested(const Asker& asker) {
    const ReadQuery query{asker.request, Times::both, {}};
    if (query.fault) return *query.fault;
    if (auto unknown = asker.unknown_force(query)) return *unknown;
    const auto findings = findings_asked(asker, query);
    const auto pairs = likely_duplicates(findings);
    ListWriter list;
    for (std::size_t i = 0; i < std::min(pairs.size(), most_pairs); ++i) {
        auto& json = list.json;
        json.begin_object().key("force").value(pairs[i].one->force);
        json.key("kind").value(text_of(pairs[i].one->kind));
        write_side(json, "one", *pairs[i].one);
        write_side(json, "other", *pairs[i].other);
        json.key("alike_percent").value(std::lround(100 * pairs[i].likeness));
        json.key("why").value(pairs[i].why).end_object();
    }
    return list.end(std::nullopt, query);
}

/// "AFI-3" or, as ids are shown, "kent/AFI-3"; empty: it is of another force.
std::optional<std::string> reference_in(const std::string& force, const std::string& named) {
    const auto halves = halves_of(named);
    if (!halves) return named;
    return halves->first == force ? std::optional{halves->second} : std::nullopt;
}

Work matched(const Request& request, const std::string& key, bool same) {
    const auto parts = halves_of(key);
    if (!parts) return answer_with(not_found("a finding is named FORCE/REFERENCE"));
    FindingMatched said;
    said.force = parts->first;
    said.reference = parts->second;
    said.same = same;
    std::optional<Date> on;
    auto fault = with_body(request, [&](ObjectReader& object) {
        if (same) object.require("finding");
        object.require("reason");
        EventReader reader{object};
        reader("finding", said.other);
        if (const auto other = reference_in(said.force, said.other))
            said.other = *other;
        else
            object.report("finding",
                          "only findings of one force can be the same: each force "
                          "answers for its own");
        on = reader.maybe("on", parse_date);
        reader("by", said.by);
        reader("reason", said.reason);
    });
    if (fault) return answer_with(std::move(*fault));
    return [said, on, origin = origin_of(request, said.reason)](Engine& engine,
                                                                Instant now) mutable {
        const auto subject = subject_of(Event{said});
        const auto finding = engine.store().facts().finding(subject);
        if (!finding) return not_found(fmt::format("there is no {}", subject));
        if (said.other.empty()) said.other = finding->same_as;
        if (said.other.empty())
            return problem(409, "conflict", "The change conflicts with what is recorded",
                           fmt::format("{} is not the same as another; name the finding that it "
                                       "must not be taken for",
                                       said.reference));
        const bool known = said.same
                               ? finding->same_as == said.other
                               : std::find(finding->apart_from.begin(), finding->apart_from.end(),
                                           said.other) != finding->apart_from.end();
        said.on = on.value_or(london_date(now));
        if (!known)
            if (auto done = engine.record({said}, origin, now); !done) return refused(done.error());
        return item_response(engine, subject, now, 200);
    };
}

}  // namespace

std::optional<std::function<Response(Engine&)>> duplicates_for(const Request& request,
                                                               Instant now) {
    const bool reads = request.method == Method::get || request.method == Method::head;
    if (request.path != "/v1/findings/duplicates" || !reads) return std::nullopt;
    return [request, now](Engine& engine) {
        return suggested({engine, request, now, london_date(now)});
    };
}

std::optional<Work> same_as_work(const Request& request) {
    const auto rest = path_under(request, "/v1/findings/");
    if (request.method != Method::post || !rest) return std::nullopt;
    for (const auto& [ending, same] : {std::pair{std::string_view{"/same-as"}, true},
                                       std::pair{std::string_view{"/apart"}, false}})
        if (rest->ends_with(ending))
            return matched(request, rest->substr(0, rest->size() - ending.size()), same);
    return std::nullopt;
}

}  // namespace forcewatch

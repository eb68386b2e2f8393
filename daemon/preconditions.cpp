#include "daemon/preconditions.hpp"

#include <fmt/format.h>

#include <array>

#include "daemon/read_query.hpp"
#include "storage/digest.hpp"

namespace forcewatch {

namespace {

/// An answer is kept a day longer than is promised.
constexpr std::chrono::days answers_kept{8};
constexpr std::size_t longest_key = 200;

struct Collection {
    std::string_view path;
    std::string_view kind;
};
constexpr std::array collections{
    Collection{"/v1/findings/", "finding:"},       Collection{"/v1/actions/", "action:"},
    Collection{"/v1/meetings/", "meeting:"},       Collection{"/v1/obligations/", "obligation:"},
    Collection{"/v1/inspections/", "inspection:"}, Collection{"/v1/judgements/", "judgement:"},
    Collection{"/v1/stages/", "stage:"},           Collection{"/v1/conditions/", "condition:"},
    Collection{"/v1/people/", "person:"},
};
/// A deed stands behind the thing it is done to.
constexpr std::array<std::string_view, 6> deeds{"/judge",  "/reply",   "/leave",
                                                "/return", "/same-as", "/apart"};

std::string_view without_deed(std::string_view key) {
    for (const auto deed : deeds)
        if (key.ends_with(deed)) key.remove_suffix(deed.size());
    return key;
}

std::optional<std::string> tag_of(std::int64_t version) {
    return version > 0 ? std::optional{fmt::format("\"{}\"", version)} : std::nullopt;
}

std::optional<std::string> version_of_alert(Engine& engine, std::string_view key) {
    const auto id = whole_number(key.substr(0, key.find('/')));
    const auto alert = id ? engine.store().alerts().find(AlertId{*id}) : std::nullopt;
    return alert ? tag_of(alert->revision) : std::nullopt;
}

/// `If-Match` names versions between commas, or * for whatever there is.
bool allows(std::string_view wanted, const std::optional<std::string>& version) {
    if (!version) return false;
    while (!wanted.empty()) {
        const auto comma = wanted.find(',');
        auto tag = wanted.substr(0, comma);
        wanted = comma == std::string_view::npos ? std::string_view{} : wanted.substr(comma + 1);
        while (tag.starts_with(' ') || tag.starts_with('\t')) tag.remove_prefix(1);
        while (tag.ends_with(' ') || tag.ends_with('\t')) tag.remove_suffix(1);
        if (tag == "*" || tag == *version) return true;
    }
    return false;
}

Response stale(std::string_view path, const std::optional<std::string>& version) {
    ProblemDocument problem;
    problem.status = 412;
    problem.name = "precondition-failed";
    problem.title = "It has changed meanwhile";
    problem.detail = version ? fmt::format("{} stands at version {}", path, *version)
                             : fmt::format("nothing with a version stands at {}", path);
    problem.hint = version ? "Read it again, and decide again." : "";
    Response response = to_response(problem);
    if (version) response.headers.emplace_back("ETag", *version);
    return response;
}

Response other_request() {
    ProblemDocument problem;
    problem.status = 422;
    problem.name = "idempotency-key";
    problem.title = "This key belongs to another request";
    problem.detail = "the Idempotency-Key was used before, with another target or body";
    problem.hint = "Use a new key for a new request.";
    return to_response(problem);
}

Response again(const KeptAnswer& kept) {
    Response response;
    response.status = kept.status;
    if (kept.body.empty()) response.content_type = {};
    response.body = kept.body;
    if (!kept.version.empty()) response.headers.emplace_back("ETag", kept.version);
    response.headers.emplace_back("Idempotency-Replayed", "true");
    return response;
}

std::optional<std::string> version_in(const Response& response) {
    for (const auto& [name, value] : response.headers)
        if (name == "ETag") return value;
    return std::nullopt;
}

/// Name and address stand in no event, so that they can be forgotten: they count beside those.
std::optional<std::string> version_of_person(Engine& engine, const std::string& token) {
    const auto name = engine.store().people().find(token);
    if (!name) return std::nullopt;
    constexpr std::size_t digits = 12;
    const auto version = engine.store().journal().version_of("person:" + token);
    return fmt::format("\"{}-{}\"", version,
                       hex(sha256(name->name + '\n' + name->email)).substr(0, digits));
}

struct Guard {
    std::string path;
    std::string wanted;  ///< versions; empty: any
    KeptAnswer answer;   ///< of this request; its key empty: none is kept
    Turn::Work work;

    Turn::Result operator()(Engine& engine, Instant now) {
        auto& answers = engine.store().answers();
        if (!answer.key.empty())
            if (const auto kept = answers.find(answer.user, answer.key);
                kept && now - kept->made_at <= answers_kept)
                return kept->request == answer.request ? again(*kept) : other_request();
        if (!wanted.empty())
            if (const auto version = version_at(engine, path); !allows(wanted, version))
                return stale(path, version);
        auto result = work(engine, now);
        Response& response = result.response;
        if (!result.kept || response.streamed()) return result;
        auto version = version_in(response);
        if (!version) {
            version = version_at(engine, path);
            if (version) response.headers.emplace_back("ETag", *version);
        }
        if (answer.key.empty()) return result;
        answer.status = response.status;
        answer.version = version.value_or("");
        answer.body = response.text();
        answer.made_at = now;
        answers.keep(answer, now - answers_kept);
        return result;
    }
};

}  // namespace

std::optional<std::string> version_at(Engine& engine, std::string_view path) {
    constexpr std::string_view alerts = "/v1/alerts/";
    if (path.starts_with(alerts)) return version_of_alert(engine, path.substr(alerts.size()));
    for (const auto& [prefix, kind] : collections)
        if (path.starts_with(prefix))
            return version_of(engine,
                              fmt::format("{}{}", kind, without_deed(path.substr(prefix.size()))));
    return std::nullopt;
}

std::optional<std::string> version_of(Engine& engine, const std::string& subject) {
    constexpr std::string_view person = "person:";
    if (subject.starts_with(person))
        return version_of_person(engine, subject.substr(person.size()));
    return tag_of(engine.store().journal().version_of(subject));
}

Conditions::Conditions(const Request& request)
    : user_{request.peer->uid},
      path_{request.path},
      wanted_{request.header("if-match").value_or("")},
      key_{request.header("idempotency-key").value_or("")} {
    if (request.header("if-match") && wanted_.empty()) empty_field_ = "If-Match";
    if (request.header("idempotency-key") && key_.empty()) empty_field_ = "Idempotency-Key";
    if (key_.empty()) return;
    std::string whole = fmt::format("{} {}", text_of(request.method), request.path);
    for (const auto& [name, value] : request.query) whole += fmt::format("\n{}={}", name, value);
    request_ = hex(sha256(whole + "\n\n" + request.body));
}

Turn::Work Conditions::on(Turn::Work work) const {
    if (!empty_field_.empty())
        return [name = empty_field_](Engine&, Instant) {
            return bad_request(fmt::format("the field {} is empty", name));
        };
    if (key_.size() > longest_key)
        return [](Engine&, Instant) {
            return bad_request(
                fmt::format("the Idempotency-Key is longer than {} bytes", longest_key));
        };
    KeptAnswer answer;
    answer.user = user_;
    answer.key = key_;
    answer.request = request_;
    return Guard{path_, wanted_, std::move(answer), std::move(work)};
}

}  // namespace forcewatch

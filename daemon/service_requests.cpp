/// What the service does with a request: who may send it, and who answers it.
#include <fmt/format.h>
#include <unistd.h>

#include "config/web_address.hpp"
#include "daemon/api/json_writer.hpp"
#include "daemon/api_proposals.hpp"
#include "daemon/api_what_if.hpp"
#include "daemon/api_writes.hpp"
#include "daemon/http/problem.hpp"
#include "daemon/log.hpp"
#include "daemon/preconditions.hpp"
#include "daemon/read_query.hpp"
#include "daemon/routes.hpp"
#include "daemon/service.hpp"
#include "daemon/worker.hpp"
#include "daemon/write_query.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t largest_body = 256UL << 10UL;

bool is_reload(const Request& request) {
    return request.method == Method::post && request.path == "/v1/reload";
}

bool is_reading(const Request& request) {
    return request.method == Method::post && request.path == "/v1/read";
}

/// What may change thousands of rows must not keep others waiting for an answer.
Turn::Length length_of(const Request& request) {
    const std::string_view path = request.path;
    const bool lengthy = path == "/v1/import" || path.starts_with("/v1/imports/") ||
                         path == "/v1/assign" || path == "/v1/policies" ||
                         path.starts_with("/v1/inspections/");
    return lengthy ? Turn::Length::lengthy : Turn::Length::brief;
}

/// A file comes in the body.
bool takes_a_file(const Request& request) {
    return is_reading(request) || (request.method == Method::post && request.path == "/v1/import");
}

/// A page that the courier is to fetch; empty: what is to be read came in the body.
std::optional<std::string> address_to_fetch(const Request& request) {
    const auto url = request.query_value("url");
    if (!url || !request.body.empty()) return std::nullopt;
    return std::string{*url};
}

std::optional<Response> fault_of_address(const std::string& url) {
    const auto address = parse_web_address(url);
    if (!address) return bad_request("url: " + address.error(), "/url");
    if (address->scheme != "https" && !is_loopback_host(address->host))
        return bad_request("url: must start with https://", "/url");
    return std::nullopt;
}

/// False: the path is known, and not with this method. What is below a thing, such as its
/// "/close", would else be taken for the name of one.
bool takes_method(const Request& request) {
    const auto methods = methods_of(request.path);
    return methods.empty() || methods.find(text_of(request.method)) != std::string::npos;
}

/// A path that is known in another way is told apart from one that is not.
Response no_such_route(const Request& request) {
    const auto methods = methods_of(request.path);
    if (methods.empty()) return not_found(fmt::format("nothing is served at {}", request.path));
    ProblemDocument problem;
    problem.status = 405;
    problem.name = "method-not-allowed";
    problem.title = "Not in this way";
    problem.detail =
        fmt::format("{} takes {}, and not {}", request.path, methods, text_of(request.method));
    Response response = to_response(problem);
    response.headers.emplace_back("Allow", methods);
    return response;
}

std::string joined(const std::vector<Fault>& faults) {
    return fmt::format("{}", fmt::join(faults, "\n"));
}

}  // namespace

Response Service::whoami(const Request& request) const {
    JsonWriter json;
    json.begin_object().key("uid").value(static_cast<std::int64_t>(request.peer->uid));
    json.key("role").value(text_of(access_.role_of(*request.peer))).end_object();
    return json_response(json.take());
}

std::optional<Response> Service::answer_now(const Request& request) {
    if (request.method != Method::get && request.method != Method::head) return std::nullopt;
    const Instant now = present();
    if (request.path == "/v1/whoami") return whoami(request);
    if (request.query.size() > 1 && request.path.starts_with("/v1/"))
        if (auto fault = repeated_parameter(request)) return fault;
    if (scan_for(request, now)) return std::nullopt;  // takes its time, beside the loop
    const auto answer = [&] {  // made in place: to move it costs as much as to look it up
        auto response = reads_.answer(request, now, health_);
        if (!response || (response->status == 404 && !takes_method(request)))
            response = no_such_route(request);
        return response;
    };
    try {
        return answer();
    } catch (const StoreError& error) {
        if (error.fatal()) failed(error);
        return unreadable(error);
    }
}

Admission Service::admit(const Request& head) const {
    // The service manager's ExecReload= runs as the service's own user.
    const bool own = is_reload(head) && head.peer->uid == ::getuid();
    const Role needed = own ? Role::viewer : Access::needed(head);
    const Role given = access_.role_of(*head.peer);
    if (given >= needed) {
        auto fault = takes_method(head) ? fault_of_parameters(head) : no_such_route(head);
        return {std::move(fault), takes_a_file(head) ? largest_import : largest_body};
    }
    ProblemDocument problem;
    problem.status = 403;
    problem.name = "forbidden";
    problem.title = "You may not do this";
    problem.detail = fmt::format("this needs the role {}; user {} is {}", text_of(needed),
                                 head.peer->uid, text_of(given));
    problem.hint = Access::way_to(needed);
    return {to_response(problem), 0};
}

asio::awaitable<Response> Service::courier_asked(Request request) {
    const bool fetching = request.method == Method::post &&
                          (request.path == "/courier/fetch" || request.path == "/courier/fetched");
    auto asked = fetching ? feeds_.answer(std::move(request)) : desk_.answer(std::move(request));
    co_return co_await std::move(asked);
}

asio::awaitable<Response> Service::read_news(Request request) {
    // Of what was sent, not of what is fetched.
    const auto conditions = std::make_shared<const Conditions>(request);
    if (const auto url = address_to_fetch(request)) {
        if (auto fault = fault_of_address(*url)) co_return std::move(*fault);
        auto fetching = feeds_.page(*url);
        Response page = co_await std::move(fetching);
        if (page.status != 200) co_return page;
        request.body = page.text();
        request.query.emplace_back("type", "");  // the content tells what it is
    }
    auto reading = reading_for(request);
    auto asked = worker_.ask(engine_.settings().storage_path, engine_.settings(),
                             std::move(reading.question));
    Response response = co_await std::move(asked);
    if (response.status != 200 || !reading.keep) co_return response;
    Turn::Work keep = conditions->on(std::move(reading.keep));
    auto kept = turn_.submit(std::move(keep), Turn::Length::lengthy);
    co_return co_await std::move(kept);
}

asio::awaitable<Response> Service::answer(Request request) {
    if (auto question = scan_for(request, present())) {
        auto asked =
            worker_.ask(engine_.settings().storage_path, engine_.settings(), std::move(*question));
        Response response = co_await std::move(asked);
        rest_soon();
        co_return response;
    }
    if (is_reading(request)) {
        auto reading = read_news(std::move(request));
        co_return co_await std::move(reading);
    }
    if (request.method == Method::post && request.path == "/v1/clock/confirm") {
        auto confirmed = confirm_clock();
        co_return co_await std::move(confirmed);
    }
    if (is_reload(request)) {
        auto reloaded = reload_requested();
        co_return co_await std::move(reloaded);
    }
    auto work = write_work(request);
    if (!work) co_return no_such_route(request);
    auto submitted = turn_.submit(Conditions{request}.on(std::move(*work)), length_of(request));
    Response response = co_await std::move(submitted);
    if (request.path.starts_with("/v1/feeds/")) feeds_.ring();
    co_return response;
}

asio::awaitable<Response> Service::reload_requested() {
    auto turn_over = turn_.free();
    Response free = co_await std::move(turn_over);
    if (free.status != 200) co_return free;
    const auto [faults, notices] = reload();
    if (faults.empty()) {
        JsonWriter json;
        json.begin_object().key("reloaded").value(true).key("notices").begin_array();
        for (const auto& notice : notices) json.value(notice);
        json.end_array().end_object();
        co_return json_response(json.take());
    }
    ProblemDocument problem;
    problem.status = 422;
    problem.name = "configuration";
    problem.title = "The configuration was not adopted; the old one goes on";
    problem.detail = joined(faults);
    for (const auto& fault : faults) problem.errors.push_back({{}, fault});
    co_return to_response(problem);
}

}  // namespace forcewatch

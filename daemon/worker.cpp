#include "daemon/worker.hpp"

#include <fmt/format.h>

#include <asio/associated_executor.hpp>
#include <asio/async_result.hpp>
#include <asio/dispatch.hpp>
#include <asio/executor_work_guard.hpp>
#include <asio/post.hpp>
#include <asio/use_awaitable.hpp>
#include <memory>

#include "daemon/http/problem.hpp"

namespace forcewatch {

namespace {

Response answered(const std::filesystem::path& database, const Settings& settings,
                  const Worker::Question& question) {
    try {
        Store store{database, Store::Mode::read_only};
        Engine engine{store, {}};
        engine.use(settings);
        return question(engine);
    } catch (const StoreError& error) {
        return unreadable(error);
    }
}

}  // namespace

Response unreadable(const StoreError& error) {
    return unavailable(fmt::format("the records cannot be read: {}", error.what()));
}

asio::awaitable<Response> Worker::ask(std::filesystem::path database, Settings settings,
                                      Question question) {
    auto initiate = [this](auto handler, std::filesystem::path path, Settings as_set,
                           Question asked) {
        auto held = std::make_shared<decltype(handler)>(std::move(handler));
        auto back = asio::make_work_guard(asio::get_associated_executor(*held));
        asio::post(thread_, [held, back, path = std::move(path), as_set = std::move(as_set),
                             asked = std::move(asked)]() mutable {
            auto response = std::make_shared<Response>(answered(path, as_set, asked));
            asio::dispatch(back.get_executor(),
                           [held, response] { (*held)(std::move(*response)); });
        });
    };
    auto answered = asio::async_initiate<decltype(asio::use_awaitable), void(Response)>(
        std::move(initiate), asio::use_awaitable, std::move(database), std::move(settings),
        std::move(question));
    Response response = co_await std::move(answered);
    co_return response;
}

}  // namespace forcewatch

#include "daemon/read_desk.hpp"

#include "daemon/preconditions.hpp"

namespace forcewatch {

struct ReadDesk::Window {
    explicit Window(const Settings& settings)
        : store{settings.storage_path, Store::Mode::read_only}, engine{store, {}} {
        engine.use(settings);
    }
    Store store;
    std::int64_t opened_at{store.commits_elsewhere()};
    Engine engine;
    Side side{engine};
};

ReadDesk::ReadDesk(Engine& engine, const Turn& turn) : engine_{engine}, turn_{turn} {}

ReadDesk::~ReadDesk() = default;

void ReadDesk::changed() {
    own_.board.changed();
    if (window_) window_->side.board.changed();
}

void ReadDesk::close_window() { window_.reset(); }

std::optional<Response> ReadDesk::answer(const Request& request, Instant now,
                                         const Health& health) {
    if (!turn_.busy()) return own_.answer(request, now, health);
    if (!window_ || window_->store.commits_elsewhere() != window_->opened_at)
        window_ = std::make_unique<Window>(engine_.settings());
    return window_->side.answer(request, now, health);
}

std::optional<Response> ReadDesk::Side::answer(const Request& request, Instant now,
                                               const Health& health) {
    if (auto response = board.answer(request, now, health)) return response;
    const Store::Snapshot snapshot{engine.store()};
    auto response = reads.answer(request, now);
    if (response && response->status == 200)
        if (auto version = version_at(engine, request.path))
            response->headers.emplace_back("ETag", std::move(*version));
    return response;
}

}  // namespace forcewatch

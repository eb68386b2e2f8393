#include "daemon/read_desk.hpp"

#include "daemon/preconditions.hpp"
#include "daemon/worker.hpp"

namespace forcewatch {

struct ReadDesk::Window {
    explicit Window(const Settings& settings)
        : store{settings.storage_path, Store::Mode::read_only}, engine{store, {}} {
        engine.use(settings);
        const Store::Snapshot snapshot{store};
        seen = store.commits_elsewhere();
        store.journal().look_again();
    }
    Store store;
    Engine engine;
    Side side{engine};
    std::int64_t seen{};  ///< what is remembered in memory is of this state
};

ReadDesk::ReadDesk(Engine& engine, const Turn& turn) : engine_{engine}, turn_{turn} {}

ReadDesk::~ReadDesk() = default;

void ReadDesk::changed() {
    own_.changed();
    if (window_) window_->side.changed();
}

void ReadDesk::close_window() { window_.reset(); }

std::optional<Response> ReadDesk::answer(const Request& request, Instant now,
                                         const Health& health) {
    if (turn_.busy()) {
        try {
            return through_window(request, now, health);
        } catch (const StoreError& error) {
            return unreadable(error);
        }
    }
    if (auto response = own_.at_hand(request, now, health)) return response;
    const Store::Snapshot snapshot{engine_.store()};
    return own_.records(request, now);
}

/// A commit may fall between any two questions to the database; within a snapshot none does.
std::optional<Response> ReadDesk::through_window(const Request& request, Instant now,
                                                 const Health& health) {
    for (;;) {
        if (!window_) window_ = std::make_unique<Window>(engine_.settings());
        {
            const Store::Snapshot snapshot{window_->store};
            if (window_->store.commits_elsewhere() == window_->seen) {
                auto& side = window_->side;
                if (auto response = side.at_hand(request, now, health)) return response;
                return side.records(request, now);
            }
        }
        window_.reset();
    }
}

std::optional<Response> ReadDesk::Side::at_hand(const Request& request, Instant now,
                                                const Health& health) {
    auto response = board.answer(request, now, health);
    if (!response) response = recent.find(request, now);
    return response;
}

std::optional<Response> ReadDesk::Side::records(const Request& request, Instant now) {
    auto response = reads.answer(request, now);
    if (response && response->status == 200)
        if (auto version = version_at(engine, request.path))
            response->headers.emplace_back("ETag", std::move(*version));
    if (response) recent.keep(request, *response, now);
    return response;
}

void ReadDesk::Side::changed() {
    board.changed();
    recent.clear();
}

}  // namespace forcewatch

/// GET requests: answered by the engine, or, while a lengthy turn has it, by a window on what is
/// committed.
///
/// Owner: Service.   Thread: the loop thread.   Fails: problem documents; throws StoreError.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "daemon/api_board.hpp"
#include "daemon/api_reads.hpp"
#include "daemon/recent_items.hpp"
#include "daemon/turn.hpp"

namespace forcewatch {

class ReadDesk {
public:
    ReadDesk(Engine& engine, const Turn& turn);
    ~ReadDesk();

    /// Empty: no such path here.
    [[nodiscard]] std::optional<Response> answer(const Request& request, Instant now,
                                                 const Health& health);
    /// Something was written, or health changed.
    void changed();
    /// A window that stood in is closed; it is opened again where one is needed.
    void close_window();
    /// Of the engine itself; not while a lengthy turn has it.
    [[nodiscard]] ApiBoard& board() { return own_.board; }

private:
    struct Side {
        Engine& engine;
        ApiBoard board{engine};
        ApiReads reads{engine};
        RecentItems recent{};

        /// Views that sum up, and what was answered just now: without a look at the facts.
        [[nodiscard]] std::optional<Response> at_hand(const Request& request, Instant now,
                                                      const Health& health);
        [[nodiscard]] std::optional<Response> records(const Request& request, Instant now);
        void changed();
    };
    struct Window;
    [[nodiscard]] std::optional<Response> through_window(const Request& request, Instant now,
                                                         const Health& health);

    Engine& engine_;
    const Turn& turn_;
    Side own_{engine_};
    std::unique_ptr<Window> window_;
};

}  // namespace forcewatch

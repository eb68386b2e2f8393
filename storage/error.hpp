/// What storage throws: this unit of work cannot finish, and nothing of it was kept.
#pragma once

#include <stdexcept>
#include <string>

namespace forcewatch {

class StoreError : public std::runtime_error {
public:
    enum class Cause {
        full,         ///< no room: refuse writes, go on reading
        read_only,    ///< as `full`
        busy,         ///< another process holds the lock
        in_use,       ///< another daemon runs on this database
        sync_failed,  ///< what the disk holds is not known: the program must end
        corrupt,      ///< so it must here
        newer,        ///< written by a later release
        interrupted,  ///< the program stops, and what took long was ended for it
        other
    };

    StoreError(Cause cause, const std::string& text) : std::runtime_error{text}, cause_{cause} {}
    [[nodiscard]] Cause cause() const { return cause_; }
    /// True when going on could lose or forge facts.
    [[nodiscard]] bool fatal() const {
        return cause_ == Cause::sync_failed || cause_ == Cause::corrupt || cause_ == Cause::newer;
    }

private:
    Cause cause_;
};

}  // namespace forcewatch

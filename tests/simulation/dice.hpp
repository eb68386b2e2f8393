/// The same numbers from the same seed on every machine and with every compiler.
#pragma once

#include <cstdint>

namespace forcewatch::sim {

class Dice {
public:
    explicit Dice(std::uint64_t seed) : state_{mixed(seed)} {}

    /// From 0 to `count` - 1; `count` is at least 1.
    int below(int count) { return static_cast<int>(next() % static_cast<std::uint64_t>(count)); }
    int between(int least, int most) { return least + below(most - least + 1); }
    bool per_mille(int odds) { return odds > 0 && below(1000) < odds; }

private:
    static std::uint64_t mixed(std::uint64_t value) {
        value += 0x9e3779b97f4a7c15U;
        value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
        value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
        return value ^ (value >> 31U);
    }
    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15U;
        return mixed(state_) >> 1U;
    }
    std::uint64_t state_;
};

}  // namespace forcewatch::sim

// Journal payloads: what is understood is written back to the same bytes once more read.
// The first byte chooses the kind of event.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/event_codec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace forcewatch;
    constexpr std::array kinds{FindingRaised::kind, ActionPlanned::kind,   ActionAmended::kind,
                               ScaleDefined::kind,  StageMoved::kind,      JudgementMade::kind,
                               ForceRecorded::kind, DeadlineRevised::kind, ObligationArose::kind,
                               CycleDefined::kind};
    if (size == 0) return 0;
    const std::string_view payload{reinterpret_cast<const char*>(data) + 1, size - 1};
    const auto event = decode(kinds.at(data[0] % kinds.size()), payload);
    if (!event) return 0;
    const auto written = encode(*event);
    const auto again = decode(kind_of(*event), written);
    if (!again || encode(*again) != written) std::abort();
    return 0;
}

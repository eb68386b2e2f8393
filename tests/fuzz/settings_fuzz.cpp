// The configuration file: no crash, and every refusal names a place.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "config/settings.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto settings = forcewatch::read_settings(text, "f");
    if (settings) return 0;
    if (settings.error().empty()) std::abort();
    for (const auto& fault : settings.error())
        if (!fault.starts_with("f:")) std::abort();
    return 0;
}

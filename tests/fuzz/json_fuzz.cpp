// Request bodies and both sides of the courier's protocol: no crash, and what is accepted is sound.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "daemon/api/courier_protocol.hpp"
#include "daemon/api/json_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace forcewatch;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const bool is_json = parse_json_object(text).has_value();
    const bool taken = read_claim(text).has_value() || read_parcels(text).has_value() ||
                       read_results(text).has_value() || read_settled(text).has_value();
    if (taken && !is_json) std::abort();
    return 0;
}

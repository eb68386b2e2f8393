// Forms: the parts lie inside the body, one after another.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "daemon/http/form_data.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body{reinterpret_cast<const char*>(data), size};
    const auto parts = forcewatch::read_form_data("multipart/form-data; boundary=x", body);
    if (!parts) return parts.error().empty() ? (std::abort(), 0) : 0;
    const char* at = body.data();
    for (const auto& part : *parts) {
        if (part.body.data() < at || part.body.data() + part.body.size() > body.data() + size)
            std::abort();
        at = part.body.data() + part.body.size();
    }
    return 0;
}

// Mappings: a sound one never harms the reading of a file, and a file that it reads is read again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "daemon/ingest/guess_mapping.hpp"
#include "daemon/ingest/import_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto mapping = forcewatch::read_mapping(text, "m");
    if (mapping)
        (void)forcewatch::read_import(
            "f", "Ref,Action,Owner,Due,Status\n1,Hire,Ann,31/10/2026,Complete\n2,,,TBC,Open\n",
            {{}, &*mapping});
    else if (mapping.error().empty())
        std::abort();
    // The same bytes as a tracker: what is proposed for it is sound TOML.
    if (const auto proposed = forcewatch::guess_mapping("f", text, {})) {
        const auto read = forcewatch::read_mapping(*proposed, "proposed");
        if (!read && read.error().front().find("is longer than") == std::string::npos &&
            read.error().front().find("columns") == std::string::npos)
            std::abort();
    }
    return 0;
}

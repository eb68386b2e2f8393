#include "daemon/ingest/known_bodies.hpp"

#include <fmt/format.h>

#include "daemon/ingest/import_file.hpp"

namespace forcewatch {

Expected<BodyNames> names_of_bodies(const std::string& file, std::string_view text) {
    auto read = read_import(file, text);
    if (!read) {
        const auto& fault = read.error().front();
        return tl::unexpected(
            Problem{fmt::format("{}:{}: {}", fault.file, fault.line, fault.reason)});
    }
    std::vector<NamedForce> forces;
    for (const auto& row : read->rows) {
        const auto* event = std::get_if<Event>(&row.item);
        const auto* force = event != nullptr ? std::get_if<ForceRecorded>(event) : nullptr;
        if (force == nullptr) return tl::unexpected(Problem{file + ": names no bodies"});
        forces.push_back(
            {force->force, force->name, force->force_kind, force->region, force->aliases});
    }
    return BodyNames{std::move(forces)};
}

}  // namespace forcewatch

/// The names of the forces in a file of bodies, for reading news without a daemon.
#pragma once

#include <string>
#include <string_view>

#include "core/types.hpp"
#include "daemon/ingest/body_names.hpp"

namespace forcewatch {

/// `text` has the layout of the shipped `bodies.csv`; the first fault is told.
[[nodiscard]] Expected<BodyNames> names_of_bodies(const std::string& file, std::string_view text);

}  // namespace forcewatch

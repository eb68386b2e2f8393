/// Exit codes of the programs, as sysexits.h and systemd name them.
#pragma once

namespace forcewatch::exit_code {

inline constexpr int usage = 64;
inline constexpr int data = 65;         ///< corrupt, or a newer schema
inline constexpr int unavailable = 69;  ///< another daemon runs on this database
inline constexpr int internal = 70;
inline constexpr int cannot_create = 73;
inline constexpr int io = 74;
inline constexpr int configuration = 78;

}  // namespace forcewatch::exit_code

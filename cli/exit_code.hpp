/// Exit codes of forcewatchctl. Scripts rely on them: docs/cli.md lists them.
#pragma once

namespace forcewatch::cli_exit {

inline constexpr int done = 0;
inline constexpr int failed = 1;
inline constexpr int usage = 2;
inline constexpr int not_found = 3;
inline constexpr int conflict = 4;
inline constexpr int not_allowed = 5;
inline constexpr int partly = 6;
inline constexpr int overdue = 10;         ///< `status --exit-code`: something is overdue
inline constexpr int alerts_failing = 20;  ///< `status --exit-code`: alerts reach nobody
inline constexpr int unreachable = 69;
inline constexpr int later = 75;
inline constexpr int configuration = 78;

}  // namespace forcewatch::cli_exit

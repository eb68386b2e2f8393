# Warnings and hardening of every target of ours; -Werror and sanitizers come from the presets.
add_library(forcewatch_options INTERFACE)
target_compile_options(forcewatch_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -fstack-protector-strong
  # GCC 12 sees overlapping copies in std::string operator+ that are not there (GCC bug 105329).
  $<$<CXX_COMPILER_ID:GNU>:-fcoroutines -Wno-restrict>)
target_compile_definitions(forcewatch_options INTERFACE _GLIBCXX_ASSERTIONS $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
target_link_options(forcewatch_options INTERFACE -Wl,-z,relro -Wl,-z,now)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

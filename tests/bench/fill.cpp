// bench_fill FOLDER COUNT: a database of that many actions, with the configuration to serve it.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>

#include "tests/bench/material.hpp"
#include "tests/bench/peers.hpp"

int main(int count, char** arguments) {
    using namespace forcewatch::bench;
    if (count != 3) {
        fmt::print(stderr, "usage: bench_fill FOLDER COUNT\n");
        return 64;
    }
    try {
        fill(arguments[1], std::stoul(arguments[2]));
        write_file(std::filesystem::path{arguments[1]} / "forcewatch.toml",
                   settings_text(arguments[1]));
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench_fill: {}\n", error.what());
        return 1;
    }
    return 0;
}

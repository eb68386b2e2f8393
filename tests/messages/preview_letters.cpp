// preview_letters FOLDER [TEMPLATES]: writes every sample letter as .html and .txt, to be looked
// at.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "daemon/messages/sample_letters.hpp"
#include "daemon/messages/stationery.hpp"

int main(int argc, char** argv) {
    using namespace forcewatch;
    if (argc < 2 || argc > 3) return 64;
    const std::filesystem::path folder{argv[1]};
    const auto stationery = argc == 3 ? Stationery::read(argv[2]) : Stationery{};
    if (!stationery) {
        for (const auto& fault : stationery.error()) fmt::print(stderr, "{}\n", fault);
        return 78;
    }
    std::filesystem::create_directories(folder);
    for (const std::string language : {"en", "cy"}) {
        int number = 0;
        for (const auto& letter : sample_letters(language)) {
            const auto change = letter.items.empty() ? "" : "-" + letter.items.front().change;
            const auto name =
                fmt::format("{}-{:02}-{}{}", language, ++number, text_of(letter.kind), change);
            std::ofstream{folder / (name + ".html")} << html_text(letter, *stationery);
            std::ofstream{folder / (name + ".txt")}
                << "Subject: " << subject_line(letter, *stationery) << "\n\n"
                << plain_text(letter, *stationery);
        }
    }
}

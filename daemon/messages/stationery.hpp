/// What letters are written on: the words and layouts of each language, and whose clock they show.
///
/// English and Welsh are compiled in. An administrator's folder may hold files of the same names,
/// which then stand in place of those: `en/words`, `cy/words` (each word alone may be replaced),
/// and for a layout such as `mail.html` either `cy/mail.html` or, for every language, `mail.html`.
/// docs/mail.md lists the names and the values.
///
/// Copies share what they have read; they belong to one thread. Only `read` blocks: a few small
/// files.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/types.hpp"

namespace forcewatch {

struct Letter;

class Stationery {
public:
    enum class Part { subject, text, html };
    using LocalTime = std::function<std::chrono::local_seconds(Instant)>;

    /// As shipped.
    Stationery();

    /// As shipped, with what `folder` holds in its place. Every text is taken apart and rendered
    /// against sample letters; each fault reads "file:line: what is wrong", as far as a line is
    /// known.
    [[nodiscard]] static tl::expected<Stationery, std::vector<Problem>> read(
        const std::filesystem::path& folder);

    /// Letters show times by this clock; without one they show UTC and say so.
    void tell_time_by(LocalTime local_time) { local_time_ = std::move(local_time); }

    struct Written {
        std::string subject;
        std::string text;
        std::string html;
    };
    /// A whole letter. The error says what is wrong with the layout: it grew without bounds,
    /// or asked for a value that no letter has.
    [[nodiscard]] Expected<Written> write(const Letter& letter) const;
    /// One part of it.
    [[nodiscard]] Expected<std::string> write(Part part, const Letter& letter) const;
    /// `at` in words, by the clock and in the language of the letter.
    [[nodiscard]] std::string moment(Instant at, std::string_view language) const;
    /// The day on which `at` falls, by the same clock.
    [[nodiscard]] Date day(Instant at) const;

private:
    struct Layout;
    using Layouts = std::array<std::shared_ptr<Layout>, 3>;  // by Part
    class Reader;

    [[nodiscard]] const Layouts& layouts_for(std::string_view language) const;

    Layouts english_;
    Layouts welsh_;
    LocalTime local_time_;
};

}  // namespace forcewatch

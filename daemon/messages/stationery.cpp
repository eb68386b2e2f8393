#include "daemon/messages/stationery.hpp"

#include <fmt/format.h>

#include <fstream>
#include <kainjow/mustache.hpp>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>

#include "core/check.hpp"
#include "core/text_check.hpp"
#include "core/utf8.hpp"
#include "daemon/messages/calendar_words.hpp"
#include "daemon/messages/letter.hpp"
#include "daemon/messages/letter_data.hpp"
#include "daemon/messages/sample_letters.hpp"
#include "daemon/messages/shipped_texts.hpp"
#include "daemon/messages/template_text.hpp"

namespace forcewatch {

namespace {

namespace mustache = kainjow::mustache;
using Texts = TemplateTexts;

constexpr std::size_t largest_file = 256U << 10U;
constexpr std::size_t largest_output = 512U << 10U;
constexpr std::size_t most_lookups = 200'000;
constexpr std::size_t most_looked_up = 16U << 20U;  // bytes

constexpr std::array<std::string_view, 3> part_names{"subject.txt", "mail.txt", "mail.html"};

/// Ends a rendering from within kainjow, which knows no other way out.
struct Stopped : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Gives values to kainjow, notes what nobody has, and stops what would not end.
class WatchedContext : public mustache::context<std::string> {
public:
    explicit WatchedContext(const mustache::data* values) { WatchedContext::push(values); }

    const mustache::data* get(const std::string& name) const override {
        const auto* value = context::get(name);
        if (value == nullptr) unknown_.insert(name);
        if (value != nullptr && value->is_string()) bytes_ += value->string_value().size();
        if (++lookups_ > most_lookups || bytes_ > most_looked_up)
            throw Stopped{"it asks for too many values"};
        return value;
    }
    [[nodiscard]] const std::set<std::string>& unknown() const { return unknown_; }

private:
    mutable std::set<std::string> unknown_;
    mutable std::size_t lookups_{0};
    mutable std::size_t bytes_{0};
};

struct BoundedText {
    std::string text;
    BoundedText& operator<<(const std::string& more) {
        if (text.size() + more.size() > largest_output) throw Stopped{"it is larger than 512 KiB"};
        text += more;
        return *this;
    }
};

/// Sections leave blank lines behind; a text shows one at most, and none at its ends.
std::string without_gaps(const std::string& text) {
    std::string out;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        const auto line = text.substr(begin, end - begin);
        begin = end + 1;
        if (line.empty() && (out.empty() || out.ends_with("\n\n"))) continue;
        out += line + '\n';
    }
    while (out.ends_with("\n\n")) out.pop_back();
    return out;
}

struct Rendered {
    std::string text;
    std::string problem;
    std::set<std::string> unknown;
};

}  // namespace

/// Taken apart by kainjow for the first letter, some milliseconds of work, and not before.
struct Stationery::Layout {
    std::string text;
    Part part;
    std::optional<mustache::mustache> engine{};

    void prepare() {
        if (engine) return;
        engine.emplace(text);
        const bool html = part == Part::html;
        engine->set_custom_escape(
            [html](const std::string& value) { return html ? html_escaped(value) : value; });
    }

    Rendered render(const mustache::data& values) {
        prepare();
        if (!engine->is_valid()) return {{}, engine->error_message(), {}};
        WatchedContext context{&values};
        BoundedText out;
        try {
            engine->render(context, out);
        } catch (const Stopped& stopped) {
            return {{}, stopped.what(), context.unknown()};
        }
        return {std::move(out.text), {}, context.unknown()};
    }

    Expected<std::string> write(const mustache::data& values) {
        const auto name = part_names.at(static_cast<std::size_t>(part));
        auto rendered = render(values);
        if (!rendered.problem.empty())
            return tl::unexpected(fmt::format("{}: {}", name, rendered.problem));
        if (!rendered.unknown.empty())
            return tl::unexpected(
                fmt::format("{}: there is no value \"{}\"", name, *rendered.unknown.begin()));
        return part == Part::text ? without_gaps(rendered.text) : std::move(rendered.text);
    }
};

/// Gathers the texts of one language, shipped ones and those of a folder, and what is wrong.
class Stationery::Reader {
public:
    explicit Reader(std::filesystem::path folder) : folder_{std::move(folder)} { list_files(); }

    Layouts read(const std::string& language) {
        texts_.clear();
        for (const auto& [name, text] : shipped_texts()) add_shipped(language, name, text);
        for (const auto& [name, path] : files_)
            if (name.find('/') == std::string::npos) add_file(name, path);
        for (const auto& [name, path] : files_)
            if (name.starts_with(language + "/")) add_file(name.substr(language.size() + 1), path);
        Layouts layouts;
        for (std::size_t i = 0; i < part_names.size(); ++i) {
            const auto part = static_cast<Part>(i);
            const auto escaping = part == Part::html ? Escaping::html : Escaping::none;
            layouts.at(i) = std::make_shared<Layout>(
                Layout{put_together(texts_, part_names.at(i), escaping, faults_), part});
        }
        return layouts;
    }

    /// Where the texts of the language read last ask for `name`.
    void report_unknown(const std::string& name) {
        for (const auto& [key, text] : texts_)
            for (const auto& piece : take_apart(text, ignored_))
                if (piece.text == name && piece.kind != TemplatePiece::Kind::literal &&
                    piece.kind != TemplatePiece::Kind::end)
                    report(text.file, piece.line,
                           fmt::format("there is no value \"{}\" here", name));
    }
    void report(const std::string& file, int line, std::string_view what) {
        const auto fault = fmt::format("{}:{}: {}", file, line, what);
        if (seen_.insert(fault).second) faults_.push_back(fault);
    }
    std::vector<Problem> take_faults() {
        std::vector<Problem> unique;
        std::set<std::string> told;
        for (auto& fault : faults_)
            if (told.insert(fault).second) unique.push_back(std::move(fault));
        return unique;
    }

private:
    void list_files() {
        if (folder_.empty()) return;
        std::set<std::string> known;
        for (const auto& [name, text] : shipped_texts()) {
            known.emplace(name);
            if (name.find('/') != std::string_view::npos) continue;
            known.insert(fmt::format("en/{}", name));
            known.insert(fmt::format("cy/{}", name));
        }
        for (const auto* below : {"", "en", "cy"}) list_folder(below, known);
    }
    void list_folder(const std::string& below, const std::set<std::string>& known) {
        std::error_code error;
        const auto folder = folder_ / below;
        std::filesystem::directory_iterator entries{folder, error};
        if (error && below.empty())
            faults_.push_back(
                fmt::format("{}: cannot be read: {}", folder.string(), error.message()));
        if (error) return;
        for (const auto& entry : entries) {
            const auto file = entry.path().filename().string();
            const auto name = below.empty() ? file : fmt::format("{}/{}", below, file);
            if (file.starts_with('.') || (below.empty() && (file == "en" || file == "cy")))
                continue;
            if (known.contains(name))
                files_.emplace(name, entry.path());
            else
                faults_.push_back(
                    fmt::format("{}: no letter uses a file of this name", entry.path().string()));
        }
    }

    void add_shipped(const std::string& language, std::string_view name, std::string_view text) {
        if (name == language + "/words")
            add_words("shipped " + std::string{name}, std::string{text}, true);
        else if (name.find('/') == std::string_view::npos)
            texts_[std::string{name}] = {"shipped " + std::string{name}, 1, std::string{text}};
    }

    void add_file(const std::string& name, const std::filesystem::path& path) {
        std::error_code error;
        const bool regular = std::filesystem::is_regular_file(path, error);
        const auto size = regular ? std::filesystem::file_size(path, error) : 0;
        if (!regular || error) return fault(path, "is no file that can be read");
        if (size > largest_file) return fault(path, "is larger than 256 KiB");
        std::ifstream stream{path};
        std::ostringstream content;
        content << stream.rdbuf();
        auto text = content.str();
        if (!stream || text.size() > largest_file) return fault(path, "cannot be read");
        if (!is_utf8(text)) return fault(path, "is not UTF-8");
        std::erase(text, '\r');
        if (name == "words")
            add_words(path.string(), text, false);
        else if (is_blank(text))
            fault(path, "is empty; without the file, the text that ships is used");
        else
            texts_[name] = {path.string(), 1, std::move(text)};
    }
    void fault(const std::filesystem::path& path, std::string_view what) {
        faults_.push_back(fmt::format("{}: {}", path.string(), what));
    }

    void add_words(const std::string& file, const std::string& content, bool shipped) {
        std::istringstream lines{content};
        std::string line;
        for (int number = 1; std::getline(lines, line); ++number) {
            if (line.empty() || line.starts_with('#')) continue;
            const auto equals = line.find(" = ");
            const auto name = line.substr(0, equals);
            if (equals == std::string::npos)
                report(file, number, "expected: name = text");
            else if (!shipped && !texts_.contains(name))
                report(file, number, fmt::format("there is no word \"{}\"", name));
            else
                texts_[name] = {file, number, line.substr(equals + 3)};
        }
    }

    std::filesystem::path folder_;
    std::map<std::string, std::filesystem::path> files_;  // by "cy/mail.html" or "mail.html"
    Texts texts_;
    std::vector<Problem> faults_;
    std::vector<Problem> ignored_;
    std::set<std::string> seen_;
};

Stationery::Stationery() {
    Reader reader{{}};
    english_ = reader.read("en");
    welsh_ = reader.read("cy");
    FW_CHECK(reader.take_faults().empty());
}

tl::expected<Stationery, std::vector<Problem>> Stationery::read(
    const std::filesystem::path& folder) {
    Reader reader{folder};
    Stationery stationery;
    for (const std::string language : {"en", "cy"}) {
        auto& layouts = language == "cy" ? stationery.welsh_ : stationery.english_;
        layouts = reader.read(language);
        for (std::size_t i = 0; i < part_names.size(); ++i)
            for (const auto& letter : sample_letters(language)) {
                const auto rendered = layouts.at(i)->render(letter_data(letter, stationery));
                for (const auto& name : rendered.unknown) reader.report_unknown(name);
                if (rendered.problem.empty()) continue;
                reader.report(fmt::format("{}/{}", language, part_names.at(i)), 1,
                              rendered.problem);
                break;
            }
    }
    if (auto faults = reader.take_faults(); !faults.empty()) return tl::unexpected(faults);
    return stationery;
}

const Stationery::Layouts& Stationery::layouts_for(std::string_view language) const {
    return language == "cy" ? welsh_ : english_;
}

Expected<std::string> Stationery::write(Part part, const Letter& letter) const {
    const auto& layouts = layouts_for(letter.language);
    return layouts.at(static_cast<std::size_t>(part))->write(letter_data(letter, *this));
}

Expected<Stationery::Written> Stationery::write(const Letter& letter) const {
    const auto& [subject, text, html] = layouts_for(letter.language);
    const auto values = letter_data(letter, *this);
    Written written;
    for (const auto& [layout, into] : {std::pair{subject.get(), &written.subject},
                                       {text.get(), &written.text},
                                       {html.get(), &written.html}}) {
        auto part = layout->write(values);
        if (!part) return tl::unexpected(part.error());
        *into = std::move(*part);
    }
    return written;
}

std::string Stationery::moment(Instant at, std::string_view language) const {
    if (local_time_) return moment_in_words(local_time_(at), language);
    return moment_in_words(std::chrono::local_seconds{at.time_since_epoch()}, language) + " UTC";
}

Date Stationery::day(Instant at) const {
    const auto local =
        local_time_ ? local_time_(at) : std::chrono::local_seconds{at.time_since_epoch()};
    return std::chrono::floor<std::chrono::days>(local);
}

const Stationery& shipped_stationery() {
    static const Stationery shipped;
    return shipped;
}

}  // namespace forcewatch

#include "daemon/ingest/read_news.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/ingest/news_dates.hpp"
#include "daemon/ingest/pattern.hpp"
#include "daemon/ingest/read_context.hpp"
#include "daemon/ingest/read_findings.hpp"
#include "daemon/ingest/read_grades.hpp"
#include "daemon/ingest/read_moves.hpp"

namespace forcewatch {

namespace {

/// How long before its publication a move may have happened and still be the news.
constexpr std::chrono::days newest_move{45};
constexpr int sure = 95;
constexpr int likely = 80;
constexpr int doubtful = 55;

class Reader {
public:
    Reader(const NewsItem& item, const BodyNames& names)
        : item_{item}, names_{names}, text_{item.title, item.text} {
        reading_.source = item.source;
        reading_.title = item.title;
        reading_.url = item.url;
        reading_.published = item.published;
        reading_.stamp = item.stamp;
    }

    NewsReading read() {
        mentions_ = settled_mentions(text_, names_);
        subjects_ = subjects_of(text_, names_, mentions_);
        moves_ = read_moves(text_, mentions_, item_.published);
        counts_ = read_grade_counts(text_);
        static const Pattern organised{R"(\borganised crime\b)"};
        const bool regional = has_kind(ForceKind::rocu) || organised.in(text_.lower());
        grades_ = read_area_grades(text_, mentions_, regional || speaks_of_data_integrity());
        drop_repeated_grades();
        const bool has_moves =
            std::any_of(moves_.begin(), moves_.end(), [&](const MoveStatement& move) {
                return move.kind != MoveKind::remains && !is_told_as_past(move);
            });
        reading_.programme =
            programme_of(text_, names_, subjects_, has_moves, !grades_.empty() || !counts_.empty());
        if (subjects_.forces.empty()) {
            without_subject();
            return std::move(reading_);
        }
        if (!names_the_inspectorate(text_) && moves_.empty()) return std::move(reading_);
        if (is_about_the_regime(text_) && moves_.empty() && counts_.empty() && grades_.empty())
            return std::move(reading_);
        for (const auto& subject : subjects_.forces)
            reading_.forces.push_back(names_.forces()[subject.force].id);
        propose_moves();
        propose_counts();
        propose_grades();
        propose_findings();
        propose_inspection();
        find_unclear_bodies();
        return std::move(reading_);
    }

private:
    [[nodiscard]] bool has_kind(ForceKind kind) const {
        return std::any_of(
            subjects_.forces.begin(), subjects_.forces.end(),
            [&](const Subject& each) { return names_.forces()[each.force].kind == kind; });
    }
    [[nodiscard]] bool speaks_of_data_integrity() const {
        return text_.lower().find("crime data integrity") != std::string::npos;
    }

    /// A title shortens what the text names in full.
    void drop_repeated_grades() {
        std::vector<AreaGrade> kept;
        for (auto& grade : grades_) {
            const bool repeated = std::any_of(kept.begin(), kept.end(), [&](const AreaGrade& each) {
                return each.grade == grade.grade && each.forces == grade.forces &&
                       grade.area.starts_with(each.area + " ");
            });
            if (!repeated) kept.push_back(std::move(grade));
        }
        grades_ = std::move(kept);
    }

    Proposal proposal(ProposalKind kind, std::size_t begin, std::size_t end, int percent) const {
        Proposal made;
        made.kind = kind;
        made.programme = reading_.programme;
        made.words = text_.words(begin, end);
        made.percent = percent;
        return made;
    }
    Proposal counted(const StatedCounts& stated) const {
        auto made = proposal(ProposalKind::grade_counts, stated.begin, stated.end,
                             stated.lists_them ? sure : likely);
        made.counts = stated.counts;
        return made;
    }
    void name(Proposal& made, std::size_t force) const {
        made.forces.push_back(names_.forces()[force].id);
        for (const auto& mention : mentions_)
            if (mention.forces.size() == 1 && mention.forces.front() == force) {
                made.named.push_back(text_.words(mention.begin, mention.end));
                return;
            }
    }
    void name_subjects(Proposal& made) const {
        for (const auto& subject : subjects_.forces) name(made, subject.force);
    }
    void conflict(std::string kind, std::string what, std::vector<std::string> forces,
                  std::string words) {
        reading_.conflicts.push_back(
            {std::move(kind), std::move(what), std::move(forces), std::move(words)});
    }

    void without_subject();
    void propose_moves();
    void propose_move_of(std::size_t force);
    [[nodiscard]] bool says_still(const MoveStatement& move) const;
    [[nodiscard]] bool is_told_as_past(const MoveStatement& move) const;
    [[nodiscard]] PartialDate letter_date() const;
    [[nodiscard]] PartialDate effective_date() const;
    void set_date(Proposal& made, const std::vector<const MoveStatement*>& said);
    void propose_counts();
    [[nodiscard]] bool propose_counts_of_each();
    void check_counts(const StatedCounts& stated);
    void propose_grades();
    [[nodiscard]] bool led_to_the_move(const AreaGrade& grade) const;
    [[nodiscard]] std::vector<std::size_t> force_near(const AreaGrade& grade) const;
    void propose_findings();
    void propose_inspection();
    void find_unclear_bodies();

    const NewsItem& item_;
    const BodyNames& names_;
    NewsText text_;
    std::vector<Mention> mentions_;
    Subjects subjects_;
    std::vector<MoveStatement> moves_;
    std::vector<StatedCounts> counts_;
    std::vector<AreaGrade> grades_;
    bool moved_{};
    NewsReading reading_;
};

/// A joint inspection of a council's area, or a body that nobody can tell.
void Reader::without_subject() {
    find_unclear_bodies();
    if (reading_.programme != "jtai" || is_about_the_regime(text_)) return;
    const auto area = local_area_of(text_);
    static const Pattern letter{R"(\b(?:letter|findings|report)\b)"};
    if (area.end == 0 || !letter.in(text_.lower())) return;
    auto made = proposal(ProposalKind::inspection, area.begin, area.end, likely);
    made.named.push_back(made.words);
    reading_.proposals.push_back(std::move(made));
}

bool Reader::says_still(const MoveStatement& move) const {
    static const Pattern still{R"(\b(?:remains?|remained|still|continues?)\b)"};
    return still.in(text_.lower(text_.sentences()[move.sentence]));
}

bool Reader::is_told_as_past(const MoveStatement& move) const {
    if (move.title || move.today) return false;
    if (move.background) return true;
    const auto published = item_.published.last_day();
    const auto on = move.date.last_day();
    if (published && on && *on + newest_move < *published) return true;
    // "was moved" deep in a report on something else.
    static const Pattern fresh{
        R"(\b(?:has|have) (?:now |today |also )*(?:been|decided|moved|removed|placed|put)\b|\bis to be\b|\bare to be\b|\bdecided\b|\bentered engage\b)"};
    const bool report = !counts_.empty() || grades_.size() > 1;
    const bool still = std::any_of(moves_.begin(), moves_.end(), [&](const MoveStatement& each) {
        return each.kind == MoveKind::remains && says_still(each);
    });
    return !move.heading && (report || still) &&
           !fresh.in(text_.lower(text_.sentences()[move.sentence]));
}

void Reader::propose_moves() {
    std::vector<std::size_t> forces;
    for (const auto& subject : subjects_.forces) forces.push_back(subject.force);
    // Others that the text says have moved, as news.
    for (const auto& move : moves_)
        for (const auto force : move.forces)
            if (move.kind != MoveKind::remains && !is_told_as_past(move) &&
                std::find(forces.begin(), forces.end(), force) == forces.end())
                forces.push_back(force);
    for (const auto force : forces) propose_move_of(force);
}

/// A letter says itself when it was sent.
PartialDate Reader::letter_date() const {
    static const Pattern sent{
        R"((?m)(?:\b(?:sent on|date sent|letter dated)[: \n]+([^\n]{6,30})|^sent:? (\d{1,2} [a-z]{3,9} \d{4})))"};
    const auto found = sent.find(text_.lower());
    if (!found) return {};
    const auto& said = (*found)[1].there ? (*found)[1] : (*found)[2];
    const auto dates = dates_in(said.of(text_.lower()), item_.published);
    return dates.empty() ? PartialDate{} : dates.front().date;
}

/// "The decision took effect on 4 March 2025."
PartialDate Reader::effective_date() const {
    static const Pattern effective{
        R"(\b(?:takes?|took|with|taking) (?:immediate )?effect (?:from|on)\b|\beffective (?:from|on)\b|\bdecision(?:, which)? (?:was )?(?:made|taken) on\b|\bdecision, (?:which was )?(?:made|taken) (?:on|in)\b|\b(?:made|took) (?:the|this|its) decision on\b)"};
    for (const auto& sentence : text_.sentences()) {
        const auto lower = text_.lower(sentence);
        if (!effective.in(lower)) continue;
        const auto dates = dates_in(lower, item_.published);
        if (dates.size() == 1) return dates.front().date;
    }
    return {};
}

void Reader::set_date(Proposal& made, const std::vector<const MoveStatement*>& said) {
    for (const auto* move : said)
        if (move->date.known() && !made.date.known()) made.date = move->date;
    if (!made.date.known()) made.date = letter_date();
    if (!made.date.known()) made.date = effective_date();
    for (const auto* move : said) {
        if (!move->today || made.date.known() || !item_.published.known()) continue;
        made.date = item_.published;
        if (item_.republished)
            conflict("date",
                     fmt::format("\"today\" is read as {}, the day of republication",
                                 item_.published.text()),
                     made.forces, text_.words(move->begin, move->end));
    }
    for (const auto* move : said)
        if (move->date.known() && move->date != made.date && !move->heading)
            conflict(
                "statements",
                fmt::format("two dates are given: {} and {}", made.date.text(), move->date.text()),
                made.forces, text_.words(move->begin, move->end));
    if (!made.date.known() && item_.published.known())
        conflict("date",
                 fmt::format("the day of the move is not stated; {} is only the day of {}",
                             item_.published.text(),
                             item_.republished ? "republication" : "publication"),
                 made.forces, made.words);
}

void Reader::propose_move_of(std::size_t force) {
    const bool only = subjects_.forces.size() == 1;
    std::vector<const MoveStatement*> entered;
    std::vector<const MoveStatement*> left;
    std::vector<const MoveStatement*> remains;
    for (const auto& move : moves_) {
        const bool named =
            std::find(move.forces.begin(), move.forces.end(), force) != move.forces.end();
        const bool is_subject = subjects_.forces.front().force == force;
        if (!named && !(move.forces.empty() && (only ? is_subject : true))) continue;
        if (move.kind == MoveKind::remains || is_told_as_past(move)) {
            if (move.kind != MoveKind::left) remains.push_back(&move);
            continue;
        }
        (move.kind == MoveKind::entered ? entered : left).push_back(&move);
    }
    const auto title_of = [](const auto& said) {
        return std::any_of(said.begin(), said.end(), [](const auto* move) { return move->title; });
    };
    const auto latest = [](const auto& said) {
        PartialDate date;
        for (const auto* move : said)
            if (move->date.known() && (!date.known() || *date.last_day() < *move->date.last_day()))
                date = move->date;
        return date;
    };
    if (!entered.empty() && !left.empty()) {
        // The title decides, then the later date; entering before leaving is the way of things.
        const auto in = latest(entered);
        const auto out = latest(left);
        if (title_of(entered) != title_of(left))
            (title_of(entered) ? left : entered).clear();
        else if (in.known() && out.known() && in != out)
            (*in.last_day() < *out.last_day() ? entered : left).clear();
        else if (in.known() != out.known())
            (in.known() ? entered : left).clear();
    }
    const auto& said = left.empty() ? entered : left;
    if (said.empty()) {
        if (remains.empty()) return;
        auto made =
            proposal(ProposalKind::remains, remains.front()->begin, remains.front()->end, likely);
        name(made, force);
        reading_.proposals.push_back(std::move(made));
        return;
    }
    const bool torn = !entered.empty() && !left.empty();
    const auto& best = *said.front();
    auto made = proposal(ProposalKind::stage, best.begin, best.end,
                         torn             ? doubtful
                         : title_of(said) ? sure
                                          : likely);
    made.change = best.kind == MoveKind::entered ? "entered" : "left";
    name(made, force);
    if (torn)
        conflict("statements", "the text says both that it entered and that it left Engage",
                 made.forces, text_.words(entered.front()->begin, entered.front()->end));
    set_date(made, said);
    moved_ = true;
    reading_.proposals.push_back(std::move(made));
}

void Reader::check_counts(const StatedCounts& stated) {
    if (stated.besides) return;
    int sum = 0;
    for (const auto& each : stated.counts.areas) sum += each.value_or(0);
    const auto words = text_.words(stated.begin, stated.end);
    if (stated.counts.total && sum != *stated.counts.total)
        conflict("counts",
                 fmt::format("the grades add up to {} of {} areas", sum, *stated.counts.total),
                 reading_.forces, words);
    for (std::size_t i = 0; i < grade_words.size(); ++i) {
        const auto named =
            std::count_if(grades_.begin(), grades_.end(), [&](const AreaGrade& each) {
                return each.grade == static_cast<Grade>(i) && each.area != "overall";
            });
        if (stated.counts.areas.at(i) && named > *stated.counts.areas.at(i))
            conflict("counts",
                     fmt::format("{} areas are named as {}, {} are counted", named,
                                 grade_words.at(i), *stated.counts.areas.at(i)),
                     reading_.forces, words);
    }
}

void Reader::propose_counts() {
    if (subjects_.forces.size() > 1 && propose_counts_of_each()) return;
    const StatedCounts* first = nullptr;
    for (const auto& stated : counts_) {
        if (first == nullptr || (stated.lists_them && !first->lists_them)) first = &stated;
    }
    if (first == nullptr) return;
    for (const auto& stated : counts_)
        if (&stated != first && stated.counts.areas != first->counts.areas && stated.lists_them)
            conflict("statements", "the areas of each grade are counted twice, and differ",
                     reading_.forces, text_.words(stated.begin, stated.end));
    check_counts(*first);
    auto made = counted(*first);
    name_subjects(made);
    reading_.proposals.push_back(std::move(made));
}

/// "Kent was good in eight areas and adequate in three. Essex was ...": each body has its own.
/// False: no statement names one body alone.
bool Reader::propose_counts_of_each() {
    bool any = false;
    for (const auto& stated : counts_) {
        std::vector<std::size_t> named;
        for (const auto& mention : mentions_)
            if (mention.begin >= stated.begin && mention.end <= stated.end &&
                mention.forces.size() == 1 &&
                std::find(named.begin(), named.end(), mention.forces.front()) == named.end())
                named.push_back(mention.forces.front());
        if (named.size() != 1) continue;
        if (stated.lists_them) check_counts(stated);
        auto made = counted(stated);
        name(made, named.front());
        reading_.proposals.push_back(std::move(made));
        any = true;
    }
    return any;
}

/// The force that the sentence or the words before its list name, or else that of the item.
std::vector<std::size_t> Reader::force_near(const AreaGrade& grade) const {
    const auto& sentences = text_.sentences();
    const auto& at = sentences[grade.sentence];
    const auto named_in = [&](const Sentence& where) {
        std::vector<std::size_t> named;
        for (const auto& mention : mentions_)
            if (mention.begin >= where.begin && mention.end <= where.end &&
                mention.forces.size() == 1 && (mention.full || mention.letters))
                named.push_back(mention.forces.front());
        return named;
    };
    if (auto here = named_in(at); !here.empty()) return {here.front()};
    if (at.lead != Sentence::npos)
        if (auto lead = named_in(sentences[at.lead]); !lead.empty()) return {lead.back()};
    if (subjects_.forces.size() == 1) return {subjects_.forces.front().force};
    for (auto i = grade.sentence; i-- > 0;)
        if (auto before = named_in(sentences[i]); !before.empty()) return {before.back()};
    return {subjects_.forces.front().force};
}

/// A grade of an earlier report, told to say why the force was moved.
bool Reader::led_to_the_move(const AreaGrade& grade) const {
    const bool left = std::any_of(reading_.proposals.begin(), reading_.proposals.end(),
                                  [](const Proposal& each) { return each.change == "left"; });
    return left || std::any_of(moves_.begin(), moves_.end(), [&](const MoveStatement& move) {
               return move.sentence == grade.sentence;
           });
}

void Reader::propose_grades() {
    for (const auto& grade : grades_) {
        if (moved_ && counts_.empty() && led_to_the_move(grade)) continue;
        auto made = proposal(ProposalKind::judgement, grade.begin, grade.end, grade.percent);
        made.area = grade.area;
        made.grade = text_of(grade.grade);
        for (const auto force : grade.forces.empty() ? force_near(grade) : grade.forces)
            name(made, force);
        for (const auto& id : made.forces)
            if (std::find(reading_.forces.begin(), reading_.forces.end(), id) ==
                reading_.forces.end())
                reading_.forces.push_back(id);
        for (const auto& other : reading_.proposals)
            if (other.kind == ProposalKind::judgement && other.area == made.area &&
                other.forces == made.forces && other.grade != made.grade)
                conflict("statements",
                         fmt::format("\"{}\" is graded both {} and {}", made.area, other.grade,
                                     made.grade),
                         made.forces, made.words);
        reading_.proposals.push_back(std::move(made));
    }
}

void Reader::propose_findings() {
    const auto causes = read_causes_of_concern(text_);
    if (!causes) return;
    auto made = proposal(ProposalKind::finding, causes->begin, causes->end, likely);
    made.finding = causes->accelerated ? "accelerated cause of concern" : "cause of concern";
    made.number = causes->open;
    name_subjects(made);
    reading_.proposals.push_back(std::move(made));
}

void Reader::propose_inspection() {
    if (moved_) return;
    const bool status =
        std::any_of(reading_.proposals.begin(), reading_.proposals.end(),
                    [](const Proposal& each) { return each.kind == ProposalKind::remains; });
    static const Pattern report{
        R"(\b(?:reports?|letter|inspection|inspected|graded|rated|inspectorate has said|inspectors)\b)"};
    static const Pattern asks{R"(^[^.!]{0,200}\?|\b(?:asked|wonders?|fears?) (?:if|whether)\b)"};
    static const Pattern verdict{
        R"(\b(?:findings|found|published|progress|improvements?|getting better)\b)"};
    const bool nothing_else = reading_.proposals.empty();
    const bool reported = report.in(text_.lower());
    if (!reported && (status || (nothing_else && !verdict.in(text_.lower())))) return;
    if (nothing_else && asks.in(text_.lower())) return;
    const auto& first = subjects_.forces.front();
    std::size_t begin = first.begin;
    std::size_t end = first.end;
    for (const auto& sentence : text_.sentences())
        if (first.begin >= sentence.begin && first.begin < sentence.end) {
            begin = sentence.begin;
            end = sentence.end;
        }
    auto made = proposal(ProposalKind::inspection, begin, end, first.sure ? sure : likely);
    made.date = item_.republished ? PartialDate{} : item_.published;
    if (item_.republished && item_.published.known())
        conflict("date",
                 fmt::format("{} is the day of republication; the report's own day is not stated",
                             item_.published.text()),
                 reading_.forces, made.words);
    name_subjects(made);
    reading_.proposals.push_back(std::move(made));
}

void Reader::find_unclear_bodies() {
    if (!names_the_inspectorate(text_)) return;
    if (!subjects_.forces.empty()) return;
    for (const auto& mention : subjects_.unclear) {
        // A place that a national report mentions in passing is not what it is about.
        const bool in_title = mention.end <= text_.sentences().front().end;
        if (!in_title && reading_.programme == "thematic") continue;
        std::vector<std::string> ids;
        for (const auto force : mention.forces) ids.push_back(names_.forces()[force].id);
        const auto words = text_.words(mention.begin, mention.end);
        if (std::any_of(reading_.conflicts.begin(), reading_.conflicts.end(),
                        [&](const NewsConflict& each) { return each.forces == ids; }))
            continue;
        auto what = fmt::format("\"{}\" may be any of {} bodies", words, ids.size());
        conflict("body", std::move(what), std::move(ids), words);
    }
}

}  // namespace

std::string_view text_of(ProposalKind kind) {
    switch (kind) {
        case ProposalKind::stage:
            return "stage";
        case ProposalKind::remains:
            return "remains";
        case ProposalKind::judgement:
            return "judgement";
        case ProposalKind::grade_counts:
            return "grade-counts";
        case ProposalKind::inspection:
            return "inspection";
        case ProposalKind::finding:
            return "finding";
    }
    return {};
}

NewsReading read_news(const NewsItem& item, const BodyNames& names) {
    return Reader{item, names}.read();
}

}  // namespace forcewatch

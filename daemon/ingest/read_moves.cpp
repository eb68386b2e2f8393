#include "daemon/ingest/read_moves.hpp"

#include <algorithm>

#include "daemon/ingest/news_dates.hpp"
#include "daemon/ingest/pattern.hpp"
#include "daemon/ingest/read_grades.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t longest_reach = 140;  // from the verb to what it moves into
constexpr std::size_t longest_heading = 48;

/// What a force can be in: "Engage", "enhanced monitoring", "special measures".
const Pattern& target() {
    static const Pattern pattern{
        R"(\bengage\b|\benhanced ['"]*(?:(?:level|phase|stage|state) of )?['"]*(?:monitoring|scrutiny|supervision|oversight)|)"
        R"(\bspecial (?:measures|supervision|monitoring)\b|)"
        R"(\bhigh(?:est|er) (?:level|stage) of (?:monitoring|scrutiny|supervision)\b)"};
    return pattern;
}

/// "Engage" as the name of the stage, not the verb.
bool is_the_stage(std::string_view plain, std::string_view lower, const Part& found) {
    if (!found.of(lower).starts_with("engage")) return true;
    static const Pattern verb{
        R"(^['"]* (?:with|in (?:a|the|an|more|any|their|its|meaningful)|more|better|effectively|local|people|staff|communit))"};
    static const Pattern noun{R"(^['"]* \(?(?:phase|stage|process|level|status|monitoring)\b)"};
    static const Pattern led{
        R"((?:^|\b(?:in|into|to|of|from|under|the|enter|entered|enters|entering|left|leave|leaves|leaving|exit|exited|called|as|its|and|is|our|hmicfrs)|[:,.(-])[ '"]*$)"};
    const auto after = lower.substr(found.end);
    if (verb.in(after)) return false;
    const bool quoted =
        found.begin > 0 && (lower[found.begin - 1] == '\'' || lower[found.begin - 1] == '"');
    if (noun.in(after) || quoted) return true;
    return plain[found.begin] == 'E' && led.in(lower.substr(0, found.begin));
}

/// How the words before the stage lead into it.
struct Leading {
    MoveKind kind{};
    std::size_t verb{};  ///< where it begins
};

std::optional<Part> last_of(const Pattern& pattern, std::string_view text) {
    const auto all = pattern.all(text);
    return all.empty() ? std::nullopt : std::optional<Part>{all.back().front()};
}

std::optional<Leading> leading_to(std::string_view lower, std::size_t at) {
    static const Pattern preposition{
        R"(\b(in|into|under|to|on|onto|from|of)\b(?:[ '"]+(?:the|its|an?|our|their|hmicfrs'?s?|what (?:is|[a-z ]{3,30}) calls?|called|known as|so|so-called|inspectorate'?s?|watchdog'?s?|new|level|stage|phase|process|monitoring|of|special))*[ '"(]*$)"};
    static const Pattern direct{
        R"(\b(?:(enter|entered|enters|entering)|(exit|exited|exits|exiting|leave|left|leaves|leaving))(?: the| its| an?| out of)?[ '"]*$)"};
    static const Pattern into{
        R"(\b(?:moved|moves|moving|move|placed|places|placing|place|put|puts|putting|escalate|escalated|escalates|escalating|made subject|(?:is|are|become|became|becomes) (?:now )?subject|entered|enters|entering|gone|goes|going|went|sent|brought|fallen|elevated|transferred|raised)\b)"};
    static const Pattern out{
        R"(\b(?:removed|removes|removing|remove|removal|released|release|lifted|lifts|taken|takes|comes?|coming|came|moved|moves|moving|move|brought|exits?|exited|exiting|leaves?|leaving|left|de-escalated|discharged|withdrawn|freed|out)\b)"};
    const auto from = at > longest_reach ? at - longest_reach : 0;
    const auto before = lower.substr(from, at - from);
    if (const auto m = direct.find(before))
        return Leading{(*m)[1].there ? MoveKind::entered : MoveKind::left, from + (*m)[0].begin};
    const auto m = preposition.find(before);
    if (!m) return std::nullopt;
    const auto word = (*m)[1].of(before);
    const bool leaving = word == "from" || word == "of";
    const auto reach = before.substr(0, (*m)[0].begin);
    auto clause = reach.find_last_of(";:");
    clause = clause == std::string_view::npos ? 0 : clause + 1;
    const auto verb = last_of(leaving ? out : into, reach.substr(clause));
    if (!verb) return std::nullopt;
    return Leading{leaving ? MoveKind::left : MoveKind::entered, from + clause + verb->begin};
}

/// "return the force to our default phase", "moved back to Scan".
std::optional<Part> return_to_default(std::string_view lower) {
    static const Pattern pattern{
        R"(\b(?:return(?:ed|s|ing)?|mov(?:ed?|es|ing)|goes|gone|went|reverts?|reverted|put|placed|de-escalated|stepped down)\b)"
        R"([^.;]{0,80}?\bto (?:the |its |our |a |hmicfrs's |inspectorate's )*['"]*)"
        R"((?:scan\b|(?:default|routine|normal|standard) (?:(?:phase|stage|level|state)\b|monitoring\b)))"};
    const auto m = pattern.find(lower);
    return m ? std::optional<Part>{(*m)[0]} : std::nullopt;
}

/// What may be, or happens to anybody.
/// `named`: the sentence says who.
bool is_hypothetical(std::string_view before, std::string_view between, bool named) {
    static const Pattern modal{
        R"(\b(?:may|might|could|can|cannot|would|should|if|whether|unless|until|avoid\w*|risks?|threat\w*|call(?:s|ed)? for|considering|consider|not|never|likely to be|unsure|uncertain|hop(?:e|ed|es|ing)|want(?:s|ed)?|determined to|keen to|vow(?:s|ed)?|pledg\w+|aims? to|intends? to|will get|seek(?:s|ing)?|sought|ask(?:s|ed)|request(?:s|ed)?|bids?|ahead of|yet to|doubts?|plans? to|expects?|expected|call(?:s|ed)? for|how|where|what|by default)\b)"};
    static const Pattern anybody{std::string{
        R"(\b(?:forces|services|constabularies|brigades|they|a force|a service|each force|every force|every service|any force|others?)\b(?: [a-z]+){0,3} ?$|)"
        R"(\b(?:forces|services) (?:are|is|start|begin|can|may|in)\b)"}};
    static const Pattern some{std::string{R"(\b(?:several|some|many|other|of the|all|)"} +
                              number_group() + R"() (?:[a-z]+ )?(?:forces|services)\b)"};
    const auto clause = before.find_last_of(';');
    const auto near = before.substr(clause == std::string_view::npos ? 0 : clause + 1);
    const auto last = near.size() > 70 ? near.substr(near.size() - 70) : near;
    return modal.in(last) || anybody.in(near) || (!named && some.in(last)) || some.in(between);
}

/// "removal from Engage", "to release the force": no move by itself, unless somebody decided it.
bool is_only_named(std::string_view lower, std::size_t verb, bool in_text) {
    static const Pattern named{
        R"(^(?:removal|release|remove|move|place|escalate|enter|leave|exit|lift|return|come|removing|releasing|leaving|moving|placing|returning|exiting|entering|coming)\b)"};
    static const Pattern decided{
        R"(\b(?:decid\w*|decision|announc\w*|confirm\w*|agreed?|recommended|approved?|welcom\w*)\b)"};
    static const Pattern to_come{R"(\b(?:is|are|has|set)? ?to (?:be )?$)"};
    static const Pattern return_heading{R"(: return to )"};
    static const Pattern settled{R"(\b(?:will|is to|are to) now $)"};
    if (!named.in(lower.substr(verb))) return false;
    if (decided.in(lower.substr(0, verb)) || settled.in(lower.substr(0, verb))) return false;
    if (!in_text && return_heading.in(lower)) return false;
    return in_text || !to_come.in(lower.substr(0, verb));
}

bool is_background(std::string_view lower, std::size_t verb, std::size_t end) {
    static const Pattern told_before{
        R"(\b(?:had (?:been |previously |already |first )?$|since (?:being |it |the |they )|after (?:being|it was|it had|having)|having been|when (?:it|the|we)|previously|originally|initially|first$|was first|following (?:its|the) (?:move|placement|decision))|\bhad\b[a-z ]{0,25}$)"};
    static const Pattern told_after{
        R"(\b(?:last (?:year|month|summer|autumn|winter|spring|week|january|february|march|april|may|june|july|august|september|october|november|december)|earlier (?:this|in)|the previous|years? ago|months? ago|(?:two|three|four|five|six) years|after (?:being|an? (?:earlier|previous)))\b)"};
    static const Pattern announced{R"(\b(?:announced|confirmed|revealed)\b)"};
    static const Pattern aside{R"([;(]| it (?:was|had)\b| which\b)"};
    const auto from = verb > 60 ? verb - 60 : 0;
    auto after = lower.substr(end, 80);
    if (const auto cut = aside.find(after)) after = after.substr(0, (*cut)[0].begin);
    return (told_before.in(lower.substr(from, verb - from)) &&
            !announced.in(lower.substr(0, verb))) ||
           told_after.in(lower.substr(verb, end - verb)) || told_after.in(after) ||
           told_after.in(lower.substr(0, std::min<std::size_t>(verb, 40)));
}

/// Hospitals, schools and prisons are put into special measures, too.
bool names_another_regulator(std::string_view lower) {
    static const Pattern others{
        R"(\b(?:care quality commission|cqc|ofsted|estyn|ofwat|ofgem|inspectorate of prisons|care inspectorate)\b)"};
    static const Pattern ours{R"(\bhmic|\binspectorate of constabulary\b)"};
    return others.in(lower) && !ours.in(lower);
}

/// A place in the middle of a statement: "Met and Cleveland Police have been moved".
class Reader {
public:
    Reader(const NewsText& text, const std::vector<Mention>& mentions, const PartialDate& published)
        : text_{text}, mentions_{mentions}, published_{published} {}

    std::vector<MoveStatement> read() {
        for (std::size_t i = 0; i < text_.sentences().size(); ++i) {
            const auto role = text_.role(text_.sentences()[i]);
            if (role == LineRole::layout || text_.plain(at(i)).ends_with('?')) continue;
            if (names_another_regulator(text_.lower(at(i)))) continue;
            read_no_longer(i);
            read_ended(i);
            read_will_be(i);
            read_targets(i);
            read_return(i);
            read_remains(i);
        }
        return std::move(found_);
    }

private:
    [[nodiscard]] const Sentence& at(std::size_t i) const { return text_.sentences()[i]; }

    void read_targets(std::size_t i) {
        const auto lower = text_.lower(at(i));
        for (const auto& m : target().all(lower)) {
            if (!is_the_stage(text_.plain(at(i)), lower, m[0])) continue;
            const auto leading = leading_to(lower, m[0].begin);
            if (!leading) continue;
            if (is_hypothetical(lower.substr(0, leading->verb),
                                lower.substr(leading->verb, m[0].begin - leading->verb),
                                !forces_of(at(i), leading->verb, m[0].end).empty()))
                continue;
            if (is_only_named(lower, leading->verb, text_.role(at(i)) == LineRole::text)) continue;
            put(i, leading->kind, leading->verb, m[0].end);
        }
    }

    void read_return(std::size_t i) {
        const auto lower = text_.lower(at(i));
        const auto m = return_to_default(lower);
        if (!m || is_hypothetical(lower.substr(0, m->begin), m->of(lower), false) ||
            is_only_named(lower, m->begin, text_.role(at(i)) == LineRole::text))
            return;
        put(i, MoveKind::left, m->begin, m->end);
    }

    /// "will receive enhanced monitoring from today".
    void read_will_be(std::size_t i) {
        static const Pattern pattern{
            R"(\b(?:will|is to|are to) (?:now |from today |also )*(?:be (?:in|under|subject to|placed (?:in|into|under))|receive|face|undergo|get|come under) (?:the |its |an? |hmicfrs's )*['"]*(?:engage\b|enhanced ['"]*(?:(?:level|phase|stage) of )?['"]*(?:monitoring|scrutiny)|special measures))"};
        static const Pattern from_now{
            R"(\b(?:from today|will now|from now on|with (?:immediate )?effect|from \d{1,2} [a-z]+)\b)"};
        const auto lower = text_.lower(at(i));
        const auto m = pattern.find(lower);
        if (!m || !from_now.in(lower)) return;
        if (is_hypothetical(lower.substr(0, (*m)[0].begin), {}, true)) return;
        put(i, MoveKind::entered, (*m)[0].begin, (*m)[0].end);
        if (lower.find("from today") != std::string_view::npos) found_.back().today = true;
    }

    /// "The enhanced monitoring of X has come to an end", "has ended X's time in Engage".
    void read_ended(std::size_t i) {
        static const Pattern ended{
            R"(^[^.;]{0,90}?\b(?:(?:has|have) (?:now |today )?(?:come to an end|ended|ceased|been (?:ended|lifted|stopped|discontinued))|(?:came|comes) to an end|ended|ends|was (?:ended|lifted|stopped|discontinued))\b)"};
        static const Pattern ending{R"(\b(?:ended|lifted|stopped|discontinued)\b[^.;,]{0,60}?$)"};
        const auto lower = text_.lower(at(i));
        for (const auto& m : target().all(lower)) {
            if (!is_the_stage(text_.plain(at(i)), lower, m[0])) continue;
            const auto after = ended.find(lower.substr(m[0].end));
            const auto before = ending.find(lower.substr(0, m[0].begin));
            if (!after && !before) continue;
            const auto verb = after ? m[0].begin : (*before)[0].begin;
            const auto end = after ? m[0].end + (*after)[0].end : m[0].end;
            if (is_hypothetical(lower.substr(0, verb), lower.substr(verb, end - verb), true))
                continue;
            put(i, MoveKind::left, verb, end);
        }
    }

    void read_no_longer(std::size_t i) {
        static const Pattern pattern{
            R"(\bno longer (?:in|under|subject to|being) (?:the |its |an? |hmicfrs's )*['"]*(?:engage\b|enhanced ['"]*(?:level of )?['"]*(?:monitoring|scrutiny)|special measures))"};
        const auto m = pattern.find(text_.lower(at(i)));
        if (m && !is_hypothetical(text_.lower(at(i)).substr(0, (*m)[0].begin), {}, false))
            put(i, MoveKind::left, (*m)[0].begin, (*m)[0].end);
    }

    void read_remains(std::size_t i) {
        static const Pattern still{
            R"(\b(?:remain(?:s|ed|ing)?|still|continues? to be|continue in|stays?|staying|kept|currently|being|now|has been|have been|is|are|we are)\b[^.;]{0,40}?)"
            R"((?:\b(?:in|under|an?) (?:the |its |an? |hmicfrs's )*['"]*(?:engage\b|engaged force|enhanced ['"]*(?:level of )?['"]*monitoring|special measures)|['"]engaged['"]))"};
        const auto lower = text_.lower(at(i));
        const auto m = still.find(lower);
        if (!m || is_hypothetical(lower.substr(0, (*m)[0].begin), {}, false)) return;
        static const Pattern no{
            R"(\b(?:no longer|placed|moved|put|removed|stages?|levels?|explains?|what)\b)"};
        if (no.in((*m)[0].of(lower))) return;
        // "From today the service is under an enhanced level of monitoring" is a move.
        static const Pattern begins{
            R"(\b(?:from today|with (?:immediate )?effect (?:from|on)|with immediate effect|as of (?:today|\d)|from \d{1,2} [a-z]+ \d{4})\b)"};
        const bool now = begins.in(lower);
        put(i, now ? MoveKind::entered : MoveKind::remains, (*m)[0].begin, (*m)[0].end);
    }

    void put(std::size_t i, MoveKind kind, std::size_t verb, std::size_t end) {
        const auto& sentence = at(i);
        const auto lower = text_.lower(sentence);
        MoveStatement move;
        move.kind = kind;
        move.sentence = i;
        move.begin = sentence.begin;
        move.end = sentence.end;
        move.title = text_.role(sentence) == LineRole::title;
        move.background = kind != MoveKind::remains && is_background(lower, verb, end);
        static const Pattern today{R"(\btoday\b|\bthis (?:morning|afternoon)\b)"};
        move.today = today.in(lower);
        move.forces = forces_of(sentence, verb, end);
        date(move, lower, end);
        if (kind != MoveKind::remains && sentence.alone && lower.size() < longest_heading &&
            move.forces.empty())
            heading(move, i);
        for (const auto& known : found_)
            if (known.sentence == i && known.kind == kind) return;
        found_.push_back(std::move(move));
    }

    /// The date nearest to the words of the move; "since" tells when what ends now began, and a
    /// report's date is the report's.
    void date(MoveStatement& move, std::string_view lower, std::size_t end) const {
        static const Pattern since{R"(\bsince (?:early |late |mid-|the )?$)"};
        static const Pattern of_a_report{
            R"(\b(?:published|inspected|inspection|report)(?: \w+day)?,?(?: on| in| of)?(?: \w+day)?,? $)"};
        std::size_t nearest = lower.size();
        for (const auto& written : dates_in(lower, published_)) {
            const auto before = lower.substr(0, written.begin);
            if (of_a_report.in(before) || (move.kind == MoveKind::left && since.in(before)))
                continue;
            const auto distance = written.begin > end ? written.begin - end : end - written.begin;
            if (distance >= nearest) continue;
            nearest = distance;
            move.date = written.date;
        }
    }

    /// "Moved out of Engage" over "March 2024", under the name of the force.
    void heading(MoveStatement& move, std::size_t i) const {
        move.heading = true;
        // A page that lists them tells of the past, unless it ends the list.
        move.background = move.kind == MoveKind::entered;
        if (i + 1 < text_.sentences().size() && at(i + 1).alone) {
            const auto below = text_.lower(at(i + 1));
            const auto dates = dates_in(below, published_);
            if (dates.size() == 1 && dates[0].end - dates[0].begin + 4 > below.size())
                move.date = dates[0].date;
            static const Pattern year{R"(^(?:19|20)\d{2}$)"};
            if (year.in(below)) move.date = PartialDate::parse(below).value_or(PartialDate{});
        }
        for (const auto& mention : mentions_)
            if (mention.begin < move.begin && mention.forces.size() == 1 && mention.full)
                move.forces = mention.forces;
    }

    /// Those named between the verb and the stage, or else right before the verb.
    [[nodiscard]] std::vector<std::size_t> forces_of(const Sentence& sentence, std::size_t verb,
                                                     std::size_t end) const {
        std::vector<std::size_t> inside;
        std::vector<std::size_t> before;
        std::size_t last_end = 0;
        for (const auto& mention : mentions_) {
            if (mention.begin < sentence.begin || mention.end > sentence.end) continue;
            if (mention.forces.size() != 1) continue;
            const auto place = mention.begin - sentence.begin;
            if (place >= end) break;
            const auto force = mention.forces.front();
            if (place > verb) {
                inside.push_back(force);
                continue;
            }
            static const Pattern joins{R"(^(?:'s)?(?: \([^)]*\))?(?:,| and|, and|&| )*(?:the )?$)"};
            const auto between = text_.lower().substr(last_end, mention.begin - last_end);
            if (!before.empty() && !joins.in(between)) before.clear();
            before.push_back(force);
            last_end = mention.end;
        }
        // The newest subject counts: "It joins X ..., said Y" names others.
        return inside.empty() ? before : inside;
    }

    const NewsText& text_;
    const std::vector<Mention>& mentions_;
    const PartialDate& published_;
    std::vector<MoveStatement> found_;
};

}  // namespace

std::vector<MoveStatement> read_moves(const NewsText& text, const std::vector<Mention>& mentions,
                                      const PartialDate& published) {
    return Reader{text, mentions, published}.read();
}

}  // namespace forcewatch

#include "daemon/ingest/read_context.hpp"

#include <algorithm>

#include "daemon/ingest/pattern.hpp"

namespace forcewatch {

namespace {

constexpr std::size_t opening_sentences = 5;
/// Shorter ones are labels and headings.
constexpr std::size_t shortest_sentence = 30;

/// "chief constable of Kent Police", "Kent Police Chief Constable Tim Smith".
bool is_office(std::string_view lower, const Mention& mention) {
    static const Pattern before{
        R"((?:chief constable|chief officer|chief fire officer|commissioner|officers?|detective|superintendent|former|formerly|spokes\w+|leader|chief|constable|federation|served|career|joined|worked|from) (?:[a-z]+ ){0,3}(?:of|at|for|with|in|the) (?:the )?$)"};
    const auto from = mention.begin > 60 ? mention.begin - 60 : 0;
    return before.in(lower.substr(from, mention.begin - from));
}

std::size_t sentence_of(const NewsText& text, std::size_t place) {
    const auto& sentences = text.sentences();
    for (std::size_t i = 0; i < sentences.size(); ++i)
        if (place >= sentences[i].begin && place < sentences[i].end) return i;
    return Sentence::npos;
}

/// Which sentences open the text, after repetitions of the title and labels.
std::vector<std::size_t> openings_of(const NewsText& text) {
    std::vector<std::size_t> openings;
    const auto& sentences = text.sentences();
    for (std::size_t i = 0; i < sentences.size() && openings.size() < opening_sentences; ++i) {
        if (text.role(sentences[i]) != LineRole::text) continue;
        const auto words = text.lower(sentences[i]);
        if (words.size() >= shortest_sentence && words != text.lower(sentences.front()))
            openings.push_back(i);
    }
    return openings;
}

bool speaks_of_fire(std::string_view lower) {
    static const Pattern fire{
        R"(\b(?:fire (?:service|and rescue|& rescue|brigade|inspectorate|authority|crews?|officer)|firefighters?|frs|the brigade|the service)\b)"};
    return fire.in(lower);
}
bool speaks_of_police(std::string_view lower) {
    static const Pattern plainly{
        R"(\b(?:constabulary|the force|chief constable|policing|police (?:forces?|inspectorate|officers?))\b)"};
    return plainly.in(lower);
}

/// One of several that the words around it point to.
void settle(Mention& mention, const BodyNames& names, std::string_view lower) {
    if (mention.forces.size() < 2) return;
    static const Pattern organised{R"(\borganised crime\b)"};
    const bool fire = speaks_of_fire(lower) && !organised.in(lower);
    const bool police = speaks_of_police(lower) || organised.in(lower);
    if (fire == police) return;
    std::erase_if(mention.forces, [&](std::size_t force) {
        const auto kind = names.forces()[force].kind;
        return (kind == ForceKind::fire) != fire;
    });
}

}  // namespace

std::vector<Mention> settled_mentions(const NewsText& text, const BodyNames& names) {
    auto mentions = names.find(text.plain());
    std::vector<std::size_t> sure;
    for (const auto& mention : mentions)
        if (mention.full && mention.forces.size() == 1) sure.push_back(mention.forces.front());
    for (auto& mention : mentions) {
        if (mention.full && mention.forces.size() == 1) continue;
        // What is said in full elsewhere settles letters and places.
        std::vector<std::size_t> known;
        for (const auto force : mention.forces)
            if (std::find(sure.begin(), sure.end(), force) != sure.end()) known.push_back(force);
        if (known.size() == 1)
            mention.forces = known;
        else
            settle(mention, names, text.lower());
    }
    return mentions;
}

namespace {

class SubjectFinder {
public:
    SubjectFinder(const NewsText& text, const std::vector<Mention>& mentions)
        : text_{text}, mentions_{mentions}, openings_{openings_of(text)} {}

    Subjects find() {
        take([&](const Mention&, const Sentence& at, std::size_t) {
            return text_.role(at) == LineRole::title;
        });
        if (!found_.forces.empty()) {
            take_enumerated();
            return std::move(found_);
        }
        take([&](const Mention& m, const Sentence& at, std::size_t) {
            return text_.role(at) == LineRole::report && (m.full || m.letters);
        });
        take([&](const Mention& m, const Sentence&, std::size_t i) {
            return opens(i) && (m.full || m.letters);
        });
        take([&](const Mention& m, const Sentence& at, std::size_t) {
            return m.full && m.begin - at.begin < 6;
        });
        take_enumerated();
        if (found_.forces.empty())
            take([&](const Mention& m, const Sentence&, std::size_t i) {
                return opens(i) || m.letters;
            });
        return std::move(found_);
    }

private:
    [[nodiscard]] bool opens(std::size_t sentence) const {
        return std::find(openings_.begin(), openings_.end(), sentence) != openings_.end();
    }
    /// "The forces in this report are Surrey, Sussex and Thames Valley."
    [[nodiscard]] bool speaks_of_forces(std::size_t i) const {
        static const Pattern forces{R"(\b(?:forces|services)\b[^.]{0,60}\b(?:are|were|:))"};
        return forces.in(text_.lower(text_.sentences()[i]));
    }
    /// Bodies of a list, or three and more in one sentence.
    void take_enumerated() {
        constexpr std::size_t least = 3;
        std::vector<std::size_t> in_sentence;
        std::vector<std::size_t> in_list;
        std::size_t last = Sentence::npos;
        const auto flush = [&] {
            if (in_sentence.size() >= least)
                enumerated_.insert(enumerated_.end(), in_sentence.begin(), in_sentence.end());
            in_sentence.clear();
        };
        for (const auto& mention : mentions_) {
            const auto i = sentence_of(text_, mention.begin);
            if (i == Sentence::npos || mention.forces.size() != 1) continue;
            if (!mention.full && !(speaks_of_forces(i) && !mention.letters)) continue;
            if (text_.role(text_.sentences()[i]) == LineRole::layout) continue;
            if (i != last) flush();
            last = i;
            const auto force = mention.forces.front();
            const auto add = [&](std::vector<std::size_t>& to) {
                if (std::find(to.begin(), to.end(), force) == to.end()) to.push_back(force);
            };
            add(in_sentence);
            if (text_.sentences()[i].bullet) add(in_list);
        }
        flush();
        if (in_list.size() >= least)
            enumerated_.insert(enumerated_.end(), in_list.begin(), in_list.end());
        take([&](const Mention& m, const Sentence&, std::size_t) {
            return m.forces.size() == 1 && std::find(enumerated_.begin(), enumerated_.end(),
                                                     m.forces.front()) != enumerated_.end();
        });
    }
    template <typename Wanted>
    void take(const Wanted& wanted) {
        for (const auto& mention : mentions_) {
            const auto i = sentence_of(text_, mention.begin);
            if (i == Sentence::npos) continue;
            const auto& at = text_.sentences()[i];
            if (text_.role(at) == LineRole::layout || is_office(text_.lower(), mention)) continue;
            if (!wanted(mention, at, i)) continue;
            if (mention.forces.size() != 1)
                found_.unclear.push_back(mention);
            else
                put(mention);
        }
    }
    void put(const Mention& mention) {
        for (auto& known : found_.forces)
            if (known.force == mention.forces.front()) {
                known.sure = known.sure || mention.full;
                return;
            }
        found_.forces.push_back({mention.forces.front(), mention.begin, mention.end, mention.full});
    }

    const NewsText& text_;
    const std::vector<Mention>& mentions_;
    std::vector<std::size_t> openings_;
    std::vector<std::size_t> enumerated_;
    Subjects found_;
};

std::string title_of(const NewsText& text) {
    std::string title;
    for (const auto& sentence : text.sentences())
        if (text.role(sentence) == LineRole::title || text.role(sentence) == LineRole::report)
            title += std::string{text.lower(sentence)} + "\n";
    return title;
}

/// Title, names of reports and the opening, in lower case.
std::string top_of(const NewsText& text) {
    std::string top = title_of(text);
    for (const auto i : openings_of(text))
        top += std::string{text.lower(text.sentences()[i])} + "\n";
    return top;
}

bool has(std::string_view text, std::string_view words) {
    return text.find(words) != std::string_view::npos;
}

}  // namespace

Subjects subjects_of(const NewsText& text, const BodyNames&, const std::vector<Mention>& mentions) {
    return SubjectFinder{text, mentions}.find();
}

bool names_the_inspectorate(const NewsText& text) {
    static const Pattern named{
        R"(\b(?:hmicfrs|hmic|hmis?|inspectorate|inspectors?|inspection|inspected|watchdog|ofsted)\b)"};
    static const Pattern of_prisons{R"(\binspectorate of (?:prisons|probation)\b)"};
    static const Pattern ours{
        R"(\bhmic|\binspect(?:orate|or)s? of constabulary\b|\bpolic(?:e|ing) (?:inspectorate|watchdog)\b)"};
    if (of_prisons.in(text.lower()) && !ours.in(text.lower())) return false;
    return named.in(text.lower());
}

bool is_about_the_regime(const NewsText& text) {
    static const Pattern regime{
        R"(\b(?:consultation|consult(?:ed|ing)? on|glossary|guidance for|appoint(?:ed|ment)|knighthood|honours|framework and programme|inspection programme and framework|judge?ment criteria|our approach|how we inspect|inspection aims|terms of reference|joins? the inspectorate|new (?:chief )?inspector)\b)"};
    static const Pattern to_come{
        R"(\bterms of reference\b|\b(?:will be|is to be|is due to be|due to be) inspected (?:in|from|by|later)\b|\binspection (?:will (?:begin|start)|begins|starts|is due)\b)"};
    return regime.in(title_of(text)) || to_come.in(text.lower());
}

Subject local_area_of(const NewsText& text) {
    static const Pattern area{
        R"((?:\b[Jj]oint (?:[a-z]+ ){0,4}inspections?|\bJTAI|\bmulti-agency response|\bresponse)\b[^.\n]*? (?:in|of) ((?:[A-Z][a-z]+(?:[ -](?:and |upon |on |of )?)?)+)(?:[.,\n]|$))"};
    static const Pattern month{
        R"(^(?:January|February|March|April|May|June|July|August|September|October|November|December|England|Wales|London\b$))"};
    const auto found = area.find(text.plain());
    if (!found || month.in((*found)[1].of(text.plain()))) return {};
    return {0, (*found)[1].begin, (*found)[1].end, true};
}

namespace {

std::string without_body(const std::string& top, const std::string& title, std::string_view all) {
    if (has(title, "national child protection inspection programme")) return "ncpi";
    if (has(all, "glossary")) return "other";
    static const Pattern other{
        R"(\b(?:consultation|glossary|appointed|knight\w*|honours|cookies|our approach to monitoring|framework|inspection programme)\b)"};
    if (other.in(title)) return "other";
    static const Pattern report{
        R"(\b(?:report|inspection of|thematic|state of|review of|inspectorate (?:has )?(?:said|found)|inspectors (?:call|found)|published)\b)"};
    return report.in(top) || report.in(all) ? "thematic" : "other";
}

bool is_joint_area_inspection(const std::string& top) {
    static const Pattern joint{R"(joint(?:ly)? targeted area inspection|\bjtais?\b)"};
    return joint.in(top);
}

/// What the subject of the report says, whoever was inspected.
std::string by_topic(const std::string& title, const std::string& top, std::string_view all) {
    if (has(title, "custody") || has(title, "detention")) return "custody";
    static const Pattern data{R"(crime data integrity|crime[- ]recording|crime statistics)"};
    if (has(title, "crime data integrity") || (data.in(title) && has(all, "crime data integrity")))
        return "cdi";
    static const Pattern child{
        R"(child protection (?:[a-z-]+ )?(?:inspection|services|arrangements)|approach to child protection|protects? children|protecting children|keeps? children safe|children at risk)"};
    if (child.in(title) || (child.in(top) && !has(top, "peel"))) return "ncpi";
    static const Pattern regional{
        R"(regional organised crime|regional response|\brocus?\b|serious and organised crime|serious, organised crime)"};
    if (regional.in(title)) return "rocu";
    return {};
}

}  // namespace

std::string programme_of(const NewsText& text, const BodyNames& names, const Subjects& subjects,
                         bool moves, bool grades) {
    const auto top = top_of(text);
    const auto title = title_of(text);
    const std::string_view all = text.lower();
    const auto openings = openings_of(text);
    const bool joint =
        is_joint_area_inspection(title) ||
        (!openings.empty() &&
         is_joint_area_inspection(std::string{text.lower(text.sentences()[openings.front()])}));
    const bool joint_series = has(title, "joint inspection") && is_joint_area_inspection(top);
    if ((joint || joint_series) && subjects.forces.empty()) return "jtai";
    if (subjects.forces.empty()) return without_body(top, title, all);
    const auto all_are = [&](ForceKind kind) {
        return std::all_of(
            subjects.forces.begin(), subjects.forces.end(),
            [&](const Subject& each) { return names.forces()[each.force].kind == kind; });
    };
    const auto any_is = [&](ForceKind kind) {
        return std::any_of(
            subjects.forces.begin(), subjects.forces.end(),
            [&](const Subject& each) { return names.forces()[each.force].kind == kind; });
    };
    if (all_are(ForceKind::fire)) return "fire";
    if (any_is(ForceKind::rocu)) return "rocu";
    if (is_joint_area_inspection(title)) return "jtai";
    static const Pattern peel{
        R"(\bpeel\b|areas of policing|effectiveness, efficiency and legitimacy)"};
    if (peel.in(title)) return "peel";
    if (auto topic = by_topic(title, top, all); !topic.empty() && !moves) return topic;
    static const Pattern graded{R"(\bgraded\b)"};
    const bool assessed = grades || graded.in(all);
    if (peel.in(all) || ((moves || assessed) && all_are(ForceKind::police))) return "peel";
    return "other";
}

}  // namespace forcewatch

#include "daemon/news_conflicts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "core/evaluate.hpp"
#include "core/source_order.hpp"
#include "daemon/engine/london.hpp"
#include "daemon/proposal_events.hpp"

namespace forcewatch {

namespace {

PartialDate day_of(const std::string& text) {
    return PartialDate::parse(text.substr(0, 10)).value_or(PartialDate{});
}

std::string words_of(std::string_view area) {
    std::string key;
    for (const char c : area)
        if (std::isalnum(static_cast<unsigned char>(c)) != 0)
            key += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return key;
}

class Finder {
public:
    Finder(Engine& engine, const StoredProposal& proposal, Instant now)
        : engine_{engine}, proposal_{proposal}, now_{now} {}

    void run() {
        for (const auto& force : ids_in(proposal_.forces)) {
            if (proposal_.kind == "stage") against_stages(force);
            if (proposal_.kind == "judgement") against_judgements(force);
        }
        for (const auto& other :
             engine_.store().proposals().about(proposal_.kind, proposal_.forces))
            if (other.id != proposal_.id) against(other);
    }

private:
    std::optional<ConflictId> keep(const char* kind, std::string what) {
        StoredConflict conflict;
        conflict.kind = kind;
        conflict.dedup_key = fmt::format("proposal {}\n{}", number_of(proposal_.id), what);
        conflict.forces = proposal_.forces;
        conflict.what = std::move(what);
        conflict.words = proposal_.words;
        conflict.source = proposal_.source;
        conflict.url = proposal_.url;
        conflict.proposal = proposal_.id;
        conflict.found_at = now_;
        return engine_.store().conflicts().add(conflict);
    }

    /// Both words are kept. Where the configuration names whom to believe, the other proposal is
    /// dismissed; what was confirmed already stays, for a person to put right.
    void disagree(const StoredProposal& other, std::string what) {
        const auto conflict = keep("sources", std::move(what));
        const auto believed = believed_of(engine_.settings().source_order, publisher_of(proposal_),
                                          publisher_of(other));
        const bool this_one = believed == Believed::one;
        if (!conflict || believed == Believed::neither ||
            (this_one && other.state != ProposalState::open))
            return;
        const auto& loser = this_one ? other : proposal_;
        const auto& winner = this_one ? proposal_ : other;
        const auto why =
            fmt::format("by the configuration: [sources] order believes {} rather than {}",
                        publisher_of(winner), publisher_of(loser));
        engine_.store().proposals().decide(loser.id, ProposalState::dismissed, now_, -1, why);
        engine_.store().conflicts().settle(*conflict, now_, -1, why);
    }
    static const std::string& publisher_of(const StoredProposal& proposal) {
        return proposal.url.empty() ? proposal.source : proposal.url;
    }

    void against_stages(const std::string& force) {
        const bool entering = proposal_.change == "entered";
        const auto stated = day_of(proposal_.date);
        const auto intervals = stage_intervals(engine_.store().facts().stage_moves(force));
        const StageInterval* engaged = nullptr;
        for (const auto& interval : intervals)
            if (interval.stage == MonitoringStage::engage) engaged = &interval;
        if (engaged == nullptr && !entering)
            return void(keep("facts", force + " is not recorded in Engage, so it cannot leave it"));
        if (engaged == nullptr) return;
        if (entering && engaged->until && !speaks_of(*engaged, stated)) return;  // a new one
        if (!entering && !engaged->until) return;  // it is in Engage, and leaves
        const auto& recorded = entering ? engaged->from_as_given : engaged->until_as_given;
        if (recorded.text() == stated.text()) return;
        if (!stated.known() && may_be_one_event(recorded, day_of(proposal_.published))) return;
        keep("facts", fmt::format("{} is recorded as having {} Engage on {}{}; this says {}", force,
                                  proposal_.change, recorded.text(),
                                  engaged->url.empty() ? "" : " (" + engaged->url + ")",
                                  stated.known() ? stated.text() : "that it has just happened"));
    }
    /// The interval is the one that the proposal speaks of.
    [[nodiscard]] static bool speaks_of(const StageInterval& interval, const PartialDate& stated) {
        return stated.known() && may_be_one_event(interval.from_as_given, stated);
    }

    /// The same area in a report of about the same time.
    void against_judgements(const std::string& force) {
        const auto wanted = words_of(proposal_.area);
        const auto published = day_of(proposal_.published);
        if (!published.known()) return;
        for (const auto& programme : engine_.store().facts().programmes_of(force))
            for (const auto& placed : engine_.store().facts().judgements(force, programme)) {
                const auto& judgement = placed.judgement;
                const auto& last = judgement.grades.back();
                if (!placed.published.known() || !may_be_one_event(placed.published, published) ||
                    !is_area(programme, placed.cycle, judgement.area, wanted) ||
                    last.grade == proposal_.grade)
                    continue;
                keep("facts", fmt::format("{} is recorded as {} in {} ({}); this says {}",
                                          judgement.area, last.grade, judgement.inspection,
                                          text_of(last.on), proposal_.grade));
            }
    }

    [[nodiscard]] bool is_area(const std::string& programme, const std::string& cycle,
                               const std::string& id, const std::string& wanted) {
        const auto& areas = engine_.reference().facts().areas;
        return std::any_of(areas.begin(), areas.end(), [&](const auto& each) {
            const auto& area = each.second;
            return area.programme == programme && area.cycle == cycle && area.area == id &&
                   (words_of(area.name) == wanted || words_of(id) == wanted);
        });
    }

    void against(const StoredProposal& other) {
        if (!may_be_one_event(day_of(other.published), day_of(proposal_.published))) return;
        const auto from = fmt::format("proposal {} ({})", number_of(other.id), source_of(other));
        if (proposal_.kind == "stage") {
            if (other.change != proposal_.change)
                disagree(other, fmt::format("this says {}, {} says {}", proposal_.change, from,
                                            other.change));
            else if (!other.date.empty() && !proposal_.date.empty() && other.date != proposal_.date)
                disagree(other,
                         fmt::format("this says {}, {} says {}", proposal_.date, from, other.date));
        }
        if (proposal_.kind == "judgement" && words_of(other.area) == words_of(proposal_.area) &&
            other.grade != proposal_.grade)
            disagree(other,
                     fmt::format("this says {}, {} says {}", proposal_.grade, from, other.grade));
        if (proposal_.kind == "grade-counts" && other.programme == proposal_.programme &&
            other.counts != proposal_.counts)
            disagree(other, fmt::format("the grades are counted otherwise by {}", from));
    }

    Engine& engine_;
    const StoredProposal& proposal_;
    Instant now_;
};

}  // namespace

void keep_item_conflicts(Engine& engine, const NewsReading& item, Instant now) {
    for (const auto& found : item.conflicts) {
        StoredConflict conflict;
        conflict.kind = found.kind;
        conflict.dedup_key = fmt::format("{}\n{}\n{}", item.url.empty() ? item.title : item.url,
                                         found.kind, found.what);
        conflict.forces = ids_text(found.forces);
        conflict.what = found.what;
        conflict.words = found.words;
        conflict.source = item.source;
        conflict.url = item.url;
        conflict.found_at = now;
        engine.store().conflicts().add(conflict);
    }
}

std::optional<StoredProposal> same_as(Engine& engine, const StoredProposal& proposal) {
    for (auto& other : engine.store().proposals().about(proposal.kind, proposal.forces))
        if (other.id != proposal.id && other.programme == proposal.programme &&
            other.change == proposal.change && words_of(other.area) == words_of(proposal.area) &&
            other.grade == proposal.grade && other.date == proposal.date &&
            other.counts == proposal.counts && other.finding == proposal.finding &&
            may_be_one_event(day_of(other.published), day_of(proposal.published)))
            return std::move(other);
    return std::nullopt;
}

void find_conflicts(Engine& engine, const StoredProposal& proposal, Instant now) {
    Finder{engine, proposal, now}.run();
}

}  // namespace forcewatch

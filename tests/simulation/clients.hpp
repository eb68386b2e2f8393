/// People and programs that ask the daemon to record something, and ask again until it answers.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>

#include "tests/simulation/daemon.hpp"

namespace forcewatch::sim {

inline constexpr int most_forces = 4;
/// What stands before the first day: forces, and what judgements need.
[[nodiscard]] std::vector<ImportRow> regime();

class Clients {
public:
    Clients(Context& context, Daemon& daemon);

    /// Everybody whose time has come tries; false: nobody's has.
    bool run();
    /// When somebody tries next; empty: all were answered.
    [[nodiscard]] std::optional<Instant> next_at() const;
    /// Who was not answered yet.
    [[nodiscard]] std::vector<std::string> waiting() const;
    /// All that is open is finished, so that the year can end.
    void finish_everything();

private:
    struct Request {
        Command command;
        Instant next_at{};
        int tries{};
        std::string refusal{};           ///< the last
        std::vector<ImportRow> rows{};   ///< fixed at the first try
        std::optional<AlertId> alert{};  ///< likewise
        std::function<void()> effect{};
    };
    enum class Answer { none, accepted, refused, later };

    [[nodiscard]] Answer ask(Request& request);
    [[nodiscard]] Answer record(Request& request);
    [[nodiscard]] Answer order(Request& request);
    void fix(Request& request);
    void fix_action(Request& request);
    void fix_force(Request& request);
    void rename(Request& request) const;
    [[nodiscard]] bool decide(AlertOrders& orders, const Request& request,
                              std::function<void()>& effect);
    [[nodiscard]] bool choose_alert(Request& request);
    [[nodiscard]] std::optional<Date> fresh_day(int force);
    [[nodiscard]] static std::string line_of(const Command& command);

    Context& context_;
    Daemon& daemon_;
    std::deque<Request> waiting_;
    std::map<int, Model::Item> actions_;
    std::map<int, std::optional<Date>> stages_;
    std::map<int, Date> last_days_;  ///< of a force
    std::map<int, int> judgements_;  ///< of a force
    int configurations_{};
};

}  // namespace forcewatch::sim

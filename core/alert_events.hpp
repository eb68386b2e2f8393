/// What people decide about alerts and their messages. The journal keeps it; no fact follows from
/// it.
#pragma once

#include <string>
#include <vector>

#include "core/partial_date.hpp"

namespace forcewatch {

struct AlertAcknowledged {
    static constexpr std::string_view kind = "alert-acknowledged";
    std::string alert;  ///< its number
    std::string rule;
    std::string about;  ///< subject of the alert
    std::string by;     ///< token of a person, or "uid:1000"
    std::string reason;
    std::string until;  ///< an instant
    bool sticky{};
    int remind_every{};  ///< seconds; 0: no reminders
    static void fields(auto& self, auto&& visit) {
        visit("alert", self.alert);
        visit("rule", self.rule);
        visit("about", self.about);
        visit("by", self.by);
        visit("reason", self.reason);
        visit("until", self.until);
        visit("sticky", self.sticky);
        visit("remind_every", self.remind_every);
    }
};

/// Somebody took an acknowledgement back.
struct AlertUnacknowledged {
    static constexpr std::string_view kind = "alert-unacknowledged";
    std::string alert;
    std::string reason;
    static void fields(auto& self, auto&& visit) {
        visit("alert", self.alert);
        visit("reason", self.reason);
    }
};

/// Closed by hand although it was still true, until a day of review.
struct AlertClosed {
    static constexpr std::string_view kind = "alert-closed";
    std::string alert;
    std::string rule;
    std::string about;
    std::string reason;
    Date review_on{};
    static void fields(auto& self, auto&& visit) {
        visit("alert", self.alert);
        visit("rule", self.rule);
        visit("about", self.about);
        visit("reason", self.reason);
        visit("review_on", self.review_on);
    }
};

struct SilenceSet {
    static constexpr std::string_view kind = "silence-set";
    std::string silence;  ///< its number
    std::vector<std::string> matchers;
    std::string from;   ///< an instant
    std::string until;  ///< an instant, exclusive
    std::string reason;
    static void fields(auto& self, auto&& visit) {
        visit("silence", self.silence);
        visit("matchers", self.matchers);
        visit("from", self.from);
        visit("until", self.until);
        visit("reason", self.reason);
    }
};

struct SilenceEnded {
    static constexpr std::string_view kind = "silence-ended";
    std::string silence;
    std::string reason;
    static void fields(auto& self, auto&& visit) {
        visit("silence", self.silence);
        visit("reason", self.reason);
    }
};

struct PauseSet {
    static constexpr std::string_view kind = "pause-set";
    std::string pause;  ///< its number
    std::string force;
    std::string area;  ///< empty: all of the force
    Date from{};
    Date until{};  ///< exclusive
    std::string reason;
    static void fields(auto& self, auto&& visit) {
        visit("pause", self.pause);
        visit("force", self.force);
        visit("area", self.area);
        visit("from", self.from);
        visit("until", self.until);
        visit("reason", self.reason);
    }
};

struct PauseEnded {
    static constexpr std::string_view kind = "pause-ended";
    std::string pause;
    std::string reason;
    static void fields(auto& self, auto&& visit) {
        visit("pause", self.pause);
        visit("reason", self.reason);
    }
};

/// An operator held all sending, or let it go on.
struct SendingHeld {
    static constexpr std::string_view kind = "sending-held";
    bool held{};
    std::string reason;
    static void fields(auto& self, auto&& visit) {
        visit("held", self.held);
        visit("reason", self.reason);
    }
};

/// A dead message goes out again, by its number.
struct DeliveryReplayed {
    static constexpr std::string_view kind = "delivery-replayed";
    std::string delivery;
    std::string destination;
    static void fields(auto& self, auto&& visit) {
        visit("delivery", self.delivery);
        visit("destination", self.destination);
    }
};

/// A dead message need not arrive.
struct DeliveryDismissed {
    static constexpr std::string_view kind = "delivery-dismissed";
    std::string delivery;
    std::string destination;
    std::string reason;
    static void fields(auto& self, auto&& visit) {
        visit("delivery", self.delivery);
        visit("destination", self.destination);
        visit("reason", self.reason);
    }
};

/// A destination that failed has its queue again.
struct DestinationEnabled {
    static constexpr std::string_view kind = "destination-enabled";
    std::string destination;
    static void fields(auto& self, auto&& visit) { visit("destination", self.destination); }
};

}  // namespace forcewatch

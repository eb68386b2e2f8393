/// What the evaluator looks at in one go, and by which name the agenda knows it.
///
/// Findings, actions, obligations and meetings are subjects by themselves. All tracks of a force
/// under one programme are evaluated together, and so are a force's stages; its silence is one
/// more.
#pragma once

#include <string>
#include <string_view>

#include "core/event.hpp"

namespace forcewatch {

[[nodiscard]] std::string tracks_subject(std::string_view force, std::string_view programme);
[[nodiscard]] std::string monitoring_subject(std::string_view force);
[[nodiscard]] std::string silence_subject(std::string_view force);
/// Subject of the alerts about a meeting's papers, which are evaluated with the meeting.
[[nodiscard]] std::string papers_subject(std::string_view force, std::string_view meeting);
/// Subject of the alerts of one track.
[[nodiscard]] std::string track_subject(std::string_view force, std::string_view programme,
                                        std::string_view root);

/// The subject of the agenda under which an alert's subject is evaluated.
[[nodiscard]] std::string subject_on_agenda(std::string_view alert_subject);

/// The part before the first colon, and the part behind it.
[[nodiscard]] std::string_view subject_kind(std::string_view subject);
[[nodiscard]] std::string_view subject_key(std::string_view subject);

}  // namespace forcewatch

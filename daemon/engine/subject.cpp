#include "daemon/engine/subject.hpp"

#include <fmt/format.h>

namespace forcewatch {

std::string tracks_subject(std::string_view force, std::string_view programme) {
    return fmt::format("tracks:{}/{}", force, programme);
}
std::string monitoring_subject(std::string_view force) {
    return fmt::format("monitoring:{}", force);
}
std::string silence_subject(std::string_view force) { return fmt::format("silence:{}", force); }
std::string papers_subject(std::string_view force, std::string_view meeting) {
    return fmt::format("papers:{}/{}", force, meeting);
}
std::string track_subject(std::string_view force, std::string_view programme,
                          std::string_view root) {
    return fmt::format("track:{}/{}/{}", force, programme, root);
}
std::string subject_on_agenda(std::string_view alert_subject) {
    const auto kind = subject_kind(alert_subject);
    const auto key = subject_key(alert_subject);
    if (kind == "papers") return fmt::format("meeting:{}", key);
    if (kind != "track") return std::string{alert_subject};
    const auto programme = key.find('/') + 1;
    return fmt::format("tracks:{}", key.substr(0, key.find('/', programme)));
}
std::string_view subject_kind(std::string_view subject) {
    return subject.substr(0, subject.find(':'));
}
std::string_view subject_key(std::string_view subject) {
    return subject.substr(subject.find(':') + 1);
}

}  // namespace forcewatch

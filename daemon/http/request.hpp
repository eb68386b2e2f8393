/// One HTTP request, whole and checked, and who sent it.
///
/// Values only; owns all its text and may be moved into a coroutine. A test may build one by hand
/// with the setters.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace forcewatch {

/// The process at the other end, as the kernel knew it when it connected.
struct Peer {
    uid_t uid{};
    gid_t gid{};
    pid_t pid{};
    std::vector<gid_t> groups;  ///< supplementary; `gid` may be missing here

    [[nodiscard]] bool in_group(gid_t group) const;
};

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options };
[[nodiscard]] std::string_view text_of(Method method);

class Request {
public:
    Method method{};
    std::string path;  ///< decoded, valid UTF-8, begins with '/', holds no NUL
    std::vector<std::pair<std::string, std::string>> query;  ///< decoded, in the order given
    std::string body;
    std::shared_ptr<const Peer> peer;  ///< never null in a handler
    int socket{-1};                    ///< of the connection, only to ask `hung_up`

    /// The field's value without the space around it; `name` in any case. Of several, the first.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
    /// How many fields bear this name.
    [[nodiscard]] std::size_t header_count(std::string_view name) const;
    /// Of several values under one key, the first.
    [[nodiscard]] std::optional<std::string_view> query_value(std::string_view key) const;
    /// True when it may change something: neither GET, HEAD nor OPTIONS.
    [[nodiscard]] bool changes_state() const;
    /// True when nobody waits for the answer any more. One system call; for handlers that waited.
    [[nodiscard]] bool hung_up() const;

    void add_header(std::string_view name, std::string_view value);
    /// Splits and decodes a request target such as "/v1/areas?force=kent"; false: it is malformed.
    [[nodiscard]] bool set_target(std::string_view target);
    /// Forgets everything but `peer` and `socket`; keeps only small buffers.
    void clear();

private:
    friend class RequestParser;
    struct Field {
        std::uint32_t name_at, name_size, value_at, value_size;
    };
    [[nodiscard]] std::string_view name_of(const Field& field) const;

    std::string text_;  ///< names and values one after another
    std::vector<Field> fields_;
};

/// ASCII only, as HTTP compares field names.
[[nodiscard]] bool same_ignoring_case(std::string_view left, std::string_view right);

/// Undoes %XX (and '+' where `plus_is_space`); empty: malformed, a NUL, or not UTF-8.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space);

}  // namespace forcewatch

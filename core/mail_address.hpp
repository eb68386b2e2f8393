/// What may stand in an envelope, a header or an EHLO line.
///
/// Deliberately narrower than RFC 5321: ASCII, no quoting, no comments, no address literals. So a
/// text that passes can be handed to any mail library without opening a way into the dialogue.
#pragma once

#include <string>
#include <string_view>

namespace forcewatch {

/// "name@host": a dot-atom of at most 64 characters, "@", a host name; at most 254 in all.
[[nodiscard]] bool is_mail_address(std::string_view text);

/// The address in small letters, to compare: no server in use tells them from capitals, though
/// RFC 5321 would let it before the "@".
[[nodiscard]] std::string mailbox_of(std::string_view address);

/// Letters, digits and hyphens in labels of 1 to 63, no hyphen at a label's end, at most 253 in
/// all, no dot at the end. A single label such as "localhost" is a host name.
[[nodiscard]] bool is_host_name(std::string_view text);

}  // namespace forcewatch

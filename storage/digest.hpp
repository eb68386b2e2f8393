/// SHA-256, for the journal's chain and for ids that must be the same on every run, and HMAC with
/// it, for what must not be made by anybody else.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace forcewatch {

inline constexpr std::size_t hash_size = 32;

[[nodiscard]] std::string sha256(std::string_view bytes);
/// The same into room that is there already.
void sha256(std::string_view bytes, std::span<char, hash_size> digest);
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view content);
/// Whether both hold the same bytes; takes as long whichever differs.
[[nodiscard]] bool same_secret(std::string_view left, std::string_view right);
/// Lower-case hexadecimal.
[[nodiscard]] std::string hex(std::string_view bytes);

}  // namespace forcewatch

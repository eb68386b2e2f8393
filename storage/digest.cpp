#include "storage/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <memory>

#include "core/check.hpp"

namespace forcewatch {

std::string sha256(std::string_view bytes) {
    std::string digest(hash_size, '\0');
    sha256(bytes, std::span<char, hash_size>{digest.data(), hash_size});
    return digest;
}

void sha256(std::string_view bytes, std::span<char, hash_size> digest) {
    // No configuration file: nothing in it concerns a hash, and reading it delays every start.
    static const bool ready = OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1;
    FW_CHECK(ready);
    thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{
        EVP_MD_CTX_new(), EVP_MD_CTX_free};
    thread_local const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> algorithm{
        EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free};
    unsigned length = 0;
    const bool done =
        EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr) == 1 &&
        EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
        EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.data()),
                           &length) == 1;
    FW_CHECK(done && length == hash_size);
}

std::string hmac_sha256(std::string_view key, std::string_view content) {
    std::string digest(32, '\0');
    unsigned length = 0;
    const bool done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                           reinterpret_cast<const unsigned char*>(content.data()), content.size(),
                           reinterpret_cast<unsigned char*>(digest.data()), &length) != nullptr;
    FW_CHECK(done && length == 32);
    return digest;
}

bool same_secret(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        text += digits[value >> 4U];
        text += digits[value & 15U];
    }
    return text;
}

}  // namespace forcewatch

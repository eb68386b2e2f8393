/// One bad item must not stop the rest.
#pragma once

#include <exception>
#include <optional>
#include <string>

#include "storage/store.hpp"

namespace forcewatch {

/// Does `work` in a savepoint. Where it throws, nothing of it stays and the answer is why; what
/// ends the transaction itself, such as a full disk, is thrown on.
template <typename Work>
std::optional<std::string> attempted(Store& store, const Work& work) {
    try {
        Store::Savepoint part{store};
        work();
        part.keep();
        return std::nullopt;
    } catch (const StoreError& error) {
        if (error.cause() != StoreError::Cause::other || !store.is_in_transaction()) throw;
        return error.what();
    } catch (const std::exception& error) {
        return error.what();
    }
}

}  // namespace forcewatch

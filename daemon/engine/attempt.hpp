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

/// Does `work` for each of `items`, all in one savepoint; where one throws, each in a savepoint of
/// its own. Where nothing of it stays, `undone` is told what `mark` gave before; `failed` is told
/// which one could not be done, and why.
template <typename Items, typename Work, typename Mark, typename Undone, typename Failed>
void attempt_each(Store& store, const Items& items, const Work& work, const Mark& mark,
                  const Undone& undone, const Failed& failed) {
    const auto before_all = mark();
    const auto fault = attempted(store, [&] {
        for (const auto& item : items) work(item);
    });
    if (!fault) return;
    undone(before_all);
    for (const auto& item : items) {
        const auto before = mark();
        const auto why = attempted(store, [&] { work(item); });
        if (!why) continue;
        undone(before);
        failed(item, *why);
    }
}

}  // namespace forcewatch

/// One bad item must not stop the rest.
#pragma once

#include <algorithm>
#include <exception>
#include <iterator>
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

/// How many share a savepoint. SQLite keeps, in a list, each page as it was before the savepoint,
/// and walks that list at the end of every statement that can fail half-way: of a thousand items it
/// took more than half of the time.
inline constexpr std::ptrdiff_t attempted_together = 16;

/// Does `work` for each of `items`, some in one savepoint; where one of them throws, each in a
/// savepoint of its own. Where nothing of it stays, `undone` is told what `mark` gave before;
/// `failed` is told which one could not be done, and why.
template <typename Items, typename Work, typename Mark, typename Undone, typename Failed>
void attempt_each(Store& store, const Items& items, const Work& work, const Mark& mark,
                  const Undone& undone, const Failed& failed) {
    const auto one_by_one = [&](auto item, auto end) {
        for (; item != end; ++item) {
            const auto before = mark();
            const auto why = attempted(store, [&] { work(*item); });
            if (!why) continue;
            undone(before);
            failed(*item, *why);
        }
    };
    for (auto begin = std::begin(items); begin != std::end(items);) {
        const auto end =
            std::next(begin, std::min(attempted_together, std::distance(begin, std::end(items))));
        const auto before_all = mark();
        if (attempted(store, [&] { std::for_each(begin, end, work); })) {
            undone(before_all);
            one_by_one(begin, end);
        }
        begin = end;
    }
}

}  // namespace forcewatch

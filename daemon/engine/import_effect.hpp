/// What a batch of events made of the facts: item by item, field by field.
///
/// Reads the journal alone, inside the transaction that recorded the batch.
/// Thread: the loop thread.   Blocks: two folds an item.   Fails: throws StoreError.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.hpp"

namespace forcewatch {

struct FieldChange {
    std::string_view field;
    std::string before;  ///< empty: there was nothing
    std::string after;
};

struct ItemEffect {
    enum class Kind { added, changed, removed };
    std::string subject;
    Kind kind{};
    bool named{};  ///< the file names it; else it follows from what the file says
    std::vector<FieldChange> fields;
};
[[nodiscard]] std::string_view text_of(ItemEffect::Kind kind);

struct ImportEffect {
    std::vector<ItemEffect> items;  ///< by subject; at most as many as asked for
    int added{};                    ///< of what the file names
    int changed{};
    int unchanged{};
    int following{};  ///< changed or added besides
    int left_out{};   ///< beyond `items`
};

/// Of the events after `before`. People are shown by name.
[[nodiscard]] ImportEffect effect_of(Store& store, JournalSeq before,
                                     const std::set<std::string>& named, std::size_t most);

}  // namespace forcewatch

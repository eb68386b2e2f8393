#include "storage/journal_row.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "storage/sql.hpp"

namespace forcewatch {

namespace {

/// Writes into bytes that are there already, and are enough.
class Packer {
public:
    explicit Packer(char* begin) : at_{begin} {}
    void put(std::string_view text) {
        constexpr std::size_t word = 8;
        const auto size = text.size();
        if (size > 2 * word) {
            std::memcpy(at_, text.data(), size);
        } else if (size >= word) {  // a call would take longer than two words do
            std::memcpy(at_, text.data(), word);
            std::memcpy(at_ + size - word, text.data() + size - word, word);
        } else {
            for (std::size_t i = 0; i < size; ++i) at_[i] = text[i];
        }
        at_ += size;
    }
    void put(std::int64_t number, char end) {
        if (0 <= number && number < 1000)  // as lengths are
            put_short(static_cast<unsigned>(number));
        else
            at_ = std::to_chars(at_, at_ + digits_of_any, number).ptr;
        *at_++ = end;
    }
    [[nodiscard]] const char* end() const { return at_; }

    static constexpr std::size_t digits_of_any = 20;  // with a sign

private:
    void put_short(unsigned number) {
        if (number >= 100) put_digit(number / 100);
        if (number >= 10) put_digit(number / 10 % 10);
        put_digit(number % 10);
    }
    void put_digit(unsigned digit) { *at_++ = static_cast<char>('0' + digit); }

    char* at_;
};

constexpr int columns_of_a_row = 13;
constexpr int stored_hash = columns_of_a_row;

JournalRow row_of(sqlite3_value** values) {
    const auto number = [&](int at) { return ::sqlite3_value_int64(values[at]); };
    const auto text = [&](int at) { return sql::view_of(values[at]); };
    return {number(0), number(1), text(2), text(3),  text(4),  text(5), text(6),
            number(7), text(8),   text(9), text(10), text(11), text(12)};
}

/// As SQLite keeps it from row to row: it begins as zeros, and no one destroys it.
struct Walk {
    std::int64_t expected;
    std::int64_t fault;
    std::array<char, hash_size> hash;

    void begin(const ChainStart& start) {
        expected = start.seq;
        hash = start.hash;
    }
};

Walk* walk_of(sqlite3_context* context, std::size_t size) {
    return static_cast<Walk*>(::sqlite3_aggregate_context(context, static_cast<int>(size)));
}

void take_row(sqlite3_context* context, int, sqlite3_value** values) {
    Walk* const walk = walk_of(context, sizeof(Walk));
    if (walk == nullptr) return ::sqlite3_result_error_nomem(context);
    if (walk->fault != 0) return;
    auto& start = *static_cast<ChainStart*>(::sqlite3_user_data(context));
    if (walk->expected == 0) walk->begin(start);
    const auto row = row_of(values);
    if (row.seq != walk->expected) {
        walk->fault = -walk->expected;
        return;
    }
    hash_on(walk->hash, row, start.scratch);
    const std::string_view hash{walk->hash.data(), walk->hash.size()};
    if (hash != sql::view_of(values[stored_hash])) walk->fault = row.seq;
    ++walk->expected;
}

void tell_fault(sqlite3_context* context) {
    const Walk* const walk = walk_of(context, 0);
    ::sqlite3_result_int64(context, walk == nullptr ? 0 : walk->fault);
}

}  // namespace

void hash_on(std::span<char, hash_size> hash, const JournalRow& row, std::string& scratch) {
    const std::array numbers{row.seq, row.recorded_at, row.uid};
    const std::array texts{row.effective_on, row.certainty, row.kind,   row.subject, row.force,
                           row.client,       row.request,   row.reason, row.source,  row.payload};
    std::size_t most = hash.size() + (numbers.size() + texts.size()) * (Packer::digits_of_any + 1);
    for (const auto text : texts) most += text.size();
    if (scratch.size() < most) scratch.resize(most);
    Packer packer{scratch.data()};
    packer.put({hash.data(), hash.size()});
    for (const auto number : numbers) packer.put(number, ',');
    for (const auto text : texts) {
        packer.put(static_cast<std::int64_t>(text.size()), ':');
        packer.put(text);
    }
    sha256({scratch.data(), packer.end()}, hash);
}

void define_chain_fault(sql::Connection& connection, ChainStart& start) {
    sql::translated([&] {
        connection.database().createFunction("chain_fault", columns_of_a_row + 1, false, &start,
                                             nullptr, take_row, tell_fault);
    });
}

}  // namespace forcewatch

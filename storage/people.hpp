/// Who the tokens in the journal are: the one table with names and addresses.
///
/// The journal and the facts hold tokens alone, so that a person can be erased here and the chain
/// still verifies. Names are kept in memory once asked for, since every list shows them.
///
/// Owner: Store.   Thread: the loop thread.   Blocks: one local statement.   Fails: throws
/// StoreError.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace forcewatch {

namespace sql {
class Connection;
}

struct Name {
    std::string token;  ///< such as "person-17"
    std::string name;   ///< empty: erased
    std::string email;
};

class People {
public:
    explicit People(sql::Connection& connection) : connection_{connection} {}

    /// The token of the person of that name; makes one for a name not seen before. What is a token
    /// already, or a user id ("uid:1000"), and the empty text come back as they are.
    [[nodiscard]] std::string token_of(const std::string& name_or_token);
    /// The token of a person already known by that name or token; what is neither comes back as it
    /// is.
    [[nodiscard]] std::string known_token(std::string_view name_or_token) const;
    /// What to show for a token: the name, or the token itself where there is none.
    [[nodiscard]] const std::string& shown(const std::string& token);
    /// A text with each person's token replaced by what is to be shown.
    [[nodiscard]] std::string named(std::string_view text);
    [[nodiscard]] std::optional<Name> find(const std::string& token);
    [[nodiscard]] std::vector<Name> all();
    /// False: there is no such token, or another person has that name.
    bool set(const Name& name);
    /// Forgets name and address for good. False: there is no such token.
    bool erase(const std::string& token);
    /// Forgets what was read, after a transaction was undone.
    void forget() {
        tokens_.clear();
        shown_.clear();
    }

private:
    sql::Connection& connection_;
    std::unordered_map<std::string, std::string> tokens_;
    std::unordered_map<std::string, std::string> shown_;
};

}  // namespace forcewatch

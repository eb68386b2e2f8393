#include "storage/people.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "storage/sql.hpp"

namespace forcewatch {

using sql::Query;

namespace {

constexpr auto by_name_sql = "SELECT token FROM people WHERE name = :name AND name <> ''";
constexpr auto by_token_sql = "SELECT token, name, email FROM people WHERE token = :token";
constexpr auto all_sql = "SELECT token, name, email FROM people ORDER BY number";
constexpr auto next_sql = "SELECT coalesce(max(number), 0) + 1 FROM people";
constexpr auto add_sql =
    "INSERT INTO people (number, token, name, email) VALUES (:number, :token, :name, '')";
constexpr auto set_sql =
    "UPDATE people SET name = :name, email = :email WHERE token = :token"
    " AND NOT EXISTS (SELECT 1 FROM people WHERE name = :name AND name <> '' AND token <> :token)";
constexpr auto erase_sql = "UPDATE people SET name = '', email = '' WHERE token = :token";

constexpr std::string_view token_prefix = "person-";
constexpr std::string_view user_prefix = "uid:";

bool is_number(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_token(std::string_view text) {
    for (const auto prefix : {token_prefix, user_prefix})
        if (text.starts_with(prefix) && is_number(text.substr(prefix.size()))) return true;
    return false;
}

Name name_at(Query& query) { return {query.text(0), query.text(1), query.text(2)}; }

}  // namespace

std::string People::token_of(const std::string& name_or_token) {
    if (name_or_token.empty() || is_token(name_or_token)) return name_or_token;
    if (const auto known = tokens_.find(name_or_token); known != tokens_.end())
        return known->second;
    std::string token;
    {
        Query query{connection_, by_name_sql};
        if (query.bind(":name", name_or_token).next()) token = query.text(0);
    }
    if (token.empty()) {
        std::int64_t number = 0;
        {
            Query query{connection_, next_sql};
            query.next();
            number = query.number(0);
        }
        token = fmt::format("{}{}", token_prefix, number);
        Query query{connection_, add_sql};
        query.bind(":number", number).bind(":token", token).bind(":name", name_or_token).run();
    }
    tokens_.emplace(name_or_token, token);
    return token;
}

std::string People::known_token(std::string_view name_or_token) const {
    std::string text{name_or_token};
    Query query{connection_, by_name_sql};
    return query.bind(":name", text).next() ? query.text(0) : text;
}

const std::string& People::shown(const std::string& token) {
    const auto known = shown_.find(token);
    if (known != shown_.end()) return known->second;
    const auto name = find(token);
    return shown_.emplace(token, name && !name->name.empty() ? name->name : token).first->second;
}

std::string People::named(std::string_view text) {
    std::string named;
    while (!text.empty()) {
        const auto at = std::min(text.find(token_prefix), text.size());
        named += text.substr(0, at);
        text.remove_prefix(at);
        const auto end =
            text.find_first_not_of("0123456789", std::min(token_prefix.size(), text.size()));
        const auto token = text.substr(0, end);
        named += is_token(token) ? shown(std::string{token}) : std::string{token};
        text.remove_prefix(token.size());
    }
    return named;
}

std::optional<Name> People::find(const std::string& token) {
    Query query{connection_, by_token_sql};
    return query.bind(":token", token).next() ? std::optional{name_at(query)} : std::nullopt;
}

std::vector<Name> People::all() {
    std::vector<Name> names;
    Query query{connection_, all_sql};
    while (query.next()) names.push_back(name_at(query));
    return names;
}

bool People::set(const Name& name) {
    forget();
    Query query{connection_, set_sql};
    return query.bind(":token", name.token)
               .bind(":name", name.name)
               .bind(":email", name.email)
               .run() > 0;
}

bool People::erase(const std::string& token) {
    forget();
    Query query{connection_, erase_sql};
    return query.bind(":token", token).run() > 0;
}

}  // namespace forcewatch

#include "daemon/recent_items.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "daemon/engine/london.hpp"

namespace forcewatch {

namespace {

/// What an item looks like follows from the facts and from the day alone.
constexpr std::array<std::string_view, 4> collections{"/v1/findings/", "/v1/actions/",
                                                      "/v1/obligations/", "/v1/meetings/"};
constexpr std::size_t bytes_beside_texts = 256;

bool is_about_one_item(const Request& request) {
    return request.query.empty() &&
           std::any_of(collections.begin(), collections.end(), [&](std::string_view collection) {
               return request.path.starts_with(collection);
           });
}

}  // namespace

std::optional<Response> RecentItems::find(const Request& request, Instant now) const {
    if (!request.query.empty() || now < from_ || now >= until_) return std::nullopt;
    const auto found = by_path_.find(request.path);
    if (found == by_path_.end()) return std::nullopt;
    Response response;
    response.body = found->second.body;
    response.headers = found->second.headers;
    return response;
}

void RecentItems::keep(const Request& request, Response& response, Instant now) {
    auto* text = std::get_if<std::string>(&response.body);
    if (response.status != 200 || text == nullptr || !is_about_one_item(request)) return;
    const auto bytes = request.path.size() + text->size() + bytes_beside_texts;
    if (bytes > most_bytes_) return;
    if (now < from_ || now >= until_ || bytes_ + bytes > most_bytes_) {
        clear();
        const Date today = london_date(now);
        from_ = starts_at(today);
        until_ = starts_at(today + std::chrono::days{1});
    }
    auto body = std::make_shared<const std::string>(std::move(*text));
    response.body = body;
    bytes_ += bytes;
    by_path_.insert_or_assign(request.path, Kept{std::move(body), response.headers});
}

void RecentItems::clear() {
    by_path_.clear();
    bytes_ = 0;
    from_ = until_ = Instant{};
}

}  // namespace forcewatch

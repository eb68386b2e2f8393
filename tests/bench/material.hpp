/// The same made-up actions for every side: rows for an import, alerts for Alertmanager, single
/// changes, and a database of a million of them.
///
/// All fall due in 2040 and 2041, so nothing is due while they are measured.
#pragma once

#include <filesystem>
#include <string>

#include "core/types.hpp"
#include "daemon/engine/letter_input.hpp"

namespace forcewatch {
class Engine;
class Store;
}  // namespace forcewatch

namespace forcewatch::bench {

/// "bench/A0000017".
[[nodiscard]] std::string action_key(std::size_t number);
/// An HTTP request that imports the shipped forces.
[[nodiscard]] std::string forces_request();
/// HTTP requests that hand over `count` actions from number `first` on.
[[nodiscard]] std::string import_request(std::size_t first, std::size_t count);
[[nodiscard]] std::string alerts_request(std::size_t first, std::size_t count);
/// An HTTP request that records one action.
[[nodiscard]] std::string change_request(std::size_t number);
[[nodiscard]] std::string actions_csv(std::size_t first, std::size_t count);

/// The folder under `kept` that holds a database of a million actions and its configuration; made
/// now, unless it is there and fits this build.
[[nodiscard]] std::filesystem::path million_actions(const std::filesystem::path& kept);
/// The same with `count` actions, straight through the engine.
void fill(const std::filesystem::path& folder, std::size_t count);

/// A database of `count` actions under `settings`, the first `overdue` of them since a month, and
/// all recorded a year ago: who opens it finds so many due at once.
void fill_overdue(const std::filesystem::path& folder, const std::string& settings,
                  std::size_t count, std::size_t overdue);
/// The rows of actions that have long been overdue, from number `first` on.
[[nodiscard]] std::string overdue_csv(std::size_t first, std::size_t count);

/// One parcel for each message; composing it is not what is measured.
[[nodiscard]] std::vector<NewParcel> plain_parcel(const MessageInput& input, const MailSettings&);
/// A file of config/reference/.
[[nodiscard]] std::string shipped(const std::string& name);
/// Records a file in a transaction of its own. Throws what is wrong with it.
void import_text(Store& store, Engine& engine, const std::string& name, const std::string& text,
                 Instant now);

}  // namespace forcewatch::bench

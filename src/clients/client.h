// Those who may ask, and what each of them may.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"

namespace fluxgate {

/// How a client gets its pictures in a chat.
enum class Output : std::uint8_t {
  link,   ///< As a link in the text.
  data,   ///< As a data URL in the text.
  images  ///< Beside the text, and as a link in it.
};

/// A client of the operator's list. Limits that are not set do not hold.
struct Client {
  std::string name;  ///< Unique; for logs and bills. One of AUTHORIZED_API_KEY is "#1", "#2", ...
  std::vector<std::string> models = {};          ///< Globs (base/glob.h); when empty, all models.
  std::optional<std::uint32_t> per_minute = {};  ///< Requests that order pictures or texts.
  std::optional<std::uint32_t> per_day = {};     ///< Pictures in a day of UTC.
  std::optional<std::int64_t> usd_per_day = {};  ///< Billionths of a US dollar in a day of UTC.
  std::optional<Output> output = {};             ///< Nothing: what the request says.
  std::optional<bool> optimises = {};            ///< In the images face and MCP; nothing: the same.
  bool is_operator = false;                      ///< ADMIN_API_KEY: sees everybody's use.

  bool may_use(std::string_view model) const;
  bool has_limits() const { return per_minute || per_day || usd_per_day; }
};

/// Who has which key. Those of the list are kept as SHA-256; the few that are no part of a list
/// stand as they are, for hashing takes longer than all else that a wrong key costs.
class ClientList {
 public:
  /// Adds a client that is no part of a list.
  void add(Client client, std::string key);
  /// Adds the clients of a JSON array. docs/keys.md has its form. Error: configuration_error, which
  /// names the client and never its key; nothing was added then. `source`: the variable's name.
  Result<void> add_all(std::string_view json, std::string_view source);

  bool empty() const { return clients_.empty(); }
  const std::vector<Client>& clients() const { return clients_; }
  /// The client with that key; null when there is none. Every key is compared, each in constant
  /// time: 1,000 of a list take some 3 µs.
  const Client* find(std::string_view key) const;

 private:
  std::vector<Client> clients_;          ///< First those that are no part of a list.
  std::vector<std::string> plain_keys_;  ///< Theirs, in the same order.
  std::vector<Sha256Digest> keys_;       ///< Of the others.
};

/// The most clients of one list, which is read anew every minute: more are a service of their own.
constexpr std::size_t kMostClients = 10'000;

}  // namespace fluxgate

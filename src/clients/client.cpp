#include "clients/client.h"

#include <algorithm>
#include <cstring>
#include <initializer_list>

#include "base/ascii.h"
#include "base/glob.h"
#include "json/document.h"

namespace fluxgate {
namespace {

constexpr std::size_t kMostNameBytes = 64;
constexpr std::size_t kMostGlobs = 64;
constexpr std::size_t kMostGlobBytes = 200;
/// Beyond these a limit is none.
constexpr std::int64_t kMostPerMinute = 100'000;
constexpr std::int64_t kMostPerDay = 10'000'000;

/// Names stand in the ledger's names, between slashes, and in headers of logs.
bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kMostNameBytes && trim(name) == name &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return is_alnum(c) || c == ' ' || c == '.' || c == '_' || c == '-' || c == '@' ||
                  c == '+';
         });
}

std::optional<Sha256Digest> digest_of_hex(std::string_view text) {
  Sha256Digest digest;
  if (text.size() != 2 * digest.size()) return {};
  for (std::size_t at = 0; at < digest.size(); ++at) {
    const int high = hex_digit_value(text[2 * at]);
    const int low = hex_digit_value(text[2 * at + 1]);
    if (high < 0 || low < 0) return {};
    digest[at] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return digest;
}

/// Reads the members of one client. Each function gives what is wrong with its member, or nothing.
class Reader {
 public:
  explicit Reader(json::Value client) : json_(client) {}

  const char* read(Client& client, Sha256Digest& key) {
    client.name = json_["name"].string_or_empty();
    if (!is_name(client.name))
      return "needs a name of 1 to 64 letters, digits, spaces and . _ - @ +";
    if (!json_.has_only({"name", "key", "key_sha256", "models", "per_minute", "per_day",
                         "usd_per_day", "output", "optimize"})) {
      return "has a member that is none of name, key, key_sha256, models, per_minute, per_day, "
             "usd_per_day, output and optimize";
    }
    for (const auto problem :
         {read_key(key), read_models(client), read_limits(client), read_ways(client)}) {
      if (problem != nullptr) return problem;
    }
    return nullptr;
  }

 private:
  const char* read_key(Sha256Digest& key) {
    const json::Value plain = json_["key"];
    const json::Value hashed = json_["key_sha256"];
    if (plain.absent() == hashed.absent()) return "needs either key or key_sha256";
    if (plain.absent()) {
      const auto digest = digest_of_hex(hashed.string_or_empty());
      if (!digest) return "has a key_sha256 that is not 64 hexadecimal digits";
      key = *digest;
      return nullptr;
    }
    const std::string_view text = trim(plain.string_or_empty());
    if (text.empty()) return "has a key that is empty";
    key = sha256(text);
    return nullptr;
  }

  const char* read_models(Client& client) {
    const json::Value models = json_["models"];
    if (models.absent()) return nullptr;
    if (!models.is_array() || models.item_count() == 0 || models.item_count() > kMostGlobs) {
      return "has models that are no list of 1 to 64 names";
    }
    for (const json::Value glob : models.items()) {
      client.models.emplace_back(glob.string_or_empty());
      if (client.models.back().empty() || client.models.back().size() > kMostGlobBytes) {
        return "has models that are no list of 1 to 64 names";
      }
    }
    return nullptr;
  }

  bool read_count(const char* name, std::int64_t most, std::optional<std::uint32_t>& count) {
    const json::Value value = json_[name];
    if (value.absent()) return true;
    const std::int64_t number = value.integer().value_or(-1);
    if (number < 0 || number > most) return false;
    count = static_cast<std::uint32_t>(number);
    return true;
  }

  const char* read_limits(Client& client) {
    if (!read_count("per_minute", kMostPerMinute, client.per_minute)) {
      return "has a per_minute that is no whole number from 0 to 100,000";
    }
    if (!read_count("per_day", kMostPerDay, client.per_day)) {
      return "has a per_day that is no whole number from 0 to 10,000,000";
    }
    const json::Value usd = json_["usd_per_day"];
    if (usd.absent()) return nullptr;
    client.usd_per_day = usd.billionths();
    if (!client.usd_per_day || *client.usd_per_day < 0)
      return "has a usd_per_day that is no amount";
    return nullptr;
  }

  const char* read_ways(Client& client) {
    const json::Value output = json_["output"];
    const std::string_view word = output.string_or_empty();
    if (word == "link") client.output = Output::link;
    if (word == "data") client.output = Output::data;
    if (word == "images") client.output = Output::images;
    if (!output.absent() && !client.output) return "has an output that is not link, data or images";
    const json::Value optimise = json_["optimize"];
    client.optimises = optimise.boolean();
    if (!optimise.absent() && !client.optimises) return "has an optimize that is not true or false";
    return nullptr;
  }

  json::Value json_;
};

Error list_error(std::string_view source, std::string what) {
  return Error(ErrorCode::configuration_error, std::string(source).append(what));
}

/// Are the digests equal? The time taken does not depend on them.
bool are_equal(const Sha256Digest& one, const Sha256Digest& other) {
  std::uint64_t difference = 0;
  for (std::size_t at = 0; at < one.size(); at += sizeof(std::uint64_t)) {
    std::uint64_t a, b;
    std::memcpy(&a, &one[at], sizeof a);
    std::memcpy(&b, &other[at], sizeof b);
    difference |= a ^ b;
  }
  return difference == 0;
}

}  // namespace

bool Client::may_use(std::string_view model) const {
  return models.empty() || std::any_of(models.begin(), models.end(), [&](const std::string& glob) {
           return fits_glob(glob, model);
         });
}

void ClientList::add(Client client, std::string key) {
  clients_.insert(clients_.begin() + static_cast<std::ptrdiff_t>(plain_keys_.size()),
                  std::move(client));
  plain_keys_.push_back(std::move(key));
}

Result<void> ClientList::add_all(std::string_view json, std::string_view source) {
  const Result<json::Document> document = json::Document::parse(json);
  if (!document || !document->root().is_array()) {
    return list_error(source, " must be a JSON array of clients.");
  }
  if (clients_.size() + document->root().item_count() > kMostClients) {
    return list_error(source, " has more than 10,000 clients.");
  }
  ClientList added;
  std::size_t place = 0;
  for (const json::Value item : document->root().items()) {
    Client client;
    Sha256Digest key;
    const char* problem = Reader(item).read(client, key);
    ++place;
    if (problem != nullptr) {
      return list_error(source, ": client " + std::to_string(place) + " " + problem + ".");
    }
    added.clients_.push_back(std::move(client));
    added.keys_.push_back(key);
  }
  std::vector<std::string_view> names;
  for (const ClientList* list : std::initializer_list<const ClientList*>{this, &added}) {
    for (const Client& client : list->clients_) names.push_back(client.name);
  }
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) {
    return list_error(source, ": there are two clients of the name " + std::string(*twice) + ".");
  }
  std::vector<Sha256Digest> keys = keys_;
  keys.insert(keys.end(), added.keys_.begin(), added.keys_.end());
  for (const std::string& key : plain_keys_) keys.push_back(sha256(key));
  std::sort(keys.begin(), keys.end());
  if (std::adjacent_find(keys.begin(), keys.end()) != keys.end()) {
    return list_error(source, ": two clients have one key.");
  }
  for (std::size_t index = 0; index < added.clients_.size(); ++index) {
    clients_.push_back(std::move(added.clients_[index]));
    keys_.push_back(added.keys_[index]);
  }
  return {};
}

const Client* ClientList::find(std::string_view key) const {
  const Client* found = nullptr;
  for (std::size_t index = 0; index < plain_keys_.size(); ++index) {
    if (equal_in_constant_time(plain_keys_[index], key)) found = &clients_[index];
  }
  if (found != nullptr || keys_.empty()) return found;
  const Sha256Digest digest = sha256(key);
  const Client* const listed = clients_.data() + plain_keys_.size();
  for (std::size_t index = 0; index < keys_.size(); ++index) {
    found = are_equal(keys_[index], digest) ? listed + index : found;
  }
  return found;
}

}  // namespace fluxgate

// What is asked of a ledger, and what it says: "The service LEDGER" of src/abi/abi.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/unix_ms.h"

namespace fluxgate {

/// One step of a transaction. The functions below make them.
struct LedgerStep {
  enum class Kind : std::uint8_t { add, settle, make, write, read, drop, list };
  Kind kind;
  std::string name;  ///< list: what the names begin with.
  std::int64_t amount = 0;
  std::optional<std::int64_t> most = {};
  UnixMs until_ms = 0;
  std::string hold = {};  ///< add: whether it holds, and settle: what ends.
  UnixMs hold_until_ms = 0;
  std::string text = {};  ///< list: the name behind which it begins.
};

/// What a step has given, or the value by which it was refused.
struct LedgerResult {
  std::int64_t number = 0;          ///< add, settle; 1 for the true of the others.
  std::optional<std::string> text;  ///< read, and a refused make.
  std::vector<std::pair<std::string, std::string>> list;  ///< Numbers as texts.
};

struct LedgerAnswer {
  /// The step that was refused, for which nothing was done; then `results` has its value alone.
  std::optional<std::size_t> refused = {};
  std::vector<LedgerResult> results = {};  ///< One for each step.
};

/// The most steps of a transaction.
constexpr std::size_t kMostSteps = 64;

LedgerStep add_step(std::string name, std::int64_t amount, UnixMs until_ms);
LedgerStep make_step(std::string name, std::string text, UnixMs until_ms);
LedgerStep write_step(std::string name, std::string text, UnixMs until_ms);
LedgerStep read_step(std::string name);
LedgerStep drop_step(std::string name);
LedgerStep list_step(std::string prefix, std::string after = {});

/// The steps as JSON.
std::string write_steps(std::span<const LedgerStep> steps);

/// Reads what a ledger has answered with status 200 or 412. Error: invalid_json.
Result<LedgerAnswer> read_ledger_answer(int status, std::string_view body);

}  // namespace fluxgate

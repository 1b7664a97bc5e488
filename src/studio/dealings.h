// One picture's dealings with a backend, with one key.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "provider/dialect.h"
#include "studio/batch.h"
#include "studio/call.h"

namespace fluxgate {

/// A picture that is ordered and not there yet. Its destructor calls it off, where the backend can
/// and the order has not come to its end before.
class OpenOrder {
 public:
  explicit OpenOrder(Exchange& exchange) : exchange_(exchange) {}
  OpenOrder(const OpenOrder&) = delete;
  OpenOrder& operator=(const OpenOrder&) = delete;
  ~OpenOrder() {
    if (later.cancel) exchange_.call_off(*std::move(later.cancel));
  }

  Later later;  ///< What was said of it last, with what was said before and still holds.

 private:
  Exchange& exchange_;
};

struct Dealings {
  Batch& batch;
  const Candidate& candidate;
  const ImageJob& job;
  std::size_t key;
  ImageCall call = {};
  std::string asked_url = {};
  std::unique_ptr<OpenOrder> order = {};  ///< Null while none is taken, and when it is at its end.

  const Session& session() const { return batch.exchange.session(); }

  /// Adds what every request has: the key, where the address may have it. Error: upstream_bad_url,
  /// for an address of somebody else that is not admitted.
  Result<void> complete(Request& request) const;

  /// Completes `call` with what an answer that is an error means.
  void judge(BackendComplaint complaint, Headers headers);

  /// Takes what a good answer comes to. Gives the picture that it tells of; nothing when that is
  /// ordered, and when there will be none. Errors: those of Dialect::read.
  Result<std::optional<Picture>> take(Result<Step> said, const Headers& headers);

  /// The order has come to its end, well or not.
  void end_order();

 private:
  bool may_have_key(std::string_view url) const;
  void go_on(Later next);
};

}  // namespace fluxgate

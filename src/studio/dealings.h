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

struct Dealings;

/// A picture that is ordered and not there yet. Its destructor calls it off, where the backend can
/// and the order has not come to its end before; or leaves it to a later request
/// (Account::left_behind): where the client has left and may ask again, and where orders are left.
class OpenOrder {
 public:
  OpenOrder(const Dealings& dealings, UnixMs ordered_ms);
  OpenOrder(const OpenOrder&) = delete;
  OpenOrder& operator=(const OpenOrder&) = delete;
  ~OpenOrder();

  Later later;  ///< What was said of it last, with what was said before and still holds.
  bool is_over = false;

  /// Can a later request ask for the picture? What it must know for that is kept, and so must not
  /// hold a key: some backends might put theirs into the addresses that they name.
  bool can_be_left() const;

 private:
  void leave_behind();

  Exchange& exchange_;
  LeftPicture left_;
  std::string_view key_header_;
};

struct Dealings {
  Batch& batch;
  const Candidate& candidate;
  const ImageJob& job;
  std::size_t key;
  ImageCall call = {};
  std::string asked_url = {};
  std::unique_ptr<OpenOrder> order = {};  ///< Null while none is taken, and when it is at its end.
  bool is_new = true;                     ///< It is an order of this request.

  const Session& session() const { return batch.exchange.session(); }

  /// Adds what every request has: the key, where the address may have it. Error: upstream_bad_url,
  /// for an address of somebody else that is not admitted.
  Result<void> complete(Request& request) const;

  /// Completes `call` with what an answer that is an error means.
  void judge(BackendComplaint complaint, Headers headers);

  /// Takes what a good answer comes to. Gives the picture that it tells of; nothing when that is
  /// ordered, and when there will be none. Errors: those of Dialect::read.
  Result<std::optional<Picture>> take(Result<Step> said, const Headers& headers);

  /// Takes up an order of an equal request before.
  void take_up(const LeftPicture& left);

  /// The order has come to its end, well or not.
  void end_order();

 private:
  bool may_have_key(std::string_view url) const;
  void go_on(Later next);
};

}  // namespace fluxgate

// How the store is called: a service of the host, as src/abi/abi.md has it, or a bucket of S3.
// Nobody else knows which of them it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "effect/holding.h"
#include "effect/operations.h"
#include "exchange/exchange.h"
#include "http/message.h"
#include "picture/file_type.h"

namespace fluxgate {

/// What the store is asked about one picture.
struct StoreCall {
  Method method = Method::get;
  std::string_view key;
  /// Percent-encoded: "uploads", "uploadId=ID", "uploadId=ID&partNumber=N", or nothing.
  std::string_view query = {};
  std::optional<ImageType> type = {};  ///< When the picture begins to be stored.
  std::string body = {};
  bool has_rest = false;  ///< The caller adds more behind the body, and a content-length.
};

/// The call as a request. It is signed for a server of S3, so it should be sent soon; the headers
/// range and if-none-match may be added.
Request store_request(const Exchange& exchange, StoreCall call);

/// Must the length of a picture be known before it is stored?
bool store_wants_length(const Exchange& exchange);

/// Stores bytes that the host holds as the picture of that key.
Task<UpstreamResponse> put_held(const Exchange& exchange, std::string key, ImageType type,
                                const HeldBytes& held);

/// What an answer that refuses a call says, for the log: "store status 503, SlowDown".
Task<std::string> store_complaint(const Exchange& exchange, UpstreamResponse answer);

/// The id of the upload that an answer of status 200 says has begun; empty when it says none.
/// Errors: those of collect().
Task<std::string> read_upload_id(const Exchange& exchange, UpstreamResponse answer);

/// The body of the call that ends an upload. `etags`: of its parts, in order.
std::string completion_body(const Exchange& exchange, const std::vector<std::string>& etags);

/// Why an upload has not ended though the answer has status 200; empty when it has. Errors: those
/// of collect().
Task<std::string> completion_complaint(const Exchange& exchange, UpstreamResponse answer);

/// Calls off an upload that is never to be finished, where the store would keep its parts for ever.
void call_off_upload(Exchange& exchange, std::string_view key, std::string_view query);

/// "max-age=SECONDS": how long a stored picture is wanted, by IMAGES_TTL_DAYS.
std::string picture_max_age(const Config& config);

}  // namespace fluxgate

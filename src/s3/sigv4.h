// Signature Version 4 of AWS: who asks, and for what, without sending the secret. Source:
// docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/sha256.h"
#include "base/unix_ms.h"

namespace fluxgate::s3 {

/// Stands for the hash of a body that is not hashed.
constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

/// A header that is signed.
struct SignedHeader {
  std::string_view name;  ///< In lower case.
  std::string value;      ///< Without white space at its ends, and without two spaces in a row.
};

/// What is signed of a request.
struct Signable {
  std::string_view method;
  std::string_view path;              ///< As it is sent: percent-encoded, "/" at least.
  std::string_view query;             ///< As it is sent, without '?'; in any order.
  std::vector<SignedHeader> headers;  ///< In the order of their names.
  std::string_view payload_hash;      ///< Of the body, in hexadecimal; or kUnsignedPayload.
};

/// Who signs, and for which service. The views must outlive the call.
struct Signer {
  std::string_view key_id;
  std::string_view secret;
  std::string_view region;
  std::string_view service;
};

/// "20150830T123600Z", as x-amz-date has it. From 1970 to 9999.
std::string timestamp(UnixMs now_ms);

/// The request in the one form that both sides hash.
std::string canonical_request(const Signable& request);

/// What the signature is of. `time`: a timestamp().
std::string string_to_sign(const Signer& signer, std::string_view time,
                           std::string_view canonical_request);

/// The key for all signatures of one day. `date`: the first eight digits of a timestamp().
Sha256Digest signing_key(const Signer& signer, std::string_view date);

/// The value of the header `authorization`. `time` is also the value of the header x-amz-date.
std::string authorization(const Signer& signer, std::string_view time, const Signable& request);

}  // namespace fluxgate::s3

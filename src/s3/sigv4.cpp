#include "s3/sigv4.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"

namespace fluxgate::s3 {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::size_t kDateCharacters = 8;

/// The parameters by their names, then their values, each with its '='.
std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string_view, std::string_view>> parameters;
  for (const std::string_view parameter : split_list(query, '&')) {
    const std::size_t equals = parameter.find('=');
    parameters.emplace_back(parameter.substr(0, equals),
                            equals == kNowhere ? std::string_view() : parameter.substr(equals + 1));
  }
  std::sort(parameters.begin(), parameters.end());
  std::string text;
  for (const auto& [name, value] : parameters) {
    if (!text.empty()) text += '&';
    text.append(name).append("=").append(value);
  }
  return text;
}

std::string header_names(const std::vector<SignedHeader>& headers) {
  std::string names;
  for (const SignedHeader& header : headers) {
    if (!names.empty()) names += ';';
    names += header.name;
  }
  return names;
}

/// What a signature is good for: one day, one region, one service.
std::string scope(const Signer& signer, std::string_view time) {
  std::string text(time.substr(0, kDateCharacters));
  return text.append("/")
      .append(signer.region)
      .append("/")
      .append(signer.service)
      .append("/aws4_request");
}

/// Appends the number with leading zeros.
void append_digits(std::string& text, std::int64_t value, std::size_t count) {
  const std::string digits = std::to_string(value);
  if (digits.size() < count) text.append(count - digits.size(), '0');
  text += digits;
}

}  // namespace

/// The days are told as in "chrono-Compatible Low-Level Date Algorithms" (Hinnant),
/// howardhinnant.github.io/date_algorithms.html#civil_from_days: years begin in March there.
std::string timestamp(UnixMs now_ms) {
  const std::int64_t now_s = std::max<std::int64_t>(now_ms, 0) / 1000;
  const std::int64_t from_march_of_0 = now_s / 86'400 + 719'468;  // Days.
  const std::int64_t era = from_march_of_0 / 146'097;             // Of 400 years.
  const std::int64_t day_of_era = from_march_of_0 % 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;  // From March on.
  const std::int64_t year = year_of_era + era * 400 + (month >= 10 ? 1 : 0);
  std::string text;
  append_digits(text, year, 4);
  append_digits(text, month < 10 ? month + 3 : month - 9, 2);
  append_digits(text, day_of_year - (153 * month + 2) / 5 + 1, 2);
  text += 'T';
  append_digits(text, now_s % 86'400 / 3'600, 2);
  append_digits(text, now_s % 3'600 / 60, 2);
  append_digits(text, now_s % 60, 2);
  return text += 'Z';
}

std::string canonical_request(const Signable& request) {
  std::string text(request.method);
  text.append("\n").append(request.path).append("\n").append(canonical_query(request.query));
  text += '\n';
  for (const SignedHeader& header : request.headers) {
    text.append(header.name).append(":").append(header.value).append("\n");
  }
  return text.append("\n")
      .append(header_names(request.headers))
      .append("\n")
      .append(request.payload_hash);
}

std::string string_to_sign(const Signer& signer, std::string_view time,
                           std::string_view canonical_request) {
  std::string text(kAlgorithm);
  return text.append("\n")
      .append(time)
      .append("\n")
      .append(scope(signer, time))
      .append("\n")
      .append(hex(sha256(canonical_request)));
}

Sha256Digest signing_key(const Signer& signer, std::string_view date) {
  std::string secret("AWS4");
  Sha256Digest key = hmac_sha256(secret.append(signer.secret), date);
  for (const std::string_view part : {signer.region, signer.service, {"aws4_request"}}) {
    key = hmac_sha256(bytes_of(key), part);
  }
  return key;
}

std::string authorization(const Signer& signer, std::string_view time, const Signable& request) {
  const Sha256Digest key = signing_key(signer, time.substr(0, kDateCharacters));
  const std::string signed_text = string_to_sign(signer, time, canonical_request(request));
  std::string text(kAlgorithm);
  return text.append(" Credential=")
      .append(signer.key_id)
      .append("/")
      .append(scope(signer, time))
      .append(", SignedHeaders=")
      .append(header_names(request.headers))
      .append(", Signature=")
      .append(hex(hmac_sha256(bytes_of(key), signed_text)));
}

}  // namespace fluxgate::s3

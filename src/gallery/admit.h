// Which picture URLs are admitted for one request.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "exchange/exchange.h"

namespace fluxgate {

/// Who has named a picture's address.
enum class NamedBy : std::uint8_t {
  backend,  ///< Or a link that we have signed, which one has named.
  client
};

/// link/admission.h with the operator's policy, for a gateway that has two names: the one in its
/// links (PUBLIC_BASE_URL) and the one that this request came to. Neither is admitted. Nor are the
/// hosts of IMAGE_HOSTS_INTERNAL where a client names them: it could ask them for whatever they
/// have, such as the pictures of others.
Result<std::string> admit_picture_url(const Exchange& exchange, std::string_view url,
                                      NamedBy named_by = NamedBy::backend);

}  // namespace fluxgate

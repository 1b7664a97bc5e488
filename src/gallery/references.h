// The pictures that a request gives to go by. Their bytes stay with the host.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "effect/holding.h"
#include "exchange/exchange.h"
#include "picture/reference.h"

namespace fluxgate {

/// Pictures in the order in which the client gave them, and a mask for the first of them.
class References {
 public:
  /// The pictures and the mask take `share` of Load::held_bytes.
  explicit References(Budget::Share share) : share_(std::move(share)) {}

  /// Error: invalid_image (it is no picture of a type that we know, or one too many).
  Result<void> add(HeldBytes bytes);
  Result<void> set_mask(HeldBytes bytes);

  /// What the pictures take; a picture that is still to be added needs so many bytes more. Error:
  /// overloaded.
  Result<void> make_room(std::uint64_t more_bytes);
  /// Gives back what the share has beyond the pictures.
  void settle() { share_.shrink_to(held_bytes()); }

  /// How long the next picture may take, of a request of this age: with all before it,
  /// kReferencesMs.
  std::uint32_t patience_ms(std::int64_t age_ms);

  std::span<const Reference> pictures() const { return pictures_; }
  /// Null when there is none.
  const Reference* mask() const { return mask_ ? &*mask_ : nullptr; }
  /// The bytes of picture `index`, or of the mask for kMaskSlot.
  const HeldBytes& bytes(std::size_t index) const {
    return index < bytes_.size() ? bytes_[index] : mask_bytes_;
  }

 private:
  std::uint64_t held_bytes() const;

  Budget::Share share_;
  std::optional<std::int64_t> begun_ms_;  ///< How old the request was when the first was fetched.
  std::vector<Reference> pictures_;
  std::vector<HeldBytes> bytes_;
  std::optional<Reference> mask_;
  HeldBytes mask_bytes_;
};

/// Adds the picture that `source` names: a data URL, an https URL, which is fetched as those of
/// backends are, a link of ours, or the base64 of a file. `source` must outlive the Task. Errors:
/// invalid_image, overloaded.
Task<> add_reference(Exchange& exchange, References& references, std::string_view source);

/// The same for the mask.
Task<> add_mask(Exchange& exchange, References& references, std::string_view source);

/// Is `url` a link of ours that shows a picture: signed by us, or to one in the store?
bool is_own_link(const Exchange& exchange, std::string_view url);

}  // namespace fluxgate

// Checks every byte that leaves a session: the client's answer and the operator's log.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "effect/effect.h"
#include "http/headers.h"

namespace fluxgate::fuzz {

/// Takes the effects that are meant for the client, in their order, and breaks off at the first
/// that no client could bear: a second head, bytes behind the end, a header that is none, an error
/// in another shape, a secret.
class Answer {
 public:
  /// `randomness`: the session's, 32 hex digits. `id_is_randomness`: the request's id tells it;
  /// else it must not. `is_head`: the client's method was HEAD.
  Answer(std::string randomness, bool id_is_randomness, bool is_head)
      : randomness_(std::move(randomness)),
        id_is_randomness_(id_is_randomness),
        is_head_(is_head) {}

  void respond(const Effect& effect);
  void write(const Effect& effect);
  void pipe();
  void end(const Effect& effect);
  void log(const Effect& effect);
  /// The session is over. `whole`: nothing was wrong on the client's side, so there must be an
  /// answer, and an end of it.
  void done(bool whole);

 private:
  void check_head(const Effect& effect);
  void check_whole_body();
  void check_passed();
  void check_events();

  std::string randomness_;
  bool id_is_randomness_;
  bool is_head_;
  std::uint32_t status_ = 0;
  Headers headers_;
  std::string body_;
  bool begun_ = false;
  bool ended_ = false;
  bool broken_ = false;
};

/// A fetch as its host gets it. A key goes to its own backend alone, and only admitted addresses
/// are called besides.
void check_fetch(const Effect& effect);

}  // namespace fluxgate::fuzz

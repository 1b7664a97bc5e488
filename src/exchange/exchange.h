// One request and our answer to it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/pieces.h"
#include "effect/operations.h"
#include "exchange/header_names.h"
#include "exchange/instance.h"
#include "exchange/voice.h"
#include "http/request_head.h"
#include "http/url.h"
#include "ledger/account.h"
#include "ledger/recording.h"
#include "log/request_log.h"

namespace fluxgate {

/// Adds to every answer what all answers have: x-request-id, CORS headers, no body for HEAD. An
/// Exchange lives in the frame of Gateway::serve() and outlives the handler.
class Exchange {
 private:
  /// How much of our answer was sent.
  enum class Sent { nothing, white_space, bytes, events, all };

 public:
  /// The references must outlive this.
  Exchange(RequestHead head, Session& session, Instance& instance, const Voice& voice);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  Method method() const { return head_.method; }
  /// The request's headers. When they are longer than 8 KiB, only those that handlers ask for are
  /// kept.
  const Headers& headers() const { return head_.headers; }
  UrlParts url() const { return split_url(head_.url); }
  /// From now on the path of url() is `path`.
  void go_to(std::string_view path);
  /// The origin of our links, "https://host:port": PUBLIC_BASE_URL, or the origin of this request.
  std::string public_origin() const;
  /// The id of this request: 32 hex digits that nobody can guess.
  const std::string& id() const { return id_; }
  /// 16 bytes that only this request knows, where there are no signing keys.
  std::string_view secret() const {
    const Randomness& random = session_.randomness();
    return {reinterpret_cast<const char*>(random.data()), random.size()};
  }
  Session& session() const { return session_; }
  Instance& instance() const { return instance_; }
  const Config& config() const { return instance_.config(); }
  /// What the operator's log will say of this request.
  RequestLog& log() { return log_; }
  /// What its client is charged with.
  Account& account() { return account_; }
  const Account& account() const { return account_; }
  /// Who asks. Only where a key was demanded.
  const Client& client() const { return *account_.client; }
  std::int64_t age_ms() const { return session_.now_ms() - opened_ms_; }

  /// Sends the whole answer. A body of more than 64 KiB is held, and sent piece by piece, until the
  /// client has it all. Error: client_closed, also when the client does not take a piece within a
  /// minute.
  Task<> respond(Response response);
  Task<> respond(Response head, Pieces body);
  /// Sends the head of the answer and its first bytes; pipe() or send() follow, then end().
  Task<> begin(Response response);
  /// Sends white space in front of the answer, which is JSON: whoever is on the way sees that the
  /// connection lives. The answer has status 200 from then on, whatever it will be. Nothing once
  /// the answer itself has begun. Error: client_closed.
  Task<> send_white_space();
  /// Sends the head of an event stream and its first bytes. Error: client_closed, also when the
  /// client does not take them within a minute.
  Task<> begin_events(Response response);
  /// Sends the next piece of an answer that was begun. Error: client_closed, also when the client
  /// does not take the whole piece within a minute.
  Task<> send(std::string bytes);
  /// Sends the rest of `body`, past the module's memory. Errors: those of pipe().
  Task<> pipe_rest(Body body, ReadLimits limits, Coding coding);
  /// Ends an answer that was begun: it is complete.
  void end();
  /// Sends the head of the answer, and leaves the rest of `body` behind it to the host: it goes on
  /// when this request is over, and nobody hears of its end. The head says its content-length.
  void pass(Response head, Body body);
  /// From now on errors are told in this voice.
  void speak_as(const Voice& voice) { voice_ = &voice; }
  /// What was sent ends where no error can be told: from now on one breaks the transfer.
  void break_on_error() {
    if (sent_ == Sent::events) sent_ = Sent::bytes;
  }
  /// What is sent while this lives ends where no error can be told, but for what is sent before and
  /// behind. When it ends without close(), the work has been given up in the middle.
  class Inside {
   public:
    explicit Inside(Exchange& exchange) : exchange_(exchange), sent_(exchange.sent_) {
      exchange_.break_on_error();
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    void close() {
      if (sent_ == Sent::events) exchange_.sent_ = Sent::events;
    }

   private:
    Exchange& exchange_;
    const Sent sent_;
  };
  /// Can a client still be told of an error?
  bool can_tell() const { return sent_ != Sent::bytes && sent_ != Sent::all; }
  /// Tells the client of the failure that ended the work: as the whole answer, as an event, or by
  /// breaking the transfer, depending on what was sent before.
  Task<> tell(const Error& error);
  /// The whole answer that tells `error`.
  Response error_response(const Error& error) const;

  /// Does the request carry an Idempotency-Key?
  bool has_once_key() const { return headers().find(kOnceHeader).has_value(); }
  /// Notes what the body of a request with such a key is known by: `parts` together stand for it.
  void mark_body(std::initializer_list<std::string_view> parts);
  /// When a recorded answer is made: also when its client has left, or not.
  enum class Recorded : bool { in_any_case, while_client_waits };
  /// From now on the answer is recorded as it is sent.
  void record(Recorded when);
  /// Does the work go on when the client leaves? A claim that is under way has to be ended by who
  /// has made it.
  bool outlives_client() const { return outlives_client_ || account_.is_claiming; }
  /// Where the answer is recorded; null when it is not.
  Recording* recording() { return recording_ ? &*recording_ : nullptr; }
  /// Takes the share of the load of what the ledger has told, in place of the last one.
  void hold_told(Budget::Share share) { told_share_.emplace(std::move(share)); }
  /// Gives back what of it is not needed any more.
  void shrink_told(std::uint64_t bytes) {
    if (told_share_) told_share_->shrink_to(bytes);
  }
  /// The client has left, and nothing more is sent; a recorded answer is made all the same.
  void stop_sending() { is_deaf_ = true; }
  bool has_stopped_sending() const { return is_deaf_; }

  /// Takes a call that tells a backend to stop work that nobody waits for. Gateway::serve() makes
  /// it when the request is over.
  void call_off(Request cancel) { called_off_.push_back(std::move(cancel)); }
  bool has_called_off() const { return !called_off_.empty(); }
  std::vector<Request> take_called_off() { return std::exchange(called_off_, {}); }

  /// The status of our answer; 0 until its head was sent.
  int status_sent() const { return status_sent_; }
  /// The size of our answer's body, as far as it was sent, or as its content-length says.
  std::uint64_t body_bytes() const { return body_bytes_; }

 private:
  void complete_head(Response& response, Sent sent);
  void count_body(const Response& response, Sent sent);
  void end_body(BodyMode mode);
  Task<> sent_or_recorded(Task<> sending);
  void note(std::string_view bytes);

  RequestHead head_;
  Session& session_;
  Instance& instance_;
  const Voice* voice_;
  std::string id_;
  UnixMs opened_ms_;
  RequestLog log_;
  int status_sent_ = 0;
  std::uint64_t body_bytes_ = 0;
  bool length_is_declared_ = false;
  Sent sent_ = Sent::nothing;
  std::vector<Request> called_off_;
  Account account_;
  std::optional<Recording> recording_;
  std::optional<Budget::Share> recording_share_;  ///< Of Load::text_bytes, for it.
  std::optional<Budget::Share> told_share_;       ///< The same for what the ledger has told.
  bool outlives_client_ = false;
  bool is_deaf_ = false;  ///< The client has left a recorded answer.
};

/// An answer whose body is JSON.
Response json_response(int status, std::string body);
}  // namespace fluxgate

// One request and our side of its answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/pieces.h"
#include "effect/operations.h"
#include "exchange/instance.h"
#include "exchange/voice.h"
#include "http/request_head.h"
#include "http/url.h"

namespace fluxgate {

/// Puts on every answer what every answer has: x-request-id, CORS, no body for HEAD. Lives in the
/// frame of Gateway::serve(), around everything that handlers do.
class Exchange {
 public:
  /// The references must outlive this.
  Exchange(RequestHead head, Session& session, Instance& instance, const Voice& voice);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  Method method() const { return head_.method; }
  /// Of a long section only those that a handler asks for.
  const Headers& headers() const { return head_.headers; }
  UrlParts url() const { return split_url(head_.url); }
  /// Where our links point: PUBLIC_BASE_URL, or the origin of this request. "https://host:port"
  std::string public_origin() const;
  /// 32 hex digits, unguessable, one for each request.
  const std::string& id() const { return id_; }
  /// 0, 1, ...: tells apart what one request makes several of.
  std::uint32_t next_number() { return next_number_++; }
  Session& session() const { return session_; }
  Instance& instance() const { return instance_; }
  const Config& config() const { return instance_.config(); }
  std::int64_t age_ms() const { return session_.now_ms() - opened_ms_; }

  /// The whole answer. One of more than 64 KiB is held until the client has it. Error:
  /// client_closed, also when it has not taken a piece of the body within a minute.
  Task<> respond(Response response);
  Task<> respond(Response head, Pieces body);
  /// The head of the answer and its first bytes; pipe() or send() follow, then end().
  Task<> begin(Response response);
  /// The same for an event stream. Error: client_closed, also when the client has not taken it
  /// within a minute.
  Task<> begin_events(Response response);
  /// The next piece of the answer that was begun. Error: client_closed, also when the client has
  /// not taken all of it within a minute.
  Task<> send(std::string bytes);
  /// The answer that was begun is complete.
  void end();
  /// Errors are told as the face does that is speaking from now on.
  void speak_as(const Voice& voice) { voice_ = &voice; }
  /// Tells the client of the failure that ended the work, in the way that is still open: as the
  /// whole answer, as an event, or by breaking the transfer.
  Task<> tell(const Error& error);
  /// The whole answer that tells `error`.
  Response error_response(const Error& error) const;

  /// The status that was sent; 0 until then.
  int status_sent() const { return status_sent_; }

 private:
  /// How far our answer is.
  enum class Sent { nothing, bytes, events, all };

  void complete_head(Response& response, Sent sent);
  void end_body(BodyMode mode);

  RequestHead head_;
  Session& session_;
  Instance& instance_;
  const Voice* voice_;
  std::string id_;
  UnixMs opened_ms_;
  std::uint32_t next_number_ = 0;
  int status_sent_ = 0;
  Sent sent_ = Sent::nothing;
};

/// An answer whose body is JSON.
Response json_response(int status, std::string body);
}  // namespace fluxgate

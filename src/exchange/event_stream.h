// A stream of events to a client, kept alive while the work on it goes on.
#pragma once

#include <cstdint>
#include <string>

#include "base/pieces.h"
#include "exchange/exchange.h"

namespace fluxgate {

///   EventStream events(exchange);
///   co_await events.while_working(first, work);    work appends to pending() and calls flush()
class EventStream {
 public:
  /// Counts a write that is on its way: no comment goes out meanwhile.
  class Writing {
   public:
    explicit Writing(EventStream& events) : count_(events.write_count_) { ++count_; }
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;
    ~Writing() { --count_; }

   private:
    std::uint32_t& count_;
  };

  /// `exchange` must outlive this.
  explicit EventStream(Exchange& exchange) : exchange_(exchange) {}
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

  /// Sends the head and `first`, and does `work`. A comment goes out whenever nothing else was sent
  /// for some seconds, so that nobody on the way takes the connection for dead. Errors: the work's,
  /// client_closed.
  Task<> while_working(std::string first, Task<> work);

  /// Events that nobody has sent yet.
  std::string& pending() { return pending_; }
  /// Sends them. The bytes keep their order, however many flushes are under way. Error:
  /// client_closed.
  Task<> flush();
  /// Sends the last pieces, and ends the stream. Error: client_closed.
  Task<> finish(Pieces pieces);

 private:
  Task<> send_comments();

  Exchange& exchange_;
  std::string pending_;
  std::uint32_t write_count_ = 0;  ///< That are on their way.
  UnixMs last_sent_ms_ = 0;
};

}  // namespace fluxgate

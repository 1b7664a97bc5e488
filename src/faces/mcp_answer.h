// How the result of a tool that draws reaches its client.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delivery/long_answer.h"
#include "exchange/audience.h"
#include "exchange/event_stream.h"
#include "exchange/exchange.h"
#include "mcp/answer.h"
#include "talk/answer.h"

namespace fluxgate {

/// Links stand in the text, for people, as resources, and in the structured result, for programs.
/// Pictures stand in the result only while they are small, for models that look at them, or when
/// there is no link. Progress reaches clients that take events and have given a token for it.
class McpAnswer final : public Audience {
 public:
  /// `exchange` must outlive this.
  McpAnswer(Exchange& exchange, const McpRequest& request);
  McpAnswer(const McpAnswer&) = delete;
  McpAnswer& operator=(const McpAnswer&) = delete;

  /// Does `work`, which ends with finish(). What goes wrong in it becomes the result, as long as
  /// the client can be told. Errors, for the log: the work's, client_closed.
  Task<> while_working(Task<> work);

  bool hears_live() const override { return events_.has_value(); }
  void hear_thinking(std::string_view) override {}
  void hear_text(std::string_view) override {}
  void hear_progress(std::string_view line) override;
  Task<> flush() override;

  /// Error: client_closed.
  Task<> finish(TalkAnswer made, std::string_view model);

 private:
  Task<> fail(const Error& error);
  Task<> add_picture_blocks(std::vector<Picture>& pictures, std::vector<McpPicture>& told);
  Task<> end();
  std::string start() const;

  Exchange& exchange_;
  McpRequest request_;  ///< Without its arguments.
  std::optional<EventStream> events_;
  LongAnswer answer_;
  std::uint32_t step_ = 0;
};

}  // namespace fluxgate

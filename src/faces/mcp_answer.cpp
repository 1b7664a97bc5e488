#include "faces/mcp_answer.h"

#include <utility>

#include "base/ascii.h"
#include "exchange/long_wait.h"
#include "gallery/picture_source.h"
#include "gallery/store.h"
#include "markdown/markdown.h"
#include "picture/file_type.h"

namespace fluxgate {
namespace {

constexpr std::string_view kEventStart = "event: message\ndata: ";
constexpr std::string_view kEventEnd = "\n\n";

/// Most bytes of all pictures inside a result that has links: 700 KB as base64. Claude refuses
/// results of more than 1 MiB.
constexpr std::size_t kMostShownBytes = 525'000;

/// What can be said of a picture without a look at where it lies.
std::string_view mime_of(const Picture& picture) {
  std::optional<ImageType> type;
  if (picture.form == PictureForm::bytes) type = sniff_image(picture.text);
  if (picture.form == PictureForm::path) {
    type = type_of_stored(std::string_view(picture.text).substr(kStoredPicturePath.size()));
  }
  return type ? mime_type(*type) : std::string_view();
}

}  // namespace

McpAnswer::McpAnswer(Exchange& exchange, const McpRequest& request)
    : exchange_(exchange), answer_(exchange) {
  request_.id = request.id;
  request_.is_modern = request.is_modern;
  request_.version = request.version;
  request_.progress_token = request.progress_token;
  const std::string_view accept = exchange.headers().find("accept").value_or("");
  if (find_ignoring_case(accept, "text/event-stream") != kNowhere) {
    events_.emplace(exchange);
  } else {
    answer_.set_head(json_response(200, ""));
  }
}

Task<> McpAnswer::while_working(Task<> work) {
  Task<> all = events_ ? events_->while_working("", std::move(work))
                       : while_client_waits(exchange_, std::move(work));
  const Result<void> done = co_await attempt(std::move(all));
  if (done) co_return;
  const bool listens = done.error().code != ErrorCode::client_closed;
  if (listens && exchange_.can_tell()) co_await fail(done.error());
  co_await Error(done.error());
}

void McpAnswer::hear_progress(std::string_view line) {
  const std::string_view message = trim(line);
  if (!events_ || request_.progress_token.empty() || message.empty()) return;
  events_->pending()
      .append(kEventStart)
      .append(write_mcp_progress(request_, ++step_, message))
      .append(kEventEnd);
}

Task<> McpAnswer::flush() {
  if (events_) co_await events_->flush();
}

Task<> McpAnswer::finish(TalkAnswer made, std::string_view model) {
  const Prompt& prompt = made.prompt;
  const ImageSize size = made.pictures.making.fit.size;
  std::vector<McpPicture> told;
  std::vector<std::string> links;
  for (const Picture& picture : made.pictures.list) {
    told.push_back({picture.link, size.width_px, size.height_px, mime_of(picture)});
    if (!picture.link.empty()) links.push_back(picture.link);
  }
  const bool all_have_links = links.size() == told.size();
  std::string text;
  for (const std::string& piece : write_picture_answer(
           std::move(links), {prompt.text, is_better(prompt.origin), std::move(made.note)})) {
    text += piece;
  }
  const std::string structured = write_structured_pictures(told, prompt.text, model);
  const std::string content = begin_mcp_call(request_, text, told);
  const std::string rest = end_mcp_call(structured, false);
  // Whether or not this client still hears of it.
  if (all_have_links && !exchange_.account().kept_name.empty()) {
    exchange_.account().kept_text = content + rest;
  }
  answer_.text() += start();
  answer_.text() += content;
  std::optional<EventStream::Writing> writing;
  if (events_) writing.emplace(*events_);  // No comment may stand in the event.
  co_await add_picture_blocks(made.pictures.list, told);
  answer_.text() += rest;
  co_await end();
}

Task<> McpAnswer::add_picture_blocks(std::vector<Picture>& pictures,
                                     std::vector<McpPicture>& told) {
  Budget::Share share = exchange_.instance().load().text_bytes.take_nothing();
  std::size_t shown_bytes = 0;
  for (std::size_t index = 0; index < pictures.size(); ++index) {
    Picture& picture = pictures[index];
    const bool has_link = !told[index].link.empty();
    if (picture.form != PictureForm::bytes) {
      std::string bytes =
          co_await read_small_picture(exchange_, picture, kMostShownBytes - shown_bytes, share);
      picture = {PictureForm::bytes, std::move(bytes)};
    }
    const std::size_t size_bytes = picture.text.size();
    if (size_bytes == 0 || (has_link && shown_bytes + size_bytes > kMostShownBytes)) continue;
    shown_bytes += has_link ? size_bytes : 0;
    answer_.text() += begin_mcp_picture();
    const ImageType type = co_await answer_.add_picture(picture);
    answer_.text() += end_mcp_picture(mime_type(type));
    picture.text = std::string();
  }
}

/// A model reads the message and may do better: the code says what kind of failure it is.
Task<> McpAnswer::fail(const Error& error) {
  std::string text = error.message;
  text.append(" (").append(error_code_name(error.code)).append(")");
  answer_.text() = start();
  answer_.text() += begin_mcp_call(request_, text, {});
  answer_.text() += end_mcp_call({}, true);
  (void)co_await attempt(end());
}

std::string McpAnswer::start() const {
  std::string text(events_ ? kEventStart : std::string_view());
  return text + begin_mcp_answer(request_);
}

Task<> McpAnswer::end() {
  if (!events_) {
    co_await answer_.finish();
    co_return;
  }
  answer_.text() += kEventEnd;
  answer_.text().insert(0, std::exchange(events_->pending(), {}));
  co_await events_->finish(Pieces(std::move(answer_.text())));
}

}  // namespace fluxgate

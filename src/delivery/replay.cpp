#include "delivery/replay.h"

#include <utility>

#include "delivery/long_answer.h"
#include "gallery/store.h"

namespace fluxgate {

Task<> give_recorded(Exchange& exchange, RecordedAnswer record) {
  Response head;
  head.status = record.status;
  head.headers = std::move(record.headers);
  LongAnswer answer(exchange);
  answer.set_head(std::move(head));
  for (RecordedPiece& piece : record.pieces) {
    if (!piece.is_picture) {
      answer.text() += piece.text;
      piece.text = std::string();
      continue;
    }
    std::string path(kStoredPicturePath);
    path += piece.text;
    co_await answer.add_picture({PictureForm::path, std::move(path)});
  }
  co_await answer.finish();
}

Task<> replay(Exchange& exchange) {
  exchange.log().line().number("replayed", 1);
  const std::string text = std::exchange(exchange.account().replay, std::string(" "));
  Result<RecordedAnswer> record = read_recorded(text);
  exchange.shrink_told(2 * text.size());  // The text, and what was read of it.
  if (record) record->headers.append("x-fluxgate-replayed", "1");
  Result<void> given = record ? co_await attempt(give_recorded(exchange, *std::move(record)))
                              : Result<void>(std::move(record).error());
  if (given) co_return;
  co_await exchange.tell(given.error());
  co_await Error(given.error());
}

}  // namespace fluxgate

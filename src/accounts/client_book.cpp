#include "accounts/client_book.h"

#include <memory>
#include <utility>

#include "log/log_line.h"

namespace fluxgate {
namespace {

/// 10,000 clients have some 2 MB; reading takes several times as much for a moment.
constexpr std::uint32_t kMostListBytes = 2 * 1024 * 1024;
constexpr std::uint32_t kListMs = 2'000;

Task<std::shared_ptr<const ClientList>> read_list(Exchange& exchange) {
  UpstreamResponse answer = co_await fetch({Method::get, "binding://CLIENTS/", {}, {}},
                                           {.inline_bytes = kInlineAnswerBytes});
  auto list = std::make_shared<ClientList>();
  if (answer.status == 404) co_return list;
  if (answer.status != 200) {
    co_return Error(ErrorCode::configuration_error, "CLIENTS could not be read.",
                    "clients status " + std::to_string(answer.status));
  }
  // Its share of the memory that texts have: five times its size is taken for a moment.
  const Bytes text = co_await collect(std::move(answer.body), {kMostListBytes, kListMs});
  const Budget::Share share =
      co_await exchange.instance().load().text_bytes.take(text.size_bytes());
  ClientList all = exchange.config().clients;  // Names and keys are unique over both.
  Result<void> added = all.add_all(text.view(), "CLIENTS");
  if (added) added = list->add_all(text.view(), "CLIENTS");
  if (added) added = exchange.instance().check_prices(*list);
  if (!added) co_return std::move(added).error();
  co_return list;
}

}  // namespace

Task<> refresh_clients(Exchange& exchange) {
  ClientBook& book = exchange.instance().client_book();
  const UnixMs now_ms = exchange.session().now_ms();
  const UnixMs age_ms = now_ms - book.asked_ms;
  if (book.list != nullptr && age_ms >= 0 && age_ms < kClientsKeptMs) co_return;
  book.asked_ms = now_ms;
  Result<std::shared_ptr<const ClientList>> list =
      co_await attempt(with_deadline(read_list(exchange), kListMs, [] {
        return Error(ErrorCode::configuration_error, "CLIENTS could not be read.",
                     "the service is slow");
      }));
  if (list) {
    book.list = *std::move(list);
    co_return;
  }
  const Error& error = list.error();
  LogLine line("clients_failed");
  line.word("rid", exchange.id())
      .remark("detail", error.detail.empty() ? error.message : error.detail);
  exchange.session().log(line.finish());
}

}  // namespace fluxgate

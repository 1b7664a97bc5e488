// Stands in the core where src/gateway/gateway.cpp does, and asks of a host, on request, everything
// that effects can be. tests/support/cases/run_effects.mjs knows what comes of it.
//
// A request's path names what to do; its query says `upstream` (an origin) and further settings.
#include "gateway/gateway.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "config/environment.h"
#include "effect/holding.h"
#include "effect/operations.h"
#include "http/url.h"
#include "json/writer.h"

namespace fluxgate {
namespace {

Error late() {
  return {ErrorCode::upstream_timeout, "late", "late"};
}

/// One request, and the JSON that answers it.
struct Probe {
  Probe(const RequestHead& head, Session& its_session)
      : url(head.url), session(its_session), json(text) {
    json.begin_object();
  }

  std::string setting(std::string_view name) const {
    return query_parameter(split_url(url).query, name);
  }
  std::uint32_t number(std::string_view name, std::uint32_t otherwise) const {
    return static_cast<std::uint32_t>(parse_unsigned(setting(name)).value_or(otherwise));
  }
  ReadLimits limits() const { return {number("max", 64 << 20), number("idle", 5000)}; }
  Request request(Method method, std::string_view path, std::string body = {}) const {
    return {method, setting("upstream").append(path), {}, std::move(body)};
  }
  void tell_start(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string hex;
    for (const char c : bytes) {
      const auto byte = static_cast<unsigned char>(c);
      hex.append({kDigits[byte >> 4], kDigits[byte & 15]});
    }
    json.key("start").string(hex);
  }
  void tell_held(const HeldBytes& held) {
    json.key("length").number(static_cast<std::int64_t>(held.length_bytes()));
    tell_start(held.start());
  }
  void tell_statuses(const std::vector<int>& statuses) {
    json.key("statuses").begin_array();
    for (const int status : statuses) json.number(status);
    json.end_array();
  }
  Body use(const HeldBytes& held) const { return Body(session, held.handle()); }
  Response head(std::string_view type) const {
    Response response;
    response.headers.append("content-type", type).append("x-probe", text + "}");
    return response;
  }

  std::string url;
  Session& session;
  std::string text;
  json::Writer json;
  bool has_begun = false;
  bool has_answered = false;
};

/// Reads more of the client's body; false at its end.
Task<bool> read_more(Probe& probe, std::string& text) {
  const Chunk chunk = co_await read_request_chunk(probe.limits());
  text.append(chunk.bytes.view());
  co_return !chunk.end;
}

/// Reads the client's body until `text` holds `mark`, and says where; npos: it never does.
Task<std::size_t> find(Probe& probe, std::string& text, std::string_view mark) {
  while (text.find(mark) == std::string::npos && co_await read_more(probe, text)) {
  }
  co_return text.find(mark);
}

/// Sends held bytes twice: as they are, and as base64 within JSON. Their length is declared.
Task<> upload_twice(Probe& probe, const HeldBytes& held) {
  const std::uint64_t length_bytes = held.length_bytes();
  Request plain = probe.request(Method::post, "/plain", "front||back");
  plain.headers.append("content-length", std::to_string(length_bytes + plain.body.size()));
  std::vector<Insert> within = {{6, held.handle(), Coding::identity}};
  const UpstreamResponse first = co_await fetch(std::move(plain), std::move(within));
  Request coded = probe.request(Method::post, "/base64", "{\"a\":\"\",\"b\":\"\"}");
  coded.headers.append("content-length",
                       std::to_string((length_bytes + 2) / 3 * 8 + coded.body.size()));
  std::vector<Insert> both = {{6, held.handle(), Coding::base64},
                              {13, held.handle(), Coding::base64}};
  const UpstreamResponse second = co_await fetch(std::move(coded), std::move(both));
  probe.tell_statuses({first.status, second.status});
}

/// Takes a form apart: the part with a filename is held, the others are told.
Task<> form(Probe& probe) {
  const std::string delimiter = "\r\n--" + probe.setting("boundary");
  std::string text = "\r\n";
  HeldBytes file;
  std::string fields;
  bool is_whole = false;
  std::size_t at = co_await find(probe, text, delimiter);
  while (at != std::string::npos) {
    text.erase(0, at + delimiter.size());
    while (text.size() < 2 && co_await read_more(probe, text)) {
    }
    is_whole = text.substr(0, 2) == "--";
    at = is_whole ? std::string::npos : co_await find(probe, text, "\r\n\r\n");
    if (at == std::string::npos) break;
    const bool is_file = text.substr(0, at).find("filename=") != std::string::npos;
    text.erase(0, at + 4);
    at = text.find(delimiter);
    if (is_file && at == std::string::npos) {
      Held held = co_await hold_request_part(std::exchange(text, {}), delimiter, probe.limits());
      file = std::move(held.bytes);
      if (!held.found_delimiter) break;
      text = delimiter;
      at = 0;
    } else if (is_file) {
      file = co_await hold(text.substr(0, at));
    } else {
      at = co_await find(probe, text, delimiter);
      fields.append(text.substr(0, at)).append(";");
    }
  }
  probe.json.key("whole").boolean(is_whole).key("fields").string(fields);
  probe.tell_held(file);
  co_await upload_twice(probe, file);
}

/// Holds an upstream's body, adds to it, reads it several times, sends it again after a failure,
/// and passes it on.
Task<> hold_body(Probe& probe) {
  UpstreamResponse from = co_await fetch(probe.request(Method::get, "/body"));
  HeldBytes held = co_await hold("", std::move(from.body), probe.limits());
  probe.tell_held(held);
  co_await hold_more(held, "more", probe.number("most", UINT32_MAX));
  std::int64_t read_bytes = 0;
  for (int i = 0; i < 2; ++i) {
    Body body = probe.use(held);
    const Chunk chunk = co_await read_chunk(body, {3, 1000});
    if (!chunk.end && held.start().compare(0, chunk.bytes.size_bytes(), chunk.bytes.view()) == 0) {
      read_bytes += static_cast<std::int64_t>(chunk.bytes.size_bytes());
    }
    body.release();
  }
  const Bytes all = co_await collect(probe.use(held), probe.limits());
  probe.json.key("read").number(read_bytes);
  probe.json.key("collected").number(static_cast<std::int64_t>(all.size_bytes()));
  std::vector<int> statuses;
  while (statuses.empty() || statuses.back() >= 500) {
    std::vector<Insert> inserts = {{4, held.handle(), Coding::identity}};
    Request request = probe.request(Method::post, "/again", "own:");
    statuses.push_back((co_await fetch(std::move(request), std::move(inserts))).status);
  }
  probe.tell_statuses(statuses);
  respond_with(probe.session, probe.head("application/octet-stream"), probe.use(held));
  probe.has_answered = true;
}

/// Holds the rest of the client's body behind what was read of it, and pipes it twice.
Task<> hold_rest(Probe& probe) {
  const Chunk chunk = co_await read_request_chunk({probe.number("read", 1), 5000});
  Held held;
  if (chunk.end) {
    held.bytes = co_await hold(std::string());  // The body is gone.
  } else {
    held = co_await hold_request_part(std::string(chunk.bytes.view()), "", probe.limits());
  }
  probe.tell_held(held.bytes);
  probe.json.key("found").boolean(held.found_delimiter);
  co_await begin_response(probe.head("text/plain"));
  probe.has_begun = true;
  co_await pipe(probe.use(held.bytes), probe.limits());
  co_await write("|");
  co_await pipe(probe.use(held.bytes), probe.limits(), Coding::base64);
}

Task<> pipe_base64(Probe& probe) {
  UpstreamResponse from = co_await fetch(probe.request(Method::get, "/body"));
  Response head = probe.head("text/plain");
  head.body = "data:";
  co_await begin_response(std::move(head));
  probe.has_begun = true;
  co_await pipe(std::move(from.body), probe.limits(), Coding::base64);
  co_await write(";end");
}

Task<> passed(Probe& probe) {
  UpstreamResponse from = co_await fetch(probe.request(Method::get, "/body"));
  Response head = probe.head("application/octet-stream");
  const auto length = from.headers.find("content-length");
  if (length) head.headers.append("content-length", *length);
  respond_with(probe.session, std::move(head), std::move(from.body));
  probe.has_answered = true;
}

/// Sends the rest of a body, an upstream's or the client's, behind bytes of ours.
Task<> insert_rest(Probe& probe) {
  Body rest(probe.session, kClientBody);
  if (probe.setting("of") != "client") {
    rest = (co_await fetch(probe.request(Method::get, "/body"))).body;
  }
  Request request = probe.request(Method::post, "/rest", "own:");
  if (const std::uint32_t read_bytes = probe.number("read", 0)) {
    const Chunk chunk = co_await read_chunk(rest, {read_bytes, 5000});
    request.body.append(chunk.bytes.view());
    if (chunk.end) rest = Body(Bytes());  // The host has it no more.
  }
  const std::string length = probe.setting("declare");
  if (!length.empty()) request.headers.append("content-length", length);
  UpstreamResponse to = co_await fetch(std::move(request), std::move(rest), probe.limits());
  probe.json.key("status").number(to.status);
  probe.json.key("answer").string((co_await collect(std::move(to.body), {1000, 5000})).view());
}

Task<> come_inline(Probe& probe) {
  CallOptions options;
  options.inline_bytes = probe.number("bytes", 0);
  UpstreamResponse from = co_await fetch(probe.request(Method::get, "/body"), options);
  probe.json.key("here").boolean(from.body.is_here());
  std::string all;
  for (bool goes_on = true; goes_on;) {
    const Chunk chunk = co_await read_chunk(from.body, {7, 5000});
    all.append(chunk.bytes.view());
    goes_on = !chunk.end;
  }
  probe.json.key("body").string(all);
}

Task<> sleep(std::uint32_t time_ms) {
  co_await Sleep(time_ms);
}

Task<> timers(Probe& probe) {
  const UnixMs begun_ms = probe.session.now_ms();
  co_await Sleep(50);
  probe.json.key("slept").number(probe.session.now_ms() - begun_ms);
  Task<> nap = sleep(200);
  probe.json.key("early").boolean(co_await EndsWithin(nap, 50));
  probe.json.key("late").boolean(co_await EndsWithin(nap, 5000));
  probe.json.key("all").number(probe.session.now_ms() - begun_ms);
}

Task<> be_late(Probe& probe) {
  CallOptions options;
  options.head_ms = 100;
  options.late = late;
  options.ends_at_once = true;
  co_await fetch(probe.request(Method::get, "/never"), options);
}

Task<> tick() {
  for (;;) {
    (void)co_await attempt(write("tick\n"));
    co_await Sleep(20);
  }
}

/// Writes until the client leaves, and has something to do then.
Task<> leave(Probe& probe) {
  co_await begin_response(probe.head("text/plain"));
  probe.has_begun = true;
  Task<> ticks = tick();
  co_await UnlessClientLeaves(ticks);
  co_await fetch(probe.request(Method::get, "/called-off"));
}

Task<> answer(Probe& probe) {
  const std::string_view path = split_url(probe.url).path;
  if (path == "/form") return form(probe);
  if (path == "/hold-body") return hold_body(probe);
  if (path == "/hold-rest") return hold_rest(probe);
  if (path == "/pipe-base64") return pipe_base64(probe);
  if (path == "/passed") return passed(probe);
  if (path == "/insert-rest") return insert_rest(probe);
  if (path == "/inline") return come_inline(probe);
  if (path == "/timers") return timers(probe);
  if (path == "/late") return be_late(probe);
  return leave(probe);
}

}  // namespace

std::string header_names() {
  return "request: content-length\nanswer: content-length\nwhole: content-type\n";
}

Task<> Gateway::serve(RequestHead head) {
  Session& session = co_await current_session();
  Probe probe(head, session);
  const Result<void> outcome = co_await attempt(answer(probe));
  if (probe.has_answered) co_return;
  if (probe.has_begun) {
    session.end_body(outcome ? BodyMode::complete : BodyMode::broken);
    co_return;
  }
  if (!outcome) probe.json.key("error").string(error_code_name(outcome.error().code));
  Response response = probe.head("application/json");
  response.body = probe.text + "}";
  respond(session, std::move(response));
}

}  // namespace fluxgate

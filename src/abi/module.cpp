// The exports of the core module; abi.md is their contract. One gateway and its sessions live here,
// and nowhere else does the core keep global state.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "effect/session.h"
#include "gateway/gateway.h"
#include "http/request_head.h"

#define FLUXGATE_EXPORT(name) extern "C" __attribute__((export_name(#name), used))

namespace fluxgate {
namespace {

constexpr std::uint32_t kAbiVersion = 4;

/// An effect as the host reads it from memory: little-endian u32 fields at fixed places.
struct EffectRecord {
  std::uint32_t id;
  std::uint32_t kind;
  std::uint32_t target;
  std::uint32_t status;
  std::uint32_t mode;
  std::uint32_t max_bytes;
  std::uint32_t time_ms;
  std::uint32_t head_pointer;
  std::uint32_t head_length_bytes;
  std::uint32_t body_pointer;
  std::uint32_t body_length_bytes;
  std::uint32_t gather_ms;
  std::uint32_t inline_bytes;
  std::uint32_t inserts_pointer;
  std::uint32_t insert_count;
  std::uint32_t coding;
};
static_assert(sizeof(EffectRecord) == 64);
static_assert(sizeof(Insert) == 12);

/// What a call has left for the host to do.
struct Batch {
  std::uint32_t record_count;
  std::uint32_t records_pointer;
  std::uint32_t wake_in_ms;
};

std::uint32_t address_of(const void* pointer) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(pointer));
}

/// The field that each kind reads in its own way.
std::uint32_t mode_of(const Effect& effect) {
  if (effect.kind == EffectKind::fetch) return effect.ends_at_once ? 1 : 0;
  if (effect.kind == EffectKind::hold) return effect.into;
  return static_cast<std::uint32_t>(effect.mode);
}

EffectRecord record_of(const Effect& effect) {
  EffectRecord record;
  record.id = effect.id;
  record.kind = static_cast<std::uint32_t>(effect.kind);
  record.target = effect.target;
  record.status = effect.status;
  record.mode = mode_of(effect);
  record.max_bytes = effect.max_bytes;
  record.time_ms = effect.time_ms;
  record.head_pointer = address_of(effect.head.data());
  record.head_length_bytes = static_cast<std::uint32_t>(effect.head.size());
  record.body_pointer = address_of(effect.body.data());
  record.body_length_bytes = static_cast<std::uint32_t>(effect.body.size());
  record.gather_ms = effect.gather_ms;
  record.inline_bytes = effect.inline_bytes;
  record.inserts_pointer = address_of(effect.inserts.data());
  record.insert_count = static_cast<std::uint32_t>(effect.inserts.size());
  record.coding = static_cast<std::uint32_t>(effect.coding);
  return record;
}

/// Converts a host's time. It may be any number; a time outside 0 to the year 5138 counts as 0.
UnixMs unix_ms(double milliseconds) {
  constexpr double kMost = 1e14;
  return milliseconds >= 0 && milliseconds <= kMost ? static_cast<UnixMs>(milliseconds) : 0;
}

struct OpenSession {
  OpenSession(std::uint32_t session_handle, UnixMs now_ms, const Randomness& randomness)
      : handle(session_handle), session(now_ms, randomness) {}
  std::uint32_t handle;
  Session session;
};

struct Module {
  std::unique_ptr<Gateway> gateway;
  std::string header_names;
  std::vector<std::unique_ptr<OpenSession>> sessions;
  std::uint32_t last_handle = 0;
  std::vector<Effect> effects;  ///< The last batch's, which its records point into.
  std::vector<EffectRecord> records;
  Batch batch{};
};

Module& module() {
  static Module* const instance = new Module;  // Never destroyed: the instance goes as a whole.
  return *instance;
}

Session* find_session(std::uint32_t handle) {
  for (const auto& open : module().sessions) {
    if (open->handle == handle) return &open->session;
  }
  return nullptr;
}

/// Every call begins so: the host has started what the last batch asked for, and its megabytes must
/// not wait for this session's next call.
void drop_batch() {
  Module& here = module();
  here.effects.clear();
  here.batch = {0, 0, kNoLimitMs};
}

/// Tells the host what the session wants next.
void leave_batch(Session& session) {
  Module& here = module();
  here.effects = session.next_batch();
  here.records.clear();
  for (const Effect& effect : here.effects) here.records.push_back(record_of(effect));
  here.batch = {static_cast<std::uint32_t>(here.records.size()), address_of(here.records.data()),
                session.wake_in_ms()};
}

/// Lets a session hear something, and leaves its batch; an empty one when it is closed.
void tell(std::uint32_t handle, auto what) {
  drop_batch();
  Session* session = find_session(handle);
  if (session == nullptr) return;
  what(*session);
  leave_batch(*session);
}

}  // namespace
}  // namespace fluxgate

using namespace fluxgate;

FLUXGATE_EXPORT(fluxgate_abi_version) std::uint32_t fluxgate_abi_version() {
  return kAbiVersion;
}

FLUXGATE_EXPORT(fluxgate_alloc) void* fluxgate_alloc(std::uint32_t length_bytes) {
  // Before the batch goes: what the reply is written to must not settle where a part of a picture
  // lay, which the next part needs.
  void* const block = std::malloc(length_bytes);
  drop_batch();
  return block != nullptr ? block : std::malloc(length_bytes);
}

FLUXGATE_EXPORT(fluxgate_free) void fluxgate_free(void* block) {
  drop_batch();
  std::free(block);
}

FLUXGATE_EXPORT(fluxgate_configure)
const char* fluxgate_configure(void* block, std::uint32_t length_bytes) {
  const Bytes environment(block, length_bytes);
  if (module().gateway != nullptr) return nullptr;
  module().gateway = std::make_unique<Gateway>(Environment::parse(environment.view()));
  module().header_names = header_names();
  return module().header_names.c_str();
}

FLUXGATE_EXPORT(fluxgate_batch) const void* fluxgate_batch() {
  return &module().batch;
}

FLUXGATE_EXPORT(fluxgate_open)
std::uint32_t fluxgate_open(void* block, std::uint32_t length_bytes, double now_ms) {
  const Bytes request(block, length_bytes);
  drop_batch();
  Randomness randomness;
  if (module().gateway == nullptr || request.size_bytes() < randomness.size()) return 0;
  std::memcpy(randomness.data(), request.view().data(), randomness.size());
  RequestHead head = parse_request_head(request.view().substr(randomness.size()));

  const std::uint32_t handle = ++module().last_handle;
  auto open = std::make_unique<OpenSession>(handle, unix_ms(now_ms), randomness);
  Session& session = open->session;
  session.run(module().gateway->serve(std::move(head)));
  module().sessions.push_back(std::move(open));
  leave_batch(session);
  return handle;
}

FLUXGATE_EXPORT(fluxgate_reply)
void fluxgate_reply(std::uint32_t handle, std::uint32_t effect, std::uint32_t code, void* block,
                    std::uint32_t length_bytes, double now_ms) {
  Reply reply;
  reply.code = code;
  reply.data = Bytes(block, length_bytes);
  tell(handle, [&](Session& session) { session.reply(effect, std::move(reply), unix_ms(now_ms)); });
}

FLUXGATE_EXPORT(fluxgate_reply_whole)
void fluxgate_reply_whole(std::uint32_t handle, std::uint32_t effect, std::uint32_t status,
                          void* head, std::uint32_t head_bytes, void* body,
                          std::uint32_t body_bytes, double now_ms) {
  Reply reply;
  reply.code = status;
  reply.data = Bytes(head, head_bytes);
  reply.is_whole = true;
  reply.body = Bytes(body, body_bytes);
  tell(handle, [&](Session& session) { session.reply(effect, std::move(reply), unix_ms(now_ms)); });
}

FLUXGATE_EXPORT(fluxgate_wake) void fluxgate_wake(std::uint32_t handle, double now_ms) {
  tell(handle, [&](Session& session) { session.wake(unix_ms(now_ms)); });
}

FLUXGATE_EXPORT(fluxgate_client_left)
void fluxgate_client_left(std::uint32_t handle, double now_ms) {
  tell(handle, [&](Session& session) { session.client_left(unix_ms(now_ms)); });
}

FLUXGATE_EXPORT(fluxgate_close) void fluxgate_close(std::uint32_t handle) {
  drop_batch();
  auto& sessions = module().sessions;
  const auto found = std::find_if(sessions.begin(), sessions.end(),
                                  [&](const auto& open) { return open->handle == handle; });
  if (found == sessions.end()) return;
  // The session leaves the list before its frames go.
  const std::unique_ptr<OpenSession> closing = std::move(*found);
  sessions.erase(found);
}

// wasi:http of the strict host (strict_wasi_host.mjs).
//
// Classes have the names of WIT's resources, methods those of WIT's functions, in camel case. Each rule names its source: "WIT" is
// github.com/WebAssembly/wasi-http/blob/v0.2.0/wit/types.wit, "wasmtime" is its host in
// github.com/bytecodealliance/wasmtime/tree/main/crates/wasi-http/src/p2.
import { error, none, ok, some } from "./canonical_abi.mjs";
import { Resource } from "./handle_table.mjs";
import { InputStream, nsPerMs, OutputStream, Pollable, Sink, Source } from "./strict_wasi_streams.mjs";

const methods = ["get", "head", "post", "put", "delete", "connect", "options", "trace", "patch"];
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/; // RFC 9110 §5.6.2
const authoritySyntax = /^[\w.\-:[\]]+$/; // RFC 3986 §3.2 without userinfo: jco 1.35 refuses it.
const targetSyntax = /^\/[\w.\-~!$&'()*+,;=:@%/?]*$/; // RFC 3986 §3.3, §3.4

/** The fields that belong to the connection, and so to the host: wasmtime's DEFAULT_FORBIDDEN_HEADERS, and `te` (RFC 9110 §10.1.4). */
const forbidden = new Set([
  "connection",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
]);

/** Lets only the first call of a method succeed, as WIT demands; the field `made` remembers it. */
function onlyOnce(resource, made, make) {
  if (resource[made]) return error();
  resource[made] = true;
  return ok(make());
}

// --- Header fields ---

export class Fields extends Resource {
  #list = [];
  #isImmutable = false;

  /** Makes the fields of a message that a host gives: immutable, and a child of the message (WIT of headers). Forbidden fields stay out. */
  static of(host, parent, headers) {
    const fields = new Fields(host, parent);
    const entries = Object.entries(headers).filter(([name]) => !forbidden.has(name.toLowerCase()));
    fields.#list = entries.map(([name, value]) => [
      host.random.below(2) === 0 ? name : name.toUpperCase(),
      Buffer.from(String(value)),
    ]);
    fields.#isImmutable = true;
    return fields;
  }

  append(name, value) {
    if (this.#isImmutable) return error({ tag: "immutable" });
    if (!token.test(name) || value.some((byte) => (byte < 0x20 && byte !== 0x09) || byte === 0x7f))
      return error({ tag: "invalid-syntax" });
    if (forbidden.has(name.toLowerCase())) return error({ tag: "forbidden" });
    this.#list.push([name, value]);
    return ok();
  }

  entries() {
    return this.#list;
  }

  /** The fields as an object; the values of a name that comes twice are joined. */
  get byName() {
    const values = {};
    for (const [name, value] of this.#list) values[name] = name in values ? `${values[name]}, ${value}` : String(value);
    return values;
  }
}

// --- What comes in ---

class IncomingMessage extends Resource {
  /** `onLetGo(ending)` is called when the guest drops the body; ending: "read" if it read the body to its end. */
  constructor(host, message, onLetGo) {
    super(host);
    this.message = message; // { headers, body, chunks, cut }
    this.source = new Source(host, message);
    this.onLetGo = onLetGo;
  }

  headers() {
    return Fields.of(this.host, this, this.message.headers ?? {});
  }

  /** WIT: "Will only return success at most once". The body is no child: WIT does not say so, and wasmtime's is none. */
  consume() {
    return onlyOnce(this, "isConsumed", () => new IncomingBody(this.host, this.source, this.onLetGo));
  }
}

export class IncomingRequest extends IncomingMessage {
  method() {
    const name = this.message.method.toLowerCase();
    return methods.includes(name) ? { tag: name } : { tag: "other", value: this.message.method };
  }
  pathWithQuery() {
    return optional(this.message.path);
  }
  scheme() {
    const { scheme = "https" } = this.message;
    if (scheme === null) return none;
    return some(["http", "https"].includes(scheme) ? { tag: scheme.toUpperCase() } : { tag: "other", value: scheme });
  }
  authority() {
    return optional(this.message.authority === undefined ? "gateway.example" : this.message.authority);
  }
}

const optional = (value) => (value === undefined || value === null ? none : some(value));

export class IncomingResponse extends IncomingMessage {
  status() {
    return this.message.status ?? 200;
  }
}

export class IncomingBody extends Resource {
  constructor(host, source, onLetGo = () => {}) {
    super(host);
    this.source = source;
    this.dropped = () => onLetGo(source.hasEnded ? "read" : "let go");
  }

  /** WIT: "can be retrieved at most once", and is a child. */
  stream() {
    return onlyOnce(this, "isRead", () => new InputStream(this.host, this, this.source));
  }
}

// --- What goes out ---

class OutgoingMessage extends Resource {
  constructor(host, fields, peer) {
    super(host);
    this.sent = fields.byName;
    const length = this.sent["content-length"];
    this.sink = new Sink(host, peer, length === undefined ? undefined : Number(length));
  }

  /** WIT: "can be retrieved at most once". No child: it outlives its message, which is given away. */
  body() {
    return onlyOnce(this, "bodyIsTaken", () => new OutgoingBody(this.host, this));
  }
}

export class OutgoingRequest extends OutgoingMessage {
  #parts = { method: "GET" };

  constructor(host, fields) {
    super(host, fields, host.uploads);
  }

  setMethod({ tag, value }) {
    return this.#set("method", value ?? tag.toUpperCase(), token);
  }
  setScheme({ value }) {
    return this.#set("scheme", value === undefined ? undefined : (value.value ?? value.tag.toLowerCase()), token);
  }
  setAuthority({ value }) {
    return this.#set("authority", value, authoritySyntax);
  }
  setPathWithQuery({ value }) {
    return this.#set("path", value, targetSyntax);
  }
  /** WIT: fails if it "is not a syntactically valid" one. */
  #set(part, text, syntax) {
    if (text !== undefined && !syntax.test(text)) return error();
    this.#parts[part] = text;
    return ok();
  }

  /** The head of a call; without a URL when scheme or authority are missing: "always required" (WIT). */
  get head() {
    const { method, scheme, authority, path = "/" } = this.#parts;
    const url = scheme === undefined || authority === undefined ? undefined : `${scheme}://${authority}${path}`;
    return { method, url, headers: this.sent };
  }
}

export class OutgoingResponse extends OutgoingMessage {
  status = 200;

  constructor(host, fields) {
    super(host, fields, host.client);
  }

  setStatusCode(status) {
    if (status < 100 || status > 999) return error();
    this.status = status;
    return ok();
  }
}

export class OutgoingBody extends Resource {
  constructor(host, message) {
    super(host);
    this.sink = message.sink;
    this.sizeError = message instanceof OutgoingRequest ? "HTTP-request-body-size" : "HTTP-response-body-size";
  }

  /** WIT: "may be retrieved at most once", and is a child: "otherwise the outgoing-body drop or finish will trap". */
  write() {
    return onlyOnce(this, "isWritten", () => new OutputStream(this.host, this, this.sink));
  }

  /** WIT: "Fails if [...] the contents written to the body [...] does not match the value given in the Content-Length"; the body is broken then. */
  static finish(host, body, trailers) {
    if (trailers.tag === "some") throw new Error("nobody here sends trailers");
    return body.sink.finish() ? ok() : error({ tag: body.sizeError, value: some(0n) });
  }

  /** WIT: "If the user code drops this resource, as opposed to calling finish, the implementation should treat the body as incomplete". */
  dropped() {
    this.sink.break();
  }
}

export class ResponseOutparam extends Resource {
  static set(host, outparam, { tag, value }) {
    host.answer = tag === "ok" ? { response: value } : { errorCode: value };
  }
}

// --- Calls ---

export class RequestOptions extends Resource {
  timeoutNs = Infinity;

  setFirstByteTimeout(duration) {
    return this.#set(() => (this.timeoutNs = Number(duration.value ?? Infinity)));
  }
  setConnectTimeout() {
    return this.#set(() => {});
  }
  setBetweenBytesTimeout() {
    return this.#set(() => {});
  }
  /** WIT: "An error return value indicates that this timeout is not supported". */
  #set(store) {
    if (this.host.random.below(2) === 0) return error();
    store();
    return ok();
  }
}

export class FutureIncomingResponse extends Resource {
  #isTaken = false;

  constructor(host, call, answer, timeoutNs) {
    super(host);
    Object.assign(this, { call, answer, lateNs: host.nowNs + timeoutNs });
  }

  /** When the answer comes: at its time, and after the request's body, unless the answer is `early`. */
  #answeredNs() {
    const { upload, beginNs } = this.call;
    const { ms = 0, early = false } = this.answer;
    if (this.answer === "silent" || (upload.ending === "open" && !early)) return Infinity;
    return beginNs + ms * nsPerMs;
  }

  /** WIT: ready when get gives some. A child of this (wasmtime's subscribe). */
  subscribe() {
    return new Pollable(this.host, this, () => Math.min(this.#answeredNs(), this.lateNs));
  }

  /** WIT: option for readiness, then "the response or error at most once". */
  get() {
    const { host, call, answer } = this;
    if (Math.min(this.#answeredNs(), this.lateNs) > host.nowNs) return none;
    if (this.#isTaken) return some(error());
    this.#isTaken = true;
    call.endNs = host.nowNs;
    if (this.#answeredNs() > host.nowNs) return some(ok(error({ tag: "connection-timeout" })));
    if (call.upload.ending === "broken" && !answer.early) return some(ok(error({ tag: "HTTP-protocol-error" })));
    if (answer === "failed" || answer.error) return some(ok(error(answer.error ?? host.someErrorCode())));
    return some(ok(ok(new IncomingResponse(host, answer, (ending) => (call.bodyEnding = ending)))));
  }

  /** The guest drops the future: without an answer so far, the call is cancelled. */
  dropped() {
    this.call.isCancelled = !this.#isTaken;
  }
}

/** wasi:http/outgoing-handler. WIT: it is its obligation "to reject invalid constructions of outgoing-request". */
export function handle(host, request, options) {
  const call = { ...request.head, upload: request.sink, beginNs: host.nowNs };
  if (call.url === undefined) return error({ tag: "HTTP-request-URI-invalid" });
  const answer = host.upstream(call, host.calls.length);
  host.calls.push(call);
  if (answer === "refused" || answer.refused) return error(answer.refused ?? host.someErrorCode());
  return ok(new FutureIncomingResponse(host, call, answer, options.value?.timeoutNs ?? Infinity));
}

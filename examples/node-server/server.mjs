// The whole gateway in plain Node: this file performs the effects of src/abi/abi.md and decides nothing.
import { EventEmitter, on, once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { promisify } from "node:util";

const { HOST = "127.0.0.1", PORT = "8787" } = process.env;
const module = new WebAssembly.Module(readFileSync(process.argv[2] ?? "dist/fluxgate.core.wasm"));
const kinds = "none fetch read collect respond write pipe end sleep cancel log done watch".split(" ");
const codes = { ok: 0, end: 1, failed: 2, unsupported: 3, too_large: 4, timed_out: 5, client_gone: 6 };
const trap = `{"error":{"message":"Ask again.","type":"server_error","param":null,"code":"internal_error"}}`;
const linesOf = (headers) => [...headers].map(([name, value]) => `${name}: ${value}\n`).join("");
let latest = instantiate();

/** Gives the exports of a new instance. When an export throws, the instance is `lost` and all its requests fail. */
function instantiate() {
  const leftovers = new Proxy({}, { get: () => () => 0 }); // Imports that the toolchain leaves over; nobody calls them.
  const { exports } = new WebAssembly.Instance(module, { env: leftovers, wasi_snapshot_preview1: leftovers });
  exports._initialize();
  if (exports.fluxgate_abi_version() !== 3) throw new Error("The module's ABI is not version 3.");
  const settings = Object.entries(process.env).map(([name, value]) => `${name}=${value}\0`);
  exports.fluxgate_configure(...give(exports, Buffer.from(settings.join(""))));
  return { ...exports, lost: new AbortController() };
}

function give(core, data) {
  const bytes = Buffer.from(data, "latin1"); // Text here has one byte for each character.
  const pointer = core.fluxgate_alloc(bytes.length);
  if (pointer === 0) throw new Error("The module has no memory left.");
  new Uint8Array(core.memory.buffer).set(bytes, pointer);
  return [pointer, bytes.length]; // The module owns the block from then on.
}

/** Gives the session's next effect, copied out; null when the session waits for replies. */
function nextEffect(core, session) {
  const pointer = core.fluxgate_next(session);
  if (pointer === 0) return null;
  const { buffer } = core.memory;
  const [id, kind, target, status, mode, maxBytes, timeMs, ...blocks] = new Uint32Array(buffer, pointer, 11);
  const head = Buffer.from(buffer, blocks[0], blocks[1]).toString("latin1");
  const headers = [...head.matchAll(/^([^ :]+): (.*)$/gm)].map(([, name, value]) => [name, value]);
  const body = Buffer.from(buffer.slice(blocks[2], blocks[2] + blocks[3]));
  return { id, kind: kinds[kind], target, status, mode, maxBytes, timeMs, head, headers, body };
}

async function serve(request, response) {
  const { method, url, headers, socket } = request;
  if (!/^[\w.:[\]-]+$/.test(headers.host)) return response.writeHead(400).end(); // Our links will hold the host.
  const core = latest.lost.signal.aborted ? (latest = instantiate()) : latest;
  const inbox = new EventEmitter(); // Emits the replies to effects.
  const send = promisify(response.write.bind(response)); // Resolves when the client's stream takes more.
  const chunks = request.iterator({ destroyOnReturn: false }); // Keeps the socket for the answer.
  const bodies = new Map([[1, { chunks }]]); // id of a body -> { chunks }
  const aborts = new Map(); // id of a body or an effect under way -> AbortController
  const signalFor = (number) => aborts.set(number, new AbortController()).get(number).signal;
  const codeOf = ({ message }) => codes[message] ?? (socket.destroyed ? codes.client_gone : codes.failed);
  signalFor(1).onabort = () => chunks.return().then(() => request.resume());
  response.on("error", () => {}); // `send` gets the error.
  let hasCalled = false;
  /** The functions that perform effects, by kind. Each gives the code and data of the reply, or nothing, or throws a code. */
  const effects = {
    async fetch({ id, head, headers, body }) {
      const [method, url] = head.split(/[ \n]/, 2);
      const call = { method, headers, redirect: "manual", signal: signalFor(id) };
      hasCalled = true; // From now on a picture may have been paid for.
      const answer = await fetch(url, body.length > 0 ? { ...call, body } : call);
      bodies.set(id, { chunks: (answer.body ?? []).values() });
      return [answer.status, linesOf(answer.headers)];
    },
    async read({ target, timeMs, maxBytes = Infinity }) {
      const body = bodies.get(target);
      const next = body.rest ?? body.chunks.next();
      let timer;
      const late = new Promise((_, reject) => (timer = setTimeout(reject, timeMs, new Error("timed_out"))));
      const { value } = await Promise.race([next, late]).finally(() => clearTimeout(timer));
      body.rest = value?.length > maxBytes ? { value: value.subarray(maxBytes) } : undefined;
      return value ? [codes.ok, value.subarray(0, maxBytes)] : [codes.end];
    },
    async pipe({ maxBytes, ...body }, take = send) {
      for (let left = maxBytes, bytes; ([, bytes] = await effects.read(body)) && bytes; await take(bytes)) {
        if ((left -= bytes.length) < 0) throw new Error("too_large");
      }
    },
    collect: (effect, parts = []) =>
      effects.pipe(effect, (part) => parts.push(part)).then(() => [codes.ok, Buffer.concat(parts)]),
    async respond({ status, mode, headers, body }) {
      response.statusCode = status;
      response.setHeaders(new Map(headers));
      await (mode === 0 ? response.end(body) : send(body));
    },
    write: ({ body }) => send(body),
    end: async ({ mode }) => void (mode === 0 ? response.end() : socket.resetAndDestroy()),
    sleep: ({ id, timeMs }) => promisify(setTimeout)(timeMs, undefined, { signal: signalFor(id) }),
    cancel: async ({ target }) => aborts.get(target)?.abort("cancelled"),
    log: async ({ body }) => console.log(body.toString()),
    watch: ({ id }) => once(socket, "close", { signal: signalFor(id) }).then(() => [codes.client_gone]),
  };
  try {
    const random = crypto.getRandomValues(Buffer.alloc(16)).toString("latin1");
    const head = `${random}${method} http://${headers.host}${url}\n${linesOf(Object.entries(headers))}`;
    const session = core.fluxgate_open(...give(core, head), Date.now());
    queueMicrotask(() => inbox.emit("reply", 0, codes.ok)); // A reply to no effect, to start the loop.
    for await (const [id, code, data = ""] of on(inbox, "reply", { signal: core.lost.signal })) {
      core.fluxgate_reply(session, id, code, ...give(core, data), Date.now());
      for (let effect; (effect = nextEffect(core, session)) !== null;) {
        if (effect.kind === "done") return core.fluxgate_close(session);
        effects[effect.kind](effect)
          .catch((error) => (effects.cancel(effect), [codeOf(error)])) // The effect's body is gone.
          .then((reply = [codes.ok]) => inbox.emit("reply", effect.id, ...reply));
      }
    }
  } catch (error) {
    console.log(JSON.stringify({ ev: "failed", error: String(error) }));
    core.lost.abort();
    if (response.headersSent) return socket.resetAndDestroy();
    response.writeHead(500, { "content-type": "application/json", "x-should-retry": `${!hasCalled}` }).end(trap);
  } finally {
    for (const abort of aborts.values()) abort.abort("over");
  }
}

const server = createServer(serve).listen(PORT, HOST, () => console.log(JSON.stringify(server.address())));

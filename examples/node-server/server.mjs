// The whole gateway in plain Node: this file, bodies.mjs and services.mjs perform the effects of src/abi/abi.md and decide nothing.
import { EventEmitter, on } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { promisify } from "node:util";
import { Bodies, Body, collect, passOn } from "./bodies.mjs";
import { environment, serviceOf } from "./services.mjs";

const { HOST = "127.0.0.1", PORT = "8787" } = process.env;
const module = new WebAssembly.Module(readFileSync(process.argv[2] ?? "dist/fluxgate.core.wasm"));
const kinds = "- fetch read collect respond write pipe end - cancel log done - hold".split(" ");
const codes = { ok: 0, end: 1, failed: 2, unsupported: 3, too_large: 4, timed_out: 5, client_gone: 6 };
const trap = `{"error":{"message":"Ask again.","type":"server_error","param":null,"code":"internal_error"}}`;
const linesOf = (headers, names) =>
  [...headers].map(([name, value]) => (names.includes(name) ? `${name}: ${value}\n` : "")).join("");
let latest = instantiate();

/** Gives the exports of a new instance. When an export throws, the instance is `lost` and all its requests fail. */
function instantiate() {
  const leftovers = new Proxy({}, { get: () => () => 0 }); // Imports that the toolchain leaves over; nobody calls them.
  const { exports } = new WebAssembly.Instance(module, { env: leftovers, wasi_snapshot_preview1: leftovers });
  exports._initialize();
  if (exports.fluxgate_abi_version() !== 4) throw new Error("The module's ABI is not version 4.");
  const pointer = exports.fluxgate_configure(...give(exports, Buffer.from(environment)));
  const [names] = Buffer.from(exports.memory.buffer, pointer).toString("latin1").split("\0", 1);
  const [ofRequest, ofAnswer] = names.split("\n").map((line) => line.split(" "));
  return { ...exports, batch: exports.fluxgate_batch(), ofRequest, ofAnswer, lost: new AbortController() };
}

function give(core, data) {
  const bytes = Buffer.from(data, "latin1"); // Text here has one byte for each character.
  const pointer = core.fluxgate_alloc(bytes.length);
  if (pointer === 0) throw new Error("The module has no memory left.");
  new Uint8Array(core.memory.buffer).set(bytes, pointer);
  return [pointer, bytes.length]; // The module owns the block from then on.
}

/** Gives the effects that the last call has left to do, copied out, and in how many ms the session wants `wake`. */
function batchOf(core) {
  const { buffer } = core.memory;
  const numbersAt = (pointer, count) => [...new Uint32Array(buffer, pointer, count)];
  const bytesAt = (pointer, length) => Buffer.from(buffer.slice(pointer, pointer + length));
  const [count, first, wakeMs] = numbersAt(core.batch, 3);
  const effects = Array.from({ length: count }, (_, index) => {
    const [id, kind, target, status, mode, maxBytes, timeMs, ...others] = numbersAt(first + 64 * index, 16);
    const [headAt, headLength, bodyAt, bodyLength, , inlineBytes, insertsAt, insertCount, coding] = others;
    const head = bytesAt(headAt, headLength).toString("latin1");
    const headers = [...head.matchAll(/^([^ :]+): (.*)$/gm)].map((line) => line.slice(1));
    const inserts = Array.from({ length: insertCount }, (_, at) => numbersAt(insertsAt + 12 * at, 3));
    const [body, limits] = [bytesAt(bodyAt, bodyLength), { maxBytes, timeMs }];
    return { id, kind: kinds[kind], target, status, mode, head, headers, body, limits, inlineBytes, inserts, coding };
  });
  return [effects, wakeMs];
}

async function serve(request, response) {
  const { method, url, headers, socket } = request;
  if (!/^[\w.:[\]-]+$/.test(headers.host)) return response.writeHead(400).end(); // Our links will hold the host.
  const core = latest.lost.signal.aborted ? (latest = instantiate()) : latest;
  const inbox = new EventEmitter(); // Emits what the session is to be told: the name of an export and its parameters.
  const tell = (...call) => inbox.emit("call", ...call);
  const calls = on(inbox, "call", { signal: core.lost.signal });
  const send = promisify(response.write.bind(response)); // Resolves when the client's stream takes more.
  const chunks = request.iterator({ destroyOnReturn: false }); // Keeps the socket for the answer.
  const bodies = new Bodies(new Body(chunks, () => chunks.return().then(() => request.resume())));
  const codeOf = ({ message, cause }) =>
    codes[message] ?? codes[cause?.message] ?? (socket.destroyed ? codes.client_gone : codes.failed);
  const breakOff = () => void socket.resetAndDestroy();
  let [hasCalled, passed, passing, timer] = [false];
  const leave = () => (passed?.letGo(), response.writableFinished || tell("client_left"));
  socket.on("close", leave);
  response.on("error", () => {}); // `send` gets the error.

  /** The functions that perform effects, by kind. Each gives the code and data of the reply, or nothing, or throws a code. */
  const effects = {
    async fetch({ id, head, headers, inlineBytes, ...parts }) {
      const [method, url] = head.split(/[ \n]/, 2);
      const abort = new AbortController();
      const bodyOf = (chunks) => new Body(chunks.values(), () => abort.abort());
      bodies.use(id, bodyOf([]));
      hasCalled = true; // From now on a picture may have been paid for.
      const call = { method, headers, body: bodies.between({ headers, ...parts }), signal: abort.signal };
      const answer = await (serviceOf(url) ?? fetch)(url, { redirect: "manual", duplex: "half", ...call });
      const rest = bodies.keep(id, bodyOf(answer.body ?? []));
      const whole = inlineBytes > 0 ? await rest.whole({ maxBytes: inlineBytes, timeMs: 1000 }) : [];
      return [answer.status, linesOf(answer.headers, core.ofAnswer), ...whole];
    },
    async read({ id, target, limits }) {
      const bytes = await bodies.use(id, target).next(limits);
      return [bytes ? codes.ok : codes.end, bytes];
    },
    collect: ({ id, target, limits }) => collect(bodies.use(id, target), limits).then((bytes) => [codes.ok, bytes]),
    pipe: ({ id, target, limits, coding }) => passOn(bodies.use(id, target), send, limits, coding),
    hold: (effect) => bodies.hold(effect).then(([isFound, told]) => [isFound ? codes.ok : codes.end, told]),
    async respond({ status, mode, target, headers, body }) {
      response.statusCode = status;
      response.setHeaders(new Map(headers));
      if (mode === 0) return void response.end(body);
      const sending = send(body); // And the head with it, even where there are no bytes yet.
      if (mode === 1) return sending;
      passed = bodies.takeAway(target);
      passing = sending.then(() => passOn(passed, send)).then(() => response.end(), breakOff);
    },
    write: ({ body }) => send(body),
    end: async ({ mode }) => void (mode === 0 ? response.end() : breakOff()),
    cancel: async ({ target }) => bodies.letGo(target),
    log: async ({ body }) => console.log(body.toString()),
    done: async () => {},
  };

  /** Starts what the last call has left to do, and says whether that ends the session. */
  function start() {
    const [batch, wakeMs] = batchOf(core);
    for (const effect of batch) {
      const settled = effects[effect.kind](effect).catch((error) => (bodies.letGo(effect.id), [codeOf(error)]));
      settled.then(([code = codes.ok, data = "", ...whole] = []) => {
        bodies.endUse(effect.id);
        if (effect.id !== 0) tell(whole.length > 0 ? "reply_whole" : "reply", effect.id, code, data, ...whole);
      });
    }
    clearTimeout(timer);
    timer = setTimeout(tell, wakeMs, "wake");
    return batch.at(-1)?.kind === "done";
  }

  try {
    const random = crypto.getRandomValues(Buffer.alloc(16)).toString("latin1");
    const head = `${random}${method} http://${headers.host}${url}\n${linesOf(Object.entries(headers), core.ofRequest)}`;
    const session = core.fluxgate_open(...give(core, head), Date.now());
    while (!start()) {
      const [name, ...parameters] = (await calls.next()).value;
      const given = parameters.flatMap((it) => (typeof it === "number" ? it : give(core, it)));
      core[`fluxgate_${name}`](session, ...given, Date.now());
    }
    core.fluxgate_close(session);
  } catch (error) {
    console.log(JSON.stringify({ ev: "failed", error: String(error) }));
    core.lost.abort();
    if (response.headersSent) return breakOff();
    response.writeHead(500, { "content-type": "application/json", "x-should-retry": `${!hasCalled}` }).end(trap);
  } finally {
    clearTimeout(timer);
    calls.return();
    bodies.letGoOfAll();
    await passing?.then(() => passed.letGo());
    socket.off("close", leave);
  }
}

const server = createServer(serve).listen(PORT, HOST, () => console.log(JSON.stringify(server.address())));

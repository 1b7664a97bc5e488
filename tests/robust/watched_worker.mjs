// The Worker, watched from within: GET /watched tells what has been seen; with ?collect garbage is collected first (V8's flag --expose-gc), with
// ?collect&probe it tells as well how much of the core's memory is in use.
//
// CLOCK_SPEED, a variable: the Worker's clock and its timers run so many times as fast. RATES_MOST: the Worker has the bindings RATES, which lets
// the client `flood` in so often and no more, and EVENTS, whose data points are counted.
import worker from "../../js-glue/worker.mjs";

/** What was seen: instances of the core; clients that have gone, by the nonce in their header x-nonce; calls that began for one of those after that. */
const seen = { instancesMade: 0, clientsGone: 0, callsForNobody: [] };
let core = null; // What the last instance exports.
const gone = new Set();
const nonceIn = (text) => /q[0-9a-f]{14}z/.exec(text)?.[0]; // As tests/robust/nonces.mjs makes them.

const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(module, imports) {
    super(module, imports);
    seen.instancesMade += 1;
    core = this.exports;
  }
};

function watchClient(request) {
  const nonce = request.headers.get("x-nonce");
  if (nonce === null) return;
  request.signal.addEventListener("abort", () => {
    seen.clientsGone += 1;
    gone.add(nonce);
  });
}

const responses = new Set(); // WeakRefs of what the upstreams answered.

const { fetch } = globalThis;
globalThis.fetch = async (url, call) => {
  if (gone.size > 0 && gone.has(nonceIn(url) ?? nonceIn(new TextDecoder().decode(call.body))))
    seen.callsForNobody.push(url);
  const response = await fetch(url, call);
  responses.add(new WeakRef(response));
  return response;
};

/** How many answers of upstreams somebody still holds. */
function countResponses() {
  for (const each of responses) {
    if (each.deref() === undefined) responses.delete(each);
  }
  return responses.size;
}

/** How much of the core's memory is in use: all that is not taken when blocks are until it grows, which it does by this. */
function probe() {
  const { memory, fluxgate_alloc: allocate, fluxgate_free: free } = core;
  const { byteLength } = memory.buffer;
  const blockBytes = 1024;
  const blocks = [];
  while (memory.buffer.byteLength === byteLength) blocks.push(allocate(blockBytes));
  for (const block of blocks) free(block);
  return byteLength - blocks.length * blockBytes;
}

let bindings = null;
const events = {}; // By client: how many requests, and how many pictures.

/** The bindings that the platform has and workerd does not. */
function makeBindings(most) {
  let count = 0;
  const limit = async ({ key }) => ({ success: key !== "flood" || (count += 1) <= most });
  const writeDataPoint = ({ indexes: [client], doubles: [, pictures] }) => {
    const event = (events[client] ??= { requests: 0, pictures: 0 });
    event.requests += 1;
    event.pictures += pictures;
  };
  return { RATES: { limit }, EVENTS: { writeDataPoint } };
}

let clockSpeed = 1;
function setClock(speed) {
  clockSpeed = speed;
  const { now } = Date;
  const { setTimeout } = globalThis;
  const startMs = now();
  Date.now = () => startMs + (now() - startMs) * speed;
  globalThis.setTimeout = (call, ms, ...values) => setTimeout(call, ms / speed, ...values);
}

export default {
  fetch(request, env, context) {
    if (env.CLOCK_SPEED !== undefined && clockSpeed === 1) setClock(Number(env.CLOCK_SPEED));
    const { pathname, search } = new URL(request.url);
    if (pathname === "/watched") {
      if (search !== "") globalThis.gc();
      const usedBytes = search === "?collect&probe" ? probe() : undefined;
      return Response.json({
        ...seen,
        events,
        usedBytes,
        responsesHeld: countResponses(),
        memoryBytes: core?.memory.buffer.byteLength ?? 0,
      });
    }
    watchClient(request);
    if (env.RATES_MOST === undefined) return worker.fetch(request, env, context);
    bindings ??= { ...env, ...makeBindings(Number(env.RATES_MOST)) };
    return worker.fetch(request, bindings, context);
  },
};

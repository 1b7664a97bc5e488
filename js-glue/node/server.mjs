// The gateway behind node:http. It says how long and how much a client may; what is answered is the core's business.
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { failureResponse } from "../failure.mjs";
import { Gateway } from "../gateway.mjs";
import { urlOf } from "./address.mjs";
import { Answer, send } from "./answer.mjs";
import { ClientRequest } from "./client_request.mjs";
import { limits as usualLimits } from "./limits.mjs";
import { platform } from "./platform.mjs";

/** Lines about connections that found no place are so far apart. */
const dropsMs = 10_000;

/**
 * Makes a server, which is not listening yet. module: of the core, compiled. settings, services: as Gateway takes them. trustsProxy: as urlOf() takes it.
 * limits: others than the usual ones, by their names. Gives { server, drain(boundMs) }.
 */
export function createGatewayServer({ module, settings, services = new Map(), trustsProxy = false, limits: own }) {
  const limits = { ...usualLimits, ...own };
  const gateway = new Gateway(module, settings, services, platform);
  const clients = new WeakMap(); // socket -> Set of what is to be done when it closes
  const work = new Set(); // Promises of what is under way, with or without its client.
  let isDraining = false;

  function keep(promise) {
    work.add(promise);
    promise.then(() => work.delete(promise));
  }

  /** Resolves when a request was answered, or its client has gone. */
  async function exchange(incoming, outgoing) {
    const url = urlOf(incoming, { trustsProxy });
    if (url === null) return reply(outgoing, badHost(), { closes: true });
    const request = new ClientRequest(incoming, url);
    const client = clients.get(incoming.socket);
    let leave;
    const left = new Promise((resolve) => (leave = () => (request.signal.onabort?.(), resolve(null))));
    client.add(leave);
    try {
      const answer = await unless(left, gateway.answer(request, keep));
      // Node closes at once where it is to close: who still sends would lose the answer.
      if (answer !== null) await reply(outgoing, answer, { closes: isDraining && incoming.complete });
    } finally {
      client.delete(leave);
    }
    if (!incoming.complete) await linger(incoming, limits.lingerMs, client);
  }

  function reply(outgoing, answer, { closes }) {
    if (closes) outgoing.setHeader("connection", "close");
    return send(outgoing, answer, { takesMs: limits.takesMs, acts: clients.get(outgoing.req.socket) });
  }

  /** What goes wrong here is a fault of this server. */
  function fail(outgoing, error) {
    console.error(JSON.stringify({ ev: "rt_failed", error: String(error) }));
    if (outgoing.headersSent) return outgoing.destroy();
    const id = crypto.randomUUID().replaceAll("-", "");
    return reply(outgoing, failureResponse("internal_error", id, false, Answer), { closes: true });
  }

  const server = createServer(
    {
      headersTimeout: limits.headMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.lookMs,
      keepAliveTimeout: limits.idleMs,
      maxHeaderSize: limits.headBytes,
    },
    (incoming, outgoing) => {
      const done = exchange(incoming, outgoing)
        .catch((error) => fail(outgoing, error))
        .catch(() => outgoing.destroy());
      keep(done.then(() => isDraining && server.closeIdleConnections()));
    },
  );
  const tellOfDrop = tellOfDrops();
  let connections = 0;
  server.on("connection", (socket) => {
    // Of several processes, server.maxConnections would hand a connection on from one that is full to the next one, without end.
    if (connections === limits.connections) return (tellOfDrop(), socket.destroy());
    connections += 1;
    const acts = new Set();
    clients.set(socket, acts);
    socket.on("close", () => {
      connections -= 1;
      acts.forEach((act) => act());
    });
  });

  /**
   * Takes no new connections, and waits until what is under way has ended, or for boundMs; then breaks off the rest. Gives how many requests and works
   * that was.
   */
  async function drain(boundMs) {
    isDraining = true;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    const allIsDone = async () => {
      await Promise.race([closed, delay(limits.arriveMs, undefined, { ref: false })]);
      while (work.size > 0) await Promise.all(work);
    };
    await Promise.race([allIsDone(), delay(boundMs, undefined, { ref: false })]);
    const left = work.size;
    server.closeAllConnections();
    return left;
  }

  return { server, drain };
}

/** Gives what counts connections that found no place, and logs how many there were, once in a while. */
function tellOfDrops() {
  let count = 0;
  return () => {
    count += 1;
    if (count > 1) return;
    setTimeout(() => {
      console.error(JSON.stringify({ ev: "rt_full", connections: count }));
      count = 0;
    }, dropsMs).unref();
  };
}

/** The answer, or null when `left` resolves before it is there: nobody reads its stream then. */
async function unless(left, answer) {
  if (!(answer instanceof Promise)) return answer;
  const first = await Promise.race([answer, left]);
  if (first === null) answer.then(({ body }) => body instanceof ReadableStream && body.cancel().catch(() => {}));
  return first;
}

function badHost() {
  const message = "The Host of this request is no name or address.";
  const error = { message, type: "invalid_request_error", param: null, code: "bad_host" };
  return new Answer(JSON.stringify({ error }), { status: 400, headers: { "content-type": "application/json" } });
}

/** The answer is out, and the client still sends. Resolves when it has sent all, or its connection is closed. acts: what is called when that is. */
function linger(incoming, lingerMs, acts) {
  if (incoming.socket.destroyed) return;
  return new Promise((resolve) => {
    const timer = setTimeout(() => incoming.socket.destroy(), lingerMs);
    const settle = () => {
      clearTimeout(timer);
      acts.delete(settle);
      resolve();
    };
    acts.add(settle);
    for (const event of ["end", "close"]) incoming.on(event, settle);
    incoming.resume();
  });
}

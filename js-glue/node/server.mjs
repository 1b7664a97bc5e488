// The gateway behind node:http. It says how long and how much a client may; what is answered is the core's business.
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { failureResponse } from "../failure.mjs";
import { Gateway } from "../gateway.mjs";
import { urlOf } from "./address.mjs";
import { Answer, send } from "./answer.mjs";
import { ClientRequest } from "./client_request.mjs";
import { platform } from "./platform.mjs";

/** What clients may, each with its reason; docs/hosts.md tells them. */
export const limits = {
  /** A head comes in a packet or two: who takes longer holds connections. Apache gives 20 s and more for bytes that come, nginx 60 s. */
  headMs: 20_000,
  /** The core gives a body 120 s and answers with its own error; whoever is not done then is cut off. */
  requestMs: 130_000,
  /** Node looks so often for what is late. */
  lookMs: 5_000,
  /** As Cloudflare has it for all headers of a request but its URL: 32 KB, and room for a signed link. */
  headBytes: 36 * 1024,
  /** Proxies keep connections for 60 s (nginx, AWS): they must be the ones that close, for else a request meets a connection that is just closed. */
  idleMs: 65_000,
  /** Twice what an instance has under way (256 requests and 128 links), and more for those that rest between two; most systems allow a process 1,024 files. */
  connections: 900,
  /** After an answer to a request that is still being sent, the rest is read and dropped for so long, as nginx does: closing at once may lose the answer. */
  lingerMs: 5_000,
  /** After SIGTERM what is under way has so long. Kubernetes kills 30 s behind it, and Docker after 10 s, unless it is told otherwise. */
  drainMs: 25_000,
};

/**
 * Makes a server, which is not listening yet. module: of the core, compiled. settings, services: as Gateway takes them. trustsProxy: as urlOf() takes it.
 * Gives { server, drain(boundMs) }.
 */
export function createGatewayServer({
  module,
  settings,
  services = new Map(),
  trustsProxy = false,
  maxConnections = limits.connections,
}) {
  const gateway = new Gateway(module, settings, services, platform);
  const work = new Set(); // Promises of what is under way, with or without its client.
  const leaving = new WeakMap(); // socket -> Set of what is to be done when it closes
  let isDraining = false;

  const keep = (promise) => {
    work.add(promise);
    promise.then(() => work.delete(promise));
  };

  async function exchange(incoming, outgoing) {
    const url = urlOf(incoming, { trustsProxy });
    if (url === null) return refuse(outgoing);
    const request = new ClientRequest(incoming, url);
    const leave = () => request.signal.onabort?.();
    const { socket } = incoming;
    const others = leaving.get(socket);
    others?.add(leave);
    try {
      const answer = gateway.answer(request, keep);
      const ready = answer instanceof Promise ? await answer : answer;
      if (isDraining) outgoing.setHeader("connection", "close");
      await send(outgoing, ready);
    } finally {
      others?.delete(leave);
    }
    if (!incoming.complete) linger(incoming);
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
      const done = exchange(incoming, outgoing).catch((error) => {
        console.error(JSON.stringify({ ev: "rt_failed", error: String(error) }));
        if (outgoing.headersSent) return incoming.socket.destroy();
        return send(
          outgoing,
          failureResponse("internal_error", crypto.randomUUID().replaceAll("-", ""), false, Answer),
        );
      });
      keep(done.then(() => isDraining && server.closeIdleConnections()));
    },
  );
  server.maxConnections = maxConnections;
  server.on("connection", (socket) => {
    const acts = new Set();
    leaving.set(socket, acts);
    socket.on("close", () => acts.forEach((act) => act()));
  });

  /**
   * Takes no new connections, and waits until what is under way has ended, or for boundMs; then breaks off the rest. Gives how many requests and works
   * that was.
   */
  async function drain(boundMs) {
    isDraining = true;
    server.close();
    server.closeIdleConnections();
    const late = delay(boundMs, "late", { ref: false });
    while (work.size > 0 && (await Promise.race([Promise.all(work), late])) !== "late");
    const left = work.size;
    server.closeAllConnections();
    return left;
  }

  return { server, drain };
}

/** The host that a request names is none. */
function refuse(outgoing) {
  const error = {
    message: "The host of this request is none.",
    type: "invalid_request_error",
    param: null,
    code: "bad_host",
  };
  outgoing.setHeader("connection", "close");
  return send(
    outgoing,
    new Answer(JSON.stringify({ error }), { status: 400, headers: { "content-type": "application/json" } }),
  );
}

/** The answer is out, and the client still sends. */
function linger(incoming) {
  incoming.resume();
  const timer = setTimeout(() => incoming.socket.destroy(), limits.lingerMs);
  incoming.on("close", () => clearTimeout(timer));
  incoming.on("end", () => clearTimeout(timer));
}

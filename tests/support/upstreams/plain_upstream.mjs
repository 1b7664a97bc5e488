// An upstream on loopback that answers by path, byte by byte as a test says, and keeps every byte of its calls.
import { createServer } from "node:http";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Starts the server. `answers[path]` is { status?, headers?, body? }, or (request, response, call) => ... that answers by itself; a path without one is
 * answered by 200 and "ok". An answer waits for the whole call, a function does not. `calls` has { path, request, headers, body (a Buffer, when whole), ending }
 * of each; ending: null while it arrives, then "whole" or "broken".
 */
export async function startPlainUpstream() {
  const upstream = { calls: [], answers: {} };
  const server = createServer((request, response) => {
    const call = { path: request.url, request, headers: request.headers, body: Buffer.alloc(0), ending: null };
    upstream.calls.push(call);
    const answer = upstream.answers[call.path] ?? { body: "ok" };
    response.on("close", () => (call.ending ??= "broken"));
    if (typeof answer === "function") answer(request, response, call);
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("error", () => (call.ending = "broken"));
    request.on("end", () => {
      Object.assign(call, { body: Buffer.concat(chunks), ending: "whole" });
      if (typeof answer === "function") return;
      const { status = 200, headers = {}, body = "" } = answer;
      response.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers }).end(body);
    });
  });
  server.keepAliveTimeout = 0; // A connection that we close while the host takes it for open would fail a call.
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  upstream.origin = `http://127.0.0.1:${server.address().port}`;
  upstream.reset = () => Object.assign(upstream, { calls: [], answers: {} });
  upstream.callTo = (path) => upstream.calls.find((call) => call.path === path);
  upstream.close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return upstream;
}

/** An answer in these chunks, `everyMs` apart. Then it ends; or breaks off; or is "silent". `headers`: none make it chunked. */
export function inChunks(chunks, { everyMs = 0, ending = "end", headers = {} } = {}) {
  return async (request, response) => {
    response.writeHead(200, headers).flushHeaders();
    for (const chunk of chunks) {
      await delay(everyMs);
      if (!response.write(chunk)) await Promise.race([once(response, "drain"), once(response, "close")]);
    }
    await delay(everyMs);
    if (ending === "end") response.end();
    if (ending === "break") setTimeout(() => request.socket.destroy(), 20);
  };
}

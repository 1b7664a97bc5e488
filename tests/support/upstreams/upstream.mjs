// The upstreams on loopback: an LLM, an image backend and the host of its pictures. They record every call.
import { createServer } from "node:http";
import { once } from "node:events";
import { samplePng } from "./pictures.mjs";

/**
 * Starts the server. Each `on...` member is the handler of one route and may be replaced by a test; a handler gets
 * { method, url, headers, body, json } and gives { status?, headers?, body? }, or "reset" to cut the connection.
 */
export async function startUpstream() {
  const upstream = {
    calls: [],
    onChat: () => completion("a tabby cat, red tile roof, warm evening light"),
    onImage: () => ({ body: { images: [{ url: `${upstream.origin}/pictures/cat.png` }] } }),
    onPicture: () => ({ headers: { "content-type": "image/png" }, body: samplePng }),
  };
  const routes = { llm: "onChat", image: "onImage", picture: "onPicture" };

  const server = createServer(async (request, response) => {
    const chunks = await request.toArray().catch(() => null);
    if (chunks === null) return; // The caller has broken off.
    const body = Buffer.concat(chunks).toString();
    const call = { method: request.method, url: request.url, headers: request.headers, body };
    Object.defineProperty(call, "json", { get: () => JSON.parse(body) });
    upstream.calls.push(call);
    const answer = await upstream[routes[upstreamName(request.url)]](call);
    if (answer === "reset") return request.socket.destroy();
    if (typeof answer === "function") return answer(request, response);
    const { status = 200, headers = {}, body: content = "" } = answer;
    const isJson = typeof content === "object" && !Buffer.isBuffer(content);
    const bytes = isJson ? JSON.stringify(content) : content;
    const all = { "content-length": Buffer.byteLength(bytes), ...headers };
    response.writeHead(status, Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)));
    response.end(bytes);
  });
  server.keepAliveTimeout = 0; // A connection that we close while the Worker takes it for open would fail a call.
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  upstream.host = `127.0.0.1:${server.address().port}`;
  upstream.origin = `http://${upstream.host}`;
  upstream.callsTo = (path) => upstream.calls.filter(({ url }) => url.startsWith(path));
  upstream.close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  const defaults = { onChat: upstream.onChat, onImage: upstream.onImage, onPicture: upstream.onPicture };
  upstream.reset = () => Object.assign(upstream, defaults, { calls: [] });
  return upstream;
}

/** The name of the upstream that a path belongs to. */
export function upstreamName(path) {
  const [plain] = path.split("?", 1);
  if (plain.endsWith("/chat/completions")) return "llm";
  return plain === "/generate" || plain.endsWith("/images/generations") ? "image" : "picture";
}

/** A chat.completion whose message holds `content`. */
export function completion(content, extra = {}) {
  const message = { role: "assistant", content, ...extra };
  const usage = { prompt_tokens: 300, completion_tokens: 20, total_tokens: 320 };
  return {
    body: { id: "c", object: "chat.completion", choices: [{ index: 0, message, finish_reason: "stop" }], usage },
  };
}

/** The settings that point a gateway at this upstream. */
export function settingsFor(upstream, extra = {}) {
  return {
    AUTHORIZED_API_KEY: "client-key",
    IMAGE_GEN_API_BASE: `${upstream.origin}/generate`,
    IMAGE_GEN_MODEL: "flux-schnell,black-forest-labs/FLUX.1-dev",
    IMAGE_GEN_API_KEY: "first-image-key,second-image-key",
    IMAGE_PROXY_SECRET: "a-secret-of-the-tests-of-32-bytes-or-more",
    IMAGE_HOSTS_INTERNAL: upstream.host,
    OPENAI_API_BASE: `${upstream.origin}/llm`,
    OPENAI_API_KEY: "llm-key",
    OPENAI_MODEL: "llm-small",
    ...extra,
  };
}

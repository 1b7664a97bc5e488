// The gateway's flows in plain JavaScript, as a Worker would be written today. Fluxgate is measured against it.
import { chat } from "./chat.mjs";
import { ApiError, errorResponse, json } from "./answers.mjs";
import { RequestLog } from "./log.mjs";
import { showImage } from "./proxy.mjs";
import { readSettings } from "./settings.mjs";

let settings = null; // Bindings are the same for all requests of an isolate.

export default {
  async fetch(request, env) {
    const log = new RequestLog(crypto.randomUUID().replaceAll("-", ""));
    let response;
    try {
      settings ??= readSettings(env);
      response = await route(request, new URL(request.url), log);
    } catch (error) {
      response = errorResponse(error);
    }
    if (!isStream(response)) log.write(response.status); // A stream writes it at its end.
    response.headers.set("x-request-id", log.rid);
    response.headers.set("access-control-allow-origin", "*");
    response.headers.set(
      "access-control-expose-headers",
      "x-request-id, x-fluxgate-prompt, x-fluxgate-size, x-fluxgate-ignored, x-fluxgate-model, x-fluxgate-provider, x-fluxgate-cost, x-fluxgate-ms, x-should-retry, retry-after",
    );
    return response;
  },
};

const isStream = ({ headers }) => headers.get("content-type")?.startsWith("text/event-stream");

function route(request, url, log) {
  if (request.method === "OPTIONS") return preflight();
  switch (url.pathname) {
    case "/v1/chat/completions":
      checkMethod(request, "POST");
      checkKey(request);
      return chat(request, url, settings, log);
    case "/v1/models":
      checkMethod(request, "GET");
      checkKey(request);
      return json(settings.modelList);
    case "/image-proxy":
      checkMethod(request, "GET");
      return showImage(url, settings);
    default:
      throw new ApiError(404, "path_not_found", "There is nothing at this path.");
  }
}

function preflight() {
  const headers = {
    "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
    "access-control-allow-headers": "*, authorization",
    "access-control-max-age": "86400",
  };
  return new Response(null, { status: 204, headers });
}

function checkMethod(request, method) {
  if (request.method !== method) throw new ApiError(405, "method_not_allowed", "This path does not take this method.");
}

function checkKey(request) {
  const [, presented] = /^bearer\s+(\S+)\s*$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  if (presented === undefined) {
    throw new ApiError(401, "invalid_api_key", "No API key was sent. Send it as the header Authorization: Bearer KEY.");
  }
  const bytes = new TextEncoder().encode(presented);
  const isKey = (key) => key.length === bytes.length && crypto.subtle.timingSafeEqual(key, bytes);
  if (!settings.clientKeys.some(isKey)) throw new ApiError(401, "invalid_api_key", "The API key is not valid.");
}

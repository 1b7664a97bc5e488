// The Cloudflare Worker: one instance of the core per isolate, made anew when it was lost.
import module from "../dist/fluxgate.worker.wasm";
import { serve } from "./host.mjs";
import { Core } from "./memory.mjs";

let core = null;

export default {
  async fetch(request, env, context) {
    if (core === null || core.lost) core = new Core(module, env);
    try {
      return await serve(core, request, (promise) => context.waitUntil(promise));
    } catch (error) {
      console.error(JSON.stringify({ ev: "rt_trap", error: String(error) }));
      return internalError();
    }
  },
};

/** The one answer that the core cannot give by itself. */
function internalError() {
  const message = "The gateway failed; ask again.";
  const error = { message, type: "server_error", param: null, code: "internal_error" };
  const headers = { "x-should-retry": "true", "access-control-allow-origin": "*" };
  return Response.json({ error }, { status: 500, headers });
}

// The Cloudflare Worker: a gateway for each isolate.
import module from "../dist/fluxgate.worker.wasm";
import { servicesIn } from "./binding.mjs";
import { Gateway } from "./gateway.mjs";

export { Ledger } from "./services/ledger_object.mjs";

let gateway = null; // Settings and bindings are the same for all requests of an isolate.

export default {
  fetch(request, env, context) {
    gateway ??= new Gateway(module, env, servicesIn(env));
    return gateway.answer(request, (promise) => context.waitUntil(promise));
  },
};

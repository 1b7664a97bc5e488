// The Cloudflare Worker: one instance of the core per isolate, replaced when it is lost or has grown.
import module from "../dist/fluxgate.worker.wasm";
import { servicesIn } from "./binding.mjs";
import { failureResponse } from "./failure.mjs";
import { serve } from "./host.mjs";
import { Core, Unavailable } from "./memory.mjs";

export { Ledger } from "./services/ledger_object.mjs";

/** Memory never shrinks. An instance that has grown beyond this is replaced as soon as it is idle; a fresh one takes 2 MiB and 1 ms. */
const maxIdleMemoryBytes = 32 * 1024 * 1024;

let core = null;
let services = null; // Bindings are the same for all requests of an isolate.

function currentCore(env) {
  if (core?.lost || (core?.idle && core.memoryBytes > maxIdleMemoryBytes)) core = null;
  services ??= servicesIn(env);
  return (core ??= new Core(module, env, [...services.keys()]));
}

export default {
  fetch(request, env, context) {
    try {
      const keepAlive = (promise) => context.waitUntil(promise.then((error) => error && report(error)));
      const answer = serve(currentCore(env), request, keepAlive, services);
      return answer instanceof Promise ? answer.catch(failure) : answer;
    } catch (error) {
      return failure(error);
    }
  },
};

/** Writes one line into the log; `rid` is the id of the answer, if there is one. Gives whether the error is our own fault. */
function report(error, rid) {
  const isOurs = !(error instanceof Unavailable);
  console.error(JSON.stringify({ ev: isOurs ? "rt_trap" : "rt_unavailable", rid, error: String(error) }));
  return isOurs;
}

/**
 * The core's instance has trapped, or has no room or no life left. Whoever asks again should do so only when nothing can have been paid for.
 */
function failure(error) {
  const id = crypto.randomUUID().replaceAll("-", "");
  return failureResponse(report(error, id) ? "internal_error" : "overloaded", id, !error.hasCalled);
}

// The gateway on a platform: one instance of the core for many requests, replaced when it is lost or has grown.
import { failureResponse } from "./failure.mjs";
import { serve } from "./host.mjs";
import { Core, Unavailable } from "./memory.mjs";

/** Memory never shrinks. An instance that has grown beyond this is replaced as soon as it is idle; a fresh one takes 2 MiB and 1 ms. */
const maxIdleMemoryBytes = 32 * 1024 * 1024;

export class Gateway {
  #module;
  #environment;
  #services;
  #platform;
  #core = null;

  /** environment: the settings, and whatever else stands among them. services: by name, what binding:// URLs call. platform: as serve() takes it. */
  constructor(module, environment, services, platform) {
    this.#module = module;
    this.#environment = environment;
    this.#services = services;
    this.#platform = platform;
  }

  /**
   * Answers a request with a Response, or with a promise of one, which does not reject. keepAlive: called with a promise of what outlives the Response or
   * the client.
   */
  answer(request, keepAlive) {
    const untilOver = (promise) => keepAlive(promise.then((error) => error && report(error)));
    try {
      const answer = serve(this.#currentCore(), request, untilOver, this.#services, this.#platform);
      return answer instanceof Promise ? answer.catch((error) => this.#failure(error)) : answer;
    } catch (error) {
      return this.#failure(error);
    }
  }

  #currentCore() {
    if (this.#core?.lost || (this.#core?.idle && this.#core.memoryBytes > maxIdleMemoryBytes)) this.#core = null;
    return (this.#core ??= new Core(this.#module, this.#environment, [...this.#services.keys()]));
  }

  /**
   * The core's instance has trapped, or has no room or no life left. Whoever asks again should do so only when nothing can have been paid for.
   */
  #failure(error) {
    const id = crypto.randomUUID().replaceAll("-", "");
    const code = report(error, id) ? "internal_error" : "overloaded";
    return failureResponse(code, id, !error.hasCalled, this.#platform?.Answer);
  }
}

/** Writes one line into the log; `rid` is the id of the answer, if there is one. Gives whether the error is our own fault. */
function report(error, rid) {
  const isOurs = !(error instanceof Unavailable);
  console.error(JSON.stringify({ ev: isOurs ? "rt_trap" : "rt_unavailable", rid, error: String(error) }));
  return isOurs;
}

// The services of a Worker without the core: each request of /NAME/KEY?QUERY is the call binding://NAME/KEY?QUERY, and / tells the names that are found.
// x-bytes: the body is given as bytes, as the core's own are; else it is a stream.
import { callService, servicesIn } from "../../../js-glue/binding.mjs";
import { SqlLedger } from "../../../js-glue/services/ledger.mjs";
import { storeOf } from "../../../js-glue/services/ledger_object.mjs";

export { Ledger } from "../../../js-glue/services/ledger_object.mjs";

/** A ledger whose clock stands at the time of the header x-now. */
export class TimedLedger {
  #ledger;

  constructor({ storage }) {
    this.#ledger = new SqlLedger(storeOf(storage));
  }

  async fetch(request) {
    const { status, body } = this.#ledger.answer(await request.text(), Number(request.headers.get("x-now")));
    return new Response(body, { status });
  }
}

export default {
  async fetch(request, env) {
    const { method, headers, url } = request;
    const { pathname, search } = new URL(url);
    const services = servicesIn(env);
    if (pathname === "/") return Response.json([...services.keys()]);
    if (pathname === "/TIMED") return env.TIMED.get(env.TIMED.idFromName(search)).fetch(request);
    const body = headers.has("x-bytes") ? await request.bytes() : request.body;
    const call = { method, url: `binding:/${pathname}${search}`, headers: [...headers], body };
    return (await callService(services, call)) ?? new Response("no such service", { status: 501 });
  },
};

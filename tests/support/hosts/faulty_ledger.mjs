// The Durable Object of the ledger, and a fault that a test sets by the body of a request: "throws", "ends" (the object itself is ended, as when its machine
// is), "silent" (it answers in a minute), "late" (it does what it is asked, and answers after a second); or none.
import { Ledger as SoundLedger } from "../../../js-glue/services/ledger_object.mjs";

let fault = "";

export class Ledger extends SoundLedger {
  #state;

  constructor(state) {
    super(state);
    this.#state = state;
  }

  async fetch(request) {
    if (fault === "throws") throw new Error("a fault of the test");
    if (fault === "ends") this.#state.abort("a fault of the test");
    if (fault === "silent") await scheduler.wait(60_000);
    const answer = await super.fetch(request);
    if (fault === "late") await scheduler.wait(1000);
    return answer;
  }
}

export default {
  async fetch(request) {
    fault = await request.text();
    return new Response();
  },
};

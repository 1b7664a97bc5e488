// The ledger in a Durable Object with SQLite. One object has it all, so that its transactions are those of all instances.
import { SqlLedger } from "./ledger.mjs";

/** What has expired is removed by so many rows before each call, which costs a call little, */
const sweptPerCall = 100;
/** and by so many at an alarm: some hundred milliseconds, for which calls wait. */
const sweptPerAlarm = 5000;
const alarmMs = 3_600_000;
/** After an alarm that has left something. */
const nextAlarmMs = 10_000;

/** Performs POST of steps. */
export function callLedger(namespace, { method, body }) {
  if (method !== "POST") return new Response(null, { status: 405 });
  return namespace.get(namespace.idFromName("ledger")).fetch("https://ledger/", { method, body });
}

/** The storage of a Durable Object as SqlLedger wants it. */
export function storeOf(storage) {
  return {
    exec: (...statement) => storage.sql.exec(...statement),
    transaction: (act) => storage.transactionSync(act),
  };
}

/** The class of the Durable Object. */
export class Ledger {
  #storage;
  #ledger;
  #hasAlarm = false;

  constructor({ storage }) {
    this.#storage = storage;
    this.#ledger = new SqlLedger(storeOf(storage));
  }

  async fetch(request) {
    const text = await request.text();
    const now = Date.now();
    this.#ledger.sweep(now, sweptPerCall);
    const { status, body } = this.#ledger.answer(text, now);
    if (!this.#hasAlarm) await this.#setFirstAlarm(now);
    return new Response(body, { status, headers: { "content-type": "application/json" } });
  }

  /** Called by the platform. While there are rows there is a next alarm. */
  async alarm() {
    const now = Date.now();
    this.#ledger.sweep(now, sweptPerAlarm);
    const until = this.#ledger.earliestUntil();
    this.#hasAlarm = until !== null;
    if (this.#hasAlarm) await this.#storage.setAlarm(now + (until <= now ? nextAlarmMs : alarmMs));
  }

  async #setFirstAlarm(now) {
    this.#hasAlarm = true;
    if ((await this.#storage.getAlarm()) === null) await this.#storage.setAlarm(now + alarmMs);
  }
}

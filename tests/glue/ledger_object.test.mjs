// The Durable Object of the ledger and its alarms, with a storage that is node:sqlite.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Ledger } from "../../js-glue/services/ledger_object.mjs";
import { openSqlite } from "../../js-glue/services/sqlite.mjs";

const hourMs = 3_600_000;

/** A storage whose alarm is `due`; `sets` counts how often it was set. */
function storage() {
  const store = openSqlite(":memory:");
  return {
    due: null,
    sets: 0,
    sql: { exec: store.exec },
    transactionSync: store.transaction,
    async getAlarm() {
      return this.due;
    },
    async setAlarm(due) {
      this.due = due;
      this.sets += 1;
    },
    rows: () => store.exec("SELECT COUNT(*) AS count FROM entries")[0].count,
    fill: (count, until) =>
      store.exec(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO entries SELECT 'n' || i, '', 1, NULL, CAST(? AS INTEGER) FROM n`,
        count,
        until,
      ),
  };
}

async function post(ledger, ...steps) {
  const request = new Request("https://ledger/", { method: "POST", body: JSON.stringify(steps) });
  const response = await ledger.fetch(request);
  return [response.status, await response.json()];
}

describe("the ledger's object", () => {
  test("sets an alarm at its first call, unless there is one", async (context) => {
    context.mock.timers.enable({ apis: ["Date"], now: 1000 });
    const state = storage();
    const ledger = new Ledger({ storage: state });
    assert.deepEqual(await post(ledger, { write: "t", text: "x", until: 2000 }), [200, [true]]);
    assert.deepEqual([state.due, state.sets], [1000 + hourMs, 1]);
    await post(ledger, { read: "t" });
    context.mock.timers.setTime(1999);
    assert.deepEqual(await post(new Ledger({ storage: state }), { read: "t" }), [200, ["x"]]);
    assert.deepEqual([state.due, state.sets], [1000 + hourMs, 1]);
  });

  test("removes at a call what has expired, a little of it", async (context) => {
    context.mock.timers.enable({ apis: ["Date"], now: 1000 });
    const state = storage();
    const ledger = new Ledger({ storage: state });
    state.fill(250, 2000);
    await post(ledger);
    assert.equal(state.rows(), 250);
    context.mock.timers.setTime(2000);
    for (const left of [150, 50, 0]) {
      await post(ledger);
      assert.equal(state.rows(), left);
    }
  });

  test("removes at an alarm a lot of it, goes on soon if there is more, and ends when nothing is left", async (context) => {
    context.mock.timers.enable({ apis: ["Date"], now: 1000 });
    const state = storage();
    const ledger = new Ledger({ storage: state });
    await post(ledger, { write: "later", text: "x", until: 2 * hourMs });
    state.fill(6000, 2000);
    context.mock.timers.setTime(hourMs);
    await ledger.alarm();
    assert.deepEqual([state.rows(), state.due], [1001, hourMs + 10_000]);
    context.mock.timers.setTime(hourMs + 10_000);
    await ledger.alarm();
    assert.deepEqual([state.rows(), state.due], [1, 2 * hourMs + 10_000]);
    context.mock.timers.setTime(2 * hourMs + 10_000);
    state.due = null; // The platform forgets an alarm that it rings.
    await ledger.alarm();
    assert.deepEqual([state.rows(), state.due], [0, null]);
    await post(ledger, { write: "t", text: "x", until: 9 * hourMs });
    assert.equal(state.due, 3 * hourMs + 10_000);
  });

  test("steps that are none are 400", async () => {
    const [status, { error }] = await post(new Ledger({ storage: storage() }), { add: "a" });
    assert.deepEqual([status, typeof error], [400, "string"]);
  });
});

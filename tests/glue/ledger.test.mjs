// The ledger in node:sqlite.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { SqlLedger } from "../../js-glue/services/ledger.mjs";
import { openSqlite } from "../../js-glue/services/sqlite.mjs";
import { runLedgerCases } from "../support/cases/ledger_cases.mjs";
import { chance, seed } from "../support/texts/chance.mjs";
import { ledgerUpstream } from "../support/upstreams/ledger.mjs";
import { plainLedger } from "../support/upstreams/plain_ledger.mjs";

const rows = (store) => store.exec("SELECT COUNT(*) AS count FROM entries")[0].count;
const writes = (count, until) =>
  JSON.stringify(Array.from({ length: count }, (_, index) => ({ write: `n${index}`, text: "", until: until(index) })));

describe("the ledger in node:sqlite", () => {
  runLedgerCases(() => {
    const ledger = new SqlLedger(openSqlite(":memory:"));
    return (body, now) => ledger.answer(body, now);
  });

  test("the scripted host's ledger has a clock of its own", () => {
    let now = 1000;
    const call = ledgerUpstream({ now: () => now });
    assert.deepEqual(call(`[{"make":"t","text":"x","until":2000}]`), {
      status: 200,
      headers: { "content-type": "application/json" },
      body: "[true]",
    });
    now = 2000;
    assert.equal(call(`[{"read":"t"}]`).body, "[null]");
  });

  test("any steps are answered as a ledger in plain JavaScript answers them", () => {
    const random = chance("ledger");
    let now = 1000;
    const name = () => random.of(["a", "a/1", "a/2", "b", "b/%"]);
    const soon = () => now + random.below(60) - 10;
    const amount = () => random.below(11) - 4;
    const most = () => random.of([{}, { most: random.below(20) }]);
    const hold = () => random.of([{}, { hold: random.of(["i", "j"]), hold_until: soon() }]);
    const step = () =>
      random.of([
        () => ({ add: name(), amount: amount(), until: soon(), ...most(), ...hold() }),
        () => ({ settle: name(), hold: random.of(["i", "j"]), amount: amount(), until: soon() }),
        () => ({ make: name(), text: random.of(["", "x"]), until: soon() }),
        () => ({ write: name(), text: random.of(["", "y"]), until: soon() }),
        () => ({ read: name() }),
        () => ({ drop: name() }),
        () => ({ list: random.of(["", "a", "a/", "b/%"]), ...random.of([{}, { after: name() }]) }),
      ])();
    const ledger = new SqlLedger(openSqlite(":memory:"));
    const plain = plainLedger();
    const statuses = { 200: 0, 400: 0, 412: 0 };
    for (let i = 0; i < 5000; i += 1) {
      now += random.below(15);
      const steps = Array.from({ length: 1 + random.below(4) }, step);
      if (random.below(10) === 0) ledger.sweep(now, random.below(5));
      const { status, body } = ledger.answer(JSON.stringify(steps), now);
      const [expected, results] = plain(steps, now);
      const what = `SEED=${seed}, at ${i}: ${JSON.stringify(steps)} at ${now} gives ${body}`;
      assert.equal(status, expected, what);
      if (status !== 400) assert.deepEqual(JSON.parse(body), results, what);
      statuses[status] += 1;
    }
    for (const [status, count] of Object.entries(statuses)) assert.ok(count > 100, `${status}: ${count}`);
  });

  test("a sweep removes what has expired, the oldest first, and no more than it may", () => {
    const store = openSqlite(":memory:");
    const ledger = new SqlLedger(store);
    assert.equal(ledger.earliestUntil(), null);
    ledger.answer(
      writes(10, (index) => 2000 + index),
      1000,
    );
    assert.equal(ledger.earliestUntil(), 2000);
    ledger.sweep(1999, 100);
    assert.equal(rows(store), 10);
    ledger.sweep(2005, 4);
    assert.deepEqual([rows(store), ledger.earliestUntil()], [6, 2004]);
    ledger.sweep(2005, 100);
    assert.deepEqual([rows(store), ledger.earliestUntil()], [4, 2006]);
  });

  test("lists, sums and sweeps go by an index, and sort nothing", () => {
    const store = openSqlite(":memory:");
    const statements = [];
    const exec = (text, ...parameters) => {
      if (!text.startsWith("CREATE")) statements.push([text, parameters]);
      return store.exec(text, ...parameters);
    };
    const ledger = new SqlLedger({ ...store, exec });
    ledger.answer(
      `[{"add":"a","amount":1,"until":2000},{"settle":"a","hold":"i","amount":1,"until":2000},{"write":"t","text":"x","until":2000},{"read":"t"},{"list":"p"},{"drop":"t"}]`,
      1000,
    );
    ledger.sweep(1000, 10);
    ledger.earliestUntil();
    assert.ok(statements.length > 10);
    for (const [text, parameters] of statements) {
      const plan = store.exec(`EXPLAIN QUERY PLAN ${text}`, ...parameters).map(({ detail }) => detail);
      for (const detail of plan) assert.doesNotMatch(detail, /^SCAN|TEMP B-TREE/, `${text}: ${detail}`);
    }
  });

  test("a store that fails is no answer, and nothing of the steps is done", () => {
    const store = openSqlite(":memory:");
    let isBroken = false;
    const exec = (text, ...parameters) => {
      if (isBroken && parameters.includes("b")) throw new Error("disk I/O error");
      return store.exec(text, ...parameters);
    };
    const ledger = new SqlLedger({ ...store, exec });
    isBroken = true;
    const steps = `[{"write":"a","text":"x","until":2000},{"write":"b","text":"x","until":2000}]`;
    assert.throws(() => ledger.answer(steps, 1000), /disk/);
    isBroken = false;
    assert.equal(ledger.answer(`[{"list":""}]`, 1000).body, "[[]]");
  });

  test("200 simultaneous additions by four processes, of which 50 may succeed: 50 do", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fluxgate-ledger-"));
    const path = join(folder, "ledger.sqlite");
    const program = fileURLToPath(new URL("../support/hosts/ledger_process.mjs", import.meta.url));
    const processes = [0, 1, 2, 3].map(() =>
      spawn(process.execPath, ["--no-warnings", program, path, "50"], { stdio: ["pipe", "pipe", "inherit"] }),
    );
    try {
      await Promise.all(processes.map((each) => once(each.stdout, "data"))); // Each has the file open.
      const told = processes.map(async (each) => {
        each.stdin.end("go\n");
        let text = "";
        for await (const chunk of each.stdout) text += chunk;
        return JSON.parse(text);
      });
      const statuses = (await Promise.all(told)).flat();
      assert.deepEqual(
        [200, 412].map((status) => statuses.filter((each) => each === status).length),
        [50, 150],
      );
      const store = openSqlite(path);
      assert.equal(new SqlLedger(store).answer(`[{"list":""}]`, 1000).body, `[[["a",50]]]`);
      store.close();
    } finally {
      for (const each of processes) each.kill();
      rmSync(folder, { recursive: true });
    }
  });
});

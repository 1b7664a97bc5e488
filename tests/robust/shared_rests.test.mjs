// Isolates that share what they learn of limited keys by the ledger, beside the same isolates that each learn alone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Core } from "../../js-glue/memory.mjs";
import { workerModule } from "../needs/worker.mjs";
import { runIsolates } from "../support/hosts/isolates.mjs";
import { limitedKeys } from "../support/upstreams/limited_keys.mjs";
import { long } from "./length.mjs";

const module = new WebAssembly.Module(readFileSync(workerModule()));
const makeCore = (environment) => new Core(module, environment);

/**
 * What OpenAI lets an account of its first tier have of gpt-image-1. A refusal that asked for 51.84 s says that it counts the last minute.
 * Source: platform.openai.com/docs/models/gpt-image-1, github.com/receptron/mulmocast-cli/issues/477
 */
const keys = { keyCount: 8, perMinute: 5, kind: "window" };
const { isolateCount, minutes, loads, seeds } = long
  ? { isolateCount: 200, minutes: 60, loads: [0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3], seeds: [1, 2, 3] }
  : { isolateCount: 50, minutes: 10, loads: [0.8, 1.3], seeds: [1] };

/** How long pictures take, in ms, and the most calls that are wasted with a ledger, as a share of those without: a rest is told when its request is over. */
const backends = {
  "that draws within a second or so": { pictureMs: [500, 1500], mostWasted: 0.7 },
  "that draws for 8 to 20 s": { pictureMs: [8_000, 20_000], mostWasted: 0.95 },
};

const run = (options) => runIsolates(makeCore, { isolateCount, minutes, ...keys, ...options });

describe("isolates that share the keys of a backend", () => {
  for (const [name, { pictureMs, mostWasted }] of Object.entries(backends)) {
    for (const [load, seed] of loads.flatMap((load) => seeds.map((seed) => [load, seed]))) {
      test(`${name}, at a load of ${load}, seed ${seed}`, () => {
        const [alone, shared] = [false, true].map((hasLedger) => run({ pictureMs, load, seed, hasLedger }));
        const told = JSON.stringify({ alone, shared });
        assert.equal(shared.asked, alone.asked);
        assert.ok(alone.wasted > alone.asked / 10, told);
        assert.ok(shared.wasted <= mostWasted * alone.wasted, told);
        assert.ok(shared.refused <= alone.refused, told);
        // Who could be served was.
        assert.ok(shared.served >= 0.95 * shared.possible, told);
        assert.ok(shared.inVain <= 0.05 * shared.asked && shared.inVain <= alone.inVain / 2, told);
      });
    }
  }

  test("do the same for the same seed", () => {
    const options = { pictureMs: [500, 1500], load: 1, hasLedger: true, isolateCount: 20, minutes: 3 };
    const first = run({ ...options, seed: 7 });
    assert.deepEqual(run({ ...options, seed: 7 }), first);
    assert.notDeepEqual(run({ ...options, seed: 8 }), first);
  });
});

describe("keys with limits", () => {
  /** The seconds that each of these calls is told to wait; null for one that has a place. */
  const waits = (kind, times) => {
    const clock = { now: 0 };
    const places = limitedKeys({ keys: ["a", "b"], perMinute: 2, kind, now: () => clock.now });
    return times.map((ms) => {
      clock.now = ms;
      const refusal = places.take("a");
      return refusal && Number(refusal.headers["retry-after"]);
    });
  };

  test("count the last minute", () => {
    assert.deepEqual(waits("window", [0, 10_000, 20_000, 59_999, 60_000, 60_001]), [null, null, 40, 1, null, 10]);
  });

  test("or fill a bucket", () => {
    assert.deepEqual(waits("bucket", [0, 10_000, 20_000, 29_999, 30_000, 30_001]), [null, null, 10, 1, null, 30]);
  });

  test("know which has had a place for longest", () => {
    const clock = { now: 0 };
    const places = limitedKeys({ keys: ["a", "b"], perMinute: 1, kind: "window", now: () => clock.now });
    places.take("a");
    assert.equal(places.freest().key, "b");
    clock.now = 1000;
    places.take("b");
    assert.equal(places.freest(), null);
    clock.now = 60_500;
    assert.deepEqual(places.freest(), { key: "a", ms: 500 });
  });
});

// The fuzz targets of tests/fuzz/, two at a time: each replays its seeds and its corpus and then looks for inputs that break a promise, for 20
// seconds or as many as FLUXGATE_FUZZ_SECONDS says. It always begins at the same place: what it finds should be of the change at hand.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fuzz, inputsOf, replay, targets } from "../fuzz/run.mjs";

const seconds = Number(process.env.FLUXGATE_FUZZ_SECONDS ?? 20);
const seed = 1;

/** What a program has to say of an input: the promise, the stack, and the input as base64. */
const complaint = (output) => output.slice(Math.max(0, output.search(/Broken promise|ERROR: |runtime error/))).slice(0, 8000);

const statistic = (output, name) => Number(new RegExp(`stat::${name}: +(\\d+)`).exec(output)?.[1] ?? 0);

describe("fuzzing", { concurrency: 2 }, () => {
  for (const target of targets) {
    test(target, async (t) => {
      const known = inputsOf(target);
      assert.ok(known.length > 0, "the target has no corpus");
      const replayed = await replay(target, known);
      assert.notEqual(replayed.code, null, "not built: run `npm run build:native`");
      assert.equal(replayed.code, 0, complaint(replayed.output));
      assert.equal(replayed.output.match(/^Executed /gm)?.length, known.length, "every known input was run");

      if (seconds === 0) return t.diagnostic(`${known.length} known inputs`);

      const found = mkdtempSync(join(tmpdir(), "fluxgate-fuzz-"));
      try {
        const { code, output } = await fuzz(target, seconds, found, { seed });
        assert.equal(code, 0, complaint(output));
        const runs = statistic(output, "number_of_executed_units");
        assert.ok(runs > known.length, "inputs were looked for");
        t.diagnostic(`${known.length} known inputs, ${runs} runs`);
      } finally {
        rmSync(found, { recursive: true });
      }
    });
  }
});

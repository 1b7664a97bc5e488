// What large pictures inside JSON take of the process, in workerd alone.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { largePng } from "../support/pictures.mjs";
import { settingsFor, startUpstream } from "../support/upstream.mjs";
import { chat, idea } from "../support/worker.mjs";
import { startWorkerd } from "../support/workerd.mjs";

/** An image backend's answer with a picture of so many bytes, made once. */
function base64Answer(lengthBytes) {
  return { body: Buffer.from(JSON.stringify({ data: [{ b64_json: largePng(lengthBytes).toString("base64") }] })) };
}

/** From now on: gives by how much the process's memory has been larger than now at most, without the pages of its program file (proc(5)). */
function measureGrowth(pid) {
  const kibibytes = (field) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]);
  writeFileSync(`/proc/${pid}/clear_refs`, "5"); // VmHWM is the largest VmRSS since then.
  const firstKibibytes = kibibytes("RssAnon");
  return () => (kibibytes("VmHWM") - kibibytes("RssFile") - firstKibibytes) * 1024;
}

describe("pictures as base64", () => {
  let upstream;
  before(async () => (upstream = await startUpstream()));
  after(() => upstream?.close());

  /** What three answers of 12 MB in turn add to a Worker that is warm, as multiples of their size. */
  async function growths() {
    const worker = await startWorkerd(settingsFor(upstream), { entry: "tests/support/discarding_bucket.mjs" });
    try {
      upstream.onImage = () => base64Answer(100_000);
      for (let i = 0; i < 5; i += 1) await (await chat(worker, idea("a cat"))).json();
      const large = base64Answer(9_000_000);
      upstream.onImage = () => large;
      const seen = [];
      for (let i = 0; i < 3; i += 1) {
        const takesBytes = measureGrowth(worker.pid);
        const answer = await chat(worker, idea("a cat"));
        assert.match((await answer.json()).choices[0].message.content, /\/i\/[\w-]{22}\.png/);
        seen.push(takesBytes() / large.body.length);
      }
      return seen;
    } finally {
      await worker.close();
    }
  }

  test("the first one of 12 MB adds at most 1.5 times its size to the process, further ones nothing to speak of", { skip: process.platform !== "linux" && "reads /proc" }, async (t) => {
    // When the engine collects is its own affair and can only add: the best of three Workers counts.
    const runs = [await growths(), await growths(), await growths()];
    const least = (numbers) => Math.min(...numbers);
    t.diagnostic(JSON.stringify(runs.map((run) => run.map((growth) => Number(growth.toFixed(2))))));
    assert.ok(least(runs.map(([first]) => first)) > 0.3, "what was measured is not the Worker");
    assert.ok(least(runs.map(([first]) => first)) < 1.5);
    assert.ok(least(runs.map(([, ...further]) => Math.max(...further))) < 0.5);
  });

  test("60 at once of nearly 4 MiB each are all answered: they wait for room", async () => {
    const worker = await startWorkerd(settingsFor(upstream));
    try {
      const large = base64Answer(3_900_000);
      upstream.onImage = () => large;
      const answers = await Promise.all(Array.from({ length: 60 }, async () => {
        const answer = await chat(worker, idea("a cat"));
        return [answer.status, (await answer.text()).length > 5_000_000];
      }));
      assert.deepEqual(answers, Array(60).fill([200, true]));
    } finally {
      await worker.close();
    }
  });
});

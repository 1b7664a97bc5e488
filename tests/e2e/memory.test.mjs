// What large pictures take of the process, in workerd alone.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { largePng } from "../support/upstreams/pictures.mjs";
import { measureGrowth, noSizes, ownBytes } from "../support/hosts/process_size.mjs";
import { settingsFor as settingsForImages, startImageServer } from "../support/upstreams/image_server.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { chat, idea } from "../support/clients/chat.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";

/** An image backend's answer with a picture of so many bytes, made once. */
function base64Answer(lengthBytes) {
  return { body: Buffer.from(JSON.stringify({ data: [{ b64_json: largePng(lengthBytes).toString("base64") }] })) };
}

describe("pictures as base64", () => {
  let upstream;
  before(async () => (upstream = await startUpstream()));
  after(() => upstream?.close());

  /**
   * By how much a warm Worker is larger at most, during each of six answers of 12 MB, than in front of it; and by how much it stays larger behind them:
   * as multiples of the size of one.
   */
  async function growths() {
    const worker = await startWorkerd(settingsFor(upstream), {
      entry: "tests/support/upstreams/discarding_bucket.mjs",
      v8Flags: ["--expose-gc", "--single-threaded-gc"],
    });
    try {
      upstream.onImage = () => base64Answer(100_000);
      for (let i = 0; i < 5; i += 1) await (await chat(worker, idea("a cat"))).json();
      const large = base64Answer(9_000_000);
      upstream.onImage = () => large;
      const seen = [];
      const firstBytes = ownBytes(worker.pid);
      for (let i = 0; i < 6; i += 1) {
        const takesBytes = measureGrowth(worker.pid);
        const answer = await chat(worker, idea("a cat"));
        assert.match((await answer.json()).choices[0].message.content, /\/i\/[\w-]{22}\.png/);
        seen.push(takesBytes() / large.body.length);
      }
      return { seen, stays: (ownBytes(worker.pid) - firstBytes) / large.body.length };
    } finally {
      await worker.close();
    }
  }

  test(
    "each of six of 12 MB in turn adds at most 1.5 times its size to the process, and nothing adds up",
    { skip: noSizes },
    async () => {
      const { seen, stays } = await growths();
      assert.ok(seen[0] > 0.3, `${seen[0]} times: what was measured is not the Worker`);
      for (const growth of seen) assert.ok(growth < 1.5, `${seen} times its size`);
      // A part of 0.44 that each of them left behind would make it 3.
      assert.ok(stays < 2, `${stays} times its size stay`);
    },
  );

  for (const [what, count, extra] of [
    ["60 at once of nearly 4 MiB each", 60, {}],
    ["8 requests at once for four of nearly 4 MiB each", 8, { n: 4 }],
    ["8 streams at once of four of nearly 4 MiB each", 8, { n: 4, stream: true }],
  ]) {
    test(`${what} are all answered: they wait for room`, async () => {
      const worker = await startWorkerd(settingsFor(upstream));
      try {
        const large = base64Answer(3_900_000);
        upstream.onImage = () => large;
        const answers = await Promise.all(
          Array.from({ length: count }, async () => {
            const answer = await chat(worker, { ...idea("a cat"), ...extra });
            return [answer.status, (await answer.text()).split("](data:image/png;base64,").length - 1];
          }),
        );
        assert.deepEqual(answers, Array(count).fill([200, extra.n ?? 1]));
      } finally {
        await worker.close();
      }
    });
  }
});

describe("pictures that clients give", () => {
  let backend;
  before(async () => (backend = await startImageServer()));
  after(() => backend?.close());

  test("an edit of four of 12 MB adds at most 1.2 times their size to the process", { skip: noSizes }, async () => {
    const worker = await startWorkerd(settingsForImages(backend), { v8Flags: ["--expose-gc"] });
    try {
      const edit = async (pictures) => {
        const form = new FormData();
        form.append("model", "gpt-image-1");
        form.append("prompt", "put a hat on it");
        for (const picture of pictures) form.append("image[]", new Blob([picture], { type: "image/png" }), "a.png");
        const headers = { authorization: "Bearer client-key" };
        const answer = await fetch(`${worker.origin}/v1/images/edits`, { method: "POST", headers, body: form });
        assert.equal(answer.status, 200, await answer.text());
      };
      for (let i = 0; i < 5; i += 1) await edit([largePng(100_000), largePng(100_001)]);
      const pictures = Array.from({ length: 4 }, (_, index) => largePng(12_000_000 + index));
      const takesBytes = measureGrowth(worker.pid);
      await edit(pictures);
      const growth = takesBytes() / 48_000_000;
      for (const picture of pictures) assert.ok(backend.calls.at(-1).body.includes(picture));
      assert.ok(growth > 0.3, `${growth} times: what was measured is not the Worker`);
      assert.ok(growth < 1.2, `${growth} times their size`);
    } finally {
      await worker.close();
    }
  });
});

// Pictures inside JSON that stay in the module, because somebody takes long: they find room beside each other, or wait.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chance, seed } from "../support/texts/chance.mjs";
import { StillHost } from "../support/hosts/still_host.mjs";

const mebibyte = 1024 * 1024;

/** unreadBytes: of answers that the host holds, since their clients do not take them. */
function assertMemory(host, mostMebibytes, unreadBytes = 0) {
  const takenBytes = host.memoryBytes + unreadBytes;
  assert.ok(takenBytes < mostMebibytes * mebibyte, `${takenBytes / mebibyte} MiB`);
}

describe("room for pictures inside JSON", () => {
  for (const pictureBytes of [20_000, 100_000, 500_000, 3_900_000]) {
    for (const stream of [false, true]) {
      test(`256 clients that do not take one of ${pictureBytes} bytes, ${stream ? "streamed" : "whole"}`, () => {
        const host = new StillHost({ pictureBytes });
        const seen = host.askMany(256, { fields: { stream }, reads: false });
        if (stream) assert.ok(seen.every(({ status, calls }) => status === 200 && calls === 1));
        // What has been made holds no more than its link: it leaves room for the next one in hand.
        const fit = Math.min(256, Math.floor((26 * mebibyte) / ((pictureBytes * 4) / 3)));
        const made = seen.filter(({ made }) => made === 1).length;
        assert.ok(made >= fit, `${made}`);
        assert.equal(made === 256, pictureBytes === 20_000, "the others wait for those who do not take theirs");
        // 32 MiB of answers, once each, in the module or with the host, and what those hold that wait for room.
        assertMemory(
          host,
          42,
          seen.reduce((sum, { sent }) => sum + sent.length, 0),
        );
      });
    }

    test(`64 requests that wait for their fourth one of ${pictureBytes} bytes`, () => {
      const host = new StillHost({ pictureBytes });
      const seen = host.askMany(64, { n: 4, answers: 3 });
      assert.ok(seen.every(({ status, calls }) => status === null && calls === 3));
      // The three that are made hold no more than their links: with small ones another request finds room for its four.
      assert.ok(seen.filter(({ made }) => made === 3).length >= (pictureBytes < mebibyte ? 2 : 1));
      assertMemory(host, 28); // The same of pictures, and what those hold that wait for room.
    });

    test(`256 of ${pictureBytes} bytes that the store does not take`, () => {
      const host = new StillHost({ pictureBytes, services: ["IMAGES"] });
      host.askMany(256);
      assertMemory(host, 42);
    });
  }

  for (const stream of [false, true]) {
    for (const [how, idea] of [
      ["", "a cat"],
      [" and a prompt full of quotes", `--raw ${'a "cat" '.repeat(2000)}`],
    ]) {
      test(`four of the largest in one answer${how}, ${stream ? "streamed" : "whole"}`, () => {
        const host = new StillHost({ pictureBytes: 4 * mebibyte });
        for (let i = 0; i < 3; i += 1) {
          const { status, sent } = host.ask({ idea, n: 4, fields: { stream } });
          assert.equal(status, 200);
          assert.equal(sent.match(/\]\(data:image\/png;base64,/g).length, 4);
          if (!stream) continue;
          const chunks = [...sent.matchAll(/"delta":\{"content":"([^"]+)/g)].map(([, content]) => content);
          assert.equal(chunks.length, 5, "a chunk for each picture, and one for the prompt");
          // LobeChat and Open WebUI look for a picture in each chunk.
          for (const chunk of chunks.slice(0, 4))
            assert.match(chunk, /^!\[Image\]\(data:image\/png;base64,[^)]+\)\\n\\n$/);
        }
        assertMemory(host, 32); // The pictures once, and little else.
      });
    }
  }

  // A whole answer of four, streams of four and of one: 200 MB of pictures in all.
  for (const pictureBytes of [500_000, 2_000_000, 3_900_000, 4 * mebibyte]) {
    test(`20 requests at once for 47 of ${pictureBytes} bytes, which come in any order`, () => {
      const host = new StillHost({ pictureBytes });
      const random = chance(`pictures ${pictureBytes}`);
      const list = Array.from({ length: 20 }, (_, i) => ({ n: i < 9 ? 4 : 1, fields: { stream: i % 2 === 0 } }));
      const seen = host.askTogether(list, random);
      for (const [i, { status, sent }] of seen.entries()) {
        assert.deepEqual(
          [status, sent.split("](data:image/png;base64,").length - 1],
          [200, list[i].n],
          `request ${i} (seed ${seed})`,
        );
      }
      assertMemory(host, 40); // 32 MiB, and what those hold that wait for room.
    });
  }

  test("a request for four pictures takes four places of 256", () => {
    const host = new StillHost();
    assert.ok(host.askMany(64, { n: 4, answers: 0 }).every(({ status }) => status === null));
    assert.equal(host.ask().status, 503);
  });
});

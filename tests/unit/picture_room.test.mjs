// Pictures inside JSON that stay in the module, because somebody takes long: they find room beside each other, or wait.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { StillHost } from "../support/still_host.mjs";

const mebibyte = 1024 * 1024;

function assertMemory(host, mostMebibytes) {
  assert.ok(host.memoryBytes < mostMebibytes * mebibyte, `${host.memoryBytes / mebibyte} MiB`);
}

describe("room for pictures inside JSON", () => {
  for (const pictureBytes of [20_000, 100_000, 500_000, 3_900_000]) {
    test(`256 clients that do not take one of ${pictureBytes} bytes`, () => {
      const host = new StillHost({ pictureBytes });
      const seen = host.askMany(256, { fields: { stream: true }, reads: false });
      assert.ok(seen.every(({ status, calls }) => status === 200 && calls === 1));
      // What has been made holds no more than its link: it leaves room for the next one in hand.
      const fit = Math.min(256, Math.floor((26 * mebibyte) / ((pictureBytes * 4) / 3)));
      assert.ok(seen.filter(({ sent }) => sent.includes("](data:image/png;base64,")).length >= fit);
      assertMemory(host, 36); // 32 MiB of answers, once each.
    });

    test(`64 requests that wait for their fourth one of ${pictureBytes} bytes`, () => {
      const host = new StillHost({ pictureBytes });
      const seen = host.askMany(64, { n: 4, answers: 3 });
      assert.ok(seen.every(({ status, calls }) => status === null && calls === 3));
      // The three that are made hold no more than their links: with small ones another request finds room for its four.
      assert.ok(seen.filter(({ made }) => made === 3).length >= (pictureBytes < mebibyte ? 2 : 1));
      assertMemory(host, 64); // The same of pictures, and what those hold that wait for room.
    });

    test(`256 of ${pictureBytes} bytes that the store does not take`, () => {
      const host = new StillHost({ pictureBytes, services: ["IMAGES"] });
      host.askMany(256);
      assertMemory(host, 64);
    });
  }

  for (const stream of [false, true]) {
    for (const [how, idea] of [["", "a cat"], [" and a prompt full of quotes", `--raw ${'a "cat" '.repeat(2000)}`]]) {
      test(`four of the largest in one answer${how}, ${stream ? "streamed" : "whole"}`, () => {
        const host = new StillHost({ pictureBytes: 4 * mebibyte });
        for (let i = 0; i < 3; i += 1) {
          const { status, sent } = host.ask({ idea, n: 4, fields: { stream } });
          assert.equal(status, 200);
          assert.equal(sent.match(/\]\(data:image\/png;base64,/g).length, 4);
          if (stream) assert.equal(sent.match(/"delta":\{"content":/g).length, 5, "a chunk for each picture, and one for the prompt");
        }
      });
    }
  }

  test("a request for four pictures takes four places of 256", () => {
    const host = new StillHost();
    assert.ok(host.askMany(64, { n: 4, answers: 0 }).every(({ status }) => status === null));
    assert.equal(host.ask().status, 503);
  });
});

// Pictures inside JSON that stay in the module, because somebody takes long: they find room beside each other, or wait.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Core, codes, kinds, modes } from "../../js-glue/memory.mjs";
import { largePng } from "../support/pictures.mjs";

const module = new WebAssembly.Module(readFileSync(new URL("../../dist/fluxgate.worker.wasm", import.meta.url)));
const variables = {
  AUTHORIZED_API_KEY: "client-key",
  IMAGE_GEN_API_BASE: "https://backend.example/generate",
  IMAGE_GEN_API_KEY: "image-key",
  IMAGE_PROXY_SECRET: "0123456789abcdef0123456789abcdef",
  IMAGE_GEN_API_TYPE: "openai",
  IMAGE_GEN_MODEL: "flux",
};
const mebibyte = 1024 * 1024;
const now = 1767225600000;
const decoder = new TextDecoder();

/** A host on which time stands still. */
class Host {
  #core;
  #answer;

  constructor(pictureBytes, services = []) {
    this.#core = new Core(module, variables, services);
    this.#answer = Buffer.from(JSON.stringify({ data: [{ b64_json: largePng(pictureBytes).toString("base64") }] }));
  }

  get memoryBytes() {
    return this.#core.memoryBytes;
  }

  /**
   * One request that goes on until it waits, for what has happened to it: { status, calls, made, sent }, `made` being the pictures that have come and
   * `sent` the longest text that the client was given. answers: how many of its pictures the backend makes. reads: whether its client takes more than
   * the beginning of a stream.
   */
  ask({ idea = "a cat", stream = false, n = 1, answers = n, reads = true } = {}) {
    const body = JSON.stringify({ model: "flux", stream, n, messages: [{ role: "user", content: idea }] });
    const head = `POST https://gateway.example/v1/chat/completions\nauthorization: Bearer client-key\ncontent-length: ${body.length}\n`;
    const core = this.#core;
    const session = core.open(head, new Uint8Array(16), now);
    const seen = { status: null, calls: 0, made: 0, sent: "" };
    const places = new Map(); // Of a picture's answer, how much of it was read.
    const perform = {
      collect: ({ id }) => core.reply(session, id, codes.ok, body, now),
      fetch: ({ id, head }) => {
        if (head.includes("binding://") || seen.calls >= answers) return; // The store, or the backend, says nothing.
        seen.calls += 1;
        places.set(id, 0);
        core.reply(session, id, 200, "content-type: application/json\n", now);
      },
      read: ({ id, target, maxBytes }) => {
        const at = places.get(target);
        places.set(target, at + maxBytes);
        const isOver = at >= this.#answer.length;
        core.reply(session, id, isOver ? codes.end : codes.ok, this.#answer.subarray(at, at + maxBytes), now);
      },
      respond: ({ id, status, mode, body: bytes }) => {
        seen.status = status;
        if (mode === modes.complete) seen.sent = decoder.decode(bytes);
        core.reply(session, id, codes.ok, undefined, now);
      },
      write: ({ id, body: bytes }) => {
        const text = decoder.decode(bytes);
        if (text.length > seen.sent.length) seen.sent = text;
        if (reads) core.reply(session, id, codes.ok, undefined, now);
      },
      log: ({ body: bytes }) => {
        if (decoder.decode(bytes).includes('"image_attempt"')) seen.made += 1;
      },
      done: () => core.close(session),
    };
    for (let effect; (effect = core.next(session)) !== null; ) {
      perform[kinds[effect.kind]]?.(effect);
      if (kinds[effect.kind] === "done") break;
    }
    return seen;
  }

  askMany(count, options) {
    return Array.from({ length: count }, () => this.ask(options));
  }
}

function assertMemory(host, mostMebibytes) {
  assert.ok(host.memoryBytes < mostMebibytes * mebibyte, `${host.memoryBytes / mebibyte} MiB`);
}

describe("room for pictures inside JSON", () => {
  for (const pictureBytes of [20_000, 100_000, 500_000, 3_900_000]) {
    test(`256 clients that do not take one of ${pictureBytes} bytes`, () => {
      const host = new Host(pictureBytes);
      const seen = host.askMany(256, { stream: true, reads: false });
      assert.ok(seen.every(({ status, calls }) => status === 200 && calls === 1));
      // What has been made holds no more than its link: it leaves room for the next one in hand.
      const fit = Math.min(256, Math.floor((26 * mebibyte) / ((pictureBytes * 4) / 3)));
      assert.ok(seen.filter(({ sent }) => sent.includes("](data:image/png;base64,")).length >= fit);
      assertMemory(host, 36); // 32 MiB of answers, once each.
    });

    test(`64 requests that wait for their fourth one of ${pictureBytes} bytes`, () => {
      const host = new Host(pictureBytes);
      const seen = host.askMany(64, { n: 4, answers: 3 });
      assert.ok(seen.every(({ status, calls }) => status === null && calls === 3));
      // The three that are made hold no more than their links: with small ones another request finds room for its four.
      assert.ok(seen.filter(({ made }) => made === 3).length >= (pictureBytes < mebibyte ? 2 : 1));
      assertMemory(host, 64); // The same of pictures, and what those hold that wait for room.
    });

    test(`256 of ${pictureBytes} bytes that the store does not take`, () => {
      const host = new Host(pictureBytes, ["IMAGES"]);
      host.askMany(256);
      assertMemory(host, 64);
    });
  }

  for (const stream of [false, true]) {
    for (const [how, idea] of [["", "a cat"], [" and a prompt full of quotes", `--raw ${'a "cat" '.repeat(2000)}`]]) {
      test(`four of the largest in one answer${how}, ${stream ? "streamed" : "whole"}`, () => {
        const host = new Host(4 * mebibyte);
        for (let i = 0; i < 3; i += 1) {
          const { status, sent } = host.ask({ idea, n: 4, stream });
          assert.equal(status, 200);
          assert.equal(sent.match(/\]\(data:image\/png;base64,/g).length, 4);
        }
      });
    }
  }

  test("a request for four pictures takes four places of 256", () => {
    const host = new Host(1000);
    assert.ok(host.askMany(64, { n: 4, answers: 0 }).every(({ status }) => status === null));
    assert.equal(host.ask().status, 503);
  });
});

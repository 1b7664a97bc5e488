// A KV namespace as the core's store for pictures, with one that remembers what it was told.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { callService, servicesIn } from "../../js-glue/binding.mjs";

const MiB = 1024 * 1024;

function namespace() {
  const puts = [];
  const cancelled = [];
  return {
    puts,
    cancelled,
    put: async (key, bytes, options) => void puts.push({ key, bytes, options }),
    getWithMetadata: async (key) => {
      const found = puts.findLast((put) => put.key === key);
      if (found === undefined) return { value: null, metadata: null };
      const value = new Blob([found.bytes]).stream();
      const cancel = value.cancel.bind(value);
      value.cancel = (reason) => (cancelled.push(key), cancel(reason));
      return { value, metadata: found.options.metadata };
    },
  };
}

const call = (IMAGES, method, headers = {}, body = undefined, key = "key.png") =>
  callService(servicesIn({ IMAGES }), {
    method,
    url: `binding://IMAGES/${key}`,
    headers: Object.entries(headers),
    body,
  });

describe("a KV namespace as a store", () => {
  for (const [cacheControl, expirationTtl] of [
    ["max-age=86400", 86400],
    ["public, max-age=61, immutable", 61],
    ["max-age=59", 60],
    ["max-age=0", 60],
    ["s-maxage=86400", undefined],
    ["max-age=x", undefined],
    [undefined, undefined],
  ]) {
    test(`${cacheControl} is a life of ${expirationTtl} s`, async () => {
      const IMAGES = namespace();
      const headers = { "content-type": "image/png", ...(cacheControl && { "cache-control": cacheControl }) };
      assert.equal((await call(IMAGES, "PUT", headers, new Uint8Array(3))).status, 200);
      const [{ key, options }] = IMAGES.puts;
      assert.deepEqual(
        [key, options.metadata, options.expirationTtl],
        ["key.png", { type: "image/png", size: 3 }, expirationTtl],
      );
    });
  }

  /** A stream of chunks of a MiB, which counts those that were taken. */
  function streamOf(chunks, seen, error) {
    return new ReadableStream(
      {
        pull(controller) {
          if (seen.taken === chunks) return error === undefined ? controller.close() : controller.error(error);
          seen.taken += 1;
          controller.enqueue(new Uint8Array(MiB).fill(seen.taken));
        },
        cancel: () => void (seen.isCancelled = true),
      },
      { highWaterMark: 0 },
    );
  }

  test("a stream is gathered, up to 20 MiB, with a length and without", async () => {
    for (const headers of [{}, { "content-length": String(20 * MiB) }]) {
      const IMAGES = namespace();
      assert.equal((await call(IMAGES, "PUT", headers, streamOf(20, { taken: 0 }))).status, 200);
      const [{ bytes, options }] = IMAGES.puts;
      assert.deepEqual([bytes.length, options.metadata.size], [20 * MiB, 20 * MiB]);
      assert.deepEqual([bytes[0], bytes[MiB - 1], bytes[MiB], bytes.at(-1)], [1, 1, 2, 20]);
    }
  });

  test("a stream that has not its declared length is no answer, and nothing is stored", async () => {
    for (const length of [2 * MiB - 1, 2 * MiB + 1]) {
      const IMAGES = namespace();
      const headers = { "content-length": String(length) };
      await assert.rejects(call(IMAGES, "PUT", headers, streamOf(2, { taken: 0 })), /declared length/);
      assert.deepEqual(IMAGES.puts, []);
    }
  });

  test("more is 413, is given up at once, and nothing is stored", async () => {
    const IMAGES = namespace();
    const seen = { taken: 0 };
    assert.equal((await call(IMAGES, "PUT", {}, streamOf(100, seen))).status, 413);
    assert.deepEqual([seen, IMAGES.puts], [{ taken: 21, isCancelled: true }, []]);
    assert.equal((await call(IMAGES, "PUT", {}, new Uint8Array(20 * MiB + 1))).status, 413);
    assert.deepEqual(IMAGES.puts, []);
  });

  test("a stream that breaks off is no answer, and nothing is stored", async () => {
    const IMAGES = namespace();
    await assert.rejects(call(IMAGES, "PUT", {}, streamOf(2, { taken: 0 }, new Error("cut"))), /cut/);
    assert.deepEqual(IMAGES.puts, []);
  });

  test("a picture whose bytes nobody wants is let go of", async () => {
    const IMAGES = namespace();
    await call(IMAGES, "PUT", { "content-type": "image/png" }, new Uint8Array(3));
    for (const [method, headers, status, length] of [
      ["HEAD", {}, 200, "3"],
      ["GET", { "if-none-match": '"key.png"' }, 304, null],
      ["HEAD", { "if-none-match": "*" }, 304, null],
    ]) {
      IMAGES.cancelled.length = 0;
      const response = await call(IMAGES, method, headers);
      assert.deepEqual(
        [response.status, response.headers.get("content-length"), response.body],
        [status, length, null],
      );
      assert.deepEqual(IMAGES.cancelled, ["key.png"]);
    }
  });

  test("a value that somebody else has put there has no type and no length", async () => {
    const IMAGES = namespace();
    IMAGES.puts.push({ key: "key.png", bytes: new Uint8Array(3), options: { metadata: null } });
    const response = await call(IMAGES, "GET");
    assert.deepEqual(
      [response.status, response.headers.get("content-type"), response.headers.get("content-length")],
      [200, null, null],
    );
    assert.equal((await response.bytes()).length, 3);
  });
});

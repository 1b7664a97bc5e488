// Several pictures of one request: made at the same time, and given as far as they were made.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ask,
  assertGood,
  assertOneErrorEvent,
  keyOf,
  picturesIn,
  promptIn,
  settings,
} from "../support/clients/asking.mjs";
import { classesOf, loggedCalls } from "../support/clients/log.mjs";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { llmPrompt, whole } from "../support/upstreams/faults.mjs";

describeBuilds("several pictures", (makeCore) => {
  // Picture i begins with key i; which of the calls comes first is not promised.
  const named = (index) => ({
    status: 200,
    ms: 10_000,
    body: JSON.stringify({ images: [{ url: `https://pictures.example.com/cat-${index}.png` }] }),
  });
  const rejected = (index) => ({
    status: 400,
    ms: 1000 * (index + 1),
    body: JSON.stringify({ code: 20012, message: "no" }),
  });

  for (const streams of [false, true]) {
    const how = streams ? "streamed" : "whole";

    test(`three at the same time, with a key for each, ${how}`, () => {
      const seen = ask(makeCore(settings), {
        body: { n: 3, seed: 41, stream: streams },
        image: (call) => named(keyOf(call)),
      });
      assertGood(seen, streams);
      assert.equal(picturesIn(seen), 3);
      assert.deepEqual(seen.content.match(/cat-\d\.png/g), ["cat-0.png", "cat-1.png", "cat-2.png"], "in their order");
      assert.equal(seen.llmCalls.length, 1);
      const byKey = seen.imageCalls.toSorted((a, b) => keyOf(a) - keyOf(b));
      assert.deepEqual(byKey.map(keyOf), [0, 1, 2]);
      assert.deepEqual(
        seen.imageCalls.map(({ startMs }) => startMs),
        [0, 0, 0],
      );
      assert.deepEqual(
        seen.imageCalls.map(({ endMs }) => endMs),
        [10_000, 10_000, 10_000],
      );
      assert.deepEqual(
        byKey.map(({ body }) => JSON.parse(body).seed),
        [41, 42, 43],
      );
      assert.equal(new Set(seen.imageCalls.map(({ body }) => JSON.parse(body).prompt)).size, 1);
      assert.deepEqual(classesOf(seen, "IMAGE_GEN"), ["ok", "ok", "ok"]);
      assert.equal(promptIn(seen), llmPrompt);
    });

    test(`without a seed none is made up, ${how}`, () => {
      const seen = ask(makeCore(settings), { body: { n: 2, stream: streams }, image: (call) => named(keyOf(call)) });
      assert.deepEqual(
        seen.imageCalls.map(({ body }) => JSON.parse(body).seed),
        [undefined, undefined],
      );
    });

    test(`the largest seed grows without harm, ${how}`, () => {
      const seen = ask(makeCore(settings), {
        body: { n: 2, seed: 4294967295, stream: streams },
        image: (call) => named(keyOf(call)),
      });
      assertGood(seen, streams);
      const seeds = seen.imageCalls.map(({ body }) => JSON.parse(body).seed);
      assert.deepEqual(new Set(seeds), new Set([4294967295, 0]));
    });

    for (const failing of [0, 1, 2]) {
      test(`number ${failing} fails: the two others are given, ${how}`, () => {
        const seen = ask(makeCore(settings), {
          body: { n: 3, stream: streams },
          image: (call) => (keyOf(call) === failing ? rejected(failing) : named(keyOf(call))),
        });
        assertGood(seen, streams);
        assert.equal(picturesIn(seen), 2);
        assert.ok(!seen.content.includes(`cat-${failing}.png`));
        assert.equal(seen.imageCalls.length, 3);
        assert.deepEqual(
          loggedCalls(seen)
            .filter((call) => call.class === "img_http_400")
            .map(({ key }) => key),
          [failing],
        );
      });
    }

    test(`one that is never answered does not take the others away, ${how}`, () => {
      const seen = ask(makeCore(settings), {
        body: { n: 3, stream: streams },
        image: (call) => (keyOf(call) === 1 ? "silent" : named(keyOf(call))),
      });
      assertGood(seen, streams);
      assert.equal(picturesIn(seen), 2);
    });

    test(`all fail: the first one's error, ${how}`, () => {
      const answers = [
        { status: 404, ms: 3000 },
        { status: 400, ms: 2000 },
        { status: 400, ms: 1000, body: JSON.stringify({ error: { code: "content_policy_violation" } }) },
      ];
      const seen = ask(makeCore(settings), { body: { n: 3, stream: streams }, image: (call) => answers[keyOf(call)] });
      assert.equal(seen.imageCalls.length, 3);
      assert.deepEqual(seen.leftOver, []);
      if (streams) return assertOneErrorEvent(seen, "upstream_model_not_found", 502);
      assert.deepEqual([seen.status, seen.json().error.code], [502, "upstream_model_not_found"]);
    });
  }
});

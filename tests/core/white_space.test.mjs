// KEEP_ALIVE_WHITE_SPACE: whole answers that take long begin with white space.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse } from "../support/hosts/conversation.mjs";
import { lineOf } from "../support/clients/log.mjs";
import { largePng, samplePng } from "../support/upstreams/pictures.mjs";

const settings = {
  AUTHORIZED_API_KEY: "client-key",
  IMAGE_GEN_API_BASE: "https://images.example/generate",
  IMAGE_GEN_API_KEY: "an-image-key-of-more-than-thirty-two-bytes",
  IMAGE_GEN_MODEL: "flux",
  IMAGE_PROXY_SECRET: "a-secret-of-the-tests-of-32-bytes-or-more",
  KEEP_ALIVE_WHITE_SPACE: "1",
};
const faces = {
  chat: ["/v1/chat/completions", { model: "flux", messages: [{ role: "user", content: "a cat" }] }],
  images: ["/v1/images/generations", { model: "flux", prompt: "a cat", response_format: "url" }],
  responses: ["/v1/responses", { model: "flux", input: "a cat" }],
  mcp: [
    "/mcp",
    { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "generate_image", arguments: { prompt: "a cat" } } },
  ],
};
const link = { body: '{"images":[{"url":"https://cdn.example.net/a.png"}]}' };
const picture = { status: 200, headers: { "content-type": "image/png" }, body: samplePng };

describeBuilds("white space", (makeCore) => {
  for (const [face, [path, body]] of Object.entries(faces)) {
    const ask = (order, { settings: more, fields, options } = {}) => {
      const headers = { authorization: "Bearer client-key", "content-type": "application/json" };
      const url = `https://gateway.example${path}`;
      const request = { method: "POST", url, headers, body: JSON.stringify({ ...body, ...fields }) };
      const upstream = ({ method }) => (method === "POST" ? order : picture);
      return converse(makeCore({ ...settings, ...more }), request, upstream, options);
    };
    const good = (ms) => ({ status: 200, ms, ...link });
    const partsOf = (seen) => seen.pieces.map(({ ms, text }) => [ms, text === " " ? text : "answer"]);

    test(`${face}: an answer that takes 45 s begins after 20`, () => {
      const seen = ask(good(45_000));
      assert.deepEqual([seen.status, seen.ending, seen.leftOver], [200, "complete", []]);
      assert.deepEqual(partsOf(seen).slice(0, 3), [
        [20_000, " "],
        [40_000, " "],
        [45_000, "answer"],
      ]);
      assert.match(seen.text, /^ {2}\{/);
      assert.ok(JSON.parse(seen.text));
      assert.equal(seen.headers["content-type"], "application/json");
      assert.equal(seen.headers["x-fluxgate-provider"], undefined);
    });

    test(`${face}: one that is there before has its head`, () => {
      const seen = ask(good(19_000));
      assert.deepEqual([seen.status, seen.text[0]], [200, "{"]);
      if (face !== "mcp") assert.equal(seen.headers["x-fluxgate-provider"], "siliconflow");
    });

    test(`${face}: a late error has status 200`, () => {
      const seen = ask({ status: 400, ms: 30_000, body: '{"message":"no"}' });
      assert.deepEqual([seen.status, seen.ending, seen.leftOver], [200, "complete", []]);
      const told = JSON.parse(seen.text);
      assert.ok(face === "mcp" ? told.result.isError : told.error.code);
      assert.equal(lineOf(seen).code, "upstream_rejected_request");
    });

    test(`${face}: what is wrong with a request is told at once, with its status`, () => {
      const fields = { messages: [], prompt: 5, input: [], jsonrpc: "1" };
      assert.equal(ask(good(45_000), { fields }).status, 400);
    });

    test(`${face}: without the setting nothing is sent`, () => {
      const seen = ask(good(45_000), { settings: { KEEP_ALIVE_WHITE_SPACE: "" } });
      assert.ok(seen.pieces.every(({ ms }) => ms >= 45_000));
    });

    test(`${face}: none stands in an answer that has begun, however slowly it is taken`, () => {
      const large = largePng(150_000).toString("base64");
      const order = { status: 200, ms: 25_000, body: JSON.stringify({ data: [{ b64_json: large }] }) };
      const seen = ask(order, { options: { takesMs: () => 12_000 } });
      const begun = seen.pieces.findIndex(({ text }) => text !== " ");
      assert.ok(begun >= 0 && seen.pieces.slice(begun).every(({ text }) => text !== " "));
      assert.ok(JSON.parse(seen.text));
    });

    test(`${face}: a client that leaves meanwhile ends the work`, () => {
      const { effects } = ask(good(45_000));
      for (let clientLeavesAt = 1; clientLeavesAt <= effects.length; clientLeavesAt += 1) {
        assert.deepEqual(ask(good(45_000), { options: { clientLeavesAt } }).leftOver, [], `${clientLeavesAt}`);
      }
      effects.forEach((effect, failing) => {
        assert.deepEqual(ask(good(45_000), { options: { failing } }).leftOver, [], `${failing}: ${effect}`);
      });
    });
  }
});

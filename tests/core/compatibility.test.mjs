// What people have set up and kept from commit c55c083 on goes on working: their .dev.vars, and the links in their chats.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { converse, startMs } from "../support/hosts/conversation.mjs";
import { samplePng } from "../support/upstreams/pictures.mjs";

/** Every line of that commit's .dev.vars.example, filled in. */
const devVars = {
  AUTHORIZED_API_KEY: "client-key",
  IMAGE_GEN_API_BASE: "https://images.example/generate",
  IMAGE_GEN_API_KEY: "first-image-key-of-many-bytes,second-image-key",
  IMAGE_GEN_MODEL: "flux",
  IMAGE_PROXY_SECRET: "",
  OPENAI_API_BASE: "https://llm.example.com/v1",
  OPENAI_API_KEY: "llm-key",
  OPENAI_MODEL: "small",
  PUBLIC_BASE_URL: "https://fluxgate.example.com",
  FLUXGATE_DEMO: "1",
};
const bearer = { authorization: "Bearer client-key" };

/** Links that its module printed, at startMs, for a picture at https://cdn.example.net/a%20b.png?x=1&y=(2). */
const query = (signature) =>
  `/image-proxy?url=https%3A%2F%2Fcdn.example.net%2Fa%2520b.png%3Fx%3D1%26y%3D%282%29&exp=1767830400&sig=${signature}`;
const links = [
  ["derived from the backends' keys", {}, query("eMpYRxZhrS_C_vaWPOy6qeAqyyNh_eyPFMddchtr0XE")],
  [
    "of a secret",
    { IMAGE_PROXY_SECRET: "a-secret-of-the-tests-of-32-bytes-or-more" },
    query("4ATDAj5qEjniV-mAEu-CZ6MzIf4Y732Eu1Xpzgwz538"),
  ],
];

describeBuilds("what was set up before", (makeCore) => {
  test("a .dev.vars still lists its models and makes its pictures", () => {
    const core = makeCore(devVars);
    const list = converse(core, { method: "GET", url: "https://gateway.example/v1/models", headers: bearer });
    assert.deepEqual(
      JSON.parse(list.text).data.map(({ id }) => id),
      ["flux", "demo"],
    );
    const body = JSON.stringify({ model: "flux", messages: [{ role: "user", content: "a cat 16:9" }] });
    const asked = converse(
      core,
      { method: "POST", url: "https://gateway.example/v1/chat/completions", headers: bearer, body },
      ({ url }) =>
        url === "https://llm.example.com/v1/chat/completions"
          ? {
              status: 200,
              body: JSON.stringify({ choices: [{ message: { content: "a tabby cat" }, finish_reason: "stop" }] }),
            }
          : { status: 200, body: JSON.stringify({ images: [{ url: "https://cdn.example.net/a.png" }] }) },
    );
    assert.equal(asked.status, 200);
    const call = asked.calls.find(({ url }) => url === devVars.IMAGE_GEN_API_BASE);
    assert.deepEqual(JSON.parse(call.body), {
      model: "flux",
      prompt: "a tabby cat",
      image_size: "1024x576",
      num_inference_steps: 20,
    });
    assert.match(asked.text, /!\[Image\]\(https:\/\/fluxgate\.example\.com\/image-proxy\?url=/);
  });

  for (const [kind, settings, link] of links) {
    test(`a signed link still shows its picture: ${kind}`, () => {
      const core = makeCore({ ...devVars, PUBLIC_BASE_URL: "", ...settings });
      const seen = converse(
        core,
        { method: "GET", url: `https://gateway.example${link}` },
        () => ({ status: 200, body: samplePng }),
        { now: startMs + 1000 },
      );
      assert.equal(seen.status, 200);
      assert.deepEqual(
        seen.calls.map(({ url }) => url),
        ["https://cdn.example.net/a%20b.png?x=1&y=(2)"],
      );
      const forged = converse(core, {
        method: "GET",
        url: `https://gateway.example${link.replace("%2528", "%2529").replace("exp=1767830400", "exp=1767830401")}`,
      });
      assert.equal(forged.status, 403);
    });
  }
});

// Responses that are made in the background: they are there when the backend has drawn, for whoever asks for them.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertValid } from "../support/cases/schemas.mjs";
import { lineOf } from "../support/clients/log.mjs";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { startMs } from "../support/hosts/conversation.mjs";
import { alice, ask, clients, codeOf, gatewayOf, once, withLedger } from "../support/hosts/gate.mjs";
import { falFailure, falModel, falPicture, falQueue, falSettings } from "../support/upstreams/fal_queue.mjs";
import { ledgerUpstream } from "../support/upstreams/ledger.mjs";
import { largePng } from "../support/upstreams/pictures.mjs";
import { withLlm, withStore } from "../support/upstreams/openai_world.mjs";
import { whole } from "../support/upstreams/faults.mjs";

const bob = { name: "bob", key: "bob-key-of-the-tests" };
const respond = (more = {}, options) =>
  ask("/v1/responses", { model: falModel, input: "a cat 16:9", background: true, ...more }, options);
const at = (id, method = "GET", options = {}) => ask(`/v1/responses/${id}`, undefined, { method, ...options });
const cancel = (id) => at(`${id}/cancel`, "POST");
const pictureOf = ({ output }) => output.find(({ type }) => type === "image_generation_call");
const objectOf = (seen) => {
  assert.equal(seen.status, 200, seen.text);
  assertValid("response", seen.json());
  return seen.json();
};

describeBuilds("responses in the background", (makeCore) => {
  function queued(more = {}, ledger = undefined) {
    const fake = falQueue();
    const settings = {
      ...withLedger,
      ...withStore,
      ...falSettings,
      ...clients({ ...alice, per_day: 5 }, bob),
      ...more,
    };
    return { fake, gate: gatewayOf(makeCore, { settings, ledger, image: (call) => fake.answer(call) }) };
  }

  test("are answered when their picture is ordered, and have it when the backend has drawn", () => {
    const { fake, gate } = queued();
    const begun = objectOf(gate.ask(respond({ metadata: { of: "me" } })));
    assert.deepEqual([begun.status, begun.background, begun.output, begun.usage], ["queued", true, [], null]);
    assert.deepEqual([fake.submitted, fake.asked], [1, 0]);
    const waiting = gate.ask(at(begun.id));
    assert.deepEqual(objectOf(waiting), { ...begun, status: "in_progress" });
    assert.ok(waiting.ms < 1000, `${waiting.ms}`);
    assert.deepEqual([fake.submitted, fake.asked, fake.cancelled], [1, 1, 0]);
    fake.isDone = () => true;
    gate.now += 60_000;
    const made = objectOf(gate.ask(at(begun.id)));
    assert.equal(made.status, "completed");
    assert.deepEqual([made.id, made.created_at, made.background], [begun.id, begun.created_at, true]);
    assert.equal(made.metadata.of, "me");
    assert.equal(JSON.parse(made.metadata.fluxgate).size, "1024x576");
    const picture = pictureOf(made);
    assert.ok(Buffer.from(picture.result, "base64").equals(falPicture));
    assert.equal(picture.id.slice("ig_".length), begun.id.slice("resp_".length));
    assert.match(picture.revised_prompt, /^a cat, /);
    const again = gate.ask(at(begun.id));
    assert.deepEqual(again.json(), made);
    assert.ok(again.calls.every(({ url }) => url.startsWith("binding://")));
    assert.deepEqual([fake.submitted, fake.cancelled], [1, 0]);
    const { today } = gate.usage();
    assert.deepEqual([today.pictures, today.cost], [1, 0.04]);
  });

  test("whose picture is asked for again and again cost their ledger no more than a look", () => {
    const { gate } = queued();
    const { id } = objectOf(gate.ask(respond()));
    const ledgerCalls = () => gate.ask(at(id)).calls.filter(({ url }) => url.startsWith("binding://LEDGER/")).length;
    assert.deepEqual([ledgerCalls(), ledgerCalls(), ledgerCalls()], [2, 1, 1]);
  });

  test("are their client's alone, and tell nobody a key", () => {
    const { fake, gate } = queued();
    const begun = gate.ask(respond());
    const { id } = objectOf(begun);
    for (const request of [at(id, "GET", bob), at(id, "DELETE", bob), at(`${id}/cancel`, "POST", bob)])
      assert.equal(codeOf(gate.ask(request)), "response_not_found");
    assert.deepEqual([fake.asked, fake.cancelled], [0, 0]);
    const told = JSON.stringify(
      [begun, gate.ask(at(id))].flatMap(({ calls }) => calls.filter(({ url }) => url.startsWith("binding://"))),
    );
    assert.ok(told.includes("requests/1/status") && !told.includes(falSettings.IMAGE_GEN_API_KEY));
  });

  test("are waited for when their backend names its key in its addresses, which nobody may keep", () => {
    const { fake, gate } = queued();
    const key = falSettings.IMAGE_GEN_API_KEY;
    const { answer } = fake;
    fake.answer = (call) => {
      const seen = answer({ ...call, url: call.url.replace(/\?.*/, "") });
      if (call.url.startsWith("https://v3.fal.media/")) return seen;
      const job = `https://queue.fal.run/${falModel}/requests/1`;
      const addresses = { status_url: `${job}/status?key=${key}`, response_url: `${job}?key=${key}` };
      return { ...seen, body: JSON.stringify({ ...JSON.parse(seen.body), ...addresses }) };
    };
    fake.isDone = () => fake.asked > 1;
    const seen = gate.ask(respond());
    assert.equal(objectOf(seen).status, "completed");
    assert.deepEqual([fake.submitted, fake.asked, fake.cancelled], [1, 2, 0]);
    assert.equal(gate.ask(at(seen.json().id)).text, seen.text);
    const told = JSON.stringify(seen.calls.filter(({ url }) => url.startsWith("binding://")));
    assert.ok(!told.includes(key));
  });

  test("can be cancelled, and deleted, which calls their picture off", () => {
    for (const end of [cancel, (id) => at(id, "DELETE")]) {
      const { fake, gate } = queued();
      const { id } = objectOf(gate.ask(respond()));
      const ended = gate.ask(end(id));
      assert.equal(ended.status, 200, ended.text);
      assert.deepEqual([fake.submitted, fake.cancelled], [1, 1]);
      fake.isDone = () => true;
      if (ended.json().deleted) {
        assert.equal(codeOf(gate.ask(at(id))), "response_not_found");
        continue;
      }
      assert.deepEqual([objectOf(ended).status, ended.json().output], ["cancelled", []]);
      for (const request of [at(id), cancel(id)]) assert.deepEqual(gate.ask(request).json(), ended.json());
      assert.deepEqual([fake.asked, fake.cancelled], [0, 1]);
    }
    const { fake, gate } = queued();
    const { id } = objectOf(gate.ask(respond()));
    fake.isDone = () => true;
    const made = gate.ask(at(id)).json();
    assert.deepEqual(objectOf(gate.ask(cancel(id))), made, "it is there already");
    assert.equal(fake.cancelled, 0);
  });

  test("whose backend fails have failed, and say why", () => {
    const { fake, gate } = queued();
    const { id } = objectOf(gate.ask(respond()));
    fake.isDone = () => true;
    fake.outcome = () => falFailure("The downstream service timed out.", "downstream_service_error");
    fake.status = fake.outcome;
    const failed = objectOf(gate.ask(at(id)));
    assert.equal(failed.status, "failed");
    assert.ok(failed.error.message.length > 10, failed.error.message);
    fake.status = () => assert.fail("nobody asks again");
    assert.deepEqual(gate.ask(at(id)).json(), failed);
    assert.deepEqual(gate.usage().today.pictures, 1);
  });

  test("outlive questions that fail, and a backend that is silent for a while", () => {
    for (const fault of ["failed", { status: 503, body: "busy" }, { status: 429, body: "" }, { body: "<html>" }]) {
      const { fake, gate } = queued();
      const { id } = objectOf(gate.ask(respond()));
      const { status } = fake;
      fake.status = () => fault;
      for (let time = 0; time < 3; ++time) assert.equal(objectOf(gate.ask(at(id))).status, "in_progress");
      fake.status = status;
      fake.isDone = () => true;
      assert.equal(objectOf(gate.ask(at(id))).status, "completed", JSON.stringify(fault));
      assert.equal(fake.submitted, 1);
    }
  });

  test("are given up after an hour", () => {
    const { fake, gate } = queued();
    const { id } = objectOf(gate.ask(respond()));
    gate.now += 3_500_000;
    assert.equal(objectOf(gate.ask(at(id))).status, "in_progress");
    gate.now += 200_000;
    assert.equal(objectOf(gate.ask(at(id))).status, "failed");
    assert.equal(fake.submitted, 1);
  });

  test("of a backend that draws at once are there at once", () => {
    const gate = gatewayOf(makeCore, { settings: { ...withLedger, ...withStore, ...clients(alice) } });
    const made = objectOf(gate.ask(respond({ model: "gpt-image-1" })));
    assert.deepEqual([made.status, made.background, made.output.length], ["completed", true, 2]);
    assert.deepEqual(gate.ask(at(made.id)).json(), made);
    assert.deepEqual(gate.ask(cancel(made.id)).json(), made);
  });

  test("that nobody may keep are answered as others are", () => {
    for (const [settings, more] of [
      [{ "binding://LEDGER": "" }, {}],
      [{}, { store: false }],
    ]) {
      const { fake, gate } = queued(settings);
      fake.isDone = () => true;
      const made = objectOf(gate.ask(respond(more)));
      assert.deepEqual([made.status, made.background, made.output.length], ["completed", false, 2]);
    }
  });

  test("without a store have a large picture as long as the backend has it", () => {
    const { fake, gate } = queued({ "binding://IMAGES": "" });
    fake.picture = largePng(2_000_000);
    const { id } = objectOf(gate.ask(respond()));
    fake.isDone = () => true;
    for (let time = 0; time < 2; ++time) {
      const { result } = pictureOf(objectOf(gate.ask(at(id))));
      assert.ok(Buffer.from(result, "base64").equals(fake.picture));
    }
    assert.equal(fake.submitted, 1);
  });

  test("that are texts are there at once", () => {
    const { gate } = queued(withLlm);
    const seen = gate.ask(respond({ tool_choice: "none" }), { world: { llm: whole("Hello.") } });
    assert.equal(objectOf(seen).status, "completed");
  });

  test("as streams tell all of it; whoever leaves one asks for the rest", () => {
    const { fake, gate } = queued();
    fake.isDone = () => true;
    const streamed = gate.ask(respond({ stream: true }));
    assert.match(streamed.text, /event: response\.completed\n/);
    assert.deepEqual([fake.submitted, fake.asked], [1, 1]);
    fake.isDone = () => false;
    const left = gate.ask(respond({ stream: true }), { clientLeavesAt: 8, upstreamsStay: true });
    assert.ok(left.ms >= 25_000 && left.ms < 30_000, `${left.ms}`);
    const { id } = JSON.parse(/event: response\.created\ndata: (.*)\n/.exec(left.text)[1]).response;
    assert.deepEqual([fake.submitted, fake.cancelled], [2, 0]);
    assert.equal(objectOf(gate.ask(at(id))).status, "in_progress");
    fake.isDone = () => true;
    assert.ok(Buffer.from(pictureOf(objectOf(gate.ask(at(id)))).result, "base64").equals(falPicture));
    assert.equal(fake.submitted, 2);
  });

  test("whose client leaves at any moment are ordered once, and had later", () => {
    const { gate: probe } = queued();
    const { id } = objectOf(probe.ask(respond()));
    const effects = probe.ask(at(id)).effects.length;
    for (let leaves = 0; leaves <= effects; ++leaves) {
      const { fake, gate } = queued();
      const { id } = objectOf(gate.ask(respond()));
      gate.ask(at(id), { clientLeavesAt: leaves, upstreamsStay: true });
      fake.isDone = () => true;
      gate.ask(at(id), { clientLeavesAt: leaves, upstreamsStay: true });
      assert.equal(objectOf(gate.ask(at(id))).status, "completed", `left at ${leaves}`);
      assert.deepEqual([fake.submitted, fake.cancelled], [1, 0]);
    }
  });

  test("with an Idempotency-Key are ordered once", () => {
    const { fake, gate } = queued();
    const begun = gate.ask(respond({}, once("k")));
    const again = gate.ask(respond({}, once("k")));
    assert.equal(again.text, begun.text);
    assert.equal(fake.submitted, 1);
    fake.isDone = () => true;
    assert.equal(objectOf(gate.ask(at(begun.json().id))).status, "completed");
  });

  test("can be changed by the next request when they are there", () => {
    const { fake, gate } = queued({ IMAGE_GEN_MODEL: `${falModel},gpt=fal-ai/gpt-image-1` });
    const { id } = objectOf(gate.ask(respond()));
    fake.isDone = () => true;
    const made = objectOf(gate.ask(at(id)));
    const next = gate.ask(respond({ previous_response_id: id, input: "make it blue", background: false }));
    assert.equal(objectOf(next).status, "completed");
    assert.notEqual(next.json().id, made.id);
  });

  test("are told in the log as what they are", () => {
    const { fake, gate } = queued();
    const begun = gate.ask(respond());
    const [order] = lineOf(begun).calls;
    assert.deepEqual([lineOf(begun).outcome, order.status, order.failure], ["ok", 200, undefined]);
    fake.isDone = () => true;
    const done = gate.ask(at(begun.json().id));
    assert.deepEqual([lineOf(done).face, lineOf(done).outcome, lineOf(done).pictures], ["responses", "ok", 1]);
  });

  test("of a model that is not set up any more wait for it", () => {
    const ledger = ledgerUpstream({ now: () => startMs });
    const { fake, gate } = queued({}, ledger);
    const { id } = objectOf(gate.ask(respond()));
    fake.isDone = () => true;
    const { gate: without } = queued({ IMAGE_GEN_MODEL: "fal-ai/another" }, ledger);
    assert.equal(codeOf(without.ask(at(id))), "unsupported_image_model");
    assert.equal(objectOf(gate.ask(at(id))).status, "completed");
  });
});

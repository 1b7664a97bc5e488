// Reads a stream of /v1/responses as strict as the strictest SDK: each event in its place, nothing between items, what an item says when it is
// done the same as what was said before.
import assert from "node:assert/strict";
import { assertValid } from "./schemas.mjs";

const itemEvents = {
  image_generation_call: /^response\.image_generation_call\.(in_progress|generating|partial_image|completed)$/,
  reasoning: /^response\.reasoning_summary_(part\.added|text\.delta|text\.done|part\.done)$/,
  message: /^response\.(content_part\.added|output_text\.delta|output_text\.done|content_part\.done)$/,
};
const turnsOfPicture = ["in_progress", "generating", "partial_image", "completed"];

/** The events of a stream; each has its type twice, and a number one higher than the one before. */
export function responsesEvents(text) {
  assert.ok(text.endsWith("\n\n"), "whole events");
  return text
    .split("\n\n")
    .slice(0, -1)
    .filter((block) => !block.startsWith(":"))
    .map((block, index) => {
      const [, type, data] = /^event: (\S+)\ndata: (.*)$/.exec(block) ?? assert.fail(block.slice(0, 300));
      const event = JSON.parse(data);
      assert.equal(event.type, type);
      assert.equal(event.sequence_number, index);
      assertValid("response.event", event);
      return event;
    });
}

/** Checks a whole stream and gives the response of its last event. */
export function readResponsesStream(text) {
  const events = responsesEvents(text);
  const [created, inProgress, ...rest] = events;
  assert.equal(created.type, "response.created");
  assert.equal(inProgress.type, "response.in_progress");
  assert.deepEqual(created.response, inProgress.response);
  assert.deepEqual([created.response.status, created.response.output], ["in_progress", []]);
  const last = rest.pop();
  const { response } = last;
  assert.equal(last.type, `response.${response.status}`);
  assert.equal(response.id, created.response.id);
  const items = [];
  let open = null;
  for (const event of rest) {
    assert.equal(event.output_index, items.length, event.type);
    if (event.type === "response.output_item.added") {
      assert.equal(open, null, "one item at a time");
      open = { item: event.item, seen: [], deltas: "" };
      continue;
    }
    if (event.type === "response.output_item.done") {
      checkDone(open, event.item);
      items.push(event.item);
      open = null;
      continue;
    }
    assert.equal(event.item_id, open.item.id);
    const [, what] = itemEvents[open.item.type].exec(event.type) ?? assert.fail(event.type);
    if (open.item.type === "image_generation_call") {
      assert.ok(turnsOfPicture.indexOf(what) >= turnsOfPicture.indexOf(open.seen.at(-1) ?? "in_progress"));
    } else {
      assert.equal(event.summary_index ?? event.content_index, 0);
      if (event.delta !== undefined) open.deltas += event.delta;
      if (event.text !== undefined) assert.equal(event.text, open.deltas);
    }
    open.seen.push(what);
  }
  if (response.status === "completed") {
    assert.equal(open, null);
    assert.deepEqual(response.output, items);
    assert.equal(new Set(items.map(({ id }) => id)).size, items.length);
  }
  return { response, events };
}

function checkDone(open, item) {
  assert.deepEqual([item.id, item.type], [open.item.id, open.item.type]);
  if (item.type === "image_generation_call") {
    assert.equal(open.seen.at(-1), "completed");
    assert.deepEqual([item.status, typeof item.result], ["completed", "string"]);
  } else {
    const [part] = item.content ?? item.summary;
    assert.equal(part.text, open.deltas);
    assert.match(open.seen.join(" "), /^\S*part\.added( \S*text\.delta)+ \S*text\.done \S*part\.done$/);
  }
}

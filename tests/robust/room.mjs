// Whether everything that was in flight is over: 256 requests at once are taken, and a single one that had stayed would leave no room for the last.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { completion } from "../support/upstreams/upstream.mjs";
import { Exchange, ideaOf } from "./client.mjs";

const most = 256;

export async function assertRoomForAll(upstream, worker) {
  const { promise: released, resolve: release } = Promise.withResolvers();
  let arrived = 0;
  upstream.reset();
  upstream.onChat = async () => {
    arrived += 1;
    await released;
    return completion("a tabby cat");
  };
  const clients = Array.from({ length: most }, () => new Exchange(worker.origin, { body: ideaOf("a cat") }));
  while (arrived < most && clients.every(({ ending }) => ending === null)) await delay(5);
  const refused = new Exchange(worker.origin, { body: ideaOf("a cat") });
  assert.equal((await refused.done).status, 503, "there is room for no more: that they are counted");
  release();
  for (const client of clients) assert.equal((await client.done).status, 200);
}

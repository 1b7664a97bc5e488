// The cases of the whole gateway in workerd, against an upstream on loopback.
import { after, before, describe, test } from "node:test";
import { answerOf, check, loadCases, prepare, upstreamName } from "../support/cases.mjs";
import { startUpstream } from "../support/upstream.mjs";
import { startWorker } from "../support/worker.mjs";

const cases = loadCases();

/** One Worker for all cases of the same settings, but for those that want a fresh one: starting one takes a second. */
const groups = Map.groupBy(cases, ({ settings, fresh, name }) => JSON.stringify(settings ?? {}) + (fresh ? ` for "${name}"` : ""));

describe("the gateway in workerd", () => {
  for (const [settings, members] of groups) {
    describe(settings === "{}" ? "with the usual settings" : `with ${settings}`, () => {
      let upstream;
      let worker;
      before(async () => {
        upstream = await startUpstream();
        worker = await startWorker(prepare(members[0], upstream).settings);
      });
      after(async () => {
        await worker?.close();
        await upstream?.close();
      });

      for (const testCase of members) {
        test(testCase.name, async () => {
          const prepared = prepare(testCase, upstream);
          upstream.reset();
          script(upstream, prepared);
          const { path, ...init } = prepared.request;
          const response = await worker.request(path, init);
          const seen = {
            status: response.status,
            headers: Object.fromEntries(response.headers),
            text: await response.text(),
            calls: upstream.calls.map((call) => ({ to: upstreamName(call.url), ...call })),
          };
          check(prepared, seen);
        });
      }
    });
  }
});

/** Lets the upstream answer as the case says. */
function script(upstream, prepared) {
  const handlers = { llm: "onChat", image: "onImage", picture: "onPicture" };
  for (const [name, handler] of Object.entries(handlers)) {
    if (prepared.upstream[name] === undefined) continue;
    let index = 0;
    upstream[handler] = () => answerOf(prepared, name, index++);
  }
}

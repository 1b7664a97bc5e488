// Runs the cases of tests/vectors/gateway on a host that serves over HTTP, against an upstream on loopback.
import { after, before, describe, test } from "node:test";
import { answerOf, check, loadCases, prepare, upstreamName } from "./cases.mjs";
import { startUpstream } from "../upstreams/upstream.mjs";

/** Files whose cases each need a host of their own, and test what the core decides: the scripted hosts run them. */
const forScriptedHosts = ["settings.json", "backends.json"];

/** `start(settings)` gives a host: { request(path, init), close() }. A host serves all cases with the same settings, except those that want a fresh
 * host. */
export function describeCases(title, start) {
  const groups = Map.groupBy(
    loadCases().filter(({ file }) => !forScriptedHosts.includes(file)),
    ({ settings, fresh, name }) => JSON.stringify(settings ?? {}) + (fresh ? ` for "${name}"` : ""),
  );

  describe(title, { concurrency: 1 }, () => {
    for (const [settings, members] of groups) {
      describe(settings === "{}" ? "with the usual settings" : `with ${settings}`, () => {
        let upstream;
        let host;
        before(async () => {
          upstream = await startUpstream();
          host = await start(prepare(members[0], upstream).settings);
        });
        after(async () => {
          await host?.close();
          await upstream?.close();
        });

        for (const testCase of members) {
          test(testCase.name, async () => {
            const prepared = prepare(testCase, upstream);
            upstream.reset();
            script(upstream, prepared);
            const { path, ...init } = prepared.request;
            // Whole, for a path that begins with two slashes would name a host.
            const response = await host.request(host.origin + path, init);
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
}

/** Lets the upstream answer as the case says. */
function script(upstream, prepared) {
  const handlers = { llm: "onChat", image: "onImage", picture: "onPicture" };
  for (const [name, handler] of Object.entries(handlers)) {
    if (prepared.upstream[name] === undefined) continue;
    let index = 0;
    upstream[handler] = () => answerOf(prepared, name, index++);
  }
}

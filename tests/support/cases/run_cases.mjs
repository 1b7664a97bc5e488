// Runs the cases of tests/vectors/gateway on a host that serves over HTTP, against an upstream on loopback.
import { after, before, describe, test } from "node:test";
import { answerOf, check, loadCases, prepare, upstreamName } from "./cases.mjs";
import { startUpstream } from "../upstreams/upstream.mjs";

/** Files whose cases each need a host of their own, and test what the core decides: the scripted hosts run them. */
const forScriptedHosts = ["settings.json", "backends.json"];

/** Gives hosts to describeCases() by `start(settings)`, which gives a host with close(): each ends when the next one is asked for. */
export const oneAtATime = (start) => (all) => {
  let last;
  return {
    host: async (i) => {
      await last?.close();
      last = await start(all[i]);
      return last;
    },
    close: () => last?.close(),
  };
};

/**
 * `startAll(list of settings)` gives { host(i), close() }, of which host(i) gives the host with these settings: { origin, request(path, init) }.
 * It serves all cases with the same settings, except those that want a fresh host.
 */
export function describeCases(title, startAll) {
  const groups = Map.groupBy(
    loadCases().filter(({ file }) => !forScriptedHosts.includes(file)),
    ({ settings, fresh, name }) => JSON.stringify(settings ?? {}) + (fresh ? ` for "${name}"` : ""),
  );

  describe(title, { concurrency: 1 }, () => {
    let upstream;
    let hosts;
    before(async () => {
      upstream = await startUpstream();
      hosts = await startAll([...groups.values()].map(([first]) => prepare(first, upstream).settings));
    });
    after(async () => {
      await hosts?.close();
      await upstream?.close();
    });

    [...groups].forEach(([settings, members], i) => {
      describe(settings === "{}" ? "with the usual settings" : `with ${settings}`, () => {
        let host;
        before(async () => {
          host = await hosts.host(i);
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
    });
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

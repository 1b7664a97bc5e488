// Starts the Workers that are measured: Fluxgate, its twin in plain JavaScript, the floor, and if asked for the Fluxgate of another checkout.
import { Agent } from "node:http";
import { startWorkerd } from "../support/hosts/workerd.mjs";
import { assertSameAnswer, assertSameCalls } from "./agree.mjs";
import { send } from "./load.mjs";

const twinModules = {
  "tests/bench/twin/worker.mjs": "esModule",
  "tests/bench/twin/answers.mjs": "esModule",
  "tests/bench/twin/bodies.mjs": "esModule",
  "tests/bench/twin/chat.mjs": "esModule",
  "tests/bench/twin/link.mjs": "esModule",
  "tests/bench/twin/log.mjs": "esModule",
  "tests/bench/twin/prompt.mjs": "esModule",
  "tests/bench/twin/proxy.mjs": "esModule",
  "tests/bench/twin/settings.mjs": "esModule",
  "tests/bench/twin/sse.mjs": "esModule",
  "tests/bench/twin/upstreams.mjs": "esModule",
  "src/prompt/templates/non_reasoning.txt": "text",
  "src/prompt/templates/reasoning.txt": "text",
};
const floorModules = { "tests/bench/floor.mjs": "esModule" };

/** The headers of calls that a Worker sets itself; the platform adds the others. */
const ownHeaders = ["authorization", "content-type", "accept"];

/**
 * Starts the Workers for one workload. Gives { workers, close() } with workers as compare() takes them. Before, it checks that Fluxgate and its twin
 * give the same answers and make the same calls; the floor repeats Fluxgate's.
 */
export async function startWorkers(workload, settings, upstreams, { against } = {}) {
  const started = [];
  const start = async (name, variables, options) => {
    const worker = { name, ...(await startWorkerd(variables, { ...options, quiet: true })) };
    started.push(worker);
    return worker;
  };
  const close = () => Promise.all(started.map((worker) => worker.close()));
  try {
    const fluxgate = await start("fluxgate", settings);
    const request = await workload.request(fluxgate);
    const ask = async (worker) => {
      const answer = await send(new Agent(), worker.origin, request);
      const calls = await upstreams.takeCalls();
      return Object.assign(worker, {
        request,
        expected: answer,
        calls: calls.filter(({ path }) => workload.calls.includes(path)),
      });
    };
    await ask(fluxgate);
    const others = workload.hasTwin === false ? [] : [await start("twin", settings, { modules: twinModules })];
    if (against !== undefined) others.push(await start("other", settings, { root: against }));
    for (const worker of others) {
      await ask(worker);
      assertSameAnswer(worker.expected, fluxgate.expected);
      assertSameCalls(worker.calls, fluxgate.calls);
    }
    const floor = await start(
      "floor",
      { SCRIPT: JSON.stringify(floorScript(workload, fluxgate, upstreams)) },
      { modules: floorModules },
    );
    await ask(floor);
    workload.checkFloor(floor.expected, fluxgate.expected);
    return { workers: [floor, ...others, fluxgate], close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The script for floor.mjs. */
function floorScript(workload, { calls, expected }, upstreams) {
  const pick = (headers) =>
    Object.fromEntries(ownHeaders.filter((name) => name in headers).map((name) => [name, headers[name]]));
  const {
    connection,
    "keep-alive": _,
    "transfer-encoding": __,
    "content-length": ___,
    date,
    ...headers
  } = expected.headers;
  return {
    flow: workload.flow,
    calls: workload.calls.map((path) => {
      const call = calls.find((each) => each.path === path);
      return {
        url: upstreams.origin + path,
        init: {
          method: call.method,
          headers: pick(call.headers),
          body: workload.sendsBodyOn ? undefined : call.body || undefined,
        },
      };
    }),
    answer: { body: workload.floorBody(expected.bytes.toString()), init: { status: expected.status, headers } },
  };
}

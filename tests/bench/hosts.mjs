// Requests per second, how long the slowest of a hundred takes, and CPU time: the Worker in workerd beside the package's Node server.
//
//   node tests/bench/hosts.mjs [ROUNDS] [SHARE]
//
// Both have a process, a module that is the same, and no services; what they log is dropped.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { workerModule } from "../needs/worker.mjs";
import { freePort } from "../support/hosts/free_port.mjs";
import { commandFile } from "../support/hosts/node_host.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";
import { median } from "./compare.mjs";
import { cpuMs } from "./cpu.mjs";
import { send } from "./load.mjs";
import { startUpstreams } from "./upstream.mjs";
import { settingsOf, workloads } from "./workloads.mjs";

const [rounds = 4, share = 0.5] = process.argv.slice(2).map(Number);
const measured = ["chat", "burst", "proxy", "proxy_small", "images", "edits", "models", "refusal"];

async function startNode(settings) {
  const port = await freePort();
  const args = [commandFile, "serve", "--port", String(port), "--module", workerModule()];
  const env = { ...settings, IMAGES_DIR: "off", LEDGER_FILE: "off" };
  const child = spawn(process.execPath, args, { cwd: tmpdir(), env, stdio: "ignore" });
  const origin = `http://127.0.0.1:${port}`;
  const request = (path, init) => fetch(origin + path, init);
  while (!(await request("/health").catch(() => null))?.ok) await delay(20);
  return { origin, pid: child.pid, request, close: () => (child.kill("SIGKILL"), once(child, "close")) };
}

const hosts = { workerd: (settings) => startWorkerd(settings, { quiet: true }), Node: startNode };

/** Sends so many requests, and gives { perSecond, p99Ms, cpuUs }. */
async function sample({ origin, pid }, { request, expected }, { count, inFlight }) {
  const connections = new Agent({ keepAlive: true, maxSockets: inFlight });
  const times = [];
  let left = count;
  const client = async () => {
    for (; left > 0;) {
      left -= 1;
      const startMs = performance.now();
      const { status } = await send(connections, origin, request);
      times.push(performance.now() - startMs);
      if (status !== expected) throw new Error(`It answered ${status}, not ${expected}.`);
    }
  };
  const [startMs, startCpuMs] = [performance.now(), cpuMs(pid)];
  await Promise.all(Array.from({ length: inFlight }, client));
  const [seconds, cpu] = [(performance.now() - startMs) / 1000, cpuMs(pid) - startCpuMs];
  connections.destroy();
  times.sort((one, other) => one - other);
  return { perSecond: count / seconds, p99Ms: times[Math.floor(0.99 * times.length)], cpuUs: (1000 * cpu) / count };
}

const upstreams = await startUpstreams();
const table = [
  [
    "",
    ...["requests a second", "p99, ms", "CPU, µs"].flatMap((what) =>
      Object.keys(hosts).map((name) => `${what}: ${name}`),
    ),
  ],
];
for (const name of measured) {
  const workload = workloads[name];
  await upstreams.setAnswers(new Map(workload.answers(upstreams.origin)));
  const size = { count: Math.max(workload.inFlight, Math.round(workload.count * share)), inFlight: workload.inFlight };
  const runs = [];
  for (const [host, start] of Object.entries(hosts)) {
    const started = await start(settingsOf(workload, upstreams));
    const request = await workload.request(started);
    const { status: expected } = await send(new Agent(), started.origin, request);
    const asked = { request, expected };
    await sample(started, asked, size); // Warms it up.
    runs.push({ host, started, asked, samples: [] });
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const run of round % 2 === 0 ? runs : runs.toReversed())
      run.samples.push(await sample(run.started, run.asked, size));
  }
  const cells = ["perSecond", "p99Ms", "cpuUs"].flatMap((what) =>
    runs.map(({ samples }) =>
      median(samples.map((each) => each[what])).toLocaleString("en-US", {
        maximumFractionDigits: what === "p99Ms" ? 1 : 0,
      }),
    ),
  );
  table.push([name, ...cells]);
  await Promise.all(runs.map(({ started }) => started.close()));
}
await upstreams.close();
console.log(
  table
    .map((row) => `| ${row.join(" | ")} |`)
    .toSpliced(1, 0, `| --- |${" ---: |".repeat(table[0].length - 1)}`)
    .join("\n"),
);

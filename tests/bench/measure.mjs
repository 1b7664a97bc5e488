// Measures, prints tables and writes build/bench.json. `npm run bench` builds everything and then calls this.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { lineChart } from "./chart.mjs";
import { compare } from "./compare.mjs";
import { asMarkdown, asText, chartOf, judge, ratiosOf, tablesOf } from "./report.mjs";
import { axes, measureAxis } from "./scaling.mjs";
import { measureStartup } from "./startup.mjs";
import { startUpstreams } from "./upstream.mjs";
import { settingsOf, workloads } from "./workloads.mjs";
import { startWorkers } from "./workers.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const parts = [...Object.keys(workloads), "startup", "scaling"];

const { values: options, positionals: chosen } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean", default: false },
    rounds: { type: "string" },
    share: { type: "string" },
    points: { type: "string" },
    against: { type: "string" },
    docs: { type: "boolean", default: false },
    json: { type: "string", default: join(root, "build/bench.json") },
  },
});
const unknown = chosen.find((name) => !parts.includes(name));
if (unknown !== undefined) {
  console.error(`fluxgate: there is no "${unknown}" to measure; there are ${parts.join(", ")}.`);
  process.exit(1);
}
const rounds = Number(options.rounds ?? (options.quick ? 3 : 6));
const share = Number(options.share ?? (options.quick ? 0.25 : 1));
const pointCount = Number(options.points ?? Infinity);
const against = options.against === undefined ? undefined : resolve(options.against);
const wants = (name) => chosen.length === 0 || chosen.includes(name);

/** Half of the rounds, for measurements that take long. */
const fewRounds = Math.max(1, Math.round(rounds / 2));

async function measureWorkload(workload, upstreams) {
  await upstreams.setAnswers(new Map(workload.answers(upstreams.origin)));
  const { workers, close } = await startWorkers(workload, settingsOf(workload, upstreams), upstreams, { against });
  try {
    const count = Math.max(1, Math.round(workload.count * share));
    const samples = await compare(workers, { rounds, count, inFlight: workload.inFlight, warmUp: count });
    return { about: workload.about, limits: workload.limits, samples, ratio: ratiosOf(samples) };
  } finally {
    await close();
  }
}

/** Measures each wanted entry of `record`, one after the other. */
async function measureEach(record, measure) {
  const results = {};
  for (const [name, each] of Object.entries(record)) {
    process.stderr.write(`measuring ${name} ...\n`);
    results[name] = await measure(each);
  }
  return results;
}

function machine() {
  const workerd = execFileSync(join(root, "node_modules/workerd/bin/workerd"), ["--version"], {
    encoding: "utf8",
  }).trim();
  return `${availableParallelism()} cores, Node ${process.versions.node}, ${workerd}`;
}

/** Writes the charts, and the tables into docs/performance.md between its two marks. */
function writeDocs(results) {
  for (const [name, axis] of Object.entries(results.scaling ?? {})) {
    writeFileSync(join(root, `docs/scaling_${name}.svg`), lineChart(chartOf(name, axis)));
  }
  const page = join(root, "docs/performance.md");
  const [start, end] = ["<!-- figures -->\n", "<!-- end of figures -->"];
  const text = readFileSync(page, "utf8");
  const figures = [`Measured with ${results.machine}.`, ...tablesOf(results).map(asMarkdown)].join("\n\n");
  writeFileSync(
    page,
    `${text.slice(0, text.indexOf(start) + start.length)}\n${figures}\n\n${text.slice(text.indexOf(end))}`,
  );
}

const upstreams = await startUpstreams();
const results = { machine: machine() };
try {
  const wanted = Object.fromEntries(Object.entries(workloads).filter(([name]) => wants(name)));
  if (Object.keys(wanted).length > 0)
    results.workloads = await measureEach(wanted, (workload) => measureWorkload(workload, upstreams));
  if (wants("startup")) {
    const { chat } = workloads;
    await upstreams.setAnswers(new Map(chat.answers(upstreams.origin)));
    results.startup = await measureStartup(settingsOf(chat, upstreams), chat.request(), { runs: rounds + 1 });
  }
  if (wants("scaling")) {
    results.scaling = await measureEach(axes, (axis) =>
      measureAxis(axis, upstreams, { rounds: fewRounds, share, pointCount, against }),
    );
  }
} finally {
  await upstreams.close();
}
results.judged = judge(results);
mkdirSync(dirname(options.json), { recursive: true });
writeFileSync(options.json, JSON.stringify(results, null, 2));
if (options.docs) writeDocs(results);

console.log(`\n${results.machine}\n`);
for (const table of tablesOf(results)) console.log(`${asText(table)}\n`);
for (const { name, what, value, limit } of results.judged.filter(({ holds }) => !holds)) {
  console.log(`${name}: ${what} is ${value.toFixed(2)}, beyond ${limit.toFixed(2)}.`);
}

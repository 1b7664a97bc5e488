// Draws docs/shared_rests.svg: calls that limited keys refuse, with a ledger and without. Time is virtual: machines give the same numbers.
//
//   node scripts/build.mjs worker && node tests/bench/shared_rests.mjs
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Core } from "../../js-glue/memory.mjs";
import { ifStarted, root } from "../../scripts/project.mjs";
import { workerModule } from "../needs/worker.mjs";
import { runIsolates } from "../support/hosts/isolates.mjs";
import { lineChart } from "./chart.mjs";

const loads = [0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3];
/** The limit is that of OpenAI's first tier for gpt-image-1; tests/robust/shared_rests.test.mjs has the source. */
const world = { isolateCount: 200, keyCount: 8, perMinute: 5, kind: "window", minutes: 120, seed: 1 };
const [quickMs, slowMs] = [
  [500, 1500],
  [8_000, 20_000],
];
const series = {
  alone: { hasLedger: false, pictureMs: slowMs },
  "ledger, 8-20 s": { hasLedger: true, pictureMs: slowMs },
  "ledger, 1 s": { hasLedger: true, pictureMs: quickMs },
};

function measure(makeCore) {
  return loads.map((load) => {
    const runs = Object.entries(series).map(([name, each]) => [
      name,
      runIsolates(makeCore, { ...world, ...each, load }),
    ]);
    return { load, runs: Object.fromEntries(runs) };
  });
}

const chartOf = (results) => ({
  title: "Calls that the backend refuses with 429",
  xTitle: "pictures asked for, as a share of what the keys allow",
  yTitle: "calls a minute",
  isLinear: true,
  points: results.map(({ load, runs }) => ({
    size: load,
    label: `${Math.round(load * 100)} %`,
    values: Object.fromEntries(Object.entries(runs).map(([name, { wasted, minutes }]) => [name, wasted / minutes])),
  })),
  valueLabel: String,
});

function rowsOf(results) {
  return results.flatMap(({ load, runs }) =>
    Object.entries(runs).map(([name, { asked, served, refused, inVain, calls, wasted, possible, minutes }]) => ({
      load,
      isolates: name,
      "wasted / min": Number((wasted / minutes).toFixed(1)),
      "of calls": `${((wasted / calls) * 100).toFixed(1)} %`,
      asked,
      served,
      possible,
      refused,
      "in vain": inVain,
    })),
  );
}

await ifStarted(import.meta.url, () => {
  const module = new WebAssembly.Module(readFileSync(workerModule()));
  const results = measure((environment) => new Core(module, environment));
  console.table(rowsOf(results));
  writeFileSync(join(root, "docs/shared_rests.svg"), lineChart(chartOf(results)));
});

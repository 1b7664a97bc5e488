// Writes the figures of a run as tables, for the terminal and for docs/performance.md.
import { median, ratios } from "./compare.mjs";
import { axes } from "./scaling.mjs";

const titles = { floor: "floor", twin: "JavaScript", other: "other checkout", fluxgate: "Fluxgate" };
const order = ["fluxgate", "other", "twin", "floor"];

/** Compares the figures of this run with their limits: { name, what, value, limit, holds }. */
export function judge(results) {
  const rows = [];
  const add = (name, what, value, limit) => {
    if (limit !== undefined)
      rows.push({ name, what, value, limit, holds: what === "speed / floor" ? value >= limit : value <= limit });
  };
  for (const [name, { ratio, limits }] of Object.entries(results.workloads ?? {})) {
    add(name, "CPU / floor", ratio.floor[1], limits.cpuOverFloor);
    add(name, "CPU / JavaScript", ratio.twin?.[1], limits.cpuOverTwin);
    add(name, "speed / floor", ratio.speed[1], limits.speedOverFloor);
  }
  for (const [toolchain, sizes] of Object.entries(results.startup ?? {})) {
    add(toolchain, "upload, KiB gzipped", sizes.uploadBytes / 1024, 256);
    add(toolchain, "first instance ready, ms", sizes.readyMs, 1);
    add(toolchain, "next instance ready, ms", sizes.nextReadyMs, 1);
    add(toolchain, "memory at start, MiB", sizes.memoryBytes / 1024 ** 2, 2);
  }
  return rows;
}

/** All tables, each { title, head, rows }, cells as text. */
export function tablesOf(results) {
  const tables = [];
  if (results.workloads !== undefined) tables.push(workloadTable(results.workloads));
  if (results.startup !== undefined) tables.push(startupTable(results.startup));
  for (const [name, { points }] of Object.entries(results.scaling ?? {})) tables.push(axisTable(axes[name], points));
  return tables;
}

const range = ([low, middle, high]) => `${middle.toFixed(2)} (${low.toFixed(2)}-${high.toFixed(2)})`;
const us = (value) => Math.round(value).toLocaleString("en-US");
const limit = (value) => (value === undefined ? "" : ` of ${value.toFixed(2)}`);

function workloadTable(workloads) {
  const names = presentIn(Object.values(workloads)[0].samples);
  const withOther = names.includes("other");
  return {
    title: "CPU time of the workerd process per request, µs (medians), and ratios (medians of the rounds, quartiles)",
    head: [
      "",
      ...names.map((name) => titles[name]),
      "Fluxgate / floor",
      "Fluxgate / JavaScript",
      ...(withOther ? ["Fluxgate / other"] : []),
      "speed / floor",
    ],
    rows: Object.entries(workloads).map(([name, { samples, ratio, limits }]) => [
      name,
      ...names.map((each) => (samples[each] ? us(median(samples[each].map(({ cpuUs }) => cpuUs))) : "")),
      range(ratio.floor) + limit(limits.cpuOverFloor),
      ratio.twin ? range(ratio.twin) + limit(limits.cpuOverTwin) : "",
      ...(withOther ? [range(ratio.other)] : []),
      range(ratio.speed) + limit(limits.speedOverFloor),
    ]),
  };
}

function startupTable(startup) {
  const ms = (value) => value.toFixed(2);
  const kib = (value) => (value / 1024).toFixed(1);
  const columns = Object.values(startup);
  const row = (name, cell) => [name, ...columns.map(cell)];
  return {
    title: "Start (medians)",
    head: ["", ...Object.keys(startup)],
    rows: [
      row("module, KiB", ({ moduleBytes }) => kib(moduleBytes)),
      row("upload (module and shim), KiB gzipped, of 256", ({ uploadBytes }) => kib(uploadBytes)),
      row("linear memory at start, KiB, of 2,048", ({ memoryBytes }) => us(memoryBytes / 1024)),
      row("Node: compile, ms", ({ compileMs }) => ms(compileMs)),
      row("Node: instantiate, ms", ({ instantiateMs }) => ms(instantiateMs)),
      row("Node: instantiate and configure, ms, of 1.00", ({ readyMs }) => ms(readyMs)),
      row("Node: the same for the next instance, ms, of 1.00", ({ nextReadyMs }) => ms(nextReadyMs)),
      row("Node: first answer, ms", ({ answerMs }) => ms(answerMs)),
      row("workerd: from its start to its first answer, ms", ({ workerdMs }) => us(workerdMs)),
      row("workerd: CPU time of an isolate's first chat, ms", ({ firstChatMs }) => ms(firstChatMs)),
    ],
  };
}

function axisTable(axis, points) {
  const names = presentIn(points[0].cpuUs);
  const each = axis.isCostPerUnit
    ? null
    : (point, before) => before && (point.cpuUs.fluxgate - before.cpuUs.fluxgate) / (point.size - before.size);
  return {
    title: `${axis.title}: CPU time of a request, µs`,
    head: [
      axis.axis,
      ...names.map((name) => titles[name]),
      ...(each ? [`Fluxgate: for each further ${axis.unit}`] : []),
    ],
    rows: points.map((point, i) => [
      point.label,
      ...names.map((name) => us(point.cpuUs[name])),
      ...(each ? [i === 0 ? "" : each(point, points[i - 1]).toFixed(1)] : []),
    ]),
  };
}

const presentIn = (record) => order.filter((name) => name in record);

/** The points of an axis for lineChart(). */
export function chartOf(name, { points }) {
  const { title, axis } = axes[name];
  const values = ({ cpuUs }) => Object.fromEntries(presentIn(cpuUs).map((each) => [titles[each], cpuUs[each] / 1000]));
  return {
    title,
    xTitle: axis,
    yTitle: "CPU time of a request, ms",
    points: points.map((point) => ({ size: point.size, label: point.label, values: values(point) })),
    valueLabel: (value) => String(Number(value.toPrecision(1))),
  };
}

/** Fluxgate's CPU time over that of each other Worker, and its speed over the floor's: quartiles. */
export function ratiosOf({ fluxgate, floor, twin, other }) {
  const ratio = {
    floor: ratios(fluxgate, floor),
    twin: twin && ratios(fluxgate, twin),
    speed: ratios(fluxgate, floor, "perSecond"),
  };
  return other === undefined ? ratio : { ...ratio, other: ratios(fluxgate, other) };
}

export function asText({ title, head, rows }) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  const line = (row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join("  ");
  return [title, line(head), ...rows.map(line)].join("\n");
}

export function asMarkdown({ title, head, rows }) {
  const line = (row) => `| ${row.join(" | ")} |`;
  return [
    `**${title}**`,
    "",
    line(head),
    line(head.map((_, column) => (column === 0 ? "---" : "---:"))),
    ...rows.map(line),
  ].join("\n");
}

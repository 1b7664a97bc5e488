// Draws line charts as SVG, readable on light and dark pages.

const width = 640;
const height = 360;
const plot = { left: 64, right: 548, top: 44, bottom: 308 };

/** The colours of the series, [for light pages, for dark pages]; each series also has its own dash. */
const colours = [
  ["#0969da", "#58a6ff"],
  ["#bc4c00", "#f0883e"],
  ["#57606a", "#8b949e"],
  ["#8250df", "#bc8cff"],
];
const dashes = ["", "7 4", "2 4", "10 3 2 3"];

const style = (names) => `
  text { font: 12px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 14px; font-weight: 600; }
  .grid { stroke: #d0d7de; }
${names.map((_, i) => `  .s${i} { stroke: ${colours[i][0]}; stroke-dasharray: ${dashes[i]}; } .t${i} { fill: ${colours[i][0]}; }`).join("\n")}
  .line { fill: none; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #c9d1d9; }
    .grid { stroke: #30363d; }
${names.map((_, i) => `    .s${i} { stroke: ${colours[i][1]}; } .t${i} { fill: ${colours[i][1]}; }`).join("\n")}
  }`;

/**
 * A chart whose axes are both logarithmic: proportional growth is a straight line that rises like the diagonal of a decade. With `isLinear` both are
 * linear, and values begin at 0. `points`: { size, label, values: { name: number } }, sizes rising; `valueLabel(number)` writes a value.
 */
export function lineChart({ title, xTitle, yTitle, points, valueLabel, isLinear = false }) {
  const names = Object.keys(points[0].values);
  const ticks = (isLinear ? evenTicks : decades)(points.flatMap((point) => Object.values(point.values)));
  const scale = isLinear ? linearScale : logarithmicScale;
  const x = scale(points[0].size, points.at(-1).size, plot.left + 12, plot.right - 12);
  const y = scale(ticks[0], ticks.at(-1), plot.bottom, plot.top);
  const parts = [`<text class="title" x="${plot.left}" y="20">${escape(title)}</text>`];
  for (const value of ticks) {
    parts.push(`<path class="grid" d="M${plot.left} ${y(value)}H${plot.right}"/>`);
    parts.push(`<text x="${plot.left - 8}" y="${y(value) + 4}" text-anchor="end">${escape(valueLabel(value))}</text>`);
  }
  for (const { size, label } of points)
    parts.push(`<text x="${x(size)}" y="${plot.bottom + 18}" text-anchor="middle">${escape(label)}</text>`);
  parts.push(
    `<text x="${(plot.left + plot.right) / 2}" y="${height - 12}" text-anchor="middle">${escape(xTitle)}</text>`,
  );
  parts.push(`<text x="${plot.left}" y="${plot.top - 8}">${escape(yTitle)}</text>`);
  const ends = spread(names.map((name) => y(points.at(-1).values[name])));
  names.forEach((name, i) => {
    const path = points.map(({ size, values: at }) => `${x(size)} ${y(at[name])}`).join("L");
    parts.push(`<path class="line s${i}" d="M${path}"/>`);
    for (const { size, values: at } of points)
      parts.push(`<circle class="t${i}" cx="${x(size)}" cy="${y(at[name])}" r="3.5"/>`);
    parts.push(`<text class="t${i}" x="${plot.right + 2}" y="${ends[i] + 4}">${escape(name)}</text>`);
  });
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">`;
  return `${head}\n<style>${style(names)}\n</style>\n${parts.join("\n")}\n</svg>\n`;
}

/** The powers of ten around the values. */
function decades(values) {
  const [low, high] = [Math.floor(Math.log10(Math.min(...values))), Math.ceil(Math.log10(Math.max(...values)))];
  return Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
}

/** From 0 to above the values, in four to eight steps of 1, 2 or 5 by some power of ten. */
function evenTicks(values) {
  const high = Math.max(...values);
  const decade = 10 ** Math.floor(Math.log10(high / 4));
  const step = [5, 2, 1].find((each) => each * decade * 4 <= high) * decade;
  return Array.from({ length: Math.ceil(high / step) + 1 }, (_, i) => i * step);
}

/** Maps [low, high] to [start, end], rounded to tenths of a pixel. */
const linearScale = (low, high, start, end) => (value) =>
  Math.round((start + ((value - low) / (high - low)) * (end - start)) * 10) / 10;

const logarithmicScale = (low, high, start, end) => {
  const place = linearScale(Math.log(low), Math.log(high), start, end);
  return (value) => place(Math.log(value));
};

/** Gives the places moved apart until no two labels overlap. */
function spread(places) {
  const lineHeight = 15;
  const order = places.map((place, i) => ({ place, i })).sort((a, b) => a.place - b.place);
  for (let k = 1; k < order.length; k += 1) order[k].place = Math.max(order[k].place, order[k - 1].place + lineHeight);
  return order.toSorted((a, b) => a.i - b.i).map(({ place }) => place);
}

const escape = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.codePointAt(0)};`);

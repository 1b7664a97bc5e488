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
 * A chart whose axes are both logarithmic: proportional growth is a straight line that rises like the diagonal of a decade. `points`:
 * { size, label, values: { name: number } }, sizes rising; `valueLabel(number)` writes a value.
 */
export function lineChart({ title, xTitle, yTitle, points, valueLabel }) {
  const names = Object.keys(points[0].values);
  const values = points.flatMap((point) => Object.values(point.values));
  const x = scale(points[0].size, points.at(-1).size, plot.left + 12, plot.right - 12);
  const [low, high] = [
    10 ** Math.floor(Math.log10(Math.min(...values))),
    10 ** Math.ceil(Math.log10(Math.max(...values))),
  ];
  const y = scale(low, high, plot.bottom, plot.top);
  const parts = [`<text class="title" x="${plot.left}" y="20">${escape(title)}</text>`];
  for (let value = low; value <= high * 1.001; value *= 10) {
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

/** Maps [low, high] to [start, end] logarithmically, rounded to tenths of a pixel. */
function scale(low, high, start, end) {
  return (value) => Math.round((start + (Math.log(value / low) / Math.log(high / low)) * (end - start)) * 10) / 10;
}

/** Gives the places moved apart until no two labels overlap. */
function spread(places) {
  const lineHeight = 15;
  const order = places.map((place, i) => ({ place, i })).sort((a, b) => a.place - b.place);
  for (let k = 1; k < order.length; k += 1) order[k].place = Math.max(order[k].place, order[k - 1].place + lineHeight);
  return order.toSorted((a, b) => a.i - b.i).map(({ place }) => place);
}

const escape = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.codePointAt(0)};`);

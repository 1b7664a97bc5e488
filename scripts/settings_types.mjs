// Makes types of the settings from the tables that describe them, so that each is described once.

/** What a platform binds is no text. */
const bindings = ["AI", "IMAGES", "LEDGER", "RATES", "EVENTS"];

/** Gives the declarations of `Settings`, of the table in docs/settings.md, and of `ServerSettings`, of that in docs/hosts.md. */
export function settingsTypes(settings, hosts) {
  return `// Written by scripts/package.mjs from the tables of docs/settings.md and docs/hosts.md.

/** The gateway's settings, on every host. */
export interface Settings {
${membersOf(settings, "# Settings")}
}

/** Those of the Node server itself. */
export interface ServerSettings {
${membersOf(hosts, "## Node")}
}
`;
}

/** A member for each name in the first column of the table behind a heading, with what the column Meaning says. */
function membersOf(text, heading) {
  const behind = text.slice(`\n${text}`.indexOf(`\n${heading}\n`));
  const [titles, , ...rows] = /^\| Name \|.*\n(\|.*\n)+/m.exec(behind)[0].trim().split("\n").map(cellsOf);
  const meaning = titles.indexOf("Meaning");
  return rows.flatMap((cells) => namesIn(cells[0]).map((name) => memberOf(name, cells[meaning]))).join("\n");
}

const cellsOf = (row) =>
  row
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

/** "`A`, `B_n`" and "`A_{X,Y}`": each name by itself. */
function namesIn(cell) {
  return [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, name]) => {
    const [, front, middles, back] = /^(.*)\{(.*)\}(.*)$/.exec(name) ?? [];
    return front === undefined ? [name] : middles.split(",").map((middle) => front + middle + back);
  });
}

function memberOf(name, about) {
  const said = about.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replaceAll("*/", "*\\/");
  const doc = `  /** ${said} */`;
  if (name.endsWith("_n")) return `${doc}\n  [name: \`${name.slice(0, -1)}\${number}\`]: string | undefined;`;
  const type = bindings.includes(name) ? "object" : name === "CLIENTS" ? "string | object" : "string";
  return `${doc}\n  ${name}?: ${type};`;
}

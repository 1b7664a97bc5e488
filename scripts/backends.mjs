// Writes docs/backends.md from src/dialects/: what there is to know about each backend stands in its file, and nowhere else.
//
//   node scripts/backends.mjs
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ifStarted, root } from "./project.mjs";

const folder = join(root, "src/dialects");
export const pageFile = join(root, "docs/backends.md");

/** The files that are no backends that anybody has keys for. */
const others = ["dialects.cpp", "demo.cpp"];

/** The comment at the top of a file, in lines. */
function headOf(text) {
  const lines = text.split("\n");
  return lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith("//")),
  );
}

/** The text of a member `.name = ...` of the Dialect; strings that stand side by side are one. */
function member(text, name) {
  const dialect = text.slice(text.indexOf("constinit const Dialect"));
  const [, value] = new RegExp(`\\.${name} =((?:\\s*"[^"]*")+|[^,]*),`).exec(dialect) ?? [];
  return value?.includes('"') ? [...value.matchAll(/"([^"]*)"/g)].map(([, part]) => part).join("") : value?.trim();
}

/** Reads a dialect's file: { name, about, model, keys, links, hosts, base, needsKey, takesSeed, takesNegativePrompt }. */
function readDialect(file) {
  const text = readFileSync(join(folder, file), "utf8");
  const head = headOf(text).map((line) => line.replace(/^\/\/ ?/, ""));
  const blank = head.indexOf("");
  const facts = {};
  let latest;
  for (const line of head.slice(blank + 1)) {
    const [, fact, value] = /^ {2}(\w*) +(.*)$/.exec(line);
    latest = fact || latest;
    facts[latest] = fact ? value : `${facts[latest]} ${value}`;
  }
  return {
    name: basename(file, ".cpp"),
    about: head
      .slice(0, blank)
      .join(" ")
      .replace(/^[\w-]+: /, ""),
    ...facts,
    hosts: member(text, "hosts")?.split(" ") ?? [],
    base: member(text, "base"),
    needsKey: member(text, "needs_key") !== "false",
    takesSeed: member(text, "takes_seed") === "true",
    hasSeedlessModels: /\.seedless_models =/.test(text),
    takesNegativePrompt: member(text, "takes_negative_prompt") === "true",
    finishes: finishesIn(text),
    references: referencesIn(text),
  };
}

/** Which of the fields about a picture's finish any model takes. */
function finishesIn(text) {
  const [table = ""] = /kFinishes\[\] = \{.*?\};/s.exec(text) ?? [];
  const words = /kGptImage/.test(table) ? text : table;
  const fields = { quality: /"(low|draft|standard) /, output_format: /"png /i, background: /"opaque / };
  return Object.keys(fields).filter((field) => fields[field].test(words));
}

const code = (text) => `\`${text}\``;

function addressOf({ hosts, base }) {
  const found = hosts.length > 0 ? `it is found by itself at ${hosts.map(code).join(", ")}` : "";
  const known = base === undefined ? "" : `Its address is ${code(base)}`;
  const sentence = [known, found].filter(Boolean).join("; ");
  return sentence === "" ? "It has no address but your own." : `${sentence[0].toUpperCase()}${sentence.slice(1)}.`;
}

function seedsOf({ takesSeed, hasSeedlessModels }) {
  if (!takesSeed) return "are lost, and the answer says so";
  return hasSeedlessModels ? "are passed on to models that take them" : "are passed on";
}

const resolutions = { "1024x1024": "1K", "2048x2048": "2K", "4096x4096": "4K" };

/** The sizes of a model in words, of what GET /v1/models says of them. */
export function sizesText(sizes) {
  if (Array.isArray(sizes)) return sizes.join(", ");
  if (sizes.ratios !== undefined) {
    return `the ratios ${sizes.ratios.join(", ")} in ${sizes.tiers.map((tier) => resolutions[tier] ?? tier).join(", ")}`;
  }
  const { step, min_side, max_side, max_ratio, min_pixels, max_pixels } = sizes;
  const sides = `any, of ${min_side} to ${max_side} pixels a side`;
  const steps = step > 1 ? `, in steps of ${step}` : "";
  const ratio = max_ratio < max_side ? `, ${max_ratio}:1 at most` : "";
  const least = min_pixels > 1 ? `, ${min_pixels} pixels at least` : "";
  const most = max_pixels < max_side * max_side ? `, ${max_pixels} pixels at most` : "";
  return `${sides}${steps}${ratio}${least}${most}`;
}

/** [a part of the model's name, how many pictures, of how many bytes where that is limited] of each row of a dialect's table. */
function referencesIn(text) {
  const [, table = ""] = /kReferences\[\] = \{(.*?)\n\};/s.exec(text) ?? [];
  const nameOf = (name) => (name.startsWith('"') ? name.slice(1, -1) : new RegExp(`${name} = "([^"]*)"`).exec(text)[1]);
  const valueOf = (name) => name && new RegExp(`${name} = ([0-9']+);`).exec(text)[1].replaceAll("'", ",");
  return [...table.matchAll(/\{("[^"]*"|\w+), (\w+)(?:, \w+, (\w+))?/g)].map(([, name, most, bytes]) => [
    nameOf(name),
    most === "kMaxReferences" ? "16" : most,
    valueOf(bytes),
  ]);
}

function picturesOf({ references }) {
  if (references.length === 0) return "none";
  const rows = references.map(([name, most]) => `${most} for ${name === "" ? "all other models" : code(name)}`);
  const [[name, most, bytes]] = references;
  const count = references.length === 1 && name === "" ? `${most} at most` : `at most ${rows.join(", ")}`;
  return bytes === undefined ? count : `${count}, of ${bytes} bytes at most`;
}

function finishOf({ finishes }) {
  if (finishes.length === 0) return "none is passed on";
  return `${finishes.map(code).join(", ")} ${finishes.length === 1 ? "is" : "are"} passed on to models that take ${
    finishes.length === 1 ? "it" : "them"
  }`;
}

function section(dialect) {
  const { name, about, model, keys, sizes, links, base, hosts, needsKey, cost, takesNegativePrompt } = dialect;
  const lines = [`IMAGE_GEN_API_TYPE=${name}`, `IMAGE_GEN_MODEL=${model}`];
  if (base === undefined && hosts.length === 0) lines.push("IMAGE_GEN_API_BASE=...");
  if (needsKey && !keys.startsWith("none")) lines.push("IMAGE_GEN_API_KEY=...");
  return `## ${name}

\`\`\`sh
${lines.join("\n")}
\`\`\`

- Keys: ${keys}.
- ${addressOf(dialect)}
- Seeds ${seedsOf(dialect)}; what must not be there is ${
    takesNegativePrompt ? "passed on" : "told at the end of the prompt"
  }.
- Sizes of that model: ${sizes}.
- Pictures to go by: ${picturesOf(dialect)}.
- Of quality, format and background, ${finishOf(dialect)}.
- Cost: ${cost ?? "what `IMAGE_GEN_PRICE` says"}.
- Life of its links: ${links}.
- Source: ${about}
`;
}

/** The page as it should be. */
export function backendsPage() {
  const dialects = readdirSync(folder)
    .filter((file) => file.endsWith(".cpp") && !others.includes(file))
    .sort()
    .map(readDialect);
  return `# Backends

<!-- scripts/backends.mjs writes this page from src/dialects/. -->

Three lines set a backend up; \`IMAGE_GEN_API_BASE\` is only needed for another address than its own: another region, a relay, a server of yours that speaks the same. With it,
\`IMAGE_GEN_API_TYPE\` may be left out where the host says which backend it is. \`IMAGE_GEN_EXTRA\` is merged into the body of every call:
members that the backend has and Fluxgate does not write, or other values for them. Several pictures of a request are as many calls, so that
every backend makes them.

${dialects.map(section).join("\n")}`;
}

await ifStarted(import.meta.url, () => writeFileSync(pageFile, backendsPage()));

// `init`: writes a Worker's project that needs no compiler. Its files are those of deploy/cloudflare.
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { ignoreFile, name as packageName, templateFolder, version } from "./package.mjs";
import { Problem } from "./problem.mjs";

export const templateFiles = [
  "wrangler.toml",
  "worker.mjs",
  "package.json",
  ".dev.vars.example",
  ".gitignore",
  "README.md",
];

/** What Cloudflare takes for a Worker's name. */
const nameForm = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const stores = ["kv", "r2", "none"];
const yesAndNo = ["yes", "no"];
const aboutModels =
  "Shall Cloudflare's own models draw where no other backend is set up? `wrangler dev` then wants a login, `npm run dev` does not.";

/** Where a project may be begun: what is there already is never written over. */
const harmless = [".git", ".DS_Store", "node_modules"];

/** options: { name, images, ai, yes }. What they do not say is asked, on a terminal, or is as the questions suggest. Returns 0. */
export async function init(given = ".", options) {
  const folder = resolve(given);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new Problem(`${folder} is a file: name a folder.`);
  const there = existsSync(folder) ? readdirSync(folder).filter((each) => !harmless.includes(each)) : [];
  if (there.length > 0) throw new Problem(`${folder} is not empty: it has ${there.slice(0, 3).join(", ")}.`);
  const suggested = nameForm.test(basename(folder)) ? basename(folder) : "fluxgate";
  const answers = await ask(options, [
    ["name", `Name of the Worker (${suggested}): `, suggested],
    ["images", "Where pictures are kept, kv, r2 or none (kv): ", "kv"],
    ["ai", `${aboutModels} Yes or no (yes): `, "yes"],
  ]);
  if (!nameForm.test(answers.name))
    throw new Problem(`${answers.name} is no name for a Worker: up to 63 of a-z, 0-9 and -.`);
  if (!stores.includes(answers.images)) throw new Problem(`--images must be one of ${stores.join(", ")}.`);
  if (!yesAndNo.includes(answers.ai)) throw new Problem(`--ai must be one of ${yesAndNo.join(", ")}.`);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new Problem(`${folder} cannot be made: ${error.message}.`);
  }
  for (const file of templateFiles) {
    const path = file === ".gitignore" ? ignoreFile : join(templateFolder, file);
    writeFileSync(join(folder, file), adapted(file, readFileSync(path, "utf8"), answers));
  }
  console.log(nextSteps(relative(process.cwd(), folder), answers));
  return 0;
}

async function ask({ yes, ...given }, questions) {
  const answers = {};
  const asks = !yes && process.stdin.isTTY && process.stdout.isTTY;
  const terminal = asks ? createInterface({ input: process.stdin, output: process.stdout }) : null;
  for (const [name, question, suggested] of questions) {
    answers[name] = given[name] ?? ((await terminal?.question(question)) || suggested);
  }
  terminal?.close();
  return answers;
}

/** A file of the template with these answers. */
function adapted(file, text, { name, images, ai }) {
  if (file === "wrangler.toml")
    return withBlocks(text, { images, ai }).replace(/^name = .*$/m, `name = ${JSON.stringify(name)}`);
  if (file !== "package.json") return text;
  const project = JSON.parse(text);
  const dependencies = { ...project.dependencies, [packageName]: `^${version}` };
  return `${JSON.stringify({ ...project, name, dependencies }, null, 2)}\n`;
}

/** The configuration, in which what is not wanted stands behind #, and what is wanted does not. */
function withBlocks(text, { images, ai }) {
  const isWanted = (block) => {
    if (block.includes("[ai]")) return ai === "yes";
    if (block.includes("[[kv_namespaces]]") && block.includes('"IMAGES"')) return images === "kv";
    if (block.includes("[[r2_buckets]]")) return images === "r2";
    return null;
  };
  const off = (block) => block.replace(/^(?!#)/gm, "# ");
  const on = (block) => block.replace(/^# \[[^]*/m, (rest) => rest.replace(/^# /gm, ""));
  return text
    .split("\n\n")
    .map((block) => ({ true: on, false: off, null: (same) => same })[isWanted(block)](block))
    .join("\n\n");
}

function nextSteps(folder, { images }) {
  const enter = folder === "" ? [] : [`cd ${folder}`];
  const bucket = images === "r2" ? ["npx wrangler r2 bucket create fluxgate-images"] : [];
  const steps = [
    ...enter,
    "npm install",
    ...bucket,
    "npx wrangler deploy",
    "npx wrangler secret put AUTHORIZED_API_KEY",
  ];
  return `Written. Next:\n\n${steps.map((step) => `  ${step}\n`).join("")}\nREADME.md there says how to try it here.`;
}

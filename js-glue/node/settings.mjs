// Where the Node server's settings come from: the environment, and a file of NAME=value lines for what that does not say.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { limits } from "./limits.mjs";
import { Problem } from "./problem.mjs";

/** The files that are looked for, in this order. */
export const settingsFiles = [".dev.vars", ".env"];

/** A variable of one of these beginnings sets something up: without any there is nothing to serve but the demo. */
const setUpForms = /^(AUTHORIZED_API_KEY|CLIENTS|IMAGE_GEN_|FLUX_GEN_|OPENAI_API_BASE|FLUXGATE_DEMO)/;

/**
 * The settings of an environment and, where that does not name them, of a file: of this path, else of the first of settingsFiles in the folder, if
 * there is one. Gives { settings, file }.
 */
export function readSettings(env, { file: path, folder = process.cwd() } = {}) {
  if (path !== undefined && !existsSync(resolve(folder, path))) throw new Problem(`there is no file ${path}.`);
  const file = path ?? settingsFiles.find((name) => existsSync(join(folder, name)));
  const inFile = file === undefined ? {} : readSettingsFile(resolve(folder, file));
  return { settings: { ...inFile, ...env }, file };
}

/** The settings of a file. Windows's editors begin one with a byte order mark, which would be part of the first name. */
export function readSettingsFile(path) {
  return parseEnv(readFileSync(path, "utf8").replace(/^\uFEFF/, ""));
}

/** Do these settings set up anything? */
export function areAny(settings) {
  return hasAnyOf(settings, setUpForms);
}

/** Do they name an image backend? */
export function nameBackends(settings) {
  return hasAnyOf(settings, /^(IMAGE|FLUX)_GEN_/);
}

const hasAnyOf = (settings, form) =>
  Object.entries(settings).some(([name, value]) => form.test(name) && value.trim() !== "");

/** The same settings with the model `demo`. */
export const withDemo = (settings) => ({ ...settings, FLUXGATE_DEMO: "1" });

/** Settings with the model `demo` alone, for the key `demo`: keys of OpenAI that a shell has for other programs stay out of it. */
export function demoAlone(settings) {
  const others = Object.entries(settings).filter(([name]) => !name.startsWith("OPENAI_"));
  return withDemo({ ...Object.fromEntries(others), AUTHORIZED_API_KEY: "demo" });
}

/** A setting of the server itself, without what pasting brings: Docker's files of settings keep quotation marks. Unset and empty are the same. */
export function valueOf(settings, name) {
  return (settings[name] ?? "").trim().replace(/^(["'])(.*)\1$/, "$2");
}

/** What the settings say of the server itself. */
export function readServerSettings(settings) {
  return {
    host: valueOf(settings, "HOST") || "127.0.0.1",
    port: numberIn(settings, "PORT", { usual: 8787, least: 0, most: 65_535 }),
    trustsProxy: isOn(settings, "TRUST_PROXY"),
    limits: {
      connections: numberIn(settings, "MAX_CONNECTIONS", { usual: limits.connections, least: 1, most: 65_535 }),
    },
    drainMs: 1000 * numberIn(settings, "DRAIN_SECONDS", { usual: limits.drainMs / 1000, least: 0, most: 600 }),
    processCount: numberIn(settings, "PROCESSES", { usual: 1, least: 1, most: 64 }),
  };
}

function numberIn(settings, name, { usual, least, most }) {
  const text = valueOf(settings, name);
  if (text === "") return usual;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new Problem(`${name} must be a whole number from ${least} to ${most}.`);
}

/** Switches take what those of the core take. */
function isOn(settings, name) {
  const text = valueOf(settings, name).toLowerCase();
  if (["", "0", "false", "off", "no"].includes(text)) return false;
  if (["1", "true", "on", "yes"].includes(text)) return true;
  throw new Problem(`${name} must be 1 or 0.`);
}

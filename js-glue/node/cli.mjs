#!/usr/bin/env node
// The command of the package: serves the gateway, checks its settings, and writes a project for Cloudflare.
import { parseArgs } from "node:util";
import { name, version } from "./package.mjs";
import { Problem } from "./problem.mjs";

/** The oldest Node of which all is tried that is used here; the streams of those before 20.16 cannot be read into buffers. */
const oldestNode = [20, 18];

const options = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
  settings: { type: "string" },
};

/** By name: what a command takes, besides --help, and what runs it. */
const commands = {
  serve: {
    options: {
      settings: options.settings,
      demo: { type: "boolean" },
      host: { type: "string" },
      port: { type: "string" },
      module: { type: "string" },
    },
    run: async (values) => (await import("./serve.mjs")).serve(values),
  },
  check: {
    options: { settings: options.settings },
    run: async (values) => (await import("./check_command.mjs")).check(values),
  },
  init: {
    options: {
      name: { type: "string" },
      images: { type: "string" },
      ai: { type: "string" },
      yes: { type: "boolean", short: "y" },
    },
    takesFolder: true,
    run: async (values, [folder]) => (await import("./init.mjs")).init(folder, values),
  },
  health: {
    options: { settings: options.settings, host: { type: "string" }, port: { type: "string" } },
    run: async (values) => (await import("./health.mjs")).health(values),
  },
};

const usage = `Fluxgate ${version}: an OpenAI-compatible gateway that answers chat messages with pictures.

  npx ${name}                 serves it here; without any settings the model "demo", for the key "demo"
  npx ${name} check           asks each backend and the language model with each of their keys, by calls that cost
                                     nothing, and says what is wrong and what to do; ends with 1 if something is
  npx ${name} init [FOLDER]   writes a project that \`npx wrangler deploy\` puts on Cloudflare
  npx ${name} health          ends with 0 if a gateway answers here, for health checks

Settings are environment variables, and the lines NAME=value of a file .dev.vars or .env here for what these do not say:

  AUTHORIZED_API_KEY=a-key-that-you-make-up
  IMAGE_GEN_API_TYPE=openai
  IMAGE_GEN_API_KEY=sk-...
  IMAGE_GEN_MODEL=gpt-image-1

of serve:
  --settings FILE   another file of settings                 --demo            adds the model "demo"
  --port PORT       8787, or PORT                            --host ADDRESS    127.0.0.1, or HOST; 0.0.0.0 for all networks
  --module FILE     another module of the core
of check:
  --settings FILE   another file of settings
of init:
  --name NAME       of the Worker, fluxgate                  --images STORE    kv, r2 or none: where pictures are kept
  --ai yes|no       whether Cloudflare's own models draw     --yes             asks nothing
of health:
  --port, --host    of the gateway; --settings FILE

Settings of the server itself:
  DATA_DIR          the folder of pictures and ledger, ./fluxgate-data; IMAGES_DIR and LEDGER_FILE name places of their
                    own, or "off". IMAGES_S3_* name a bucket of S3 instead of the folder
  CLIENTS_FILE      a list of clients, in JSON
  PUBLIC_BASE_URL   the origin in links, https://your.host; or TRUST_PROXY=1 behind a proxy that sets x-forwarded-proto
                    and x-forwarded-host
  DRAIN_SECONDS     25: how long requests may go on after SIGTERM
  MAX_CONNECTIONS   900                                      PROCESSES         1: how many processes serve

The core's settings: docs/settings.md of the package.`;

async function main(args) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]))
    throw new Problem(`Node ${oldestNode.join(".")} or newer is needed, and this is ${process.version}.`);
  const isNamed = args.length > 0 && !args[0].startsWith("-");
  const command = isNamed ? args[0] : "serve";
  if (!Object.hasOwn(commands, command))
    throw new Problem(`there is no command ${command}; --help tells of those that there are.`);
  const { values, positionals } = parsed(commands[command], args.slice(isNamed ? 1 : 0));
  if (values.help) return void console.log(usage);
  if (values.version) return void console.log(version);
  return commands[command].run(values, positionals);
}

function parsed({ options: own, takesFolder = false }, args) {
  const { help, version } = options;
  try {
    const all = parseArgs({ args, options: { ...own, help, version }, allowPositionals: takesFolder });
    if (all.positionals.length > 1) throw new Error(`Unexpected argument '${all.positionals[1]}'`);
    return all;
  } catch (error) {
    throw new Problem(`${error.message.split(". ")[0]}; --help tells what there is.`);
  }
}

try {
  process.exit((await main(process.argv.slice(2))) ?? 0);
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(`${name}: ${error.message}`);
  process.exit(1);
}

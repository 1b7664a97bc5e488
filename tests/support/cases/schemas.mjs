// Checks values against published schemas. The READMEs of tests/vectors/openai and tests/vectors/mcp say where those are from.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";

const suffix = ".schema.json";

const files = ["openai", "mcp"].flatMap((name) => {
  const folder = new URL(`../../vectors/${name}/`, import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith(suffix))
    .map((file) => ({ file, text: readFileSync(new URL(file, folder), "utf8") }));
});
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strict: true });
ajv.addSchema(files.map(({ text }) => JSON.parse(text)));

/** The names of all schemas: "chat.completion", "chat.completion.chunk", "error", "list", "model", ... */
export const schemaNames = files.map(({ file }) => file.slice(0, -suffix.length));

/** Fails unless the value fits the schema `name`; the message says where it does not. */
export function assertValid(name, value) {
  const validate = ajv.getSchema(name + suffix);
  if (validate(value)) return;
  const faults = validate.errors.map(({ instancePath, message }) => `  ${instancePath || "/"} ${message}`);
  assert.fail(`This is no valid ${name}:\n${faults.join("\n")}\n${JSON.stringify(value, null, 1).slice(0, 2000)}`);
}

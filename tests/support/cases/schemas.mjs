// Checks values against OpenAI's published schemas. tests/vectors/openai/README.md says where those are from.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";

const folder = new URL("../../vectors/openai/", import.meta.url);
const suffix = ".schema.json";

const files = readdirSync(folder).filter((file) => file.endsWith(suffix));
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, strict: true });
ajv.addSchema(files.map((file) => JSON.parse(readFileSync(new URL(file, folder), "utf8"))));

/** The names of all schemas: "chat.completion", "chat.completion.chunk", "error", "list", "model", ... */
export const schemaNames = files.map((file) => file.slice(0, -suffix.length));

/** Fails unless the value fits the schema `name`; the message says where it does not. */
export function assertValid(name, value) {
  const validate = ajv.getSchema(name + suffix);
  if (validate(value)) return;
  const faults = validate.errors.map(({ instancePath, message }) => `  ${instancePath || "/"} ${message}`);
  assert.fail(`This is no valid ${name}:\n${faults.join("\n")}\n${JSON.stringify(value, null, 1).slice(0, 2000)}`);
}

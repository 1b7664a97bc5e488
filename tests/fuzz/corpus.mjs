// Reads and writes the corpora: tests/fuzz/corpus/<target>.txt holds the inputs of a target.
//
// A line is an input, in the form of libFuzzer's dictionaries: in quotes, with \" for a quote, \\ for a backslash, and \x1E for a byte that is no
// printable ASCII. The lines are sorted by their bytes, and no line is there twice: an input more or less is a line more or less, and
// `LC_ALL=C sort -u -o FILE FILE` puts in order what git has merged.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Problem, root } from "../../scripts/project.mjs";

/** The file of a target, below the project's folder. */
export const corpusOf = (target) => `tests/fuzz/corpus/${target}.txt`;

const hex = (character) => character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0");

function lineOf(bytes) {
  const text = bytes.toString("latin1");
  return `"${text.replace(/["\\]/g, "\\$&").replace(/[^ -~]/g, (character) => `\\x${hex(character)}`)}"`;
}

/** The bytes of an input's line; null when it is no such line. */
function bytesOf(line) {
  const text = line
    .slice(1, -1)
    .replace(/\\(?:x(..)|(.))/g, (_, code, itself) => itself ?? String.fromCharCode(parseInt(code, 16)));
  const bytes = Buffer.from(text, "latin1");
  return lineOf(bytes) === line ? bytes : null;
}

/** Writes the text of a corpus with these inputs. */
export function format(inputs) {
  const lines = [...new Set(inputs.map(lineOf))].sort();
  return lines.map((line) => `${line}\n`).join("");
}

/** Reads the inputs of a text that format() may have written; throws a Problem that names the file and the line for any other text. */
export function parse(text, name) {
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new Problem(`${name}: the last line has no end.`);
  return lines.map((line, index) => {
    const bytes = bytesOf(line);
    if (bytes === null) throw new Problem(`${name}:${index + 1} is no input as tests/fuzz/corpus.mjs writes it.`);
    if (index > 0 && line <= lines[index - 1])
      throw new Problem(`${name}:${index + 1} is not sorted: run \`LC_ALL=C sort -u -o ${name} ${name}\`.`);
    return bytes;
  });
}

/** The inputs of a target, in the order of their lines; none for a target that has no corpus yet. */
export function readCorpus(target) {
  const path = join(root, corpusOf(target));
  return existsSync(path) ? parse(readFileSync(path, "utf8"), corpusOf(target)) : [];
}

export function writeCorpus(target, inputs) {
  const path = join(root, corpusOf(target));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, format(inputs));
}

// The fuzz targets of tests/fuzz/, two at a time: each replays its seeds and its corpus and then looks for inputs that break a promise, for 20
// seconds or as many as FLUXGATE_FUZZ_SECONDS says. It always begins at the same place: what it finds should be of the change at hand.
// The files of the corpora are held to their form, for programs write them and git merges them.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, test } from "node:test";
import { corpusOf, format, parse, readCorpus } from "../fuzz/corpus.mjs";
import { fuzz, inputsOf, replay, targets } from "../fuzz/run.mjs";

const seconds = Number(process.env.FLUXGATE_FUZZ_SECONDS ?? 20);
const seed = 1;

/** What a program has to say of an input: the promise, the stack, and the input as base64. */
const complaint = (output) =>
  output.slice(Math.max(0, output.search(/Broken promise|ERROR: |runtime error/))).slice(0, 8000);

const statistic = (output, name) => Number(new RegExp(`stat::${name}: +(\\d+)`).exec(output)?.[1] ?? 0);

describe("corpora", () => {
  test("every target has one file, and no other file is there", () => {
    const files = readdirSync(new URL("../fuzz/corpus/", import.meta.url)).sort();
    assert.deepEqual(files, targets.map((target) => basename(corpusOf(target))).sort());
  });

  for (const target of targets) {
    test(`the file of ${target} is well formed and sorted`, () => {
      assert.ok(readCorpus(target).length > 0, "the target has no corpus");
    });
  }

  test("what is written is read again: inputs of any bytes, sorted by their lines, each once", () => {
    const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const texts = ["b", "", "a", '"\\x41', "b", "a!", " \r\n\u2028", "\\\\"].map((text) => Buffer.from(text));
    const text = format([every, ...texts]);
    assert.match(text, /^(?:"[ -~]*"\n)+$/);
    const lines = text.split("\n").slice(0, -1);
    assert.deepEqual(lines, [...new Set(lines)].sort());
    const inHex = (inputs) => inputs.map((bytes) => bytes.toString("hex")).sort();
    assert.deepEqual(inHex(parse(text, "it")), inHex([every, ...texts.slice(0, 4), ...texts.slice(5)]));
    assert.deepEqual(parse(format([]), "it"), []);
  });

  for (const [what, text, said] of [
    ["a line without quotes", '"a"\nb\n', /it:2 is no input/],
    ["a single quote", '"\n', /it:1 is no input/],
    ["an empty line", '"a"\n\n', /it:2 is no input/],
    ["a quote that is not escaped", '"a"b"\n', /it:1 is no input/],
    ["a backslash before the last quote", '"a\\"\n', /it:1 is no input/],
    ["an escape that is unknown", '"\\n"\n', /it:1 is no input/],
    ["half an escape", '"\\x1"\n', /it:1 is no input/],
    ["an escape in lower case", '"\\x1e"\n', /it:1 is no input/],
    ["an escape that is not needed", '"\\x41"\n', /it:1 is no input/],
    ["a character that is not ASCII", '"\u732b"\n', /it:1 is no input/],
    ["a carriage return", '"a"\r\n', /it:1 is no input/],
    ["a mark of a conflict", '<<<<<<< HEAD\n"a"\n', /it:1 is no input/],
    ["a last line without an end", '"a"\n"b"', /it: the last line/],
    ["lines that are not sorted", '"b"\n"a"\n', /it:2 is not sorted/],
    ["a line that is there twice", '"a"\n"a"\n', /it:2 is not sorted/],
  ]) {
    test(`a file is refused for ${what}`, () => assert.throws(() => parse(text, "it"), said));
  }
});

describe("fuzzing", { concurrency: 2 }, () => {
  for (const target of targets) {
    test(target, async (t) => {
      const known = inputsOf(target);
      assert.ok(known.length > 0, "the target has no inputs");
      const replayed = await replay(target, known);
      assert.equal(replayed.code, 0, complaint(replayed.output));
      assert.equal(replayed.output.match(/^Executed /gm)?.length, known.length, "every known input was run");

      if (seconds === 0) return t.diagnostic(`${known.length} known inputs`);

      const found = mkdtempSync(join(tmpdir(), "fluxgate-fuzz-"));
      try {
        const { code, output } = await fuzz(target, seconds, found, { seed });
        assert.equal(code, 0, complaint(output));
        const runs = statistic(output, "number_of_executed_units");
        assert.ok(runs > known.length, "inputs were looked for");
        t.diagnostic(`${known.length} known inputs, ${runs} runs`);
      } finally {
        rmSync(found, { recursive: true });
      }
    });
  }
});

// What requests cost, in instructions of the native core: no change makes them dearer unnoticed. tests/counts/ has the requests and the
// figures.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { countInstructions, describeProgram, obstacle, readFigures } from "../counts/count.mjs";

/** Noise is far below 0.5 %; a figure that is much too high would hide as much growth. */
const mostGrowth = 0.05;
const mostLoss = 0.1;
const howToUpdate = "If that is meant, run `node tests/counts/count.mjs --update`, and say in the commit why.";

/** Why a count is not acceptable, or null. */
function objection(count, figure) {
  const change = count / figure - 1;
  const said = `${count} instructions, where tests/counts/instructions.json has ${figure} (${(change * 100).toFixed(1)} %)`;
  if (change > mostGrowth) return `${said}: dearer than before. ${howToUpdate}`;
  if (change < -mostLoss)
    return `${said}: cheaper, and growth up to the old figure would not be noticed. ${howToUpdate}`;
  return null;
}

function reasonToSkip(compiler, figures) {
  if (compiler === figures.compiler) return false;
  return `the figures are for ${figures.compiler}, and this is ${compiler}`;
}

const figures = readFigures();
const { compiler, names } = obstacle === null ? describeProgram() : { compiler: "", names: [] };

describe("instructions", { skip: obstacle ?? false }, () => {
  test("every request has a figure", () => {
    assert.deepEqual(names, Object.keys(figures.instructions));
  });

  for (const [name, figure] of Object.entries(figures.instructions)) {
    test(name, { skip: reasonToSkip(compiler, figures) }, async (t) => {
      const count = await countInstructions(name);
      t.diagnostic(`${count} instructions, ${((count / figure - 1) * 100).toFixed(2)} %`);
      assert.equal(objection(count, figure), null);
    });
  }

  test("the rule itself objects to what it must", () => {
    assert.match(objection(1060, 1000), /dearer.*--update/);
    assert.match(objection(890, 1000), /cheaper.*--update/);
    assert.equal(objection(1040, 1000), null);
    assert.equal(objection(950, 1000), null);
  });
});

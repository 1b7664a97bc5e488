// How the sources look is for two formatters to say, and for nobody to discuss.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cppObstacle, formatCpp, formatScripts } from "../../scripts/format.mjs";
import { clangFormat } from "../needs/format.mjs";

async function assertFormatted(format) {
  const { code, output } = await format({ check: true, quiet: true });
  assert.equal(code, 0, `Run \`npm run format\` for these:\n${output}`);
}

describe("formatted", () => {
  test("is the C++", async (t) => {
    clangFormat();
    const obstacle = await cppObstacle();
    if (obstacle !== null) return t.skip(obstacle);
    await assertFormatted(formatCpp);
  });

  test("are JavaScript, HTML and CSS", () => assertFormatted(formatScripts));
});

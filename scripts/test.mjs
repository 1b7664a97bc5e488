// Builds everything and runs the tests: every tests/**/*.test.mjs, or those whose path holds one of
// the given words.
//
//   npm test
//   npm test -- sse link
import { build } from "./build.mjs";
import {
  filesBelow,
  ifStarted,
  pinnedNode,
  Problem,
  run,
  wranglerEnvironment,
} from "./project.mjs";
import { setUp } from "./setup.mjs";

/** A test that takes this long hangs. */
const testTimeoutMs = 600_000;

await ifStarted(import.meta.url, async (words) => {
  await setUp("start", "test");
  for (const preset of ["worker", "wasi", "native"]) await build(preset);

  const files = filesBelow("tests", [".test.mjs"]).filter(
    (path) => words.length === 0 || words.some((word) => path.includes(word)),
  );
  if (files.length === 0) throw new Problem("no test file has such a name.");
  const options = ["--test", "--test-reporter=spec", `--test-timeout=${testTimeoutMs}`];
  const { code } = await run(pinnedNode(), [...options, ...files], { env: wranglerEnvironment });
  return code ?? 1;
});

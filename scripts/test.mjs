// Builds everything and runs the tests: every tests/**/*.test.mjs, or those whose path holds one of
// the given words.
//
//   npm test
//   npm test -- sse link
//   npm run test:robust -- --long
//
// --long: tests/robust/ in full, which takes an hour, instead of its short form.
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
const testTimeoutMs = { short: 600_000, long: 7_200_000 };

await ifStarted(import.meta.url, async (args) => {
  const words = args.filter((word) => word !== "--long");
  const length = words.length < args.length ? "long" : "short";
  await setUp("start", "test");
  for (const preset of ["worker", "wasi", "native", "counts"]) await build(preset);

  const files = filesBelow("tests", [".test.mjs"]).filter(
    (path) => words.length === 0 || words.some((word) => path.includes(word)),
  );
  if (files.length === 0) throw new Problem("no test file has such a name.");
  const options = ["--test", "--test-reporter=spec", `--test-timeout=${testTimeoutMs[length]}`];
  const { code } = await run(pinnedNode(), [...options, ...files], {
    env: { ...wranglerEnvironment, ROBUST_TESTS: length },
  });
  return code ?? 1;
});

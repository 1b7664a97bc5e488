// Runs the tests: every tests/**/*.test.mjs, or those whose path holds one of the given words. Installs
// and builds first what these need.
//
//   npm test
//   npm test -- store link
//   npm run test:robust -- --long
//   npm run test:clients
//
// --long: tests/robust/ in full, which takes an hour, instead of its short form.
// --clients: nothing but tests/clients/, whose packages are installed there first.
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { build, presetNames } from "./build.mjs";
import { allNeeds, clientsFolder, needsOf, testFiles } from "./needs.mjs";
import { ifStarted, pinnedNode, root, run, wranglerEnvironment } from "./project.mjs";
import { setUp, setUpPackages } from "./setup.mjs";

/** A test that takes this long hangs. */
const testTimeoutMs = { short: 600_000, long: 7_200_000 };

await ifStarted(import.meta.url, async (args) => {
  const words = args.filter((word) => !["--long", "--clients"].includes(word));
  const length = args.includes("--long") ? "long" : "short";
  const ofClients = args.includes("--clients");
  const files = testFiles(words, { ofClients });
  const needs = words.length === 0 && !ofClients ? allNeeds() : needsOf(files);
  await setUp(...needs);
  if (ofClients) await setUpPackages(clientsFolder);
  for (const preset of presetNames.filter((name) => needs.includes(name))) await build(preset);

  // By itself the runner leaves a core to itself, and of two cores it uses one.
  const concurrency = Math.max(2, availableParallelism() - 1);
  const options = [
    "--test",
    ...["spec", join(root, "scripts/test_shares.mjs")].flatMap((reporter) => [
      `--test-reporter=${reporter}`,
      "--test-reporter-destination=stdout",
    ]),
    `--test-timeout=${testTimeoutMs[length]}`,
    `--test-concurrency=${concurrency}`,
  ];
  const { code } = await run(pinnedNode(), [...options, ...files], {
    env: { ...wranglerEnvironment, ROBUST_TESTS: length, FLUXGATE_TEST_NEEDS: needs.join(",") },
  });
  return code ?? 1;
});

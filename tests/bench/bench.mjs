// Builds both modules and measures; docs/performance.md says what and how.
//
//   npm run bench                        everything, some minutes
//   npm run bench -- chat stream         some of: chat chat_headers chat_chunked stream burst proxy proxy_many proxy_small
//                                        images edits models refusal startup scaling
//   npm run bench -- --quick             fewer and smaller samples
//   npm run bench -- --against FOLDER    beside the Fluxgate of another checkout, with its own dist/
//   npm run bench -- --docs              writes the figures and charts in docs/ anew
//
// --rounds N, --share F and --points N set how many samples there are, how large each one is, and how many points a chart has; --json FILE
// says where the figures go as JSON instead of build/bench.json.
import { build } from "../../scripts/build.mjs";
import { ifStarted, pinnedNode, run, wranglerEnvironment } from "../../scripts/project.mjs";

await ifStarted(import.meta.url, async (args) => {
  for (const preset of ["worker", "wasi"]) await build(preset);
  const { code } = await run(pinnedNode(), ["tests/bench/measure.mjs", ...args], { env: wranglerEnvironment });
  return code ?? 1;
});

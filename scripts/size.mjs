// Prints the sizes of the finished modules in dist/, plain and compressed.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { filesBelow, ifStarted, Problem, root } from "./project.mjs";

await ifStarted(import.meta.url, () => {
  const artefacts = filesBelow("dist", [".wasm"]);
  if (artefacts.length === 0) throw new Problem("dist/ is empty: run `npm run build` first.");

  const count = (bytes) => bytes.toLocaleString("en-US").padStart(12);
  console.log(`${"".padEnd(32)}${"bytes".padStart(12)}${"gzipped".padStart(12)}`);
  for (const path of artefacts) {
    const bytes = readFileSync(join(root, path));
    const gzipped = gzipSync(bytes, { level: 9 });
    console.log(path.padEnd(32) + count(bytes.length) + count(gzipped.length));
  }
});

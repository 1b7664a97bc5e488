// A reporter of the Node.js test runner: how long each file took, the longest first.
import { relative } from "node:path";
import { root } from "./project.mjs";

/** source: the runner's events. Source: nodejs.org/api/test.html, "Custom reporters" and "test:summary". */
export default async function* shares(source) {
  const files = [];
  for await (const { type, data } of source) {
    if (type === "test:summary" && data.file) files.push(data);
  }
  files.sort((a, b) => b.duration_ms - a.duration_ms);
  yield "Seconds of each file:\n";
  for (const { file, duration_ms: ms, counts } of files) {
    yield `${(ms / 1000).toFixed(1).padStart(7)}  ${relative(root, file)} (${counts.tests})\n`;
  }
}

// The page about backends, held to the files that it is made from.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { backendsPage, pageFile } from "../../scripts/backends.mjs";

test("docs/backends.md is what scripts/backends.mjs writes", () => {
  assert.equal(readFileSync(pageFile, "utf8"), backendsPage());
});

test("it tells of each backend what there is to know", () => {
  const sections = backendsPage().split("\n## ").slice(1);
  assert.ok(sections.length >= 27);
  for (const section of sections) assert.doesNotMatch(section, /undefined/, section);
});

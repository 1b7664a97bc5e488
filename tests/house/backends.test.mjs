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
  for (const section of sections) {
    assert.doesNotMatch(section, /undefined/, section);
    const [name] = section.split("\n");
    const { answers } = JSON.parse(readFileSync(new URL(`../vectors/dialects/${name}.json`, import.meta.url), "utf8"));
    const isTold = answers.some(({ out }) => out.cost !== undefined);
    assert.equal(section.includes("- Cost: told by its answers."), isTold, name);
  }
});

// The version that upstreams are told is the package's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("the user-agent names the version of package.json", () => {
  const { version } = JSON.parse(read("package.json"));
  const [, told] = /kUserAgent = "fluxgate\/([^"]+)"/.exec(read("src/base/version.h"));
  assert.equal(told, version);
});

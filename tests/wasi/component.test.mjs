// The component in dist/ as a host finds it: what it asks for, what it offers, how large it is; and the WIT it is made with.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { componentEmbed, componentNew, componentWit, print } from "@bytecodealliance/jco";
import { witOf } from "../../scripts/componentize.mjs";
import { component as builtComponent } from "../needs/wasi.mjs";

const component = readFileSync(builtComponent());
const world = readFileSync(new URL("../../src/wasi/world.wit", import.meta.url), "utf8");

const officialWit = new URL("../../node_modules/@bytecodealliance/jco/lib/wit/builtin/0.2.12/", import.meta.url);

const mayImport = {
  "wasi:io": ["error", "poll", "streams"],
  "wasi:clocks": ["monotonic-clock", "wall-clock"],
  "wasi:random": ["random"],
  "wasi:cli": ["environment", "stderr"],
  "wasi:http": ["types", "outgoing-handler"],
};
const allowed = Object.entries(mayImport).flatMap(([name, interfaces]) =>
  interfaces.map((each) => `import ${name}/${each}@0.2.0`),
);
const exported = "export wasi:http/incoming-handler@0.2.0";

/** What a component asks for and offers: "import NAME" or "export NAME", each. */
async function bordersOf(bytes) {
  const wit = await componentWit(bytes);
  return [...wit.matchAll(/^ {2}((?:import|export) [^;{]+)[;{]/gm)].map(([, border]) => border.trim());
}

const objectionsTo = (borders) => borders.filter((border) => !allowed.includes(border) && border !== exported);

describe("the component", () => {
  test("imports nothing but what a proxy needs of WASI 0.2.0, and exports the handler alone", async () => {
    const borders = await bordersOf(component);
    assert.deepEqual(objectionsTo(borders), []);
    assert.deepEqual(
      borders.filter((border) => border.startsWith("export")),
      [exported],
    );
    assert.ok(borders.length > 1, "it imports something");
  });

  test("the rule itself objects to a file system, another version, a second export", async () => {
    const hostile = `package a:b;
      world w { import wasi:io/poll@0.2.1; import wasi:clocks/wall-clock@0.2.1; import wasi:filesystem/types@0.2.1; export f: func(); }`;
    const dummy = await componentEmbed({ dummy: true, witSource: witOf(hostile), world: "w" });
    const objections = objectionsTo(await bordersOf(await componentNew(dummy, [])));
    for (const each of ["import wasi:filesystem/types@0.2.1", "import wasi:io/poll@0.2.1", "export f: func()"]) {
      assert.ok(objections.includes(each), `${each} among ${objections}`);
    }
  });

  // As much as the Worker may upload: it holds five faces, twenty-seven dialects, a store of S3, and the gate.
  test("is 384 KiB at most, compressed: hosts at the edge fetch and compile it where they need it", () => {
    const { length } = gzipSync(component, { level: 9 });
    assert.ok(length <= 384 * 1024, `${length} bytes`);
  });

  test("asks for no name that came after 0.2.0", async () => {
    assert.doesNotMatch(await print(component), /\(export (\(;\d+;\) )?"field-name"/);
  });
});

describe("the WIT of the component", () => {
  test("world.wit names interfaces and declares none", () => {
    const lines = world.split("\n").filter((line) => line !== "" && !line.startsWith("///"));
    assert.match(
      lines.join("\n"),
      /^package fluxgate:gateway;\nworld gateway \{\n( {2}(import|export) wasi:[a-z]+\/[a-z-]+@0\.2\.0;\n)+\}$/,
    );
    assert.deepEqual(
      lines.slice(2, -1).map((line) => line.trim().slice(0, -1)),
      [...allowed, exported],
    );
  });

  const names = [...allowed, exported].map((each) => /(wasi:\w+)\/([\w-]+)/.exec(each).slice(1));
  for (const [packageName, name] of names) {
    test(`${packageName}/${name} is the official one, line by line`, () => {
      const official = readFileSync(new URL(`${packageName.replace(":", "-")}/package.wit`, officialWit), "utf8");
      const expected = interfaceIn(official, name).replaceAll("@0.2.12", "@0.2.0").split("\n");
      const used = witOf(world).split(`package ${packageName}@0.2.0 {\n`)[1];
      // 0.2.0 calls a header's name `field-key` throughout; `field-name` came later, for the same type.
      const of020 = (line) => line.replace(/([:<] ?)field-name\b/, "$1field-key");
      assert.deepEqual(
        interfaceIn(used, name).split("\n"),
        expected.filter((line) => line !== "  type field-name = field-key;").map(of020),
      );
    });
  }

  function interfaceIn(wit, name) {
    const [text] = new RegExp(`^interface ${name} \\{\\n.*?^\\}$`, "ms").exec(wit);
    return text;
  }
});

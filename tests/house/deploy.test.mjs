// What is deployed without a compiler: the project for Cloudflare, the Dockerfile, and the names that stand in both. No Docker and no Cloudflare is here: what
// can be read is held to what each wants.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { obstacleTo, placesOf, presentNames, renamed } from "../../scripts/names.mjs";
import { root } from "../../scripts/project.mjs";
import { templateFiles } from "../../js-glue/node/init.mjs";

const read = (path) => readFileSync(join(root, path), "utf8");
const tracked = () => execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trim().split("\n");

describe("deploy/cloudflare", () => {
  const project = JSON.parse(read("deploy/cloudflare/package.json"));
  const configuration = read("deploy/cloudflare/wrangler.toml");
  const valueOf = (text, name) => new RegExp(`^${name} = (.*)$`, "m").exec(text)[1];

  test("wants this version of the package, and runs as the project's own Worker does", () => {
    const { version, package: own } = JSON.parse(read("package.json"));
    assert.deepEqual(project.dependencies, { [own.name]: `^${version}` });
    for (const name of ["compatibility_date", "compatibility_flags", "minify", "keep_vars"])
      assert.equal(valueOf(configuration, name), valueOf(read("wrangler.toml"), name), name);
  });

  test("asks for one value, and explains it and every other one", () => {
    const asked = [...read("deploy/cloudflare/.dev.vars.example").matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    assert.deepEqual(asked, ["AUTHORIZED_API_KEY"]);
    const { bindings } = project.cloudflare;
    const bound = [...configuration.matchAll(/^(?:binding|name) = "([A-Z]+)"$/gm)].map(([, name]) => name);
    assert.deepEqual(bound.sort(), ["AI", "IMAGES", "LEDGER"]);
    for (const name of [...asked, ...bound]) assert.ok(bindings[name].description.length > 20, name);
    const settings = read("docs/settings.md").split("\n## ")[0];
    for (const name of Object.keys(bindings)) assert.ok(settings.includes(`\`${name}\``), name);
  });

  test("keeps secrets and what is kept here out of Git, and the example in it", () => {
    const isIgnored = (file) => {
      const { status } = spawnSync("git", ["check-ignore", "-q", `deploy/cloudflare/${file}`, "--no-index"], {
        cwd: root,
      });
      return status === 0;
    };
    for (const file of [".dev.vars", ".dev.vars.staging", ".env", ".env.local", "fluxgate-data/ledger.sqlite"])
      assert.ok(isIgnored(file), file);
    for (const file of [".dev.vars.example", "worker.mjs"]) assert.ok(!isIgnored(file), file);
  });

  test("has no other files than init writes", () => {
    const files = tracked().filter((path) => path.startsWith("deploy/cloudflare/"));
    assert.deepEqual(files.sort(), templateFiles.map((file) => `deploy/cloudflare/${file}`).sort());
  });
});

describe("the package's name and the repository's address", () => {
  const names = presentNames();

  test("stand in no file but those where scripts/names.mjs finds them", () => {
    const found = placesOf(names).map(({ path }) => path);
    const isMine = (path) => /^(scripts\/names|tests\/house\/deploy\.test)\.mjs$/.test(path);
    const holding = tracked().filter(
      (path) => !isMine(path) && Object.values(names).some((name) => read(path).includes(name)),
    );
    assert.deepEqual(found.sort(), holding.sort());
    for (const path of [
      "package.json",
      "deploy/cloudflare/package.json",
      "deploy/cloudflare/worker.mjs",
      "deploy/cloudflare/README.md",
      "deploy/docker/Dockerfile",
    ])
      assert.ok(found.includes(path), path);
  });

  test("are others after it has written them", () => {
    const wanted = { package: "renamed-by-a-test", repository: "https://git.example/a/test" };
    for (const { path } of placesOf(names)) {
      const text = renamed(read(path), names, wanted);
      for (const name of Object.values(names)) assert.ok(!text.includes(name), path);
    }
    const { dependencies } = JSON.parse(renamed(read("deploy/cloudflare/package.json"), names, wanted));
    assert.deepEqual(Object.keys(dependencies), ["renamed-by-a-test"]);
    assert.equal(renamed(read("package.json"), names, {}), read("package.json"));
  });

  test("cannot become a word that stands in these files already, nor what npm takes for an option", () => {
    assert.match(obstacleTo("package", "gateway"), /^gateway stands in package\.json already/);
    assert.match(obstacleTo("package", names.package), / already/);
    assert.match(obstacleTo("package", "-gate"), /cannot be one/);
    assert.match(obstacleTo("repository", "https://developers.cloudflare.com/workers"), / already/);
    assert.equal(obstacleTo("package", "renamed-by-a-test"), null);
    assert.equal(obstacleTo("repository", "https://git.example/a/test"), null);
  });

  test("the button clones the folder that is there", () => {
    for (const path of ["deploy/cloudflare/README.md", "README.md", "README.zh-CN.md"]) {
      const [, url] = /deploy\.workers\.cloudflare\.com\/\?url=(\S+)\)/.exec(read(path));
      assert.equal(url, `${names.repository}/tree/main/deploy/cloudflare`, path);
    }
  });
});

/** Every name in upper case of a text that is no part of another word. */
const settingsIn = (text) => [...new Set([...text.matchAll(/\b([A-Z]+(?:_[A-Z0-9]+)+)\b/g)].map(([, name]) => name))];
const isSetting = (name) =>
  read("docs/settings.md").includes(`\`${name}\``) || /^IMAGE_GEN_API_(BASE|KEY|TYPE)$/.test(name);

describe("deploy/spin", () => {
  const text = read("deploy/spin/spin.toml");
  const tableOf = (name) => text.split(`[${name}]\n`)[1].split("\n\n")[0];
  const keysOf = (table) => [...table.matchAll(/^(\w+) = /gm)].map(([, key]) => key);

  test("is of version 2, and of this version of ours", () => {
    assert.match(text, /^spin_manifest_version = 2$/m);
    assert.ok(tableOf("application").includes(`version = "${JSON.parse(read("package.json")).version}"`));
  });

  test("serves every path by the component that the build makes", () => {
    assert.ok(tableOf("[trigger.http]").includes('route = "/..."\ncomponent = "fluxgate"'));
    const [, source] = /^source = "(.*)"$/m.exec(tableOf("component.fluxgate"));
    assert.match(source, /^\.\.\/\.\.\/dist\/fluxgate\.component\.wasm$/);
  });

  test("gives settings that there are, from variables that are declared, all of which the comment names", () => {
    const environment = tableOf("component.fluxgate.environment");
    assert.ok(keysOf(environment).includes("AUTHORIZED_API_KEY"));
    for (const name of keysOf(environment)) assert.ok(isSetting(name), name);
    const used = [...environment.matchAll(/\{\{ (\w+) \}\}/g)].map(([, name]) => name);
    assert.deepEqual(keysOf(tableOf("variables")), used);
    const told = settingsIn(text.split("spin_manifest_version")[0]);
    assert.deepEqual(
      told,
      used.map((name) => `SPIN_VARIABLE_${name.toUpperCase()}`),
    );
  });
});

describe("deploy/wasmcloud", () => {
  const text = read("deploy/wasmcloud/workload.yaml");

  test("is a workload of version 2 with this version of ours", () => {
    assert.match(text, /^apiVersion: runtime\.wasmcloud\.dev\/v1alpha1\nkind: WorkloadDeployment$/m);
    assert.match(text, /^ +interfaces: \[incoming-handler\]$/m);
    assert.ok(text.includes(`fluxgate:${JSON.parse(read("package.json")).version}\n`));
    assert.doesNotMatch(text, /\t/, "YAML has no tabs");
  });

  test("names settings that there are", () => {
    const names = settingsIn(text);
    assert.ok(names.includes("AUTHORIZED_API_KEY"));
    for (const name of names) assert.ok(isSetting(name), name);
  });
});

describe("the Dockerfile", () => {
  const text = read("deploy/docker/Dockerfile");
  /** [instruction, arguments] of each, with its lines joined. */
  const instructions = text
    .replace(/^\s*#.*\n/gm, "")
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .filter(Boolean)
    .map((line) => line.match(/^([A-Z]+) (.*)$/).slice(1));
  const all = (name) => instructions.filter(([each]) => each === name).map(([, rest]) => rest);
  const place = (name) => instructions.findIndex(([each]) => each === name);

  test("knows only instructions of Docker, and begins with an image of a known version", () => {
    const known = [
      "FROM",
      "COPY",
      "RUN",
      "ENV",
      "USER",
      "WORKDIR",
      "VOLUME",
      "EXPOSE",
      "HEALTHCHECK",
      "ENTRYPOINT",
      "CMD",
    ];
    for (const [name] of instructions) assert.ok(known.includes(name), name);
    assert.deepEqual(all("FROM"), ["node:22-bookworm-slim"]);
    assert.equal(place("FROM"), 0);
  });

  test("runs as a user without rights, in a folder of its own", () => {
    assert.deepEqual(all("USER"), ["node"]);
    assert.ok(place("USER") > place("RUN") && place("USER") < place("ENTRYPOINT"));
    assert.deepEqual([all("WORKDIR"), all("VOLUME")], [["/data"], ["/data"]]);
    assert.match(all("ENV")[0], /DATA_DIR=\/data/);
    assert.match(all("RUN")[0], /--owner=node .*\/data/);
  });

  test("has a health check, and no shell between signals and the server", () => {
    assert.match(all("HEALTHCHECK")[0], /^--interval=\S+ --timeout=\S+ .*CMD \["[^"]+", "health"\]$/);
    for (const name of ["ENTRYPOINT", "CMD"]) {
      assert.equal(all(name).length, 1);
      assert.ok(Array.isArray(JSON.parse(all(name)[0])), name);
    }
    assert.deepEqual(
      [...JSON.parse(all("ENTRYPOINT")[0]), ...JSON.parse(all("CMD")[0])],
      [presentNames().package, "serve"],
    );
    assert.deepEqual(all("EXPOSE"), [/PORT=(\d+)/.exec(all("ENV")[0])[1]]);
  });

  test("leaves nothing behind, takes no secrets, and needs no network but npm's own", () => {
    for (const run of all("RUN")) assert.doesNotMatch(run, /sudo|curl|wget|apt-get|\bcd /);
    assert.match(all("RUN")[0], /rm -rf [^&]*\/root\/\.npm/);
    assert.doesNotMatch(text, /(KEY|SECRET|TOKEN)=/);
    assert.deepEqual(read("deploy/docker/Dockerfile.dockerignore"), "*\n!dist/*.tgz\n");
    assert.match(all("COPY")[0], /^dist\/\S+\.tgz /);
  });
});

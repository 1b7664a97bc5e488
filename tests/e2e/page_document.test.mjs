// The page at / as a document: what it may do, how large it is, which windows it fits, what it says in which language,
// and how it is installed.
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { openPage } from "../support/clients/browser.mjs";
import { startStudio } from "../support/clients/studio.mjs";

describe("the page as a document", () => {
  let studio, browser, worker;
  let page;
  before(async () => {
    studio = await startStudio({ draws: false });
    ({ browser, worker } = studio);
  });
  afterEach(async () => {
    await page?.context().close();
    page = null;
  });
  after(() => studio?.close());

  const open = async (options) => (page = await openPage(browser, worker.origin, options));
  const openWithPicture = async (options) => {
    await open(options);
    await page.enter("demo");
    await page.ask(`a ${"very".repeat(30)} long word`);
    await page.made(1);
  };
  const shell = ["/", "/sw.js", "/manifest.webmanifest", "/icon.svg"];

  test("may run its own script, reach its own gateway, and no more", async () => {
    const { headers } = await worker.request("/");
    const hash = "'sha256-[A-Za-z0-9+/]{43}='";
    assert.match(
      headers.get("content-security-policy"),
      new RegExp(
        `^default-src 'none'; script-src ${hash}; style-src ${hash}; connect-src 'self'; img-src 'self' data: blob:; ` +
          "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$",
      ),
    );
    const head = await worker.request("/", { method: "HEAD" });
    assert.equal(head.headers.get("content-security-policy"), headers.get("content-security-policy"));
    assert.equal(await head.text(), "");

    await open();
    assert.deepEqual(page.problems, []);
    await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.body.append(script);
    });
    assert.equal(await page.evaluate(() => window.ran), undefined);
    assert.deepEqual(page.problems.filter((problem) => /^script-src/.test(problem)).length, 1);
  });

  test("has 32 KB with all that is beside it", async () => {
    const files = await Promise.all(shell.map(async (path) => (await worker.request(path)).arrayBuffer()));
    const bytes = files.map((file) => gzipSync(file).length);
    assert.ok(bytes.reduce((sum, each) => sum + each) <= 32 * 1024, `${bytes} bytes`);
  });

  test("fits every window, and its fields do not make phones zoom", async () => {
    await openWithPicture();
    for (const width of [320, 360, 800, 1280, 2560]) {
      await page.setViewportSize({ width, height: 740 });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
    }
    const fonts = await page
      .locator("#key, #idea, #without, #search")
      .evaluateAll((all) => all.map((field) => getComputedStyle(field).fontSize));
    assert.deepEqual([...new Set(fonts)], ["16px"]);
  });

  test("keeps its composer whole and at hand, however low the window and wherever it is scrolled", async () => {
    /** What of the composer is out of the window, or under something else. */
    const covered = () =>
      [0, 1].flatMap((part) => {
        const { scrollHeight } = document.documentElement;
        scrollTo({ top: part * scrollHeight, behavior: "instant" });
        const bad = [];
        for (const control of document.querySelectorAll("form > :is(textarea, div:not([popover])) , .tools > *")) {
          const box = control.getBoundingClientRect();
          if (!box.width || !box.height) continue;
          const name = control.id || control.className;
          if (box.top < 0 || box.bottom > innerHeight || box.left < 0 || box.right > innerWidth)
            bad.push(`${name} is cut`);
          const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
          if (!hit?.closest("form")) bad.push(`${hit?.tagName} over ${name}`);
        }
        return bad;
      });
    const check = async (what) => {
      for (const [width, height] of [
        ...[600, 640, 657, 680, 700, 720, 740, 900].flatMap((height) => [1280, 1024, 390, 320].map((w) => [w, height])),
        [844, 390],
        [667, 375],
      ]) {
        await page.setViewportSize({ width, height });
        assert.deepEqual(await page.evaluate(covered), [], `${what}, ${width} x ${height}`);
      }
    };
    await open();
    await check("at first");
    await page.enter("wrong");
    await check("with a note");
    await page.enter("demo");
    await page.waitForFunction(() => !document.querySelector("#model").disabled);
    await page.ask("a word ".repeat(300));
    await page.made(1);
    await check("with a long idea");
  });

  test("can be used where it is enlarged fourfold", async () => {
    await open();
    await page.enter("demo");
    for (const height of [180, 256]) {
      await page.setViewportSize({ width: 320, height });
      if (!(await page.locator("#key").isVisible()))
        await page.getByRole("button", { name: "Change the key" }).press("Enter");
      const form = await page.locator("form").boundingBox();
      assert.ok(form.y >= 0 && form.y + form.height <= height, `the composer, ${height} high`);
      for (const name of ["#key", "#idea", "#send"]) {
        await page.locator(name).scrollIntoViewIfNeeded();
        const { y, height: own } = await page.locator(name).boundingBox();
        assert.ok(y >= 0 && y + own <= height, `${name}, ${height} high`);
      }
      for (const panel of ["Shape:", "Model:", "More settings"]) {
        await page.getByRole("button", { name: panel }).press("Enter");
        const { y, height: own } = await page.locator(":popover-open").boundingBox();
        assert.ok(y >= 0 && y + own <= height && own > 100, `${panel}, ${height} high`);
        await page.keyboard.press("Escape");
      }
    }
  });

  test("a picture comes where its place was kept", async () => {
    await open();
    await page.enter("demo");
    await page.shape("3:4");
    const { promise: released, resolve: release } = Promise.withResolvers();
    await page.route("**/v1/chat/completions", async (route) => {
      await released;
      await route.continue();
    });
    await page.ask("a lighthouse");
    const before = await page.locator(".run").boundingBox();
    release();
    await page.made(1);
    await page.waitForFunction(() => !document.querySelector(".run"));
    const box = await page.locator(".tile").boundingBox();
    assert.deepEqual([box.y, box.height], [before.y, before.height]);
  });

  test("moves only for those who like it", async () => {
    await open();
    await page.enter("demo");
    await page.route("**/v1/chat/completions", () => {});
    await page.ask("a cat");
    await page.locator(".busy").waitFor();
    const movements = () => page.evaluate(() => document.getAnimations().length);
    assert.equal(await movements(), 0);
    await page.emulateMedia({ reducedMotion: "no-preference" });
    assert.ok((await movements()) > 0);
  });

  describe("in the browser's language", () => {
    for (const [locale, lang, make, key] of [
      ["de-AT", "de", "Erstellen", "Schlüssel"],
      ["zh-CN", "zh-Hans", "生成", "密钥"],
      ["fr-FR", "en", "Make", "Key"],
    ]) {
      test(`${locale} says ${make}`, async () => {
        await open({ locale });
        assert.equal(await page.evaluate(() => document.documentElement.lang), lang);
        await page.getByRole("button", { name: make, exact: true }).waitFor();
        await page.getByRole("textbox", { name: key }).fill("falsch");
        await page.keyboard.press("Tab");
        await page.locator("#key-note", { hasText: /./ }).waitFor();
        await page.setViewportSize({ width: 390, height: 740 });
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
        if (lang !== "en") assert.doesNotMatch(await page.locator("body").innerText(), /Pictures|Key|Shape|accepted/);
      });
    }

    test("with the gateway's own words marked as English", async () => {
      await open({ locale: "de-AT" });
      await page.getByRole("textbox", { name: "Schlüssel" }).fill("demo");
      await page.keyboard.press("Tab");
      await page.waitForFunction(() => !document.querySelector("#model").disabled);
      const ask = async (idea, answer) => {
        await page.route("**/v1/chat/completions", (route) => route.fulfill(answer), { times: 1 });
        await page.getByRole("textbox", { name: "Idee" }).fill(idea);
        await page.keyboard.press("Enter");
      };
      const message = "Nobody draws that";
      await ask("ein Hund", { status: 400, json: { error: { message, code: "content_policy_violation" } } });
      for (const place of [".failed .wrong", "#say"]) {
        await page.locator(place, { hasText: /^Nobody draws that\. [A-ZÄÖÜ]/ }).waitFor({ state: "attached" });
        assert.equal(await page.locator(`${place} [lang=en]`).textContent(), message);
      }
      const note = "The language model did not answer: your own words were drawn.";
      const content = `![Image](/demo.png?size=64x64&prompt=a)\n\nPrompt: eine Katze\n\n${note}`;
      const events = [JSON.stringify({ choices: [{ delta: { content } }] }), "[DONE]"];
      await ask("eine Katze", {
        headers: { "content-type": "text/event-stream" },
        body: events.map((data) => `data: ${data}\n\n`).join(""),
      });
      await page.told(note);
      assert.equal(await page.locator("#note [lang=en]").textContent(), note);
    });
  });

  describe("by its address", () => {
    test("takes idea, ratio and model, and forgets the address", async () => {
      await open({ path: "/?idea=a%20fox%0Aasleep&ratio=21:9&model=demo" });
      assert.equal(await page.getByLabel("Idea").inputValue(), "a fox\nasleep");
      assert.equal(new URL(page.url()).search, "");
      await page.enter("demo");
      await page.getByRole("button", { name: "Model: demo" }).waitFor();
      await page.getByRole("button", { name: "Shape: 21:9" }).waitFor();
      assert.equal(await page.locator(".run").count(), 0);
      await page.getByRole("button", { name: "Make" }).click();
      await page.made(1);
    });

    test("takes what is hostile as text", async () => {
      const hostile = '"><img src=x onerror=alert(1)><script>alert(1)</script>';
      const query = ["idea", "ratio", "model", "size"]
        .map((name) => `${name}=${encodeURIComponent(hostile)}`)
        .join("&");
      await open({ path: `/?${query}&key=stolen&constructor=x` });
      assert.equal(await page.getByLabel("Idea").inputValue(), hostile);
      assert.equal(await page.locator("#key").inputValue(), "");
      await page.enter("demo");
      await page.getByRole("button", { name: "Model: demo" }).waitFor();
      assert.equal(await page.locator("img").count(), 0);
      assert.deepEqual(page.problems, []);
    });
  });

  describe("installed", () => {
    test("takes the network's answer where there is no room, and the kept one where it is bad", async () => {
      const text = await (await worker.request("/sw.js")).text();
      const listeners = {};
      const kept = new Map([["/", new Response("kept")]]);
      let answer;
      const cache = {
        put: () => Promise.reject(new DOMException("", "QuotaExceededError")),
        match: async (path) => kept.get(path)?.clone(),
      };
      const self = { addEventListener: (type, act) => (listeners[type] = act) };
      new Function("self", "caches", "location", "fetch", text)(
        self,
        { open: async () => cache },
        { origin: worker.origin },
        async () => answer() ?? Promise.reject(new TypeError("no network")),
      );
      const ask = async (path) => {
        let response;
        const waits = [];
        listeners.fetch({
          request: { url: worker.origin + path, method: "GET" },
          respondWith: (given) => (response = given),
          waitUntil: (promise) => waits.push(promise),
        });
        const words = await (await response).text();
        await Promise.all(waits);
        return words;
      };
      answer = () => new Response("fresh");
      assert.equal(await ask("/"), "fresh");
      answer = () => new Response("deploying", { status: 502 });
      assert.equal(await ask("/"), "kept");
      assert.equal(await ask("/icon.svg"), "deploying");
      answer = () => null;
      assert.equal(await ask("/?idea=x"), "kept");
    });

    test("has what a browser wants for it", async () => {
      await open({ serviceWorkers: "allow" });
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
      const session = await page.context().newCDPSession(page);
      const { installabilityErrors: errors } = await session.send("Page.getInstallabilityErrors");
      assert.deepEqual(
        errors.filter(({ errorId }) => errorId !== "in-incognito"),
        [],
      );
      const { errors: wrong, url } = await session.send("Page.getAppManifest");
      assert.deepEqual([wrong, url], [[], `${worker.origin}/manifest.webmanifest`]);
      assert.deepEqual(page.problems, []);
    });

    test("opens without a network, with its pictures, and keeps nothing but its shell", async () => {
      await openWithPicture({ serviceWorkers: "allow" });
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
      await page.reload();
      await page.made(1);
      const cached = () =>
        page.evaluate(async () => {
          const requests = await Promise.all(
            (await caches.keys()).map(async (name) => (await caches.open(name)).keys()),
          );
          return requests.flat().map(({ url }) => new URL(url).pathname);
        });
      assert.deepEqual((await cached()).sort(), [...shell].filter((path) => path !== "/sw.js").sort());
      await page.context().setOffline(true);
      await page.goto(`${worker.origin}/?idea=a%20fox`);
      assert.equal(await page.getByLabel("Idea").inputValue(), "a fox");
      assert.equal(await page.locator(".open").count(), 1);
      await page.getByRole("button", { name: "Make" }).click();
      assert.match(await page.locator("#key-note").textContent(), /There is no network/);
    });
  });
});

// The page at / in a browser: how an idea becomes a picture, and what a person sees of it meanwhile.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { promisify } from "node:util";
import { openPage } from "../support/clients/browser.mjs";
import { startStudio } from "../support/clients/studio.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";

describe("the page", () => {
  let studio, browser, upstream, worker;
  let page;
  before(async () => {
    studio = await startStudio({ thinks: true });
    ({ browser, upstream, worker } = studio);
  });
  beforeEach(() => upstream.reset());
  afterEach(async () => {
    await page?.context().close();
    page = null;
  });
  after(() => studio?.close());

  const open = async (options) => (page = await openPage(browser, worker.origin, options));
  const openWithKey = async (options) => {
    await open(options);
    await page.enter("demo");
    return page;
  };
  const sizes = () =>
    page
      .locator("#wall .open img")
      .evaluateAll((all) => all.map(({ naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight]));
  const bodiesTo = (path) => upstream.callsTo(path).map(({ json }) => json);

  /** How often a picture of such a prompt was asked for: runs that tests have left are drawn to their end meanwhile. */
  const drawnOf = (words) => upstream.callsTo("/generate").filter(({ body }) => body.includes(words)).length;

  /** A backend's answer to the language model's call that waits in the middle of its thinking. */
  function thinkSlowly(prompt, thinking = "Fog <b>scatters</b> light.") {
    const { promise: released, resolve: release } = Promise.withResolvers();
    const event = (delta) => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;
    upstream.onChat = () => async (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(event({ reasoning_content: thinking }));
      await released;
      response.end(`${event({ content: prompt })}data: [DONE]\n\n`);
    };
    return release;
  }

  describe("in use", () => {
    afterEach(() => assert.deepEqual(page.problems, []));

    test("an idea becomes a picture, its prompt, a download and a line for the terminal", async () => {
      await openWithKey();
      await page.choose("demo");
      await page.shape("16:9");
      await page.ask("a cat on Ann's roof");
      await page.made(1);
      await page.locator("#say", { hasText: "Ready after" }).waitFor({ state: "attached" });
      assert.deepEqual(await sizes(), [[1024, 576]]);
      const box = await page.locator(".open").boundingBox();
      assert.ok(Math.abs(box.width / box.height - 16 / 9) < 0.02);

      await page.locator(".open").click();
      const prompt = await page.locator("#prompt").textContent();
      assert.equal(await page.locator("#panes img").getAttribute("alt"), prompt);
      const download = page.waitForEvent("download");
      await page.getByRole("dialog").getByRole("button", { name: "Download" }).click();
      assert.match((await download).suggestedFilename(), /^20\d\d-\d\d-\d\d a-cat-on-ann-s-roof\.png$/);

      const line = await page.locator("#curl").textContent();
      assert.doesNotMatch(line, /Bearer demo/);
      upstream.reset();
      const { stdout } = await promisify(execFile)("sh", ["-c", line], {
        env: { ...process.env, FLUXGATE_KEY: "demo" },
      });
      assert.match(JSON.parse(stdout).choices[0].message.content, /demo\.png\?size=1024x576&/);
      assert.ok(upstream.callsTo("/llm")[0].body.includes("a cat on Ann's roof"));
    });

    test("while it works there are stages with their times, and the thinking, as text", async () => {
      const release = thinkSlowly("a lighthouse, thick fog");
      await openWithKey();
      await page.ask("a lighthouse");
      const card = page.locator(".run");
      await card.getByRole("log").getByText("Fog <b>scatters</b> light.").waitFor();
      await card.getByText("Thinking").waitFor();
      assert.equal(await page.title(), "(1) At work – Fluxgate");
      await card.locator(".stages", { hasText: /Thinking[1-3] s$/ }).waitFor();
      const { onImage } = upstream;
      const drawn = Promise.withResolvers();
      upstream.onImage = (call) => async (_, response) => {
        await drawn.promise;
        response.end(JSON.stringify(onImage(call).body));
      };
      release();
      await card.locator(".stages").getByText("Drawing").waitFor();
      drawn.resolve();
      await page.made(1);
      await card.waitFor({ state: "detached" });
      assert.equal(await page.title(), "Fluxgate");
      await page.locator(".open").click();
      assert.equal(await page.locator("#prompt").textContent(), "a lighthouse, thick fog");
    });

    test("a queue is a stage, with how far it is", async () => {
      thinkSlowly("never", "The picture is in the queue: 40 %.\n");
      await openWithKey();
      await page.ask("a cat");
      await page.locator(".stages", { hasText: "In the queue: 40 %" }).waitFor();
      assert.equal(await page.getByRole("log").count(), 0);
    });

    test("what the picture usually takes is known from earlier ones", async () => {
      await openWithKey();
      await page.ask("a cat");
      await page.made(1);
      thinkSlowly("never");
      await page.ask("a dog");
      await page.locator(".run").getByText("usually 1 s").waitFor();
    });

    test("several runs go side by side, and Escape stops the latest", async () => {
      const release = thinkSlowly("a lighthouse");
      await openWithKey();
      await page.ask("the first");
      await page.ask("the second");
      await page.locator(".busy").nth(1).waitFor();
      assert.equal(await page.title(), "(2) At work – Fluxgate");
      await page.keyboard.press("Escape");
      await page.locator(".stopped", { hasText: "the second" }).waitFor();
      assert.equal(await page.locator(".busy").count(), 1);
      assert.equal(await page.locator(".busy .words").textContent(), "the first");
      release();
      await page.made(1);
    });

    test("four pictures have a place each before they are there, and are four", async () => {
      const release = thinkSlowly("four cats");
      await openWithKey();
      await page.choose("demo");
      await page.getByLabel("Number of pictures").selectOption("4");
      await page.ask("four cats");
      await page.locator(".run").waitFor();
      assert.equal(await page.locator("#wall > .tile").count(), 4);
      release();
      await page.made(4);
      const pictures = await page.evaluate(() =>
        Promise.all(
          [...document.querySelectorAll(".open img")].map(async ({ src }) => (await (await fetch(src)).text()).length),
        ),
      );
      assert.equal(new Set(pictures).size, 4);
    });

    test("a ratio in the idea wins over the chosen one", async () => {
      await openWithKey();
      await page.choose("demo");
      await page.shape("16:9");
      await page.ask("a tower 1:2");
      await page.made(1);
      assert.deepEqual(await sizes(), [[512, 1024]]);
    });

    test("every setting reaches the backend, and is remembered", async () => {
      await openWithKey();
      await page.choose("FLUX.1-dev");
      await page.getByRole("button", { name: "Shape:" }).click();
      await page.getByLabel("Any other ratio").fill("2:1");
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "More settings" }).click();
      await page.getByLabel("Without").fill("fog");
      await page.getByLabel("Seed", { exact: true }).fill("77");
      await page.getByLabel("Draw my words as they are").check();
      await page.keyboard.press("Escape");
      await page.ask("a cat 1:2");
      await page.made(1);
      const [{ model, prompt, seed, negative_prompt: without, image_size: size }] = bodiesTo("/generate");
      assert.deepEqual(
        { model, prompt, seed, without, size },
        { model: "black-forest-labs/FLUX.1-dev", prompt: "a cat 1:2", seed: 77, without: "fog", size: "1440x720" },
      );
      assert.equal(upstream.callsTo("/llm").length, 0);

      await page.reload();
      await page.waitForFunction(() => !document.querySelector("#model").disabled);
      await page.getByRole("button", { name: "Model: black-forest-labs/FLUX.1-dev" }).waitFor();
      await page.getByRole("button", { name: "Shape: 2:1" }).waitFor();
      await page.getByRole("button", { name: "More settings" }).click();
      assert.equal(await page.getByLabel("Without").inputValue(), "fog");
      assert.equal(await page.getByLabel("Seed", { exact: true }).inputValue(), "");
      assert.equal(await page.getByLabel("Draw my words as they are").isChecked(), true);
      await page.getByLabel("Size", { exact: true }).fill("640x512");
      await page.getByLabel("Quality").selectOption("high");
      await page.getByLabel("Draw my words as they are").uncheck();
      await page.keyboard.press("Escape");
      await page.ask("a dog");
      await page.made(2);
      const last = bodiesTo("/generate").at(-1);
      assert.equal(last.image_size, "640x512");
      assert.match(last.prompt, /^a tabby cat/); // Quality does not keep the prompt from being written.
    });

    test("what is no ratio is shown where it stands", async () => {
      await open({ path: "/?ratio=wide" });
      await page.enter("demo");
      await page.ask("a cat");
      await page.getByLabel("Any other ratio").waitFor();
      assert.equal(await page.evaluate(() => document.activeElement.id), "ratio");
      await page.getByLabel("Any other ratio").fill("2.39:1");
      await page.keyboard.press("Enter");
      await page.made(1);
    });

    test("the key stays in its tab, or on the device if that is wished", async () => {
      await openWithKey();
      await page.reload();
      await page.waitForFunction(() => !document.querySelector("#model").disabled);
      const keyIn = (tab) => tab.locator("#key").inputValue();
      assert.equal(await keyIn(page), "demo");
      const elsewhere = await page.context().newPage();
      await elsewhere.goto(worker.origin);
      assert.equal(await keyIn(elsewhere), "");
      await page.getByRole("button", { name: "Change the key" }).click();
      await page.getByLabel("Remember it on this device").check();
      await elsewhere.reload();
      assert.equal(await keyIn(elsewhere), "demo");
      await page.getByLabel("Remember it on this device").uncheck();
      assert.ok(!JSON.stringify(await page.evaluate(() => ({ ...localStorage }))).includes('"demo"'));
      assert.equal(await page.evaluate(() => document.cookie), "");
    });

    /** The names of what the device or the tab keeps of a key. */
    const keptOf = (memory) =>
      page.evaluate((memory) => Object.keys(window[memory]).filter((name) => /Key|Mark/.test(name)), memory);

    test("a key is forgotten where its field is emptied, or it is no more to be remembered", async () => {
      await openWithKey();
      const remember = page.getByLabel("Remember it on this device");
      await remember.check();
      assert.equal((await keptOf("localStorage")).length, 2);
      await page.locator("#key").fill("");
      await page.keyboard.press("Tab");
      assert.deepEqual([await keptOf("localStorage"), await keptOf("sessionStorage")], [[], []]);
      await page.evaluate(() => (localStorage.fluxgateKey = "old"));
      await remember.uncheck();
      assert.deepEqual(await keptOf("localStorage"), []);
    });

    test("a tab's own key goes before the device's, and leaves it alone", async () => {
      await openWithKey();
      await page.evaluate(() => (localStorage.fluxgateKey = "of-another-tab"));
      await page.reload();
      await page.waitForFunction(() => !document.querySelector("#model").disabled);
      assert.equal(await page.locator("#key").inputValue(), "demo");
      assert.equal(await page.locator("#remember").isChecked(), false);
      await page.ask("a cat");
      await page.made(1);
      assert.equal(await page.evaluate(() => localStorage.fluxgateKey), "of-another-tab");
    });

    test("a key that was given is out of the way", async () => {
      await openWithKey();
      await page.getByLabel("Idea").focus();
      assert.equal(await page.locator("#key-row").isVisible(), false);
    });

    test("the base URL for chat programs can be copied", async () => {
      await openWithKey({ permissions: ["clipboard-read", "clipboard-write"] });
      await page.getByRole("link", { name: "Use" }).click();
      await page.locator("#usage").getByRole("button", { name: "Copy" }).click();
      await page.locator("#toast", { hasText: "Copied." }).waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${worker.origin}/v1`);
    });

    test("a notification tells that it is ready where nobody looks", async () => {
      const release = thinkSlowly("a cat");
      await open({ permissions: ["notifications"] });
      await page.evaluate(() => {
        window.told = [];
        window.Notification = class {
          static permission = "granted";
          static requestPermission = async () => "granted";
          constructor(title, { body }) {
            window.told.push([title, body]);
          }
        };
      });
      await page.enter("demo");
      await page.getByRole("button", { name: "More settings" }).click();
      await page.getByLabel("Tell me when a picture is ready").check();
      await page.keyboard.press("Escape");
      await page.ask("a cat");
      await page.locator(".busy").waitFor();
      await page.evaluate(() => Object.defineProperty(document, "hidden", { configurable: true, value: true }));
      release();
      await page.made(1);
      await page.waitForFunction(() => document.title === "✓ Your picture is ready – Fluxgate");
      assert.deepEqual(await page.evaluate(() => window.told), [["Your picture is ready", "a cat"]]);
      await page.evaluate(() => {
        Object.defineProperty(document, "hidden", { configurable: true, value: false });
        document.dispatchEvent(new Event("visibilitychange"));
      });
      assert.equal(await page.title(), "Fluxgate");
    });
  });

  describe("when something is wrong", () => {
    const note = () => page.locator("#key-note").textContent();
    const failure = (words) => page.locator(".failed", { hasText: words }).waitFor();

    test("a wrong key is explained at its field until it is right", async () => {
      await open();
      for (const key of ["wrong", "schlüssel"]) {
        await page.enter(key);
        assert.match(await note(), /^That key is not accepted/);
        assert.equal(await page.locator("#key").getAttribute("aria-invalid"), "true");
      }
      await page.enter("demo");
      await page.waitForFunction(() => !document.querySelector("#model").disabled);
      assert.equal(await note(), "");
      assert.equal(await page.locator("#key").getAttribute("aria-invalid"), null);
    });

    test("a key that was withdrawn meanwhile is explained too", async () => {
      await openWithKey();
      await page.locator("#key").evaluate((input) => (input.value = "old"));
      await page.ask("a cat");
      await failure("That key is not accepted");
      assert.match(await note(), /not accepted/);
      assert.equal(await page.locator("#key").isVisible(), true);
    });

    test("a gateway that is not set up names the setting", async () => {
      const bare = await startWorkerd({ FLUXGATE_DEMO: "1" });
      try {
        page = await openPage(browser, bare.origin);
        await page.enter("demo");
        assert.match(await note(), /^This gateway is not set up yet\. .*AUTHORIZED_API_KEY/);
      } finally {
        await bare.close();
      }
    });

    test("a refusal says what to do, and each press of the retry button is a request of its own", async () => {
      upstream.onImage = () => ({ status: 400, body: { message: "unsafe", code: "content_policy_violation" } });
      await openWithKey();
      const keys = [];
      page.on("request", (request) => {
        if (request.method() === "POST") keys.push(request.headers()["idempotency-key"]);
      });
      await page.ask("a cat");
      await failure("Change the words and try again.");
      await page.getByRole("button", { name: "Try again" }).click();
      await page.locator(".busy").waitFor({ state: "detached" });
      await failure("Change the words and try again.");
      upstream.reset();
      await page.getByRole("button", { name: "Try again" }).click();
      await page.made(1);
      assert.equal(await page.locator(".failed").count(), 0);
      assert.equal(new Set(keys).size, 3);
      for (const key of keys) assert.match(key, /^[0-9a-f]{32}$/);
    });

    test("a language model that did not answer is not taken for a success", async () => {
      upstream.onChat = () => ({ status: 500, body: "down" });
      await openWithKey();
      await page.ask("a cat!");
      await page.made(1);
      await page.told("The language model did not answer: your own words were drawn.");
      assert.equal(await page.locator("#note.wrong").count(), 1);
      await page.locator(".tile .remark", { hasText: "Your own words" }).waitFor();
      await page.locator(".open").click();
      assert.equal(await page.locator("#prompt").textContent(), "a cat!");
    });

    test("a picture that cannot be loaded is told, and its place stays", async () => {
      upstream.onPicture = () => ({ status: 404 });
      await openWithKey();
      await page.ask("a cat");
      await page.getByText("The picture was made, but it cannot be loaded.").waitFor();
      assert.equal(await page.locator(".open").count(), 1);
    });

    test("what was stopped can be fetched without paying again", async () => {
      const release = thinkSlowly("a cat on stilts");
      await openWithKey();
      await page.ask("a cat");
      await page.locator(".busy").getByText("scatters").waitFor();
      await page.getByRole("button", { name: "Stop" }).click();
      await page.locator(".stopped").waitFor();
      assert.equal(await page.title(), "Fluxgate");
      assert.equal(await page.evaluate(() => document.activeElement.textContent), "Fetch it");
      release();
      await page.reload();
      await page.getByRole("button", { name: "Fetch it" }).click();
      await page.made(1);
      assert.equal(drawnOf("on stilts"), 1);
    });

    test("a run that a reload has cut is fetched again, and paid for once", async () => {
      const release = thinkSlowly("a cat on skates");
      await openWithKey();
      await page.ask("a cat");
      await page.locator(".busy").getByText("scatters").waitFor();
      await page.reload();
      await page.locator(".busy .words", { hasText: "a cat" }).waitFor();
      release();
      await page.made(1);
      await page.locator(".run").waitFor({ state: "detached" });
      assert.equal(upstream.callsTo("/llm").length, 1);
      assert.equal(drawnOf("on skates"), 1);
      await page.reload();
      await page.made(1);
      assert.equal(await page.locator(".run").count(), 0);
    });

    test("a run of another key is left to that key", async () => {
      thinkSlowly("never");
      await openWithKey();
      await page.ask("a cat");
      await page.locator(".busy").getByText("scatters").waitFor();
      await page.evaluate(() => (sessionStorage.fluxgateKey = "client-key"));
      await page.reload();
      await page.locator("#key-note", { hasText: "not accepted" }).waitFor();
      assert.equal(await page.locator(".run").count(), 0);
      await page.enter("demo");
      await page.locator(".busy").waitFor();
    });

    /** Breaks the first request of a run; gives the keys of the clients that ask. */
    async function breakFirst() {
      const asked = [];
      await page.route("**/v1/chat/completions", (route) => {
        asked.push(route.request().headers().authorization);
        return asked.length === 1 ? route.abort() : route.continue();
      });
      return asked;
    }

    test("a repeat asks with the key of its start, whatever stands in the field meanwhile", async () => {
      await openWithKey();
      const asked = await breakFirst();
      await page.getByLabel("Idea").fill("a cat");
      await page.getByRole("button", { name: "Make" }).click();
      await page.locator(".busy").waitFor();
      await page.locator("#key").evaluate((input) => (input.value = "another"));
      await page.made(1);
      assert.deepEqual(asked, ["Bearer demo", "Bearer demo"]);
      assert.ok(!(await records("runs")).includes("demo"));
    });

    /** What is kept in a store, as text. */
    const records = (name) =>
      page.evaluate(
        (name) =>
          new Promise((resolve) => {
            indexedDB.open("fluxgate").onsuccess = ({ target: { result } }) => {
              result.transaction(name).objectStore(name).getAll().onsuccess = ({ target }) =>
                resolve(JSON.stringify(target.result));
            };
          }),
        name,
      );

    test("what one key ordered is not fetched with another, nor after its day", async () => {
      thinkSlowly("a cat");
      await openWithKey();
      await page.ask("a cat");
      await page.locator(".busy").getByText("scatters").waitFor();
      assert.match(await records("runs"), /"client":"[0-9a-f]{32}"/);
      await page.keyboard.press("Escape");
      const fetchIt = page.getByRole("button", { name: "Fetch it" });
      await page.locator("#key").evaluate((input) => (input.value = "another"));
      await fetchIt.click();
      await page.locator("#toast", { hasText: "Another key ordered this." }).waitFor();
      assert.equal(await page.locator(".stopped").count(), 1);
      await page.locator("#key").evaluate((input) => (input.value = "demo"));
      await page.evaluate(() => {
        const now = Date.now() + 86_500_000;
        Date.now = () => now;
      });
      await fetchIt.click();
      await failure("This picture cannot be had any more.");
      await page.getByRole("button", { name: "Try again" }).waitFor();
      assert.equal(upstream.callsTo("/llm").length, 1);
    });

    test("presses while the models are loaded are one, and order what stood there", async () => {
      thinkSlowly("a cat on a hill")();
      await open();
      const { promise: released, resolve: release } = Promise.withResolvers();
      await page.route("**/v1/models", async (route) => {
        await released;
        await route.continue();
      });
      await page.locator("#key").fill("demo");
      await page.ask("a cat");
      await page.waitForTimeout(800);
      await page.getByRole("button", { name: "Make" }).click();
      await page.getByLabel("Idea").fill("a dog");
      release();
      await page.made(1);
      await page.waitForTimeout(300);
      assert.equal(await page.locator(".run").count(), 0);
      assert.equal(drawnOf("on a hill"), 1);
      assert.match(upstream.callsTo("/llm")[0].body, /a cat/);
    });

    test("a key for no model, and none at all, are told at the field", async () => {
      await open();
      await page.route("**/v1/models", (route) => route.fulfill({ json: { object: "list", data: [] } }));
      await page.enter("demo");
      assert.match(await note(), /^No model is for that key/);
      await page.locator("#key").fill("");
      await page.getByRole("button", { name: "Change the key" }).click();
      assert.equal(await page.locator("#key").isVisible(), false);
      await page.ask("a cat");
      await page.locator("#key:focus").waitFor();
    });

    test("a hidden tab finishes its pictures, although it decodes none", async () => {
      await open();
      await page.addInitScript(() => (HTMLImageElement.prototype.decode = () => new Promise(() => {})));
      await page.reload();
      await page.enter("demo");
      await page.ask("a cat");
      await page.made(1);
      await page.locator(".run").waitFor({ state: "detached" });
    });

    test("a store that never answers holds nothing up", async () => {
      await open();
      await page.addInitScript(() => (indexedDB.open = () => ({})));
      await page.reload();
      await page.enter("demo");
      await page.ask("a cat");
      await page.made(1);
      await page.locator(".run").waitFor({ state: "detached", timeout: 12_000 });
    });

    test("whoever asks again by keys is at the button that stops it", async () => {
      thinkSlowly("a cat");
      await openWithKey();
      await page.ask("a cat");
      const stop = page.locator(".busy button:focus", { hasText: "Stop" });
      await page.locator(".busy").getByText("scatters").waitFor();
      await page.getByRole("button", { name: "Stop" }).click();
      await page.getByRole("button", { name: "Fetch it" }).press("Enter");
      await stop.waitFor();
      upstream.onChat = () => ({ status: 401, body: "no" });
      await page.route("**/v1/chat/completions", (route) =>
        route.fulfill({ status: 400, json: { error: { code: "x", message: "No." } } }),
      );
      await page.ask("a dog");
      await failure("No.");
      await page.unroute("**/v1/chat/completions");
      thinkSlowly("a dog");
      await page.getByRole("button", { name: "Try again" }).press("Enter");
      await stop.waitFor();
    });

    test("a connection that breaks is taken up again with the same key", async () => {
      await openWithKey();
      const keys = [];
      await page.route("**/v1/chat/completions", (route) => {
        keys.push(route.request().headers()["idempotency-key"]);
        return keys.length === 1 ? route.abort() : route.continue();
      });
      await page.ask("a cat");
      await page.made(1);
      assert.equal(keys.length, 2);
      assert.equal(keys[0], keys[1]);
    });

    test("a double click asks once and stops nothing", async () => {
      thinkSlowly("a cat on a swing")();
      await openWithKey();
      await page.getByLabel("Idea").fill("a cat");
      await page.getByRole("button", { name: "Make" }).dblclick();
      await page.made(1);
      assert.equal(drawnOf("on a swing"), 1);
    });

    test("a hostile prompt is text", async () => {
      const hostile =
        "<img src=x onerror=alert(1)> **b** [l](javascript:alert(1)) ![Image](https://evil.example/x.png) $x$ C:\\new Optimized prompt: y";
      await openWithKey();
      await page.ask(`${hostile} --raw`);
      await page.made(1);
      await page.locator(".open").click();
      assert.equal(await page.locator("#prompt").textContent(), hostile);
      assert.equal(await page.locator("#viewer :is(a, b, script), #panes img ~ img").count(), 0);
      assert.deepEqual(page.problems, []);
    });
  });
});

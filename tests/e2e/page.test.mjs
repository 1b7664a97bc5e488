// The page at / in a browser: what a person sees, and what the page may do.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { promisify } from "node:util";
import { measureContrasts, openPage, startBrowser } from "../support/clients/browser.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";

describe("the page", () => {
  let browser;
  let upstream;
  let worker;
  let page;
  before(async () => {
    [browser, upstream] = await Promise.all([startBrowser(), startUpstream()]);
    const settings = settingsFor(upstream, {
      AUTHORIZED_API_KEY: "demo",
      FLUXGATE_DEMO: "1",
      OPENAI_MODEL_REASONING: "thinker",
    });
    delete settings.OPENAI_MODEL;
    worker = await startWorkerd(settings);
  });
  beforeEach(() => upstream.reset());
  afterEach(async () => {
    await page?.context().close();
    page = null;
  });
  after(async () => {
    await browser?.close();
    await worker?.close();
    await upstream?.close();
  });

  const open = async (options) => (page = await openPage(browser, worker.origin, options));
  const openWithKey = async (options) => {
    await open(options);
    await page.enter("demo");
    return page;
  };
  const state = (text) => page.locator("#status", { hasText: text }).waitFor();
  const picture = () => page.locator("figure img");
  const sizes = () =>
    picture().evaluateAll((all) => all.map((img) => [img.complete, img.naturalWidth, img.naturalHeight]));

  /** A backend's answer to the language model's call that waits in the middle of its thinking. */
  function thinkSlowly(prompt) {
    const { promise: released, resolve: release } = Promise.withResolvers();
    const event = (delta) => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;
    upstream.onChat = () => async (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(event({ reasoning_content: "Fog <b>scatters</b> light." }));
      await released;
      response.end(`${event({ content: prompt })}data: [DONE]\n\n`);
    };
    return release;
  }

  describe("in use", () => {
    afterEach(() => assert.deepEqual(page.problems, []));

    test("an idea becomes a picture, its prompt, a download and a line for the terminal", async () => {
      await openWithKey();
      await page.getByLabel("Model").selectOption("demo");
      await page.getByLabel("16:9").check();
      await page.ask("a cat on Ann's roof");
      await state("Ready after");
      assert.deepEqual(await sizes(), [[true, 1024, 576]]);
      const box = await picture().boundingBox();
      assert.ok(Math.abs(box.width / box.height - 16 / 9) < 0.02);
      const prompt = await page.locator("#prompt").textContent();
      assert.equal(await picture().getAttribute("alt"), prompt);

      const download = page.waitForEvent("download");
      await page.getByRole("link", { name: "Download" }).click();
      assert.match((await download).suggestedFilename(), /\.png$/);

      const line = await page.locator("#curl").textContent();
      assert.doesNotMatch(line, /Bearer demo/);
      upstream.reset();
      const { stdout } = await promisify(execFile)("sh", ["-c", line], {
        env: { ...process.env, FLUXGATE_KEY: "demo" },
      });
      assert.match(JSON.parse(stdout).choices[0].message.content, /demo\.png\?size=1024x576&/);
      assert.ok(upstream.callsTo("/llm")[0].body.includes("a cat on Ann's roof"));
    });

    test("thinking is shown while it goes on, as text", async () => {
      const release = thinkSlowly("a lighthouse, thick fog");
      await openWithKey();
      await page.getByLabel("Model").selectOption("flux-schnell");
      await page.ask("a lighthouse");
      const log = page.getByRole("log");
      await log.getByText("Fog <b>scatters</b> light.").waitFor();
      assert.equal(await page.locator("#frames").getAttribute("aria-busy"), "true");
      assert.equal(await picture().count(), 0);
      release();
      await state("Ready after");
      assert.equal(await page.locator("#prompt").textContent(), "a lighthouse, thick fog");
      assert.equal(await log.isVisible(), false);
      await page.getByText("Thinking and progress").click();
      assert.match(await log.textContent(), /scatters[^]*The prompt is ready\.[^]*flux-schnell/);
      assert.deepEqual(await sizes(), [[true, 1, 1]]);
    });

    test("a ratio in the idea wins over the chosen one", async () => {
      await openWithKey();
      await page.getByLabel("Model").selectOption("demo");
      await page.getByLabel("16:9").check();
      await page.ask("a tower 1:2");
      await state("Ready after");
      assert.deepEqual(await sizes(), [[true, 512, 1024]]);
      const box = await page.locator("figure").boundingBox();
      assert.ok(Math.abs(box.width / box.height - 1 / 2) < 0.02);
    });

    test("several pictures have a frame and a download each", async () => {
      await openWithKey();
      await page.getByLabel("Model").selectOption("flux-schnell");
      await page.getByLabel("Pictures").selectOption("3");
      assert.equal(await page.locator("figure").count(), 3);
      await page.ask("three cats");
      await state("Ready after");
      assert.equal((await sizes()).length, 3);
      assert.deepEqual(await page.locator("#links a").allTextContents(), ["Download 1", "Download 2", "Download 3"]);
    });

    test("the keyboard is enough", async () => {
      await open();
      const focused = () =>
        page.evaluate(
          () => document.activeElement.id || document.activeElement.name || document.activeElement.textContent,
        );
      const tab = async (id) => {
        await page.keyboard.press("Tab");
        assert.equal(await focused(), id);
      };
      await tab("key");
      await page.keyboard.type("demo");
      await tab("idea");
      await page.waitForFunction(() => !document.querySelector("#model").disabled);
      await page.keyboard.type("a cat");
      await tab("ratio");
      await page.keyboard.press("ArrowRight");
      await tab("model");
      await page.keyboard.type("demo");
      await tab("count");
      await tab("send");
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
      assert.equal(outline, "solid");
      await page.getByLabel("Idea").focus();
      await page.keyboard.press("Control+Enter");
      await state("Ready after");
      assert.deepEqual(await sizes(), [[true, 768, 512]]);
      assert.equal(await focused(), "idea");
    });

    test("the key stays in its tab", async () => {
      await openWithKey();
      await page.reload();
      await page.waitForFunction(() => !document.querySelector("#model").disabled);
      assert.equal(await page.getByLabel("Key").inputValue(), "demo");
      const elsewhere = await page.context().newPage();
      await elsewhere.goto(worker.origin);
      assert.equal(await elsewhere.getByLabel("Key").inputValue(), "");
      assert.equal(await page.evaluate(() => localStorage.length + document.cookie.length), 0);
    });

    test("the base URL for chat programs can be copied", async () => {
      await open({ permissions: ["clipboard-read", "clipboard-write"] });
      const button = page.getByRole("contentinfo").getByRole("button");
      await button.click();
      await page.getByRole("button", { name: "Copied" }).waitFor();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${worker.origin}/v1`);
    });
  });

  describe("when something is wrong", () => {
    const note = () => page.locator("#key-note").textContent();

    test("a wrong key is explained at its field until it is right", async () => {
      await open();
      for (const key of ["wrong", "schlüssel"]) {
        await page.enter(key);
        assert.match(await note(), /^That key is not accepted/);
        assert.equal(await page.getByLabel("Key").getAttribute("aria-invalid"), "true");
      }
      await page.enter("demo");
      await page.waitForFunction(() => !document.querySelector("#model").disabled);
      assert.equal(await note(), "");
      assert.equal(await page.getByLabel("Key").getAttribute("aria-invalid"), null);
    });

    test("a key that was withdrawn meanwhile is explained too", async () => {
      await openWithKey();
      await page.getByLabel("Key").evaluate((input) => (input.value = "old"));
      await page.ask("a cat");
      await state("That key is not accepted");
      assert.match(await note(), /not accepted/);
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

    test("an error in mid-stream is told in words, and the next try works", async () => {
      upstream.onImage = () => ({ status: 400, body: { message: "No such size." } });
      await openWithKey();
      await page.ask("a cat");
      await page.locator("#status.wrong", { hasText: "." }).waitFor();
      assert.match(await page.locator("#status").textContent(), /^[A-Z][^{}_]+\.$/);
      upstream.reset();
      await page.ask("a cat");
      await state("Ready after");
      assert.equal(await page.locator("#status.wrong").count(), 0);
      assert.deepEqual(page.problems, []);
    });

    test("what somebody between does to an answer is told in words", async () => {
      await openWithKey();
      const broken = "The connection to the gateway broke. Check your network and try again.";
      const content = `![Image](${worker.origin}/demo.png?size=64x64&prompt=a)\n\nOptimized prompt: a`;
      const cut = `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n: keep-alive\n\n`;
      for (const [answer, words] of [
        [{ contentType: "text/event-stream", body: cut }, broken],
        [{ status: 502, body: "<h1>Bad gateway</h1>" }, "The gateway answered with status 502. Try again in a minute."],
        [{ contentType: "text/event-stream", body: "data: <html>\n\n" }, broken],
        [null, broken],
      ]) {
        await page.route("**/v1/chat/completions", (route) => (answer ? route.fulfill(answer) : route.abort()));
        await page.locator("#status").evaluate((status) => (status.textContent = ""));
        await page.ask("a cat");
        await page.getByRole("button", { name: "Make the picture" }).waitFor();
        await state(words);
        assert.equal(await picture().count(), 0);
        await page.unroute("**/v1/chat/completions");
      }
    });

    test("a picture that cannot be loaded is told, and its link stays", async () => {
      upstream.onPicture = () => ({ status: 404 });
      await openWithKey();
      await page.ask("a cat");
      await state("The picture was made, but it cannot be loaded.");
      assert.equal(await page.getByRole("link", { name: "Download" }).count(), 1);
    });

    test("Stop ends the request, in the gateway too", async () => {
      thinkSlowly("never");
      await openWithKey();
      await page.ask("a cat");
      await page.getByRole("log").getByText("scatters").waitFor();
      await page.waitForTimeout(450);
      await page.getByRole("button", { name: "Stop" }).click();
      await state("Stopped.");
      await page.getByRole("button", { name: "Make the picture" }).waitFor();
      assert.equal(await picture().count(), 0);
      assert.equal(upstream.callsTo("/generate").length, 0);
      assert.deepEqual(page.problems, []);
    });

    test("a double click asks once and stops nothing", async () => {
      await openWithKey();
      await page.getByLabel("Idea").fill("a cat");
      await page.getByRole("button", { name: "Make the picture" }).dblclick();
      await state("Ready after");
      assert.equal(upstream.callsTo("/generate").length, 1);
    });

    test("a hostile prompt is text", async () => {
      const hostile =
        "<img src=x onerror=alert(1)> **b** [l](javascript:alert(1)) ![Image](https://evil.example/x.png) $x$ C:\\new Optimized prompt: y";
      await openWithKey();
      await page.getByLabel("Model").selectOption("flux-schnell");
      await page.ask(`${hostile} --raw`);
      await state("Ready after");
      assert.equal(await page.locator("#prompt").textContent(), hostile);
      assert.equal(await picture().count(), 1);
      assert.equal(await page.locator("#result :is(img, a, b)").count(), 0);
      assert.deepEqual(page.problems, []);
    });
  });

  describe("as a document", () => {
    test("may run its own script, reach its own gateway, and no more", async () => {
      const { headers } = await worker.request("/");
      const hash = "'sha256-[A-Za-z0-9+/]{43}='";
      assert.match(
        headers.get("content-security-policy"),
        new RegExp(
          `^default-src 'none'; script-src ${hash}; style-src ${hash}; connect-src 'self'; img-src 'self' data:; ` +
            "base-uri 'none'; form-action 'none'; frame-ancestors 'none'$",
        ),
      );
      const head = await worker.request("/", { method: "HEAD" });
      assert.equal(head.headers.get("content-security-policy"), headers.get("content-security-policy"));
      assert.equal(await head.text(), "");

      await open();
      await page.evaluate(() => {
        const script = document.createElement("script");
        script.textContent = "window.ran = true";
        document.body.append(script);
      });
      assert.equal(await page.evaluate(() => window.ran), undefined);
      assert.deepEqual(page.problems.filter((problem) => /^script-src/.test(problem)).length, 1);
    });

    test("shows the pictures of another public origin, in a new tab instead of a download", async () => {
      const settings = { FLUXGATE_DEMO: "1", AUTHORIZED_API_KEY: "demo", PUBLIC_BASE_URL: worker.origin };
      const behind = await startWorkerd(settings);
      try {
        page = await openPage(browser, behind.origin);
        await page.enter("demo");
        await page.ask("a cat");
        await state("Ready after");
        assert.deepEqual(await sizes(), [[true, 1024, 1024]]);
        const link = page.getByRole("link", { name: "Open" });
        assert.deepEqual(await link.evaluate((a) => [a.target, a.rel, a.download]), ["_blank", "noopener", ""]);
        assert.equal(await page.locator("#base").textContent(), `${behind.origin}/v1`);
      } finally {
        await behind.close();
      }
    });

    test("has what screen readers go by", async () => {
      await open();
      const found = await page.evaluate(() => ({
        lang: document.documentElement.lang,
        title: document.title,
        headings: document.querySelectorAll("h1").length,
        unlabelled: [...document.querySelectorAll("input, textarea, select")].filter((field) => !field.labels.length)
          .length,
        unnamed: [...document.querySelectorAll("button")].filter((button) => !button.textContent.trim()).length,
        ids:
          [...document.querySelectorAll("[id]")].length -
          new Set([...document.querySelectorAll("[id]")].map(({ id }) => id)).size,
      }));
      assert.deepEqual(found, { lang: "en", title: "Fluxgate", headings: 1, unlabelled: 0, unnamed: 0, ids: 0 });
      for (const role of ["banner", "main", "form", "contentinfo", "status"]) {
        assert.equal(await page.getByRole(role).count(), 1, role);
      }
      assert.equal(await page.getByRole("region", { name: "Result" }).count(), 1);
      assert.equal(await page.getByRole("group", { name: "Shape" }).getByRole("radio").count(), 6);
    });

    test("reads well in light and in dark", async () => {
      await open();
      const seen = [];
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        const contrasts = await page.evaluate(measureContrasts);
        for (const [what, ratio] of contrasts)
          assert.ok(ratio >= 4.5, `${what} in ${colorScheme}: ${ratio.toFixed(2)}`);
        assert.ok(contrasts.length > 15);
        seen.push(await page.screenshot());
      }
      assert.ok(!seen[0].equals(seen[1]));
    });

    test("fits every window", async () => {
      await openWithKey();
      await page.getByLabel("Model").selectOption("demo");
      await page.ask(`a ${"very".repeat(30)} long word`);
      await state("Ready after");
      for (const width of [320, 360, 800, 1280, 2560]) {
        await page.setViewportSize({ width, height: 740 });
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
      }
      const fonts = await page
        .locator("#key, textarea, select")
        .evaluateAll((all) => all.map((field) => getComputedStyle(field).fontSize));
      assert.deepEqual([...new Set(fonts)], ["16px"]); // Phones zoom into fields with smaller letters.
    });

    test("lays nothing over the form, however low the window and wherever it is scrolled", async () => {
      /** What lies over what, with the page at its top, in its middle and at its end. */
      const covered = () =>
        [0, 0.5, 1].flatMap((part) => {
          const { scrollHeight } = document.documentElement;
          scrollTo({ top: part * (scrollHeight - innerHeight), behavior: "instant" });
          const footer = document.querySelector("footer").getBoundingClientRect();
          const bad = [];
          for (const part of document.querySelectorAll("form :is(label, input, textarea, select, button, p)")) {
            const box = part.getBoundingClientRect();
            if (!box.width || !box.height) continue;
            const name = part.id || part.value || part.textContent;
            if (
              box.left < footer.right &&
              box.right > footer.left &&
              box.top < footer.bottom &&
              box.bottom > footer.top
            )
              bad.push(`the footer over ${name}`);
            const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            if (hit && !hit.closest("form")) bad.push(`${hit.tagName} over ${name}`);
          }
          return bad.map((what) => `${what}, scrolled by ${part}`);
        });
      const check = async (what) => {
        for (const width of [320, 480, 768, 959, 960, 1024, 1280])
          for (const height of [560, 600, 640, 680, 700, 740, 768, 800]) {
            await page.setViewportSize({ width, height });
            assert.deepEqual(await page.evaluate(covered), [], `${what}, ${width} x ${height}`);
          }
      };
      await open();
      await check("at first");
      await page.enter("wrong");
      await page.getByLabel("Idea").evaluate((field) => (field.style.height = "20rem"));
      await check("with a note and a high field");
      await page.enter("demo");
      await page.waitForFunction(() => !document.querySelector("#model").disabled);
      await page.getByLabel("Model").selectOption("demo");
      await page.ask("a cat");
      await state("Ready after");
      await page.getByText("Thinking and progress").click();
      await check("with a result");
    });

    test("does not jump when the picture arrives, whatever comes before it", async () => {
      const release = thinkSlowly("a lighthouse");
      await openWithKey();
      await page.getByLabel("Model").selectOption("demo");
      await page.getByLabel("3:4").check();
      const before = await page.locator("figure").boundingBox();
      await page.ask("a lighthouse");
      await page.getByRole("log").getByText("scatters").waitFor();
      assert.deepEqual(await page.locator("figure").boundingBox(), before);
      release();
      await state("Ready after");
      assert.deepEqual(await picture().boundingBox(), before);
    });

    test("moves only for those who like it", async () => {
      thinkSlowly("never");
      await openWithKey();
      await page.ask("a cat");
      await page.getByRole("log").getByText("scatters").waitFor();
      const movements = () => page.evaluate(() => document.getAnimations().length);
      assert.equal(await movements(), 0);
      await page.emulateMedia({ reducedMotion: "no-preference" });
      assert.ok((await movements()) > 0);
    });
  });
});

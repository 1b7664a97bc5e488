// What the page at / makes of answers: whose words were drawn, what was lost, and when to ask again.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { openPage, startBrowser } from "../support/clients/browser.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";

describe("the page, given an answer", () => {
  let browser;
  let worker;
  let page;
  before(async () => {
    browser = await startBrowser();
    worker = await startWorkerd({ AUTHORIZED_API_KEY: "demo", FLUXGATE_DEMO: "1" });
  });
  beforeEach(async () => {
    page = await openPage(browser, worker.origin);
    await page.enter("demo");
  });
  afterEach(() => page?.context().close());
  after(async () => {
    await browser?.close();
    await worker?.close();
  });

  const chat = "**/v1/chat/completions";
  const status = () => page.locator("#status").textContent();
  const state = (text) => page.locator("#status", { hasText: text }).waitFor();
  const picture = (name) => `![Image](${worker.origin}/demo.png?size=64x64&prompt=${name})\n\n`;

  /** A stream of this content, in pieces of three characters. */
  function stream(content) {
    const events = [...content.matchAll(/[^]{1,3}/g)].map(([words]) => ({ choices: [{ delta: { content: words } }] }));
    events.push({ choices: [], usage: { total_tokens: 7 } });
    const body = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("") + "data: [DONE]\n\n";
    return { contentType: "text/event-stream", body };
  }

  /** Answers each request with the next of these; gives the requests. */
  async function answer(...answers) {
    const requests = [];
    await page.route(chat, (route) => {
      requests.push(route.request().postDataJSON());
      return route.fulfill(answers[Math.min(requests.length, answers.length) - 1]);
    });
    return requests;
  }

  describe("whose words", () => {
    afterEach(() => assert.deepEqual(page.problems, []));

    test("were drawn is said when the language model has failed", async () => {
      await answer(stream(`${picture("a")}Prompt: a cat\\!`), stream(`${picture("a")}Optimized prompt: a fine cat`));
      await page.ask("a cat!");
      await state("but the language model did not answer: your own words were drawn.");
      assert.equal(await page.locator("#prompt").textContent(), "a cat!");
      assert.equal(await page.locator("figure img").count(), 1);
      await page.ask("a cat!");
      await state(/^Ready after \d+ s, 7 tokens\.$/);
      assert.equal(await page.locator("#prompt").textContent(), "a fine cat");
      assert.equal(await page.locator("#status.wrong").count(), 0);
    });

    for (const idea of ["a cat --raw", "--RAW a cat", "a cat —raw."]) {
      test(`is not said where the user wished so: ${idea}`, async () => {
        await answer(stream(`${picture("a")}Prompt: a cat`));
        await page.ask(idea);
        await state(/^Ready after \d+ s, 7 tokens\.$/);
        assert.equal(await page.locator("#prompt").textContent(), "a cat");
      });
    }

    test("is said although a longer flag is among them", async () => {
      await answer(stream(`${picture("a")}Prompt: a cat --rawest`));
      await page.ask("a cat --rawest");
      await state("your own words were drawn");
    });

    test("may begin with a caption of their own", async () => {
      await answer(stream(`${picture("a")}Prompt: Optimized prompt: a cat Prompt: b`));
      await page.ask("Optimized prompt: a cat Prompt: b");
      await state("your own words were drawn");
      assert.equal(await page.locator("#prompt").textContent(), "Optimized prompt: a cat Prompt: b");
    });
  });

  describe("lost pictures", () => {
    test("are told under those that were made", async () => {
      const lost = "2 of 4 pictures could not be made: The image backend refused the prompt.";
      await answer(
        stream(`${picture("a")}${picture("b")}Optimized prompt: a cat\n\n${lost}`),
        stream(`${picture("a")}Optimized prompt: a cat`),
      );
      await page.getByLabel("Pictures").selectOption("4");
      await page.ask("a cat");
      await state("Ready after");
      assert.equal(await page.locator("figure").count(), 2);
      assert.equal(await page.locator("#prompt").textContent(), "a cat");
      const note = page.getByText(lost);
      assert.equal(await note.isVisible(), true);
      const [above, below] = [await page.locator("#frames").boundingBox(), await note.boundingBox()];
      assert.ok(below.y >= above.y + above.height);
      await page.ask("a cat");
      await page.waitForFunction(() => document.querySelectorAll("figure").length === 1);
      await state("Ready after");
      assert.equal(await page.locator("#note").textContent(), "");
    });

    test("and whose words were drawn can both be told", async () => {
      await answer(stream(`${picture("a")}Prompt: a cat\n\n1 of 2 pictures could not be made.`));
      await page.ask("a cat");
      await state("your own words were drawn");
      assert.equal(await page.locator("#note").textContent(), "1 of 2 pictures could not be made.");
    });

    test("are told as text, whatever it says", async () => {
      const hostile = "<img src=x onerror=alert(1)> [l](javascript:alert(1)) <a href=https://evil.example/>x</a>";
      const evil = "![Image](https://evil.example/x.png)";
      await answer(stream(`${picture("a")}Prompt: ${hostile}\n\n1 of 2 lost: ${hostile}\n\n${evil}\n`));
      await page.ask("a cat");
      await state("your own words were drawn");
      assert.equal(await page.locator("#prompt").textContent(), hostile);
      assert.equal(await page.locator("#note").textContent(), `1 of 2 lost: ${hostile}\n${evil}`);
      assert.equal(await page.locator("#stage img").count(), 1);
      assert.equal(await page.locator(":is(#result, #note) :is(img, a, b)").count(), 0);
      assert.equal(await page.locator("#links a").count(), 1);
      assert.deepEqual(page.problems, []);
    });
  });

  describe("when to ask again", () => {
    const send = () => page.locator("#send");
    const refusal = (code, wait) => ({
      status: code,
      headers: wait ? { "retry-after": wait } : {},
      contentType: "application/json",
      body: JSON.stringify({ error: { code: "overloaded", message: "The gateway is busy." } }),
    });
    const good = () => stream(`${picture("a")}Optimized prompt: a cat`);

    const live = () => page.locator("#status").getAttribute("aria-live");

    /** Stops the page's clock; page.clock.runFor() turns it on. */
    async function stopClock() {
      await page.clock.install();
      await page.clock.pauseAt(Date.now() + 60_000);
    }

    for (const code of [429, 503]) {
      test(`is counted down after a ${code}, and the button waits`, async () => {
        const requests = await answer(refusal(code, "42"), good());
        await stopClock();
        await page.ask("a cat");
        await state("The gateway is busy. Try again in 42 s.");
        assert.equal(await send().getAttribute("aria-disabled"), "true");
        assert.equal(await live(), null);
        for (let left = 41; left > 0; --left) {
          await page.clock.runFor(1000);
          assert.equal(await status(), `The gateway is busy. Try again in ${left} s.`);
        }
        assert.equal(await live(), "off"); // Screen readers would hear a number each second.
        await send().click({ force: true });
        await page.getByLabel("Idea").press("Control+Enter");
        await page.clock.runFor(1000);
        assert.equal(await status(), "You can try again now.");
        assert.equal(await live(), null);
        assert.equal(await send().getAttribute("aria-disabled"), null);
        assert.equal(requests.length, 1);
        await send().click();
        await state("Ready after");
        assert.equal(requests.length, 2);
      });
    }

    test("does not hold for another model or key", async () => {
      await answer(refusal(429, "30"), good());
      await stopClock();
      await page.ask("a cat");
      await state("Try again in 30 s.");
      await page.getByLabel("Model").dispatchEvent("change");
      assert.equal(await status(), "");
      await send().click();
      await state("Ready after");
      await page.clock.runFor(60_000);
      assert.match(await status(), /^Ready after/);
    });

    test("may be a date, and is an hour at most", async () => {
      await page.clock.install({ time: "2026-01-01T00:00:00Z" });
      await page.clock.pauseAt("2026-01-01T00:01:00Z");
      await answer(refusal(503, "Thu, 01 Jan 2026 00:01:40 GMT"), refusal(503, "86400"));
      await page.ask("a cat");
      await state(/Try again in 40 s\.$/);
      await page.getByLabel("Model").dispatchEvent("change");
      await page.ask("a cat");
      await state(/Try again in 3600 s\.$/);
    });

    test("is counted down where the models could not be had, too", async () => {
      await page.route("**/v1/models", (route) => route.fulfill(refusal(503, "2")));
      await stopClock();
      await page.reload();
      await state(/^Try again in 2 s\.$/);
      assert.equal(await page.locator("#key-note").textContent(), "The gateway is busy.");
      await page.unroute("**/v1/models");
      await page.clock.runFor(2000);
      await state("You can try again now.");
      await page.ask("a cat");
      await state("Ready after");
      assert.equal(await page.locator("#key-note").textContent(), "");
    });

    test("is a guess without the header, and in mid-stream", async () => {
      const event = `data: ${JSON.stringify({ error: { code: "overloaded", message: "The gateway is busy." } })}\n\n`;
      await answer(refusal(429), { contentType: "text/event-stream", body: event, headers: { "retry-after": "9" } });
      for (let i = 0; i < 2; ++i) {
        await page.locator("#status").evaluate((line) => (line.textContent = ""));
        await page.ask("a cat");
        await state("The gateway is busy. Try again in a minute.");
        assert.equal(await send().getAttribute("aria-disabled"), null);
      }
    });
  });
});

// What the page at / makes of answers: whose words were drawn, and what was lost.
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
});

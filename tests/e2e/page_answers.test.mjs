// What the page at / makes of answers: what was lost, what a failure means, and when to ask again.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { openPage } from "../support/clients/browser.mjs";
import { startStudio } from "../support/clients/studio.mjs";

describe("the page, given an answer", () => {
  let studio, browser, worker;
  let page;
  before(async () => {
    studio = await startStudio({ draws: false });
    ({ browser, worker } = studio);
  });
  beforeEach(async () => {
    page = await openPage(browser, worker.origin);
    await page.enter("demo");
  });
  afterEach(() => page?.context().close());
  after(() => studio?.close());

  const chat = "**/v1/chat/completions";
  const picture = (name) => `![Image](${worker.origin}/demo.png?size=64x64&prompt=${name})\n\n`;
  const openPicture = (place = 0) => page.locator(".open").nth(place).click();

  /** A stream of this content, in pieces of three characters. */
  function stream(content, facts = { prompt: "optimized" }) {
    const events = [...content.matchAll(/[^]{1,3}/g)].map(([words]) => ({ choices: [{ delta: { content: words } }] }));
    events.push({ choices: [], usage: { total_tokens: 7, cost: 0.08 }, fluxgate: facts });
    const body = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("") + "data: [DONE]\n\n";
    return { contentType: "text/event-stream", body };
  }

  /** Answers each request with the next of these; gives the requests. */
  async function answer(...answers) {
    const requests = [];
    await page.route(chat, (route) => {
      requests.push(route.request().postDataJSON());
      const answer = answers[Math.min(requests.length, answers.length) - 1];
      return answer ? route.fulfill(answer) : route.abort();
    });
    return requests;
  }

  describe("with pictures", () => {
    test("keeps their prompt, their parts of the cost, and the seed where the backend took it", async () => {
      const two = `${picture("a")}${picture("b")}Optimized prompt: a fine cat`;
      const requests = await answer(stream(two), stream(two, { ignored: "seed, quality" }));
      await page.ask("a cat");
      await page.made(2);
      await openPicture(1);
      const facts = page.locator("#facts");
      await facts.getByText("$0.04", { exact: true }).waitFor();
      await facts.getByText(String(requests[0].seed + 1), { exact: true }).waitFor();
      assert.equal(await page.locator("#prompt").textContent(), "a fine cat");
      await page.keyboard.press("Escape");
      await page.ask("a dog");
      await page.made(4);
      await openPicture();
      await facts.getByText("a dog").waitFor();
      assert.equal(await facts.getByText("Seed").count(), 0);
    });

    test("tells those that were lost", async () => {
      const lost = "2 of 4 pictures could not be made: The image backend refused the prompt.";
      await answer(stream(`${picture("a")}${picture("b")}Optimized prompt: a cat\n\n${lost}`));
      await page.getByLabel("Number of pictures").selectOption("4");
      await page.ask("a cat");
      await page.told(lost);
      await page.made(2);
      assert.equal(await page.locator("#wall > .tile").count(), 2);
      assert.equal(await page.locator("#note.wrong").count(), 1);
    });

    test("tells whose words were drawn, whatever they say", async () => {
      const hostile = "<img src=x onerror=alert(1)> [l](javascript:alert(1)) <a href=https://evil.example/>x</a>";
      const evil = "![Image](https://evil.example/x.png)";
      const content = `${picture("a")}Prompt: ${hostile}\\!\n\n1 of 2 lost: ${hostile}\n\n${evil}\n`;
      await answer(stream(content, { prompt: "original" }));
      await page.ask("a cat");
      await page.made(1);
      await page.told(`your own words were drawn. 1 of 2 lost: ${hostile}`);
      await openPicture();
      assert.equal(await page.locator("#prompt").textContent(), `${hostile}!`);
      assert.equal(await page.locator(":is(#note, #viewer aside) :is(img, a, b)").count(), 0);
      assert.deepEqual(page.problems, []);
    });

    test("shows none that is not this gateway's own", async () => {
      const links = [
        "https://evil.example/x.png",
        "javascript:alert(1)",
        "/v1/models",
        "data:text/html,x",
        "//evil/i/x.png",
      ];
      await answer(stream(`${links.map((link) => `![Image](${link})\n\n`).join("")}Prompt: a cat`));
      await page.ask("a cat");
      await page.waitForFunction(() => document.querySelectorAll(".open").length === 5);
      await page.locator(".lost").nth(4).waitFor();
      assert.equal(await page.locator("#wall img").count(), 0);
      assert.deepEqual(page.problems, []);
    });

    test("finds them beside the text", async () => {
      const url = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
      const images = [{ type: "image_url", image_url: { url } }];
      const { contentType, body } = stream("Optimized prompt: a fine cat");
      const event = `data: ${JSON.stringify({ choices: [{ delta: { images } }] })}\n\n`;
      await answer({ contentType, body: event + body });
      await page.ask("a cat");
      await page.made(1);
      assert.deepEqual(page.problems, []);
      await openPicture();
      assert.equal(await page.locator("#prompt").textContent(), "a fine cat");
    });

    test("takes a link of another name of this gateway for its own", async () => {
      await answer(stream(`![Image](https://public.example/demo.png?size=64x64&prompt=a)\n\nPrompt: a cat`));
      await page.ask("a cat");
      await page.made(1);
      assert.deepEqual(page.problems, []);
    });
  });

  describe("without any", () => {
    const failed = (words) => page.locator(".failed", { hasText: words });
    const refusal = (code, wait) => ({
      status: code,
      headers: wait ? { "retry-after": wait } : {},
      contentType: "application/json",
      body: JSON.stringify({ error: { code: "overloaded", message: "The gateway is busy." } }),
    });
    const good = () => stream(`${picture("a")}Optimized prompt: a cat`);
    const retry = () => page.getByRole("button", { name: "Try again" });

    /** Stops the page's clock; page.clock.runFor() turns it on. */
    async function stopClock() {
      await page.clock.install();
      await page.clock.pauseAt(Date.now() + 60_000);
    }

    test("says it in the answer's own words", async () => {
      await answer(stream("Hello\\! What do you want to see?"));
      await page.ask("hello");
      await failed("Hello! What do you want to see?").waitFor();
    });

    test("what somebody between does to it is told in words, and what was made can still be had", async () => {
      const broken = "The connection to the gateway broke. Check your network and try again.";
      const cut = `data: ${JSON.stringify({ choices: [{ delta: { content: picture("a") } }] })}\n\n: keep-alive\n\n`;
      const html = { contentType: "text/event-stream", body: "data: <html>\n\n" };
      await page.clock.install();
      for (const [answers, words] of [
        [[{ contentType: "text/event-stream", body: cut }, html, null, html, null], broken],
        [
          Array(5).fill({ status: 502, body: "<h1>Bad gateway</h1>" }),
          "The gateway answered with status 502. Try again in a minute.",
        ],
      ]) {
        const requests = await answer(...answers);
        await page.ask("a cat");
        while (requests.length < answers.length) {
          await page.clock.runFor(10_000);
          await pause(20); // The answers come by the real clock.
        }
        await failed(words).waitFor();
        assert.equal(requests.length, answers.length);
        await page.getByRole("button", { name: "Fetch it" }).waitFor();
        await page.getByRole("button", { name: "Dismiss" }).click();
        await page.unroute(chat);
      }
    });

    const json = (status, body) => ({ status, contentType: "application/json", body: JSON.stringify(body) });

    for (const [what, refused, words] of [
      ["a gateway that is busy", json(503, { error: { code: "overloaded", message: "Busy." } }), "Busy."],
      ["a ledger that is away", json(503, { error: { code: "ledger_unavailable", message: "Away." } }), "Away."],
      ["a guard between", json(401, { error: "Unauthorized" }), "Unauthorized"],
    ]) {
      test(`a repeat that meets ${what} keeps its key`, async () => {
        const keys = [];
        page.on("request", (request) => {
          if (request.method() === "POST") keys.push(request.headers()["idempotency-key"]);
        });
        await answer(null, refused, good());
        await page.ask("a cat");
        await failed(words).waitFor();
        await page.getByRole("button", { name: "Fetch it" }).click();
        await page.made(1);
        assert.equal(keys.length, 3);
        assert.equal(new Set(keys).size, 1);
      });
    }

    test("errors without words are failures all the same", async () => {
      await answer(
        json(400, { error: { code: "strange", message: null } }),
        json(403, null),
        json(400, { error: "No." }),
      );
      for (const words of ["with status 400", "with status 403", "No."]) {
        await page.ask(`for ${words}`);
        await failed(`for ${words}`).locator(".wrong", { hasText: words }).waitFor();
      }
    });

    test("counts down when to ask again, and the button waits", async () => {
      const requests = await answer(refusal(429, "42"), refusal(503, "7500"), good());
      await stopClock();
      await page.ask("a cat");
      await failed("The gateway is busy.").waitFor();
      const say = page.locator("#say");
      assert.equal(await say.textContent(), "The gateway is busy. Try again in 42 s.");
      for (let left = 41; left > 0; left -= 10) {
        await page.clock.runFor(left === 41 ? 1000 : 10_000);
        await failed(`Try again in ${left} s.`).waitFor();
      }
      assert.match(await say.textContent(), /42 s/); // Screen readers do not hear every second.
      assert.equal(await retry().getAttribute("aria-disabled"), "true");
      await retry().click({ force: true });
      assert.equal(requests.length, 1);
      await page.clock.runFor(2000);
      await failed("You can try again now.").waitFor();
      assert.equal(await say.textContent(), "You can try again now.");
      await retry().click();
      await failed("Try again in 2:05:00.").waitFor();
      await page.clock.runFor(7_500_000);
      await retry().click();
      await page.made(1);
      assert.equal(requests.length, 3);
    });

    test("reads a date too, and a day is the longest wait", async () => {
      await page.clock.install({ time: "2026-01-01T00:00:00Z" });
      await page.clock.pauseAt("2026-01-01T00:01:00Z");
      await answer(refusal(503, "Thu, 01 Jan 2026 00:01:40 GMT"), refusal(503, "864000"));
      await page.ask("a cat");
      await failed("Try again in 40 s.").waitFor();
      await page.ask("a dog");
      await failed("Try again in 24:00:00.").waitFor();
    });

    /** A stream that ends with this error. */
    const failing = (rest) => ({
      contentType: "text/event-stream",
      body: `data: ${JSON.stringify({ error: { code: "overloaded", message: "It says: busy" }, ...rest })}\n\n`,
    });

    test("counts down in mid-stream too", async () => {
      await answer(failing({ fluxgate: { retry_after: 42 } }));
      await page.ask("a cat");
      await failed("Try again in 42 s.").waitFor();
      assert.equal(await retry().getAttribute("aria-disabled"), "true");
    });

    test("guesses where nobody says it", async () => {
      await answer(refusal(429), failing());
      for (const [idea, words] of [
        ["a cat", "The gateway is busy. Try again in a minute."],
        ["a dog", "It says: busy. Try again in a minute."],
      ]) {
        await page.ask(idea);
        await failed(idea).getByText(words).waitFor();
        assert.equal(await retry().first().getAttribute("aria-disabled"), null);
      }
    });

    test("another run need not wait, and the idea can be changed", async () => {
      await answer(refusal(429, "42"), good());
      await page.ask("a cat");
      await failed("a cat").waitFor();
      await page.ask("a dog");
      await page.made(1);
      await page.getByRole("button", { name: "Change", exact: true }).click();
      assert.equal(await page.getByLabel("Idea").inputValue(), "a cat");
      await page.getByRole("button", { name: "Dismiss" }).click();
      assert.equal(await page.locator(".run").count(), 0);
    });

    test("models that could not be had are asked for again in time", async () => {
      await page.route("**/v1/models", (route) => route.fulfill(refusal(503, "2")));
      await stopClock();
      await page.reload();
      await page.locator("#key-note", { hasText: "The gateway is busy. Try again in 2 s." }).waitFor();
      await page.unroute("**/v1/models");
      await page.clock.runFor(2000);
      await page.waitForFunction(() => !document.querySelector("#model").disabled);
      assert.equal(await page.locator("#key-note").textContent(), "");
    });
  });
});

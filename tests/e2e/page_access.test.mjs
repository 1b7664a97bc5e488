// The page at / for everybody: WCAG 2.2 AA as far as axe-core can tell, in all of its states, and all of it by keys.
import assert from "node:assert/strict";
import axe from "axe-core";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { openPage } from "../support/clients/browser.mjs";
import { editor, startStudio } from "../support/clients/studio.mjs";
import { samplePng } from "../support/upstreams/pictures.mjs";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

describe("the page for everybody", () => {
  let studio, browser, upstream, worker;
  let page;
  before(async () => {
    studio = await startStudio({
      thinks: true,
      more: (upstream) => ({
        ADMIN_API_KEY: "admin-key",
        CLIENTS: JSON.stringify([{ name: "alice", key: "alice", per_day: 50 }]),
        ...editor(upstream),
      }),
    });
    ({ browser, upstream, worker } = studio);
  });
  beforeEach(async () => {
    upstream.reset();
    page = await openPage(browser, worker.origin);
  });
  afterEach(async () => {
    await page.context().close();
  });
  after(() => studio?.close());

  /** A language model that thinks and never comes to an end. */
  const think = () =>
    (upstream.onChat = () => (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`data: {"choices":[{"index":0,"delta":{"reasoning_content":"Fog scatters light."}}]}\n\n`);
    });
  const pictureOf = (name) => [{ name: `${name}.png`, mimeType: "image/png", buffer: samplePng }];

  /** Checks what is on the screen, in light and in dark. */
  async function check(state) {
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      const { violations, passes } = await page.evaluate(
        (tags) => window.axe.run(document, { runOnly: tags, resultTypes: ["violations"] }),
        tags,
      );
      const found = violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)}: ${failureSummary}`),
      );
      assert.deepEqual(found, [], `${state}, ${colorScheme}`);
      assert.ok(passes.length > 10, state);
    }
  }

  describe("axe-core objects to nothing", () => {
    beforeEach(() => page.evaluate(axe.source));

    test("before, with a wrong key, and in each panel", async () => {
      await check("before");
      await page.enter("wrong");
      await check("with a wrong key");
      await page.enter("alice");
      await page.locator("#model:enabled").waitFor();
      await page.locator("#left", { hasText: "left today" }).waitFor();
      for (const panel of ["Shape:", "Model:", "More settings"]) {
        await page.getByRole("button", { name: panel }).click();
        await check(panel);
        await page.keyboard.press("Escape");
      }
    });

    test("while it works, when it has failed, and when it was stopped", async () => {
      await page.enter("demo");
      think();
      await page.getByLabel("Number of pictures").selectOption("2");
      await page.ask("a cat");
      await page.locator(".busy").getByText("Fog scatters").waitFor();
      await check("during");
      await page.keyboard.press("Escape");
      await page.locator(".stopped").waitFor();
      upstream.reset();
      await page.route("**/v1/chat/completions", (route) =>
        route.fulfill({ status: 429, headers: { "retry-after": "42" }, json: { error: { message: "Slow down." } } }),
      );
      await page.ask("a dog");
      await page.locator(".failed").getByText("Try again in").waitFor();
      await check("failed and stopped");
    });

    test("with pictures, that were searched, deleted and enlarged", async () => {
      await page.enter("demo");
      upstream.onChat = () => ({ status: 500, body: "down" });
      await page.getByLabel("Number of pictures").selectOption("4");
      await page.ask("four cats");
      await page.made(4);
      await page.locator("#note.wrong").waitFor();
      await page.locator(".tile").first().hover();
      await check("four pictures");
      await page.locator(".tile").first().getByRole("button", { name: "Delete" }).click();
      await page.getByRole("button", { name: "Undo" }).waitFor();
      await check("deleted");
      await page.getByRole("searchbox").fill("zebra");
      await check("searched");
      await page.getByRole("searchbox").fill("");
      await page.locator(".open").first().click();
      await check("one picture");
      await page.keyboard.press("c");
      await page.keyboard.press("+");
      await check("compared");
    });

    test("with pictures that go in, and on a phone", async () => {
      await page.enter("demo");
      await page.locator("#file").setInputFiles([...pictureOf("a"), ...pictureOf("b")]);
      await page.setViewportSize({ width: 390, height: 844 });
      await check("references");
      await page.setViewportSize({ width: 844, height: 390 });
      await check("references, on its side");
    });

    test("where it tells of use", async () => {
      await page.enter("admin-key");
      await page.getByRole("link", { name: "Use" }).click();
      await page.getByRole("table", { name: "Backends" }).waitFor();
      await check("use");
    });
  });

  describe("keys are enough", () => {
    const focused = () =>
      page.evaluate(() => {
        const { id, ariaLabel, textContent } = document.activeElement;
        return id || ariaLabel || textContent;
      });
    const tab = async (...names) => {
      for (const name of names) {
        await page.keyboard.press("Tab");
        assert.equal(await focused(), name);
        const style = await page.evaluate(() => {
          const { activeElement } = document;
          const outlined = activeElement.id === "idea" ? activeElement.form : activeElement;
          return getComputedStyle(outlined).outlineStyle;
        });
        assert.equal(style, "solid", `the focus on ${name} is seen`);
      }
    };

    test("from the key to the picture", async () => {
      await page.locator("#keys").focus();
      const samples = await page.locator("#samples button").allTextContents();
      await tab(...samples, "key");
      await page.keyboard.type("demo");
      await tab("remember", "idea");
      await page.waitForFunction(() => !document.querySelector("#model").disabled);
      await page.keyboard.type("a cat");
      await tab("pick", "shape");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("Escape");
      assert.equal(await focused(), "shape");
      assert.equal(await page.locator("#shape").getAttribute("aria-label"), "Shape: 3:2");
      await tab("model");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Tab");
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("Escape");
      assert.equal(await page.locator("#model").getAttribute("aria-label"), "Model: demo");
      await tab("count");
      await page.keyboard.type("2");
      await tab("details", "send");
      await page.keyboard.press("Enter");
      await page.made(2);
      await page.getByLabel("Idea").focus();
      await page.keyboard.press("End");
      await page.keyboard.press("Shift+Enter");
      await page.keyboard.type("on a roof");
      await page.keyboard.press("Enter");
      await page.made(4);
      assert.equal(await page.getByLabel("Idea").inputValue(), "a cat\non a roof");
      const sizes = await page
        .locator(".open img")
        .evaluateAll((all) => all.map((img) => img.naturalWidth / img.naturalHeight));
      assert.deepEqual([...new Set(sizes)], [1.5]);
    });

    test("from picture to picture, and to what is done with them", async () => {
      await page.enter("demo");
      await page.ask("a cat");
      await page.made(1);
      await page.locator(".open").focus();
      await tab("Edit this", "Another seed", "Download", "Delete");
      assert.equal(await page.locator(".acts").evaluate((acts) => getComputedStyle(acts).opacity), "1");
      await page.keyboard.press("Enter");
      assert.equal(await focused(), "idea");
      await page.getByRole("button", { name: "Undo" }).focus();
      await page.keyboard.press("Enter");
      await page.made(1);
      await page.locator(".open").focus();
      await page.keyboard.press("Enter");
      assert.equal(await focused(), "Picture, enlarged");
      await tab(
        "Edit this",
        "Vary",
        "Another seed",
        "Use this prompt",
        "Download",
        "Copy",
        "Copy link",
        "Compare",
        "Delete",
      );
      await tab("curl", "Copy", "Previous picture", "Next picture", "Enlarge", "Close");
      await page.keyboard.press("Enter");
      assert.equal(await page.getByRole("dialog").count(), 0);
      await page.locator("body").press("/");
      assert.equal(await focused(), "idea");
    });

    test("an input method keeps its Enter", async () => {
      await page.enter("demo");
      await page.getByLabel("Idea").fill("maozi");
      await page.getByLabel("Idea").dispatchEvent("keydown", { key: "Enter", isComposing: true });
      assert.equal(await page.locator(".run").count(), 0);
    });
  });

  describe("screen readers hear", () => {
    test("where they are", async () => {
      for (const role of ["banner", "navigation", "main", "form"])
        assert.equal(await page.getByRole(role).count(), 1, role);
      assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
      await page.enter("demo");
      await page.ask("a cat");
      await page.made(1);
      await page.getByRole("list", { name: "Pictures" }).getByRole("listitem").waitFor();
      await page.getByRole("button", { name: /^Open: a tabby cat/ }).waitFor();
      const unlabelled = await page
        .locator("input:not([hidden]), textarea, select")
        .evaluateAll((all) => all.filter((field) => !field.labels.length && !field.ariaLabel).map(({ id }) => id));
      assert.deepEqual(unlabelled, []);
    });

    test("that it works, thinks, is ready or was stopped, and no seconds", async () => {
      await page.enter("demo");
      const heard = [];
      await page.exposeFunction("hear", (text) => heard.push(text));
      await page.evaluate(() => {
        const say = document.querySelector("#say");
        new MutationObserver(() => window.hear(say.textContent)).observe(say, { childList: true });
      });
      await page.ask("a cat");
      await page.made(1);
      think();
      await page.ask("a dog");
      await page.getByRole("log", { name: "Thinking" }).getByText("Fog").waitFor();
      await page.waitForTimeout(1100);
      await page.keyboard.press("Escape");
      await page.locator(".stopped").waitFor();
      assert.match(heard.join(" "), /^At work Ready after \d s\. At work Thinking Stopped\.$/);
    });
  });
});

// The gallery of the page at /: what the browser keeps, and what can be done with a picture.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { drive, openPage } from "../support/clients/browser.mjs";
import { startStudio } from "../support/clients/studio.mjs";

/** { name: bytes } of the files in a zip that stores them, whose sums are right. */
function filesOf(zip) {
  const files = {};
  let at = zip.indexOf(Buffer.from("PK\x01\x02", "latin1"));
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const [crc, size] = [zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 24)];
    const nameLength = zip.readUInt16LE(at + 28);
    const local = zip.readUInt32LE(at + 42);
    assert.equal(zip.readUInt32LE(local), 0x04034b50);
    const start = local + 30 + zip.readUInt16LE(local + 26);
    const bytes = zip.subarray(start, start + size);
    assert.equal(crc32(bytes), crc);
    files[zip.toString("utf8", at + 46, at + 46 + nameLength)] = bytes;
    at += 46 + nameLength;
  }
  assert.equal(zip.readUInt32LE(at), 0x06054b50);
  assert.equal(zip.readUInt16LE(at + 10), Object.keys(files).length);
  return files;
}

describe("the gallery of the page", () => {
  let studio, browser, upstream, worker;
  let page;
  before(async () => {
    studio = await startStudio();
    ({ browser, upstream, worker } = studio);
  });
  beforeEach(async () => {
    upstream.reset();
    upstream.onChat = ({ json }) => ({
      body: { choices: [{ message: { content: `PICTURE\n${json.messages.at(-1).content}, soft light` } }] },
    });
    page = await openPage(browser, worker.origin, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.enter("demo");
  });
  afterEach(async () => {
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
  after(() => studio?.close());

  /** Makes a picture for each of these ideas; the last is the first on the wall. */
  async function make(...ideas) {
    const before = await page.locator(".open").count();
    for (const [index, idea] of ideas.entries()) {
      await page.ask(idea);
      await page.made(before + index + 1);
      await page.locator(".run").waitFor({ state: "detached" });
    }
  }
  const prompts = () => page.locator("#wall .open img").evaluateAll((all) => all.map(({ alt }) => alt.split(",")[0]));
  const focused = () => page.evaluate(() => document.activeElement.ariaLabel || document.activeElement.textContent);
  const toast = (words) => page.locator("#toast", { hasText: words }).waitFor();
  const dialog = () => page.getByRole("dialog");
  const act = (name) => dialog().getByRole("button", { name, exact: true }).click();

  test("is there again after a reload, although the backend has let its pictures go", async () => {
    await make("a cat", "a dog");
    upstream.onPicture = () => ({ status: 404 });
    await page.reload();
    await page.made(2);
    assert.deepEqual(await prompts(), ["a dog", "a cat"]);
    await page.locator(".open").first().click();
    const facts = (await page.locator("#facts").textContent()).replace(/\s+/g, " ");
    assert.match(facts, /^Ideaa dogModelflux-schnell, siliconflowSize1 × 1Seed\d+Made.+ (AM|PM)Time\d s$/);
  });

  test("is searched by words of ideas, prompts and models", async () => {
    await make("a cat", "a red dog");
    const search = page.getByRole("searchbox");
    await search.fill("LIGHT dog");
    await page.getByText("1 picture found.").waitFor();
    assert.deepEqual(await prompts(), ["a red dog"]);
    await search.fill("flux-schnell");
    await page.getByText("2 pictures found.").waitFor();
    await search.fill("zebra");
    await page.getByText("No picture has these words.").waitFor();
    assert.equal(await page.getByRole("button", { name: "Save all" }).isDisabled(), true);
    await search.fill("");
    await page.made(2);
  });

  test("lets pictures be deleted, and takes that back", async () => {
    await make("a cat", "a dog");
    await page.locator(".tile").first().hover();
    await page.locator(".tile").first().getByRole("button", { name: "Delete" }).click();
    await toast("Deleted.");
    assert.deepEqual(await prompts(), ["a cat"]);
    assert.match(await focused(), /^Open: a cat/);
    await page.getByRole("button", { name: "Undo" }).click();
    await page.made(2);
    assert.deepEqual(await prompts(), ["a dog", "a cat"]);
    await page.locator(".open").last().click();
    await page.keyboard.press("Delete");
    await toast("Deleted.");
    await page.reload();
    await page.made(1);
    assert.deepEqual(await prompts(), ["a dog"]);
  });

  test("takes a deletion back in the viewer, where it is seen and heard", async () => {
    await page.setViewportSize({ width: 390, height: 740 });
    await make("a cat", "a dog");
    await page.clock.install();
    await page.locator(".open").first().click();
    await page.keyboard.press("Delete");
    await dialog().locator("#toast", { hasText: "Deleted." }).waitFor();
    assert.equal(await dialog().locator("#say").count(), 1);
    const undo = dialog().getByRole("button", { name: "Undo" });
    await undo.focus();
    await page.clock.runFor(20_000);
    await undo.click();
    await page.made(2);
    assert.match(await page.locator("#prompt").textContent(), /^a dog/);
    assert.equal(await focused(), "Picture, enlarged");
    await page.keyboard.press("Escape");
    await page.locator("body > #toast").waitFor({ state: "attached" });
    await page.locator("body > #say").waitFor({ state: "attached" });
  });

  test("does not bring back what was deleted while the rest was drawn", async () => {
    await page.evaluate(() => {
      const real = window.fetch;
      window.fetch = (path, init) => {
        if (path !== "/v1/images/generations") return real(path, init);
        const body = new ReadableStream({ start: (stream) => (window.stream = stream) });
        return Promise.resolve(new Response(body));
      };
    });
    const hear = (seed) =>
      page.evaluate((seed) => {
        const url = `${location.origin}/demo.png?size=64x64&seed=${seed}&prompt=p${seed}`;
        const event = { type: "image_generation.completed", url, revised_prompt: `p${seed}`, usage: { cost: 0.08 } };
        window.stream.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(event)}\n\n`));
      }, seed);
    await page.getByLabel("Number of pictures").selectOption("5");
    await page.ask("cats");
    await page.waitForFunction(() => window.stream);
    await hear(1);
    await page.made(1);
    await page.locator(".tile", { has: page.locator(".open") }).hover();
    await page.getByRole("button", { name: "Delete" }).click();
    await hear(2);
    await page.made(1);
    await page.evaluate(() => window.stream.close());
    await page.locator(".run").waitFor({ state: "detached" });
    await page.made(1);
    assert.deepEqual(await prompts(), ["p2"]);
    await page.reload();
    await page.made(1);
    assert.deepEqual(await prompts(), ["p2"]);
  });

  test("is saved without what cannot be read, and that is told", async () => {
    await make("a cat", "a dog");
    await page.evaluate(() => {
      const { arrayBuffer } = Blob.prototype;
      let count = 0;
      Blob.prototype.arrayBuffer = function () {
        return ++count === 1 ? Promise.reject(new DOMException("", "NotReadableError")) : arrayBuffer.call(this);
      };
    });
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save all" }).click();
    const files = filesOf(readFileSync(await (await download).path()));
    assert.equal(Object.keys(files).length, 2);
    await toast("Saved, but 1 of them could not be had any more.");
    assert.equal(await page.getByRole("button", { name: "Save all" }).isEnabled(), true);
  });

  test("fetches later what could not be fetched when it was made", async () => {
    const hasFile = () =>
      page.evaluate(
        () =>
          new Promise((resolve) => {
            indexedDB.open("fluxgate").onsuccess = ({ target: { result } }) => {
              result.transaction("pictures").objectStore("pictures").getAll().onsuccess = ({ target }) =>
                resolve(target.result[0].blob instanceof Blob);
            };
          }),
      );
    await page.route("**/image-proxy?*", (route) => route.fulfill({ status: 503 }));
    await page.ask("a cat");
    await page.locator(".lost").waitFor();
    await page.locator(".run").waitFor({ state: "detached" });
    await page.waitForTimeout(300); // The run is removed from the store meanwhile.
    assert.equal(await hasFile(), false);
    await page.unroute("**/image-proxy?*");
    await page.reload();
    await page.made(1);
    for (let n = 0; n < 60 && !(await hasFile()); ++n) await page.waitForTimeout(50);
    assert.equal(await hasFile(), true);
  });

  test("keeps a run whose picture has no room, and fetches it with the same key", async () => {
    await page.addInitScript(() => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (record) {
        if (this.name === "pictures" && !sessionStorage.hasRoom) throw new DOMException("", "QuotaExceededError");
        return put.call(this, record);
      };
    });
    await page.reload();
    await page.waitForFunction(() => !document.querySelector("#model").disabled);
    await make("a cat");
    await toast("no room");
    await page.locator(".run").waitFor({ state: "detached" });
    await page.waitForTimeout(300);
    await page.evaluate(() => (sessionStorage.hasRoom = "yes"));
    await page.reload();
    await page.made(1);
    assert.equal(upstream.callsTo("/generate").length, 1);
  });

  test("is saved as a zip file of pictures with speaking names", async () => {
    await page.choose("demo");
    await make("a cat: in / a box?", "灯塔", "a cat in a box");
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save all" }).click();
    const file = await download;
    assert.match(file.suggestedFilename(), /^fluxgate 20\d\d-\d\d-\d\d\.zip$/);
    const files = filesOf(readFileSync(await file.path()));
    const names = Object.keys(files).map((name) => name.replace(/^\d{4}-\d\d-\d\d /, ""));
    assert.deepEqual(names, ["a-cat-in-a-box.png", "灯塔.png", "a-cat-in-a-box (2).png", "pictures.json"]);
    assert.equal(Object.values(files)[0].toString("latin1", 1, 4), "PNG");
    const facts = JSON.parse(files["pictures.json"]);
    assert.deepEqual(
      facts.map(({ idea, model }) => [idea, model]),
      [
        ["a cat in a box", "demo"],
        ["灯塔", "demo"],
        ["a cat: in / a box?", "demo"],
      ],
    );
    await toast("Saved.");
  });

  test("is the same in another tab", async () => {
    const other = await page.context().newPage();
    await drive(other, worker.origin);
    await other.goto(worker.origin);
    await make("a cat");
    await other.made(1);
  });

  test("lays many pictures as they are scrolled to", async () => {
    await page.evaluate(() => {
      return new Promise((resolve) => {
        const opening = indexedDB.open("fluxgate");
        opening.onsuccess = () => {
          const transaction = opening.result.transaction("pictures", "readwrite");
          for (let at = 1; at <= 150; ++at) {
            const link = `/demo.png?size=64x64&seed=${at}&prompt=a`;
            const rest = { prompt: `number ${at}`, idea: "", references: [], width: 64, height: 64 };
            transaction.objectStore("pictures").put({ id: `x${at}`, at, place: 0, link, ...rest });
          }
          transaction.oncomplete = resolve;
        };
      });
    });
    await page.reload();
    const count = (least) => page.waitForFunction((least) => document.querySelectorAll(".open").length >= least, least);
    await count(1);
    assert.ok((await page.locator(".open").count()) < 150);
    while ((await page.locator(".open").count()) < 150) {
      const before = await page.locator(".open").count();
      await page.evaluate(() => scrollTo({ top: document.documentElement.scrollHeight, behavior: "instant" }));
      await count(before + 1);
    }
    assert.equal((await prompts())[149], "number 1");
  });

  test("shows what a hostile store holds as text, and loads nothing of it", async () => {
    await make("a cat");
    await page.evaluate(() => {
      const hostile = "<img src=x onerror=alert(1)><script>alert(1)</scr" + "ipt>";
      const links = [
        "javascript:alert(1)",
        "https://evil.example/x.png",
        "data:text/html,<script>alert(1)</script>",
        {},
      ];
      return new Promise((resolve) => {
        const opening = indexedDB.open("fluxgate");
        opening.onsuccess = () => {
          const transaction = opening.result.transaction("pictures", "readwrite");
          for (const [index, link] of links.entries())
            transaction.objectStore("pictures").put({
              ...{
                id: `x${index}`,
                at: index ? index : hostile,
                place: 0,
                link,
                blob: index ? hostile : {},
                width: hostile,
              },
              ...{ prompt: hostile, idea: hostile, model: hostile, seed: hostile, cost: hostile, references: hostile },
            });
          transaction.oncomplete = resolve;
        };
      });
    });
    await page.reload();
    await page.locator(".lost").nth(3).waitFor();
    await page.locator(".open").last().click();
    assert.match(await page.locator("#prompt").textContent(), /^<img src=x onerror/);
    assert.equal(await page.locator("#viewer aside :is(img, script, a)").count(), 0);
    await act("Copy link");
    await toast("This picture lies in this browser alone and has no link.");
  });

  test("orders nothing of what a hostile store calls a run", async () => {
    await make("a cat");
    const before = upstream.calls.length;
    await page.evaluate(() => {
      const hostile = "<img src=x onerror=alert(1)>";
      const order = {
        idea: hostile,
        model: "flux-schnell",
        count: 10,
        references: [],
        ratio: "1:1",
        size: "",
        without: "",
      };
      const at = Date.now();
      const records = [
        { at, order },
        { at, order, client: hostile, isStopped: true },
        { at, order, client: "0".repeat(32) },
        { at: hostile, order: null, client: null },
        { at: Number.MAX_VALUE, order: hostile, client: {} },
        { at: -1, client: "__proto__" },
      ];
      return new Promise((resolve) => {
        const opening = indexedDB.open("fluxgate");
        opening.onsuccess = () => {
          const transaction = opening.result.transaction("runs", "readwrite");
          for (const [index, record] of records.entries())
            transaction.objectStore("runs").put({ id: `x${index}`, key: hostile, ...record });
          transaction.oncomplete = resolve;
        };
      });
    });
    await page.reload();
    await page.made(1);
    await make("a dog");
    assert.deepEqual(await prompts(), ["a dog", "a cat"]);
    assert.equal(await page.locator(".run").count(), 0);
    const asked = upstream.calls.slice(before).filter(({ url }) => url.endsWith("/generate"));
    assert.equal(asked.length, 1);
  });

  describe("one picture, large", () => {
    beforeEach(async () => {
      await page.choose("demo");
      await make("a cat", "a dog", "a fox");
      await page.locator(".open").nth(1).focus();
      await page.keyboard.press("Enter");
    });
    const shown = () => page.locator("#panes img").evaluateAll((all) => all.map(({ alt }) => alt.split(",")[0]));
    const width = () =>
      page
        .locator("#panes img")
        .first()
        .evaluate((img) => Math.round(img.clientWidth));

    test("keys go on, back and out, and the focus is where it was", async () => {
      assert.deepEqual(await shown(), ["a dog"]);
      await page.keyboard.press("ArrowRight");
      assert.deepEqual(await shown(), ["a cat"]);
      await page.keyboard.press("ArrowRight");
      assert.deepEqual(await shown(), ["a cat"]);
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.press("ArrowLeft");
      assert.deepEqual(await shown(), ["a fox"]);
      await dialog().getByText("Picture 1 of 3").waitFor();
      await page.keyboard.press("Escape");
      assert.match(await focused(), /^Open: a dog/);
    });

    test("is enlarged by keys and wheel, and moved", async () => {
      const fit = await width();
      await page.keyboard.press("+");
      await page.keyboard.press("+");
      assert.ok((await width()) / fit > 2.5);
      const place = () => page.locator("#panes > div").evaluate((pane) => [pane.scrollLeft, pane.scrollTop]);
      const [left, top] = await place();
      assert.ok(left > 0 && top > 0); // The middle is still in the middle.
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowUp");
      assert.deepEqual(await place(), [left + 80, top - 80]);
      await page.keyboard.press("0");
      assert.equal(await width(), fit);
      await page.locator("#panes").hover();
      await page.mouse.wheel(0, -100);
      await page.waitForFunction((fit) => document.querySelector("#panes img").clientWidth > fit * 1.1, fit);
    });

    test("is compared with another", async () => {
      await page.keyboard.press("c");
      assert.deepEqual(await shown(), ["a dog", "a cat"]);
      await page.keyboard.press("ArrowLeft");
      assert.deepEqual(await shown(), ["a dog", "a fox"]);
      const [left, right] = await page.locator("#panes > div").all();
      const boxes = [await left.boundingBox(), await right.boundingBox()];
      assert.ok(boxes[0].x + boxes[0].width <= boxes[1].x);
      await page.keyboard.press("+");
      await page.keyboard.press("+");
      await left.evaluate((pane) => (pane.scrollTop = 60));
      await page.waitForFunction(() => document.querySelector("#panes").lastChild.scrollTop === 60);
      await page.keyboard.press("c");
      assert.deepEqual(await shown(), ["a fox"]);
    });

    test("is copied as a picture and as a link", async () => {
      await act("Copy link");
      await toast("Copied.");
      assert.match(await page.evaluate(() => navigator.clipboard.readText()), /\/demo\.png\?size=/);
      await page.evaluate(() => navigator.clipboard.writeText(""));
      await dialog().locator("#acts").getByRole("button", { name: "Copy", exact: true }).click();
      await page.waitForFunction(async () => (await navigator.clipboard.read())[0].types.includes("image/png"));
    });

    test("lends its prompt, and is drawn again with another seed", async () => {
      const prompt = await page.locator("#prompt").textContent();
      await act("Use this prompt");
      assert.equal(await page.getByLabel("Idea").inputValue(), prompt);
      assert.equal(await page.locator("#raw").isChecked(), true);
      await page.locator(".open").nth(1).click();
      const request = page.waitForRequest("**/v1/images/generations");
      await act("Another seed");
      const { prompt: drawn, seed } = (await request).postDataJSON();
      assert.equal(drawn, prompt);
      assert.ok(Number.isInteger(seed));
      await page.made(4);
      assert.equal((await prompts())[0], "a dog");
    });
  });
});

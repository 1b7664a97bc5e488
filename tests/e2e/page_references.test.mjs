// Pictures that go into the page at /: how they get there, in which order they go on, and what comes of them.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { openPage } from "../support/clients/browser.mjs";
import { editor, startStudio } from "../support/clients/studio.mjs";
import { largePng, sampleGif, samplePng } from "../support/upstreams/pictures.mjs";

describe("pictures that go into the page", () => {
  let studio, browser, upstream, worker;
  let page;
  before(async () => {
    studio = await startStudio({ more: editor });
    ({ browser, upstream, worker } = studio);
  });
  beforeEach(async () => {
    upstream.reset();
    const { onImage, onPicture } = upstream;
    const base64 = { body: { created: 1, data: [{ b64_json: samplePng.toString("base64") }] } };
    upstream.onImage = (call) => (call.url === "/generate" ? onImage(call) : base64);
    upstream.onPicture = (call) => (call.url.endsWith("/edits") ? base64 : onPicture(call));
    page = await openPage(browser, worker.origin);
    await page.enter("demo");
  });
  afterEach(async () => {
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
  after(() => studio?.close());

  /** A PNG whose last bytes are this name, which tells it from others. */
  const png = (name) => Buffer.concat([samplePng, Buffer.from(name)]);
  const pick = (...names) =>
    page
      .locator("#file")
      .setInputFiles(names.map((name) => ({ name: `${name}.png`, mimeType: "image/png", buffer: png(name) })));
  const references = () => page.locator("#references li");
  const edits = () => upstream.callsTo("/v1/images/edits");
  const namesIn = (body) => body.match(/name-[a-z]/g);

  /** Fires `type` with these files, as a browser does it. */
  const bring = (type, files) =>
    page.evaluate(
      ([type, files]) => {
        const data = new DataTransfer();
        for (const [name, mime, bytes] of files)
          data.items.add(new File([new Uint8Array(bytes)], name, { type: mime }));
        const init = { bubbles: true, cancelable: true };
        const event =
          type === "paste"
            ? new ClipboardEvent(type, { ...init, clipboardData: data })
            : new DragEvent(type, { ...init, dataTransfer: data });
        document.querySelector("#idea").dispatchEvent(event);
        return event.defaultPrevented;
      },
      [type, files.map(([name, mime, bytes]) => [name, mime, [...bytes]])],
    );

  test("are picked, pasted and dropped, and choose a model that goes by them", async () => {
    await page.getByRole("button", { name: "Model: flux-schnell" }).waitFor();
    const chooser = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Add a picture" }).click();
    assert.equal((await chooser).isMultiple(), true);
    await pick("name-a");
    await references().nth(0).waitFor();
    await page.told("gpt-image-1 goes by pictures, and was chosen.");
    assert.equal(await bring("dragover", [["b.png", "image/png", png("name-b")]]), true);
    await page.getByText("Drop pictures here").waitFor();
    assert.equal(await bring("drop", [["b.png", "image/png", png("name-b")]]), true);
    assert.equal(await page.getByText("Drop pictures here").isVisible(), false);
    assert.equal(await bring("paste", [["c.gif", "image/gif", sampleGif]]), true);
    assert.equal(await references().count(), 3);
    await page.ask("together");
    await page.made(1);
    const [{ body, headers }] = edits();
    assert.match(headers["content-type"], /^multipart\/form-data/);
    assert.deepEqual(namesIn(body), ["name-a", "name-b"]);
    assert.match(body, /GIF89a/);
    assert.match(body, /together/);
    await page.locator(".open").click();
    assert.equal(await page.locator("#prompt").textContent(), "together");
  });

  test("are moved and removed by keys", async () => {
    await pick("name-a", "name-b", "name-c");
    const at = (n) => page.getByRole("button", { name: `Picture ${n} of`, exact: false }).first();
    await at(1).focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.evaluate(() => document.activeElement.ariaLabel), "Picture 3 of 3");
    assert.equal(await page.locator("#say").textContent(), "Picture 3 of 3");
    await at(1).focus();
    await page.keyboard.press("Delete");
    assert.equal(await page.evaluate(() => document.activeElement.ariaLabel), "Picture 1 of 2");
    await page.ask("together");
    await page.made(1);
    assert.deepEqual(namesIn(edits()[0].body), ["name-c", "name-a"]);
    await page.getByRole("button", { name: "Remove picture 2" }).click();
    await page.getByRole("button", { name: "Remove picture 1" }).click();
    assert.equal(await page.locator("#references").isVisible(), false);
  });

  test("are as many as the model takes, and pictures", async () => {
    await pick(...Array.from({ length: 17 }, () => "x"));
    await page.told("This model takes 16 pictures at most.");
    assert.equal(await references().count(), 16);
    await bring("drop", [["a.svg", "image/svg+xml", Buffer.from("<svg/>")]]);
    await page.told("Only PNG, JPEG, WebP, GIF and AVIF can be added.");
    assert.equal(await references().count(), 16);
  });

  test("that a model does not take are told of, and are no variation without words", async () => {
    await pick("name-a");
    await page.told("gpt-image-1 goes by pictures, and was chosen.");
    await page.choose("flux-schnell");
    await page.told("This model takes 0 pictures at most.");
    await page.getByLabel("Idea").fill("  ");
    await page.getByRole("button", { name: "Make" }).click();
    await page.locator("#idea:focus:invalid").waitFor();
    assert.equal(await page.locator(".run").count(), 0);
    await page.ask("a cat");
    await page.made(1);
    await page.told("This model takes 0 pictures at most.");
  });

  test("pasted before the models are loaded are kept", async () => {
    const { promise: released, resolve: release } = Promise.withResolvers();
    await page.route("**/v1/models", async (route) => {
      await released;
      await route.continue();
    });
    await page.reload();
    await bring("paste", [["a.png", "image/png", png("name-a")]]);
    assert.equal(await references().count(), 1);
    await page.ask("together");
    release();
    await page.made(1);
    assert.deepEqual(namesIn(edits()[0].body), ["name-a"]);
  });

  test("that only show a text from elsewhere leave it to its field", async () => {
    const prevented = await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File(["x"], "a.png", { type: "image/png" }));
      clipboardData.setData("text/plain", "words");
      const event = new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData });
      document.querySelector("#idea").dispatchEvent(event);
      return event.defaultPrevented;
    });
    assert.equal(prevented, false);
    assert.equal(await references().count(), 0);
  });

  test("come back with the words when a run that failed is changed", async () => {
    await pick("name-a");
    upstream.onPicture = () => ({ status: 400, body: { error: { message: "No such size." } } });
    await page.ask("together");
    await page.locator(".failed").waitFor();
    await page.getByRole("button", { name: "Remove picture 1" }).click();
    await page.getByLabel("Idea").fill("");
    await page.getByRole("button", { name: "Change", exact: true }).click();
    assert.equal(await references().count(), 1);
    assert.equal(await page.getByLabel("Idea").inputValue(), "together");
  });

  test("without words become a variation", async () => {
    await pick("name-a");
    await page.getByRole("button", { name: "Make" }).click();
    await page.made(1);
    assert.match(edits()[0].body, /A variation of this picture/);
  });

  test("come from the gallery, to be edited and varied", async () => {
    await page.ask("a cat");
    await page.made(1);
    await page.locator(".open").click();
    await page.getByRole("dialog").getByRole("button", { name: "Edit this" }).click();
    await references().waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "idea");
    await page.ask("make it blue");
    await page.made(2);
    assert.match(edits()[0].body, /make it blue/);
    await page.locator(".open").first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Vary" }).click();
    await page.made(3);
    assert.match(edits()[1].body, /A variation of this picture/);
  });

  test("outlive a reload while they are drawn from, and are paid for once", async () => {
    const { promise: released, resolve: release } = Promise.withResolvers();
    const { onPicture } = upstream;
    upstream.onPicture = (call) =>
      call.url.endsWith("/edits")
        ? async (_, response) => {
            await released;
            response.end(JSON.stringify(onPicture(call).body));
          }
        : onPicture(call);
    await pick("name-a", "name-b");
    await page.ask("together");
    await page.locator(".busy").waitFor();
    while (!edits().length) await page.waitForTimeout(20);
    await page.reload();
    await page.locator(".busy").waitFor();
    release();
    await page.made(1);
    assert.equal(edits().length, 1);
  });

  test("drafts are shown while a model draws that sends them", async () => {
    const { promise: released, resolve: release } = Promise.withResolvers();
    const event = (type, rest) => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
    const b64_json = largePng(40_000).toString("base64"); // What is short is taken for no picture.
    upstream.onImage = () => async (_, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(event("image_generation.partial_image", { partial_image_index: 0, b64_json }));
      await released;
      response.end(event("image_generation.completed", { b64_json, usage: {} }));
    };
    await page.choose("gpt-image-1");
    await page.ask("a cat");
    await page.locator(".drafted img").waitFor();
    assert.match(await page.locator(".drafted img").getAttribute("src"), /^data:image\/png;base64,/);
    release();
    await page.made(1);
    await page.locator(".open").click();
    // The prompt was written all the same.
    assert.match(await page.locator("#prompt").textContent(), /^a tabby cat/);
  });
});

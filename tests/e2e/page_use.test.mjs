// What the page at / tells of use: to a client its own, to an operator everybody's and how the backends do.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { measureContrasts, openPage, startBrowser } from "../support/clients/browser.mjs";
import { workerModule } from "../needs/worker.mjs";
import { startNodeServer } from "../support/hosts/node_server.mjs";
import { startWorkerd } from "../support/hosts/workerd.mjs";
import { settingsFor, startUpstream } from "../support/upstreams/upstream.mjs";

describe("the page, telling of use", () => {
  let browser;
  let upstream;
  let host;
  let page;
  let folder;
  before(async () => {
    [browser, upstream] = await Promise.all([startBrowser(), startUpstream()]);
    folder = mkdtempSync(join(tmpdir(), "fluxgate-page-"));
  });
  const settings = () => ({
    ...settingsFor(upstream),
    AUTHORIZED_API_KEY: "demo",
    ADMIN_API_KEY: "admin-key",
    CLIENTS: JSON.stringify([{ name: "alice", key: "alice-key", per_minute: 10, per_day: 5, usd_per_day: 1 }]),
    IMAGE_GEN_PRICE: "0.04",
  });
  let count = 0;
  /** Each test has a gateway of its own, which counts anew. */
  const open = async (start) => {
    upstream.reset();
    host = await start();
    page = await openPage(browser, host.origin);
  };
  const openWorker = () => open(() => startWorkerd(settings()));
  const openWithLedger = () =>
    open(() => {
      const LEDGER_FILE = join(folder, `ledger${++count}.sqlite`);
      return startNodeServer({ ...settings(), LEDGER_FILE }, { module: workerModule() });
    });
  afterEach(async () => {
    await page?.context().close();
    await host?.close();
    page = host = null;
  });
  after(async () => {
    await browser?.close();
    await upstream?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  const use = (text) => page.locator("#use", { hasText: text }).waitFor({ state: "attached" });
  const noUse = () => page.waitForFunction(() => document.querySelector("#use").textContent === "");
  const detail = () => page.getByRole("link", { name: "Use" });
  const tables = () => page.locator("#tables").getByRole("table");
  const back = () => page.getByRole("link", { name: "Pictures" }).click();
  /** The texts of a table, row by row. */
  const rowsOf = (name) =>
    page
      .getByRole("table", { name })
      .evaluate((table) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent)));

  const nothing = { date: "2026-11-30", requests: 0, failed: 0, pictures: 0, cost: 0 };
  const told = { object: "usage", client: "a", scope: "all", limits: {}, today: nothing, days: [] };
  const backend = { name: "IMAGE_GEN", ok: 0, failed: 0, failures: [], keys: [{ key: 0, state: "ready" }] };
  /** What the gateway answers to the page's next requests for use; `answer` is JSON, or an answer. */
  const answer = (use, answer = { json: use }) => page.route("**/v1/usage", (route) => route.fulfill(answer));

  describe("from the gateway", () => {
    afterEach(() => assert.deepEqual(page.problems, []));

    test("a client sees what it has had and what is left, and again after each picture", async () => {
      await openWorker();
      await noUse();
      assert.equal(await tables().count(), 0);
      await page.enter("alice-key");
      const rest = "At most 10 requests a minute. As far as this instance of the gateway knows.";
      await use(`Today 0 pictures. Left until midnight UTC: 5 pictures, $1. ${rest}`);
      assert.equal(await page.locator("#use").getAttribute("aria-live"), "polite");
      assert.equal(await tables().count(), 0);
      await page.locator("#left", { hasText: "5 pictures, $1 left today" }).waitFor();
      await page.getByLabel("Number of pictures").selectOption("2");
      await page.ask("a cat");
      await page.made(2);
      await use(`Today 2 pictures, $0.08. Left until midnight UTC: 3 pictures, $0.92. ${rest}`);
      await detail().click();
      const [headings, today, ...more] = await rowsOf("By day");
      assert.deepEqual(headings, ["Day", "Requests", "Failed", "Pictures", "Cost"]);
      assert.match(today[0], /^20\d\d-\d\d-\d\d$/);
      assert.deepEqual(today.slice(1), ["1", "0", "2", "$0.08"]);
      assert.deepEqual(more, []);
      assert.equal(await page.getByRole("table").count(), 1);
    });

    test("an operator sees everybody, and how the backends do", async () => {
      await openWithLedger();
      const { onImage } = upstream;
      upstream.onImage = ({ headers }) => {
        upstream.onImage = onImage;
        assert.equal(headers.authorization, "Bearer first-image-key");
        return { status: 429, headers: { "retry-after": "600" }, body: { message: "slow <b>down</b>" } };
      };
      await page.enter("alice-key");
      await page.ask("a cat");
      await page.made(1);
      await use("Today 1 picture, $0.04.");
      await page.enter("admin-key");
      await use(/^Today 0 pictures\.$/);
      await detail().click();
      assert.deepEqual(await rowsOf("Clients"), [
        ["Client", "Pictures today", "Cost today", "Pictures in 30 days", "Cost in 30 days"],
        ["alice", "1", "$0.04", "1", "$0.04"],
      ]);
      const [headings, [name, calls, succeeded, p50, p95, failure, keys]] = await rowsOf("Backends, in 30 days");
      assert.deepEqual(headings, ["Backend", "Calls", "Succeeded", "p50", "p95", "Last failure", "Keys"]);
      assert.deepEqual([name, calls, succeeded], ["IMAGE_GEN", "2", "50 %"]);
      for (const took of [p50, p95]) assert.match(took, /^\d+(\.5)? s$/);
      assert.match(failure, /\d [AP]M img_key_rate 429 slow <b>down<\/b>$/);
      assert.match(keys, /^0 rests (5\d\d|600) s, 1 ready$/);
      for (const secret of ["first-image-key", "alice-key", "admin-key"])
        assert.ok(!(await page.locator("#tables").textContent()).includes(secret));
    });

    test("opening the detail asks again", async () => {
      await openWithLedger();
      await page.enter("admin-key");
      await use("Today 0 pictures.");
      const draw = { method: "POST", body: JSON.stringify({ model: "flux-schnell", prompt: "a cat" }) };
      const headers = { authorization: "Bearer alice-key", "content-type": "application/json" };
      assert.equal((await host.request("/v1/images/generations", { ...draw, headers })).status, 200);
      assert.equal(await page.locator("#tables th", { hasText: "alice" }).count(), 0);
      await detail().click();
      await page.getByRole("rowheader", { name: "alice" }).waitFor();
    });

    test("another key has a use of its own, and a wrong one none", async () => {
      await openWithLedger();
      await page.enter("alice-key");
      await use("Left until midnight UTC: 5 pictures, $1. At most 10 requests a minute.");
      await page.enter("demo");
      await use(/^Today 0 pictures\.$/);
      await page.enter("wrong");
      await page.locator("#key-note", { hasText: "not accepted" }).waitFor();
      await noUse();
      assert.equal(await tables().count(), 0);
    });

    test("what nobody counts is not told as 0", async () => {
      await openWorker();
      await page.enter("demo");
      const isTold = page.waitForResponse("**/v1/usage");
      await page.ask("a cat");
      await page.made(1);
      await isTold;
      await noUse();
      await page.enter("admin-key");
      await use("Without a ledger each instance counts by itself, and only what has limits.");
      await page.enter("alice-key");
      await use(/^Today 0 pictures\. Left until .* As far as this instance of the gateway knows\.$/);
    });
  });

  describe("whatever is answered", () => {
    beforeEach(openWorker);

    test("names and messages are text", async () => {
      const hostile = "<img src=x onerror=alert(1)><a href=javascript:alert(1)>x</a>";
      const clients = [{ name: hostile, today: nothing, month: nothing }];
      const failures = [{ at: 1, failure: "img_policy", status: 400, message: hostile }];
      await answer({ ...told, clients, backends: [{ ...backend, name: hostile, failed: 1, failures }] });
      await page.enter("demo");
      await detail().click();
      assert.equal((await rowsOf("Clients"))[1][0], hostile);
      const [, row] = await rowsOf("Backends");
      assert.equal(row[0], hostile);
      assert.ok(row[5].endsWith(`img_policy 400 ${hostile}`));
      assert.equal(await page.locator("#tables :is(img, a, b)").count(), 0);
      assert.deepEqual(page.problems, []);
    });

    test("numbers are rounded to nobody's favour, and the last failure is the latest", async () => {
      const fault = (at, message) => ({ at, failure: "img_connect", status: 0, message });
      const backends = [
        { ...backend, ok: 3, p50_ms: 1500, p95_ms: 12000 },
        {
          ...backend,
          ok: 1999,
          failed: 1,
          failures: [fault(1e12, "first"), fault(3e12, "third"), fault(2e12, "second")],
        },
        backend,
      ];
      const limits = { per_day: 5, usd_per_day: 0.5 };
      const today = { ...nothing, pictures: 7, cost: 0.70000001 };
      await answer({ ...told, limits, today, clients: [], backends, truncated: true });
      await page.enter("demo");
      await use(/^Today 7 pictures, \$0\.7\. Left until midnight UTC: 0 pictures, \$0\.$/);
      await detail().click();
      assert.equal((await rowsOf("Clients, not all of them")).length, 1);
      const [, ...rows] = await rowsOf("Backends");
      assert.deepEqual(rows[0], ["IMAGE_GEN", "3", "100 %", "1.5 s", "12 s", "–", "0 ready"]);
      assert.equal(rows[1][2], "99.9 %");
      assert.match(rows[1][5], /2065.* img_connect third$/);
      assert.deepEqual(rows[2].slice(1), ["0", "–", "–", "–", "–", "0 ready"]);
    });

    for (const [what, bad] of Object.entries({
      "an error": { status: 503, json: { error: { code: "ledger_unavailable", message: "Ask again soon." } } },
      "something else": { json: { object: "list" } },
      "no JSON": { body: "<html>" },
    })) {
      test(`${what} is told quietly, and pictures are made`, async () => {
        await answer(null, bad);
        await page.enter("alice-key");
        await use("What was used cannot be told at the moment.");
        assert.equal(await tables().count(), 0);
        await page.unroute("**/v1/usage");
        await page.ask("a cat");
        await page.made(1);
        await use("Today 1 picture, $0.04.");
        assert.deepEqual(page.problems, []);
      });
    }

    test("what comes late does not stand for another key", async () => {
      const [released, late] = [Promise.withResolvers(), Promise.withResolvers()];
      await page.route("**/v1/usage", async (route) => {
        const isAlice = route.request().headers().authorization.includes("alice");
        if (isAlice) await released.promise;
        await route.fulfill({ json: { ...told, today: { ...nothing, pictures: isAlice ? 1 : 2 } } });
        if (isAlice) late.resolve();
      });
      await page.enter("alice-key");
      await page.enter("demo");
      await use("Today 2 pictures.");
      released.resolve();
      await late.promise;
      await page.waitForTimeout(100);
      await use("Today 2 pictures.");
    });
  });

  describe("as a document", () => {
    const message = `The backend says ${"so much of it ".repeat(20)}and ${"x".repeat(200)}`;
    const clients = Array.from({ length: 30 }, (_, index) => ({
      name: `${"client".repeat(10)}${index}`,
      today: { ...nothing, pictures: 12345, cost: 1234.5678 },
      month: { ...nothing, pictures: 123456, cost: 12345.6789 },
    }));
    const failures = [{ at: 1e12, failure: "img_key_rate", status: 429, message }];
    const keys = Array.from({ length: 8 }, (_, key) => ({ key, state: "resting", wait: 3600 }));
    const backends = [{ ...backend, ok: 9, failed: 1, p50_ms: 500, p95_ms: 300_000, failures, keys }];
    beforeEach(openWorker);
    const showTables = async () => {
      await answer({ ...told, clients, backends });
      await page.enter("demo");
      await detail().click();
      await page.getByRole("table", { name: "Clients" }).waitFor();
    };

    test("tables have captions and headings, and the keyboard is enough", async () => {
      await answer({ ...told, clients, backends });
      await page.enter("demo");
      await use("Today");
      await detail().focus();
      await page.keyboard.press("Enter");
      await page.getByRole("table", { name: "Clients" }).waitFor();
      await page.getByRole("button", { name: "Change the key" }).focus();
      await page.setViewportSize({ width: 320, height: 640 });
      for (const [name, headings] of Object.entries({ Clients: 5, "Backends, in 30 days": 7 })) {
        const frame = page.getByRole("region", { name });
        assert.equal(await frame.getByRole("columnheader").count(), headings);
        assert.equal(await frame.getByRole("rowheader").count(), name === "Clients" ? 30 : 1);
        await page.keyboard.press("Tab");
        assert.equal(await frame.evaluate((element) => element === document.activeElement), true);
        await page.keyboard.press("ArrowRight");
        await page.waitForFunction(() => document.activeElement.scrollLeft > 0);
      }
    });

    test("reads well in light and in dark", async () => {
      await showTables();
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        for (const [what, ratio] of await page.evaluate(measureContrasts))
          assert.ok(ratio >= 4.5, `${what} in ${colorScheme}: ${ratio.toFixed(2)}`);
      }
    });

    test("fits every window", async () => {
      await showTables();
      for (const width of [320, 360, 800, 1280, 2560]) {
        await page.setViewportSize({ width, height: 740 });
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
        const widths = await page.getByRole("cell", { name: "img_key_rate" }).evaluate((cell) => cell.clientWidth);
        assert.ok(widths <= 400, `${widths} px of words in a window of ${width}`);
      }
    });
  });
});

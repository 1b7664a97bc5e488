// Opens the page in Debian's Chromium, without a window.
import { chromium } from "playwright-core";
import { browserProgram } from "../../needs/browser.mjs";

export function startBrowser() {
  return chromium.launch({ executablePath: browserProgram(), args: ["--no-sandbox"] }); // Root, as in CI, has no sandbox.
}

/**
 * Opens the page at `origin` in a tab of its own; `path` may be more than "/". Gives it with
 *   problems   what must not be: errors in the console, breaches of the policy, requests to elsewhere
 *   enter(key), ask(idea)   as a user would: the first waits for the models, the second presses the button
 *   choose(model), shape(ratio)   in the composer's panels
 *   made(count), told(words)   wait for so many pictures, loaded, and for the line above the idea
 */
export async function openPage(browser, origin, { path = "/", ...options } = {}) {
  const context = await browser.newContext({
    reducedMotion: "reduce",
    locale: "en-US",
    serviceWorkers: "block",
    ...options,
  });
  context.setDefaultTimeout(5000);
  const page = await context.newPage();
  await drive(page, origin);
  await page.goto(origin + path);
  return page;
}

/** Gives a tab what openPage() gives its own. */
export async function drive(page, origin) {
  page.problems = [];
  const report = (text) => page.problems.push(text);
  page.on("pageerror", (error) => report(String(error)));
  page.on("console", (message) => {
    // An answer with a status of 400 or above is no problem, nor is a worker that the test does without.
    if (/server responded with a status|Service Worker registration blocked/.test(message.text())) return;
    if (["error", "warning"].includes(message.type())) report(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`) && !/^(data|blob):/.test(request.url()))
      report(`request to ${request.url()}`);
  });
  await page.exposeFunction("reportBreach", report);
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      window.reportBreach(`${event.violatedDirective}: ${event.blockedURI}`),
    );
  });
  const key = page.getByRole("textbox", { name: "Key" });
  page.enter = async (text) => {
    if (!(await key.isVisible())) await page.getByRole("button", { name: "Change the key" }).click();
    await key.fill(text);
    await key.press("Tab");
    await page.waitForFunction(
      () => !document.querySelector("#model").disabled || document.querySelector("#key-note").textContent,
    );
  };
  page.ask = async (idea) => {
    await page.getByLabel("Idea").fill(idea);
    await page.getByRole("button", { name: "Make" }).click();
  };
  page.choose = async (model) => {
    await page.getByRole("button", { name: "Model:" }).click();
    await page.getByRole("radio", { name: model }).check();
    await page.keyboard.press("Escape");
  };
  page.shape = async (ratio) => {
    await page.getByRole("button", { name: "Shape:" }).click();
    await page.getByRole("radio", { name: ratio, exact: true }).check();
    await page.keyboard.press("Escape");
  };
  page.made = (count) =>
    page.waitForFunction((count) => {
      const images = [...document.querySelectorAll("#wall .open img")];
      return images.length === count && images.every(({ complete, naturalWidth }) => complete && naturalWidth);
    }, count);
  page.told = (words) => page.locator("#note", { hasText: words }).waitFor();
}

/** Runs in the browser. Gives [text, contrast] for each element with words of its own. Source: www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function measureContrasts() {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const luminance = (colours) => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((v) =>
      v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrasts = [];
  for (const element of document.body.querySelectorAll("*")) {
    const words = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!words || !element.checkVisibility() || element.matches(":disabled *, option")) continue;
    const backgrounds = [];
    for (let at = element; at; at = at.parentElement) backgrounds.unshift(getComputedStyle(at).backgroundColor);
    const [low, high] = [luminance(backgrounds), luminance([...backgrounds, getComputedStyle(element).color])].sort(
      (a, b) => a - b,
    );
    contrasts.push([element.textContent.trim().slice(0, 30), (high + 0.05) / (low + 0.05)]);
  }
  return contrasts;
}

// The page in Debian's Chromium, without a window.
import { chromium } from "playwright-core";
import { findProgram } from "../../scripts/project.mjs";

/** The names of the browser on the machines where tests run. */
const programs = ["chromium", "chromium-browser", "google-chrome"];

export function startBrowser() {
  const executablePath = programs.map(findProgram).find(Boolean);
  return chromium.launch({ executablePath, args: ["--no-sandbox"] }); // Root, as in CI, has no sandbox.
}

/**
 * Opens the page at `origin` in a tab of its own. Gives it with
 *   problems   what must not be: errors in the console, breaches of the policy, requests to elsewhere
 *   enter(key), ask(idea)   as a user would: the first waits for the models, the second presses the button
 */
export async function openPage(browser, origin, options = {}) {
  const context = await browser.newContext({ reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(5000);
  const page = await context.newPage();
  page.problems = [];
  const report = (text) => page.problems.push(text);
  page.on("pageerror", (error) => report(String(error)));
  page.on("console", (message) => {
    // A status of 400 and above is an answer like others.
    if (["error", "warning"].includes(message.type()) && !/server responded with a status/.test(message.text())) report(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith("data:")) report(`request to ${request.url()}`);
  });
  await page.exposeFunction("reportBreach", report);
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => window.reportBreach(`${event.violatedDirective}: ${event.blockedURI}`));
  });
  await page.goto(origin);
  page.enter = async (key) => {
    await page.getByLabel("Key").fill(key);
    await page.getByLabel("Key").press("Tab");
    await page.waitForFunction(() => !document.querySelector("#model").disabled || document.querySelector("#key-note").textContent);
  };
  page.ask = async (idea) => {
    await page.getByLabel("Idea").fill(idea);
    await page.getByRole("button", { name: "Make the picture" }).click();
  };
  return page;
}

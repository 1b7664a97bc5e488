// What the tests of the page at / need: Chromium, a gateway, and the backends behind it.
import { startWorkerd } from "../hosts/workerd.mjs";
import { settingsFor, startUpstream } from "../upstreams/upstream.mjs";
import { startBrowser } from "./browser.mjs";

/** A second backend, which goes by pictures. */
export const editor = (upstream) => ({
  IMAGE_GEN_API_BASE_2: `${upstream.origin}/v1/images/generations`,
  IMAGE_GEN_API_TYPE_2: "openai",
  IMAGE_GEN_MODEL_2: "gpt-image-1",
  IMAGE_GEN_API_KEY_2: "key",
});

/**
 * Starts them, with the key `demo` and the model `demo`. draws: there are a backend and a language model as well; thinks: that reasons. more(upstream):
 * further settings. Gives { browser, upstream, worker, close() }.
 */
export async function startStudio({ draws = true, thinks = false, more = () => ({}) } = {}) {
  const [browser, upstream] = await Promise.all([startBrowser(), startUpstream()]);
  const own = { AUTHORIZED_API_KEY: "demo", FLUXGATE_DEMO: "1", ...more(upstream) };
  const settings = draws ? settingsFor(upstream, own) : own;
  if (thinks) {
    settings.OPENAI_MODEL_REASONING = "thinker";
    delete settings.OPENAI_MODEL;
  }
  const worker = await startWorkerd(settings);
  const close = () => Promise.all([browser, worker, upstream].map((each) => each.close()));
  return { browser, upstream, worker, close };
}

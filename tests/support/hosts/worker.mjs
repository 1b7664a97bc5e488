// Starts the Worker in workerd as `wrangler dev` does, with the project's own wrangler.toml and the settings of a test.
import { fileURLToPath } from "node:url";
import { unstable_readConfig, unstable_startWorker } from "wrangler";
import { workerModule } from "../../needs/worker.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * Starts the Worker with these variables and no others. Gives { origin, request(path, init), close() }. imagesIn: a folder for the bucket IMAGES;
 * without one the Worker has no bucket.
 */
export async function startWorker(variables, { imagesIn } = {}) {
  workerModule();
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false"; // No look-up of this machine's place at Cloudflare.
  const { name, main, compatibility_date, compatibility_flags } = unstable_readConfig({
    config: `${root}/wrangler.toml`,
  });
  const bindings = Object.entries(variables).map(([variable, value]) => [variable, { type: "plain_text", value }]);
  if (imagesIn !== undefined) bindings.push(["IMAGES", { type: "r2_bucket", bucket_name: "images" }]);
  const worker = await unstable_startWorker({
    name,
    entrypoint: main,
    config: "", // The module is built already.
    envFiles: ["/dev/null"], // Replaces the .dev.vars of the user who runs the tests.
    compatibilityDate: compatibility_date,
    compatibilityFlags: compatibility_flags,
    bindings: Object.fromEntries(bindings),
    dev: {
      server: { hostname: "127.0.0.1", port: 0 },
      inspector: false,
      logLevel: "error",
      watch: false,
      persist: imagesIn ?? false,
    },
  });
  await worker.ready;
  const { origin } = await worker.url;
  return {
    origin,
    request: (path, init = {}) => fetch(new URL(path, origin), { redirect: "manual", ...init }),
    close: () => worker.dispose(),
  };
}

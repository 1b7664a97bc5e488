// Starts the Worker in workerd as `wrangler dev` does, with the project's own wrangler.toml and the settings of a test.
import { fileURLToPath } from "node:url";
import { unstable_readConfig, unstable_startWorker } from "wrangler";
import { workerModule } from "../../needs/worker.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Bindings of every kind of service, as wrangler takes them; what they hold lies in memory, or where `imagesIn` says. */
export const kindsOfBindings = {
  bucket: { type: "r2_bucket", bucket_name: "images" },
  namespace: (id) => ({ type: "kv_namespace", id }),
  ledger: (class_name = "Ledger") => ({ type: "durable_object_namespace", class_name }),
  limit: (limit) => ({ type: "ratelimit", namespace_id: "1", simple: { limit, period: 60 } }),
  dataset: { type: "analytics_engine", dataset: "events" },
  otherWorker: (service, entrypoint) => ({ type: "service", service, entrypoint }),
};

/**
 * Starts the Worker with these variables and no others. Gives { origin, request(path, init), close() }. imagesIn: a folder for the bucket IMAGES;
 * without one the Worker has no bucket. bindings: more of them, by name. entrypoint: of another Worker, by its path in the project. objects: the
 * classes of its Durable Objects.
 */
export async function startWorker(variables, { imagesIn, bindings: others = {}, entrypoint, objects = [] } = {}) {
  workerModule();
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false"; // No look-up of this machine's place at Cloudflare.
  const { name, main, compatibility_date, compatibility_flags } = unstable_readConfig({
    config: `${root}/wrangler.toml`,
  });
  const bindings = Object.entries(variables).map(([variable, value]) => [variable, { type: "plain_text", value }]);
  if (imagesIn !== undefined) bindings.push(["IMAGES", kindsOfBindings.bucket]);
  const worker = await unstable_startWorker({
    name,
    entrypoint: entrypoint === undefined ? main : `${root}/${entrypoint}`,
    config: "", // The module is built already.
    envFiles: ["/dev/null"], // Replaces the .dev.vars of the user who runs the tests.
    compatibilityDate: compatibility_date,
    compatibilityFlags: compatibility_flags,
    bindings: { ...Object.fromEntries(bindings), ...others },
    migrations: objects.length > 0 ? [{ tag: "v1", new_sqlite_classes: objects }] : [],
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

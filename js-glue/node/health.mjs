// `health`: does a gateway answer here? For the health check of a container.
import { readServerSettings, readSettings } from "./settings.mjs";

/** A gateway that is well answers within a millisecond. */
const patienceMs = 2000;

/** options: { settings, host, port }. Returns 0 or 1. */
export async function health(options) {
  const { settings } = readSettings(process.env, { file: options.settings });
  const { host, port } = readServerSettings({
    ...settings,
    ...(options.host && { HOST: options.host }),
    ...(options.port && { PORT: options.port }),
  });
  const name = { "0.0.0.0": "127.0.0.1", "::": "[::1]" }[host] ?? (host.includes(":") ? `[${host}]` : host);
  try {
    const answer = await fetch(`http://${name}:${port}/health`, { signal: AbortSignal.timeout(patienceMs) });
    console.log(await answer.text());
    return answer.ok ? 0 : 1;
  } catch (error) {
    console.error(`no answer: ${error.cause?.message ?? error.message}`);
    return 1;
  }
}

// The settings of an isolate, read once.
const listIn = (text) =>
  (text ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter(Boolean);

/** What is told of each model. */
const facts = {
  modalities: { input: ["text"], output: ["image"] },
  sizes: { step: 1, min_side: 64, max_side: 4096, max_ratio: 4096, min_pixels: 0, max_pixels: 4096 * 4096 },
  references: 0,
  candidates: [{ provider: "siliconflow", state: "ready" }],
};

export function readSettings(env) {
  const encoder = new TextEncoder();
  const models = listIn(env.IMAGE_GEN_MODEL);
  const reasons = Boolean(env.OPENAI_MODEL_REASONING);
  return {
    clientKeys: listIn(env.AUTHORIZED_API_KEY).map((key) => encoder.encode(key)),
    models: new Set(models),
    modelList: JSON.stringify({
      object: "list",
      data: models.map((id) => ({ id, object: "model", created: 1_735_689_600, owned_by: "fluxgate", ...facts })),
    }),
    maxRequestBytes: Number(env.MAX_REQUEST_BYTES ?? 8_388_608),
    publicOrigin: env.PUBLIC_BASE_URL?.replace(/\/+$/, ""),
    internalHosts: new Set(listIn(env.IMAGE_HOSTS_INTERNAL)),
    signingKey: crypto.subtle.importKey(
      "raw",
      encoder.encode(env.IMAGE_PROXY_SECRET),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign", "verify"],
    ),
    image: {
      url: env.IMAGE_GEN_API_BASE,
      keys: listIn(env.IMAGE_GEN_API_KEY),
      timeoutMs: Number(env.IMAGE_TIMEOUT_MS ?? 60_000),
    },
    llm: {
      url: `${env.OPENAI_API_BASE}/chat/completions`,
      keys: listIn(env.OPENAI_API_KEY),
      model: reasons ? env.OPENAI_MODEL_REASONING : env.OPENAI_MODEL,
      reasons,
      totalMs: reasons ? 90_000 : 30_000,
    },
  };
}

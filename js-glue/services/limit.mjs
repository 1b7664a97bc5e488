// The limit of the platform (Rate Limiting), as abi.md has RATES.

/** Performs POST of a key. */
export async function callLimit(limit, { method, key }) {
  if (method !== "POST") return new Response(null, { status: 405 });
  const name = decoded(key);
  if (name === null) return new Response(null, { status: 400 });
  const { success } = await limit.limit({ key: name });
  return new Response(null, { status: success ? 200 : 429 });
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

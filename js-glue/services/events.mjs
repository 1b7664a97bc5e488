// A data set of Analytics Engine, as abi.md has EVENTS.

/** Performs POST of one data point, in JSON. The platform writes it when the answer is out. */
export async function callEvents(dataset, { method, body }) {
  if (method !== "POST") return new Response(null, { status: 405 });
  try {
    const { indexes, blobs, doubles } = await new Response(body).json();
    const isPoint = areAll("string", indexes) && areAll("string", blobs) && areAll("number", doubles);
    if (!isPoint) return new Response(null, { status: 400 });
    dataset.writeDataPoint({ indexes, blobs, doubles });
    return new Response();
  } catch {
    return new Response(null, { status: 400 }); // No JSON, or more than a data set takes.
  }
}

function areAll(type, values) {
  return Array.isArray(values) && values.every((value) => typeof value === type);
}

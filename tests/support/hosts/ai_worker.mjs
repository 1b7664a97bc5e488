// The Worker with a binding AI: what that is asked goes to a server of the test (tests/support/upstreams/ai_server.mjs).
import worker from "../../../js-glue/worker.mjs";

/** A binding as the platform's: it takes an object, and gives an object or a stream, or throws. */
const bindingTo = (server) => ({
  async run(model, input) {
    const { multipart } = input;
    const response = await fetch(`${server}/${model}`, {
      method: "POST",
      headers: { "content-type": multipart?.contentType ?? "application/json" },
      body: multipart === undefined ? JSON.stringify(input) : await new Response(multipart.body).bytes(),
    });
    if (response.ok && response.headers.get("content-type") !== "application/json") return response.body;
    const value = await response.json();
    if (!response.ok) throw Object.assign(new Error(value.message), { name: value.name });
    return value;
  },
});

export default {
  fetch: (request, env, context) => worker.fetch(request, { ...env, AI: bindingTo(env.AI_SERVER) }, context),
};

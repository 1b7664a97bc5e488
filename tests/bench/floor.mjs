// The least that a Worker can do for each workload: the same calls and answers with the same bytes, recorded from Fluxgate, and no logic.
const encoder = new TextEncoder();
let script = null; // { flow, calls: [{ url, init }], answer: { body, init } }

const flows = {
  async fixed() {
    return new Response(script.answer.body, script.answer.init);
  },

  async chat(request) {
    await request.arrayBuffer();
    for (const { url, init } of script.calls) await (await fetch(url, init)).arrayBuffer();
    return new Response(script.answer.body, script.answer.init);
  },

  /** Passes the language model's stream on, makes the other call, and ends with the last bytes of Fluxgate's answer. */
  async stream(request) {
    await request.arrayBuffer();
    const { readable, writable } = new IdentityTransformStream();
    const answer = async () => {
      const [llm, image] = script.calls;
      await (await fetch(llm.url, llm.init)).body.pipeTo(writable, { preventClose: true });
      await (await fetch(image.url, image.init)).arrayBuffer();
      const writer = writable.getWriter();
      await writer.write(encoder.encode(script.answer.body));
      await writer.close();
    };
    void answer();
    return new Response(readable, script.answer.init);
  },

  async images(request) {
    await request.arrayBuffer();
    const [image, picture] = script.calls;
    await (await fetch(image.url, image.init)).arrayBuffer();
    const bytes = new Uint8Array(await (await fetch(picture.url)).arrayBuffer());
    const [front, behind] = script.answer.body.split(/(?<="b64_json":")/);
    return new Response(front + bytes.toBase64() + behind, script.answer.init);
  },

  /** Sends the form on as it comes. */
  async edits(request) {
    const [{ url, init }] = script.calls;
    const headers = { ...init.headers, "content-type": request.headers.get("content-type") };
    await (await fetch(url, { ...init, headers, body: request.body })).arrayBuffer();
    return new Response(script.answer.body, script.answer.init);
  },

  async proxy() {
    const [{ url }] = script.calls;
    return fetch(url);
  },
};

export default {
  fetch(request, env) {
    script ??= JSON.parse(env.SCRIPT);
    return flows[script.flow](request);
  },
};

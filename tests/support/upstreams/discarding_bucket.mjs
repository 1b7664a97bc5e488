// The Worker with a bucket IMAGES that takes everything and keeps nothing, so that a test of the process's size sees only the Worker. Garbage is
// collected before each request and behind each part (V8's flag --expose-gc), since the engine collects it at times that vary.
import worker from "../../../js-glue/worker.mjs";

async function takeAll(body) {
  if (body instanceof ReadableStream) for await (const chunk of body) void chunk;
}

const IMAGES = {
  head: async () => null,
  put: (key, body) => takeAll(body),
  createMultipartUpload: async () => ({ uploadId: "upload" }),
  resumeMultipartUpload: () => ({
    uploadPart: async (number, body) => {
      await takeAll(body);
      setTimeout(globalThis.gc); // The caller holds the part until this is over.
      return { etag: `"${number}"` };
    },
    complete: async () => {},
  }),
};

export default {
  fetch(request, env, context) {
    globalThis.gc();
    return worker.fetch(request, { ...env, IMAGES }, context);
  },
};

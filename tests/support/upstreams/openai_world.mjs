// A gateway that draws with OpenAI, and the world around one that runs by itself: OpenAI, a store and a language model.
import { whole } from "./faults.mjs";
import { samplePng } from "./pictures.mjs";
import { backends } from "../../upstreams/all.mjs";

export const keys = ["secret-key-number-0", "secret-key-number-1"];
export const settings = {
  AUTHORIZED_API_KEY: "client-key",
  IMAGE_GEN_API_TYPE: "openai",
  IMAGE_GEN_MODEL: "gpt-image-1",
  IMAGE_GEN_API_KEY: keys.join(","),
  IMAGE_PROXY_SECRET: "a-secret-of-the-tests-of-32-bytes-or-more",
};
export const withStore = { "binding://IMAGES": "1" };
export const withLlm = { OPENAI_API_BASE: "https://llm.example/v1", OPENAI_API_KEY: "llm-key", OPENAI_MODEL: "llm" };

/**
 * Answers the calls of a gateway. picture: what is drawn; image: what the image API answers instead, or a function of the call; llm: what the
 * language model answers, or a function of the call; stored: what the store holds, by address; keys: those that the image API knows.
 */
export function worldOf({ picture = samplePng, image, llm = whole(), stored = new Map(), keys: known = keys } = {}) {
  const fake = backends.openai.fake({ keys: known, pictureBase64: picture.toString("base64") });
  const draw = image ?? ((call, index) => fake({ ...call, body: call.bytes }, index));
  const answer = (by, call, index) => (typeof by === "function" ? by(call, index) : by);
  return (call, index) => {
    if (call.url.startsWith("https://llm.example/")) return answer(llm, call, index);
    if (!call.url.startsWith("binding://IMAGES/")) return answer(draw, call, index);
    if (call.method === "PUT") stored.set(call.url, call.bytes);
    if (call.method === "DELETE") return { status: stored.delete(call.url) ? 200 : 404 };
    const body = stored.get(call.url);
    return body === undefined ? { status: 404 } : { status: 200, body: call.method === "GET" ? body : "" };
  };
}

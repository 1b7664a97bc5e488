// The AI SDK as a client for the common tests, whichever provider and version of it.
import assert from "node:assert/strict";

/**
 * What chat_client.mjs wants of a client, made of the SDK: generate(use, apiKey, options) and stream(use, apiKey, options) call its generateText
 * and streamText.
 */
export function sdkClient({ generate, stream }) {
  return {
    async ask(use, content, { streams = false, apiKey = "client-key", history = [], system } = {}) {
      const messages = [...history, { role: "user", content }];
      const options = { messages, maxRetries: 0, ...(system && { system }) };
      const kinds = [];
      let result;
      if (streams) {
        const errors = [];
        result = await stream(use, apiKey, { ...options, onError: ({ error }) => errors.push(error) });
        for await (const { type } of result.stream ?? result.fullStream) {
          if (type === "reasoning-delta") kinds.push("thinking");
          if (type === "text-delta") kinds.push("text");
        }
        if (errors.length > 0) {
          assert.equal(errors.length, 1);
          throw errors[0];
        }
      } else {
        result = await generate(use, apiKey, options);
      }
      const { inputTokens, outputTokens } = await result.usage;
      return {
        text: await result.text,
        thinking: await result.reasoningText,
        usage: [inputTokens, outputTokens],
        finish: await result.finishReason,
        history: [...messages, ...(await result.response).messages],
        kinds,
      };
    },
    parts: (text) => [{ type: "text", text }],
    // An error in a stream is the event's own object.
    failureOf: (error) => ({
      status: error.statusCode,
      text: error instanceof Error ? error.message : JSON.stringify(error),
      retryAfter: error.responseHeaders?.["retry-after"],
    }),
  };
}

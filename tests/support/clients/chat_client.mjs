// The tests that chat clients have in common: what they make of a picture, of thinking, of a change and of failures.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { samplePng } from "../upstreams/pictures.mjs";
import { linkIn } from "./chat.mjs";
import { languageModel, useGateway } from "./clients.mjs";

export const idea = "a cat on a roof 16:9";
export const words = "a tabby cat, red tile roof, warm evening light";
export const thinks = "Cats like warm tiles.";

/** Checks that the text is the picture, whose link gives its bytes, and the prompt. */
export async function assertPicture(text, prompt = words) {
  const response = await fetch(linkIn(text));
  assert.equal(response.headers.get("content-type"), "image/png");
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), samplePng);
  assert.ok(text.includes(`\n\nOptimized prompt: ${prompt}`), text);
}

/** Checks that the client was told the language model's thinking, and once. */
export function assertThinking(thinking) {
  assert.ok(thinking.startsWith(thinks), thinking);
  assert.equal(thinking.split(thinks).length, 2, thinking);
}

/** Checks that the last answer was to a request that offered this tool. */
export function assertToolsSent(use, name) {
  const { asked } = use.wire.exchanges.findLast((exchange) => exchange.asked !== undefined);
  const names = JSON.parse(asked).tools.map((each) => each.function.name);
  assert.deepEqual(names, [name]);
}

/** A type once, however often it comes in a row. */
export const order = (types) => types.filter((type, i) => type !== types[i - 1]);

/** Image backends that fail. */
const refusing = () => ({ status: 400, body: { error: { code: "content_policy_violation", message: "no" } } });
const limited = () => ({ status: 429, headers: { "retry-after": "20" }, body: {} });
const broken = () => ({ body: "cut off in the mid" });

/**
 * Runs the tests with a client, which is these:
 *
 * - ask(use, content, { streams, apiKey, history, system }) asks the gateway of `use` for an answer, trying nothing again, and gives { text, thinking,
 *   usage: [input, output], finish, history, kinds }, or throws the client's error. content: a text, or what parts() gave. history: of an earlier
 *   answer, in the client's own form. kinds: what came in a stream, in its order, of "thinking" and "text".
 * - failureOf(error) gives { status, text, retryAfter }: undefined for what the client does not tell.
 * - parts(text): content in the client's own parts.
 * - alwaysStreams: true where it streams without being told to, so that the answer's status is out before anything fails.
 * - before(use): prepares a suite; own(use): further tests, with the same gateway. Either may be missing.
 */
export function testChatClient(name, client) {
  const whole = (use, content, options) => client.ask(use, content, options);
  const streamed = (use, content, options) => client.ask(use, content, { ...options, streams: true });

  const statusBehindWork = (status) => (client.alwaysStreams ? undefined : status);

  async function assertFailure(asked, { status, text, retryAfter }) {
    await assert.rejects(asked, (error) => {
      const failure = client.failureOf(error);
      assert.match(failure.text, text);
      assert.equal(failure.status, status);
      if (retryAfter !== undefined && "retryAfter" in failure) {
        assert.ok(Number(failure.retryAfter) >= retryAfter, `${failure.retryAfter}`);
      }
      return true;
    });
  }

  describe(name, () => {
    const use = useGateway({ SHOW_REASONING: "1" });
    client.before?.(use);

    for (const [form, ask] of Object.entries({ whole, streamed })) {
      test(`a picture that opens, thinking, usage and end, ${form}`, async () => {
        use.upstream.onChat = languageModel({ thinks });
        const answer = await ask(use, idea);
        await assertPicture(answer.text);
        assertThinking(answer.thinking);
        assert.deepEqual(answer.usage, [300, 20]);
        assert.equal(answer.finish, "stop");
        if (form === "streamed") assert.deepEqual(order(answer.kinds), ["thinking", "text"]);
        assert.equal(use.pictureCalls(), 1);
      });

      test(`"make it blue" behind a picture, ${form}`, async () => {
        use.upstream.onChat = languageModel({ thinks });
        const { history } = await ask(use, idea);
        const blue = "a blue cat, red tile roof, warm evening light";
        use.upstream.onChat = languageModel({ thinks, says: `EDIT\n${blue}` });
        const answer = await ask(use, "make it blue", { history });
        await assertPicture(answer.text, blue);
        const asked = use.upstream.callsTo("/llm").at(-1).json.messages.at(-1).content;
        assert.equal(asked, `Last prompt:\n${words}\n\nIdea:\nmake it blue`);
      });
    }

    test("content in parts, and a system prompt", async () => {
      const { text } = await whole(use, client.parts(idea), { system: "Paint in watercolour." });
      await assertPicture(text);
      const { messages } = use.upstream.callsTo("/llm")[0].json;
      assert.match(JSON.stringify(messages), /Paint in watercolour\./);
      assert.match(messages.at(-1).content, /a cat on a roof/);
    });

    for (const [form, ask] of Object.entries({ whole, streamed })) {
      test(`a wrong key is an error, ${form}`, async () => {
        const told = { status: 401, text: /The API key is not valid\./ };
        await assertFailure(ask(use, idea, { apiKey: "wrong" }), told);
        assert.equal(use.wire.exchanges.length, 1);
      });
    }

    test("a refusal for reasons of policy is an error", async () => {
      use.upstream.onImage = refusing;
      await assertFailure(whole(use, idea), {
        status: statusBehindWork(400),
        text: /refused the prompt for reasons of its content policy/,
      });
      assert.equal(use.pictureCalls(), 1);
    });

    test("a stream that fails behind its head is an error, and nothing is asked for again", async () => {
      use.upstream.onImage = broken;
      await assertFailure(streamed(use, idea), {
        status: undefined,
        text: /The image backend's answer holds no picture\./,
      });
      assert.equal(use.pictureCalls(), 1);
      assert.equal(use.wire.exchanges.length, 1);
    });

    client.own?.(use);
  });

  // Keys that are limited rest, so this needs an instance of its own.
  describe(`${name} and keys that are limited`, () => {
    const use = useGateway();
    client.before?.(use);

    test("an error that says when to come back", async () => {
      use.upstream.onImage = limited;
      await assertFailure(whole(use, idea), {
        status: statusBehindWork(429),
        text: /The image backend is limiting requests\./,
        retryAfter: 19,
      });
      assert.equal(use.wire.exchanges.length, 1);
    });
  });
}

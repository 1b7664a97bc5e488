// The Markdown of answers, in the renderers that chat programs use: our pictures and the words of the prompt, and nothing that those words
// could form.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as commonmark from "commonmark";
import MarkdownIt from "markdown-it";
import { marked } from "marked";
import { describeBuilds } from "../support/hosts/builds.mjs";
import { eventsIn } from "../support/cases/cases.mjs";
import { converse } from "../support/hosts/conversation.mjs";
import { whole } from "../support/upstreams/faults.mjs";
import { hostileTexts, randomTexts } from "../support/texts/hostile_texts.mjs";
import { pictures } from "../support/upstreams/served_bodies.mjs";

/** Of markdown-it before version 15 the defaults: bare names become links too. */
const eager = new MarkdownIt({ html: true, linkify: true });
eager.linkify.set({ fuzzyLink: true, fuzzyEmail: true, fuzzyIP: true });
const plain = new MarkdownIt();
const readHtml = new MarkdownIt({ html: true, linkify: true });
const reader = new commonmark.Parser();
const writer = new commonmark.HtmlRenderer();

/** Markdown to HTML. */
const renderers = {
  "markdown-it": (text) => plain.render(text),
  "markdown-it with HTML and links": (text) => readHtml.render(text),
  "markdown-it with links of names": (text) => eager.render(text),
  marked: (text) => marked.parse(text, { gfm: true }),
  "marked with line breaks": (text) => marked.parse(text, { gfm: true, breaks: true }),
  commonmark: (text) => writer.render(reader.parse(text)),
};

const entities = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };
const decoded = (html) => html.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => entities[entity]);
/** With single spaces. NUL is shown as U+FFFD (spec.commonmark.org/0.31.2/#insecure-characters), or left to the browser, which does so. */
const folded = (text) => text.replaceAll("\0", "\ufffd").replace(/\s+/g, " ").trim();

/** What the page shows: { images, words }; null when it holds anything but pictures, a paragraph each, and one paragraph of bare words. */
function readPage(html) {
  const page = /^((?:<p><img src="[^"<>]*" alt="Image"(?: \/)?><\/p>\n)*)<p>([^<>]*)<\/p>\n$/.exec(html);
  if (page === null) return null;
  const images = Array.from(page[1].matchAll(/src="([^"]*)"/g), ([, source]) => decoded(source));
  return {
    images,
    words: folded(decoded(page[2]))
      .replace(/^(?:Optimized prompt|Prompt):/, "")
      .trim(),
  };
}

const shownWords = (prompt) => folded(prompt);

const settings = {
  AUTHORIZED_API_KEY: "client-key",
  IMAGE_GEN_API_BASE: "https://images.example/generate",
  IMAGE_GEN_API_TYPE: "openai",
  IMAGE_GEN_MODEL: "flux",
  IMAGE_GEN_API_KEY: "image-key",
  IMAGE_PROXY_SECRET: "a-secret-of-the-tests-of-32-bytes-or-more",
};
const withLlm = {
  ...settings,
  OPENAI_API_BASE: "https://llm.example/v1",
  OPENAI_API_KEY: "llm-key",
  OPENAI_MODEL: "llm-small",
};

/** The URLs of pictures are hostile too. */
const pictureUrl = "https://cdn.example.net/a(b)[c]*_`<i>\"'&amp;)![x](y)|$~.png";

/** Asks for pictures: { content, prompt }, the prompt being the one that the image backend got. */
function ask(core, idea, { llm, count = 1, stream = false, image = { url: pictureUrl } } = {}) {
  const request = {
    method: "POST",
    url: "https://gateway.example/v1/chat/completions",
    headers: { authorization: "Bearer client-key" },
    body: JSON.stringify({ model: "flux", messages: [{ role: "user", content: idea }], n: count, stream }),
  };
  const seen = converse(core, request, ({ url }) =>
    url.startsWith("https://llm.example/")
      ? whole({ content: llm })
      : { status: 200, body: JSON.stringify({ data: [image] }) },
  );
  assert.equal(seen.status, 200, `${JSON.stringify(idea)}: ${seen.text}`);
  const { prompt } = JSON.parse(seen.calls.at(-1).body);
  if (!stream) return { content: seen.json().choices[0].message.content, prompt };
  const chunks = eventsIn(seen.text).filter((event) => typeof event === "object");
  return { content: chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join(""), prompt };
}

/** Every renderer shows so many pictures of ours, and the prompt word for word. */
function checkContent({ content, prompt }, count = 1) {
  // Programs make formulas of \[...\] and \(...\) before they read Markdown.
  if (!prompt.includes("\\")) assert.doesNotMatch(content, /\\[[(]/);
  for (const [name, render] of Object.entries(renderers)) {
    const html = render(content);
    const page = readPage(html);
    assert.ok(page !== null, `${name} makes of ${JSON.stringify(content)}\n${html}`);
    assert.equal(page.images.length, count, name);
    for (const image of page.images) {
      const { origin, pathname, searchParams } = new URL(image);
      assert.equal(origin + pathname, "https://gateway.example/image-proxy", name);
      assert.equal(searchParams.get("url"), pictureUrl, name);
    }
    assert.equal(page.words, shownWords(prompt), name);
  }
}

test("the texts are hostile: printed as they are, each renderer makes something of many of them", () => {
  assert.ok(hostileTexts.length >= 200);
  for (const [name, render] of Object.entries(renderers)) {
    const harmful = hostileTexts.filter(
      (text) => readPage(render(`Optimized prompt: ${text}`))?.words !== shownWords(text),
    );
    assert.ok(harmful.length > hostileTexts.length / 4, `${name}: ${harmful.length} of ${hostileTexts.length}`);
  }
});

describeBuilds("hostile words in answers", (makeCore) => {
  test("of a language model form nothing in any renderer", () => {
    const core = makeCore(withLlm);
    for (const [index, text] of hostileTexts.entries()) {
      const count = 1 + (index % 4);
      checkContent(ask(core, "a cat", { llm: text, count, stream: index % 5 === 0 }), count);
    }
  });

  // A picture inside a link is taken out of an idea.
  const ideaTexts = hostileTexts.filter((text) => !text.includes("](data:image/"));

  test("of an idea with --raw form nothing in any renderer", () => {
    const core = makeCore(settings);
    const ideas = ideaTexts.filter((text) => /[\p{L}\p{N}]/u.test(text)); // Others are none.
    for (const [index, text] of ideas.entries()) checkContent(ask(core, `${text} --raw`, { stream: index % 5 === 0 }));
  });

  test("of an idea that the built-in rules, or nobody, writes anew form nothing either", () => {
    const local = makeCore(settings);
    const withoutAnswer = makeCore(withLlm);
    for (const [index, text] of ideaTexts.entries()) {
      checkContent(ask(index % 2 === 0 ? local : withoutAnswer, `a cat, ${text}`, { llm: "" }));
    }
  });

  test("beside a picture inside its link leave that whole", () => {
    const core = makeCore(withLlm);
    for (const [type, bytes] of Object.entries(pictures)) {
      const base64 = bytes.toString("base64");
      const answer = ask(core, "a cat", {
        llm: "a cat](x) ![y](z)",
        image: { b64_json: base64.replace(/.{20}/g, "$&\r\n") },
      });
      for (const [name, render] of Object.entries(renderers)) {
        if (type === "avif" && name.startsWith("markdown-it")) continue; // It shows no data URL of that type.
        const page = readPage(render(answer.content));
        assert.deepEqual(
          page,
          { images: [`data:image/${type};base64,${base64}`], words: shownWords(answer.prompt) },
          `${type}, ${name}`,
        );
      }
    }
    for (const b64_json of ["iVBORw0KGgo=)", 'iVBORw0KGgo=" onerror=x', "iVBORw0KGgo=) ![x](y", "<script>"]) {
      const seen = () => ask(core, "a cat", { llm: "a cat", image: { b64_json } });
      assert.throws(seen, /upstream_not_an_image|upstream_bad_response/, b64_json);
    }
  });

  test("at random form nothing", () => {
    const core = makeCore(withLlm);
    for (const text of randomTexts(500)) {
      checkContent(ask(core, "a cat", { llm: `A cat ${text}` }));
      checkContent(ask(core, `A cat ${text} --raw`));
    }
  });
});

// Bodies that no chat request may have, each with the code that answers it: the products of a few tables, so that every field meets every
// wrong type.

const good = { model: "flux-schnell", messages: [{ role: "user", content: "a cat" }] };
const user = (content) => [{ role: "user", content }];

/** One of each JSON type, and a few of their edges. */
const values = {
  number: 5,
  "negative number": -1,
  fraction: 0.5,
  "huge number": 1e300,
  true: true,
  false: false,
  "empty string": "",
  string: "x",
  "string of NUL": "\u0000",
  "empty array": [],
  array: [1],
  "array of arrays": [[[]]],
  "array of nulls": [null],
  "empty object": {},
  object: { a: 1 },
  "object with an odd key": { __proto__x: 1, "": 2 },
};

const without = (...names) => Object.entries(values).filter(([name]) => !names.includes(name));

function* wrongTypes() {
  for (const [name, value] of without("string", "empty string", "string of NUL")) {
    yield [`model is ${name}`, { ...good, model: value }, "invalid_parameters"];
    yield [`a role is ${name}`, { ...good, messages: [{ role: value, content: "a cat" }] }, "invalid_parameters"];
    yield [
      `a part's type is ${name}`,
      { ...good, messages: user([{ type: value, text: "a cat" }]) },
      "invalid_parameters",
    ];
    yield [
      `a part's text is ${name}`,
      { ...good, messages: user([{ type: "text", text: value }]) },
      "invalid_parameters",
    ];
  }
  for (const [name, value] of without("true", "false")) {
    yield [`stream is ${name}`, { ...good, stream: value }, "invalid_parameters"];
  }
  for (const [name, value] of Object.entries(values)) {
    yield [`n is ${name}`, { ...good, n: value }, "invalid_parameters"];
    yield [`messages is ${name}`, { ...good, messages: value }, "invalid_parameters"];
    yield [`a message is ${name}`, { ...good, messages: [value] }, "invalid_parameters"];
    yield [
      `the body is ${name}`,
      value,
      ["empty object", "object", "object with an odd key"].includes(name)
        ? "missing_model_field"
        : "invalid_parameters",
    ];
  }
  for (const [name, value] of without("string", "empty string", "string of NUL", "empty array")) {
    yield [`the idea's content is ${name}`, { ...good, messages: user(value) }, "invalid_parameters"];
    yield [
      `a system message's content is ${name}`,
      { ...good, messages: [{ role: "system", content: value }, ...good.messages] },
      "invalid_parameters",
    ];
  }
  for (const [name, value] of Object.entries({
    null: null,
    "empty string": "",
    blanks: " \n\t ",
    "empty array": [],
    ratio: "16:9",
    flag: "--ar 1:1",
  })) {
    yield [`the idea is ${name}`, { ...good, messages: user(value) }, "empty_prompt"];
  }
  for (const name of [
    "x",
    "\u0000",
    "gpt-4o",
    "flux-schnell ",
    "FLUX-SCHNELL",
    "demo",
    "../../flux-schnell",
    "💥".repeat(2000),
  ]) {
    yield [
      `the model is named ${JSON.stringify(name).slice(0, 30)}`,
      { ...good, model: name },
      "unsupported_image_model",
    ];
  }
  yield ["model is empty", { ...good, model: "" }, "missing_model_field"];
  yield ["model is null", { ...good, model: null }, "missing_model_field"];
  yield ["messages is null", { ...good, messages: null }, "invalid_parameters"];
  yield ["there is no model", { messages: good.messages }, "missing_model_field"];
  yield ["there are no messages", { model: good.model }, "invalid_parameters"];
  yield ["n is 0", { ...good, n: 0 }, "invalid_parameters"];
  yield ["n is a digit in a string", { ...good, n: "1" }, "invalid_parameters"];
  yield [
    "no tool must be called and nobody is the user",
    { ...good, tool_choice: "auto", messages: [{ role: "tool", content: "x" }] },
    "invalid_parameters",
  ];
  yield ["nobody is the user", { ...good, messages: [{ role: "system", content: "x" }] }, "invalid_parameters"];
  yield [
    "the user is spelled otherwise",
    { ...good, messages: [{ role: "User", content: "x" }] },
    "invalid_parameters",
  ];
  yield ["a message has no role", { ...good, messages: [{ content: "x" }, ...good.messages] }, "invalid_parameters"];
  yield ["1,025 messages", { ...good, messages: Array(1025).fill(good.messages[0]) }, "invalid_parameters"];
  yield ["32,001 characters", { ...good, messages: user("猫".repeat(32001)) }, "prompt_too_long"];
}

const text = JSON.stringify(good);
const around = (inner) => text.replace('"a cat"', inner);

function* wrongTexts() {
  for (let end = 0; end < text.length; end += 1) yield [`cut after ${end} bytes`, text.slice(0, end)];
  for (const inner of [
    "'a cat'",
    "a cat",
    "undefined",
    "NaN",
    "Infinity",
    "-",
    "+1",
    "01",
    "1.",
    ".5",
    "1e",
    "0x10",
    "1e999",
    '"\\x"',
    '"\\u12"',
    '"\\ud800\\u"',
    '"a\ncat"',
    '"\u0001"',
    "[1,]",
    "{,}",
    '{"a"}',
    '{"a":}',
    '{"a" 1}',
    "{a:1}",
    "[1 2]",
    "/*x*/1",
    "//x\n1",
  ]) {
    yield [`a value written ${JSON.stringify(inner)}`, around(inner)];
  }
  yield ["something after the end", `${text}x`];
  yield ["two texts", text + text];
  yield ["a trailing comma", text.replace(/}$/, ",}")];
  yield ["only blanks", " \n "];
  yield ["a form", "model=flux-schnell&messages=a+cat"];
  yield ["HTML", "<!doctype html><html></html>"];
  yield ["arrays nested 10,000 deep", "[".repeat(10_000) + "]".repeat(10_000)];
  yield ["arrays nested 1,000,000 deep and not closed", "[".repeat(1_000_000)];
  yield ["objects nested 10,000 deep", '{"a":'.repeat(10_000) + "1" + "}".repeat(10_000)];
  yield ["nested 65 deep inside a good request", around(`${"[".repeat(62)}${"]".repeat(62)}`)];
  yield ["200,000 values", around(`[${"0,".repeat(200_000)}0]`)];
  yield ["200,000 empty arrays", around(`[${"[],".repeat(200_000)}[]]`)];
}

const sandwich = (inner) =>
  Buffer.concat([Buffer.from(text.split("a cat")[0]), inner, Buffer.from(text.split("a cat")[1])]);

function* wrongBytes() {
  const bytes = (...values) => Buffer.from(values);
  yield ["bytes of another encoding between the values", Buffer.concat([bytes(0xe9), Buffer.from(text)])];
  yield ["too many bytes of another encoding", sandwich(Buffer.from("\xe9 ".repeat(5000), "latin1"))];
  yield ["UTF-16", Buffer.from(text, "utf16le")];
  yield ["NUL bytes", Buffer.alloc(100)];
  yield ["gzip", bytes(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3)];
  yield ["random bytes", Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919 + (i >> 3) * 31) & 0xff))];
}

/** [{ name, body, code }] */
export const badBodies = [
  ...[...wrongTypes()].map(([name, body, code]) => ({ name, body: JSON.stringify(body), code })),
  ...[...wrongTexts(), ...wrongBytes()].map(([name, body]) => ({ name, body, code: "invalid_json" })),
];

/** { name: idea }: ideas of bodies in which somebody has cut a character; each is read with U+FFFD in its place. */
const cutIdeas = {
  "half an escaped character at the end": "a cat \\ud83d",
  "its other half": "\\uDE00 a cat",
  "two first halves": "a cat \\ud83d\\ud83d",
  "the halves the other way round": "a cat \\ude00\\ud83d",
  "a half before an escape": "a cat\\ud83d\\n",
  "a half before another character": "\\uD83D\\u0041 cat",
  "a lone continuation byte": Buffer.from([0x61, 0x80]),
  "a character cut off": Buffer.from([0x61, 0xe7, 0x8c]),
  "an emoji cut off": Buffer.from([0x61, 0xf0, 0x9f, 0x98]),
  "an overlong slash": Buffer.from([0x61, 0xc0, 0xaf]),
  "a surrogate as UTF-8": Buffer.from([0x61, 0xed, 0xa0, 0x80]),
  "beyond U+10FFFF": Buffer.from([0x61, 0xf4, 0x90, 0x80, 0x80]),
  "the byte FF": Buffer.from([0x61, 0xff]),
  "Latin-1": Buffer.from([0x63, 0x61, 0x66, 0xe9]),
};

/** [{ name, body }]: cut as well, but read. */
export const cutBodies = Object.entries(cutIdeas).map(([name, idea]) => ({ name, body: sandwich(Buffer.from(idea)) }));

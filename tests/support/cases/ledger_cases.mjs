// What any ledger answers: the vectors, and those cases that are too long for a file.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const vectors = (name) =>
  JSON.parse(readFileSync(new URL(`../../vectors/ledger/${name}.json`, import.meta.url), "utf8"));

const now = 1000;
const until = 2000;
const longText = "x".repeat(1_310_720);
const ok = (steps, answer) => ({ now, steps, status: 200, answer });
const bad = (steps) => ({ now, steps, status: 400 });
const numbered = (count) => Array.from({ length: count }, (_, index) => `n${String(index).padStart(4, "0")}`);
const inTransactions = (steps) =>
  Array.from({ length: Math.ceil(steps.length / 64) }, (_, at) => {
    const some = steps.slice(64 * at, 64 * at + 64);
    return { now, steps: some, status: 200, answer: some.map(() => true) };
  });

function longCases() {
  const writes = numbered(501).map((name) => ({ write: name, text: "", until }));
  const entries = numbered(501).map((name) => [name, ""]);
  const large = ["a", "b", "c"].map((name) => [name, "y".repeat(600_000)]);
  const largest = { write: "t", text: longText, until };
  return [
    {
      name: "64 steps are done, and 65 are not",
      calls: [
        ok(
          Array.from({ length: 64 }, () => ({ add: "a", amount: 1, until })),
          Array.from({ length: 64 }, (_, index) => index + 1),
        ),
        bad(Array.from({ length: 65 }, () => ({ read: "a" }))),
      ],
    },
    {
      name: "names have 512 bytes",
      calls: [
        ...["x".repeat(512), "é".repeat(256), "\u{10ffff}".repeat(128)].flatMap((name) => [
          ok([{ write: name, text: "x", until }, { list: name }], [true, [[name, "x"]]]),
          bad([{ read: `${name}x` }]),
          bad([{ list: "", after: `${name}x` }]),
          bad([{ add: "a", amount: 1, until, hold: `${name}x`, hold_until: until }]),
        ]),
        ok(
          [{ list: "" }],
          [
            [
              ["x".repeat(512), "x"],
              ["é".repeat(256), "x"],
              ["\u{10ffff}".repeat(128), "x"],
            ],
          ],
        ),
      ],
    },
    {
      name: "texts have 1,310,720 bytes",
      calls: [
        ok([largest, { read: "t" }], [true, longText]),
        bad([{ write: "t", text: `${longText}x`, until }]),
        ok([{ write: "t", text: "€".repeat(436_906), until }], [true]),
        bad([{ write: "t", text: "€".repeat(436_907), until }]),
      ],
    },
    {
      name: "steps have 8 MiB, and so have results",
      calls: [
        bad(Array.from({ length: 7 }, () => largest)),
        ok([largest, ...Array.from({ length: 6 }, () => ({ read: "t" }))], [true, ...Array(6).fill(longText)]),
        bad([{ drop: "t" }, largest, ...Array.from({ length: 7 }, () => ({ read: "t" }))]),
        bad([largest, ...Array.from({ length: 7 }, () => ({ list: "" }))]),
      ],
    },
    {
      name: "a list ends at 500 entries",
      calls: [
        ...inTransactions(writes),
        ok([{ list: "n" }], [entries.slice(0, 500)]),
        ok([{ list: "n", after: "n0499" }], [entries.slice(500)]),
      ],
    },
    {
      name: "a list ends with the entry that makes a MiB of it",
      calls: [
        ok(
          large.map(([name, text]) => ({ write: name, text, until })),
          [true, true, true],
        ),
        ok([{ list: "" }], [large.slice(0, 2)]),
        ok([{ list: "", after: "b" }], [large.slice(2)]),
      ],
    },
  ];
}

/** All cases: { name, calls }, each call { now, steps or body, status, answer }; an answer of status 400 says only what is wrong. */
export const ledgerCases = [
  ...["counters", "holds", "texts", "lists"].flatMap(vectors),
  ...longCases(),
  {
    name: "what is no array of steps is 400 and does nothing",
    calls: [...vectors("misshapen").map((body) => ({ now, body, status: 400 })), ok([{ list: "" }], [[]])],
  },
];

/** Declares a test for each case. ledger(name): gives a function (body, now) -> { status, body } of an empty ledger. */
export function runLedgerCases(ledger) {
  for (const { name, calls } of ledgerCases) {
    test(name, async () => {
      const call = await ledger(name);
      for (const [index, { now, steps, body = JSON.stringify(steps), status, answer }] of calls.entries()) {
        const seen = await call(body, now);
        const what = `call ${index}: ${body.slice(0, 200)} gives ${seen.body.slice(0, 200)}`;
        assert.equal(seen.status, status, what);
        if (status !== 400) assert.deepEqual(JSON.parse(seen.body), answer, what);
        else assert.equal(typeof JSON.parse(seen.body).error, "string", what);
      }
    });
  }
}

// An instance that is lost tells nobody a secret: neither the answer that the shim gives by itself, nor its line in the log.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Gateway } from "../../js-glue/gateway.mjs";
import { faultAt, fragileModule } from "../support/hosts/fragile_module.mjs";
import { around, formsOf } from "../support/texts/secret_forms.mjs";

const secrets = {
  AUTHORIZED_API_KEY: 'client+Q/y~Z%2F=w?&"<J>\\x:client',
  IMAGE_GEN_API_KEY: 'image+Q/y~Z%2F=w?&"<J>\\x:image',
  IMAGE_PROXY_SECRET: 'links+Q/y~Z%2F=w?&"<J>\\x:links-of-the-tests',
};
const settings = { IMAGE_GEN_API_BASE: "https://images.example/generate", IMAGE_GEN_MODEL: "flux", ...secrets };
const module = new WebAssembly.Module(fragileModule());

const request = (stream) =>
  new Request("https://gateway.example/v1/chat/completions", {
    method: "POST",
    headers: { authorization: `Bearer ${secrets.AUTHORIZED_API_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "flux", messages: [{ role: "user", content: "a cat" }], stream }),
  });

describe("an instance that is lost", () => {
  for (const fault of ["unreachable", "outOfBounds", "stackOverflow", "unknownEffect", "outOfAllMemory"]) {
    for (const stream of [false, true]) {
      test(`by ${fault}, ${stream ? "streamed" : "whole"}, tells no secret`, async (context) => {
        const said = [];
        for (const name of ["log", "error"]) context.mock.method(console, name, (line) => said.push(String(line)));
        const call = async (url, { headers }) => {
          const { authorization } = Object.fromEntries(new Headers(headers));
          return new Response(`You sent ${authorization}.`, {
            status: faultAt[fault],
            headers: { server: authorization },
          });
        };
        const later = [];
        const platform = { Answer: Response, callsWithoutSignal: 3, fetch: call };
        const gateway = new Gateway(module, settings, new Map(), platform);
        const answer = await gateway.answer(request(stream), (promise) => later.push(promise));
        const told = [answer.status, ...[...answer.headers].flat(), await answer.text().catch(String)];
        await Promise.all(later);
        assert.ok(
          said.some((line) => line.includes('"rt_')),
          said.join("\n"),
        );
        const text = [...told, ...said].join("\n");
        for (const secret of Object.values(secrets))
          for (const form of formsOf(secret)) assert.ok(!text.includes(form), around(text, form));
      });
    }
  }
});

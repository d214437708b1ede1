import { expect, test } from "vitest";
import { request, type MemoryHost } from "../../src/host/memory/index.js";
import type { Instance } from "../../src/runtime/instance.js";
import * as vsthrottle from "../../src/vmod/vsthrottle/index.js";
import { loadVcl, runVcl } from "../support/vmod-vcl.js";

const answering = (expression: string): string => `sub vcl_recv { return (synth(200, "" + ${expression})); }`;
const running = (expression: string): Promise<{ host: MemoryHost; instance: Instance }> =>
  runVcl({ vsthrottle }, answering(expression));
const ask = async (instance: Instance): Promise<string> => (await request(instance)).reason;

test("a bucket holds its limit and fills up over its period", async () => {
  const { host, instance } = await running('vsthrottle.is_denied("k", 2, 10s)');
  expect([await ask(instance), await ask(instance), await ask(instance)]).toEqual(["false", "false", "true"]);
  await host.clock.advance(5);
  expect([await ask(instance), await ask(instance)]).toEqual(["false", "true"]);
  await host.clock.advance(60);
  expect([await ask(instance), await ask(instance), await ask(instance)]).toEqual(["false", "false", "true"]);
});

test("an empty bucket with block denies everything for that long", async () => {
  const { host, instance } = await running('vsthrottle.is_denied("k", 1, 1s, 30s)');
  expect([await ask(instance), await ask(instance)]).toEqual(["false", "true"]);
  await host.clock.advance(29);
  expect(await ask(instance)).toBe("true");
  await loadVcl(instance, "left", { vsthrottle }, answering('vsthrottle.blocked("k", 1, 1s, 30s)'));
  expect(await ask(instance)).toBe("1.000");
});

test("who goes on while it is blocked is blocked anew at the end; who rests is let in", async () => {
  const { host, instance } = await running('vsthrottle.is_denied("k", 2, 10s, 30s)');
  expect([await ask(instance), await ask(instance), await ask(instance)]).toEqual(["false", "false", "true"]);
  for (let second = 1; second <= 10; second++) {
    await host.clock.advance(3);
    expect(await ask(instance)).toBe("true");
  }
  // The block has ended with the last one of these, which began another.
  await host.clock.advance(29);
  expect(await ask(instance)).toBe("true");
  await host.clock.advance(31);
  expect([await ask(instance), await ask(instance), await ask(instance)]).toEqual(["false", "false", "true"]);
});

test("buckets outlive a VCL; tokens can be counted, given back, and a bucket forgotten", async () => {
  const { instance } = await running('vsthrottle.is_denied("k", 2, 10s)');
  await ask(instance);
  await ask(instance);
  const use = async (name: string, expression: string): Promise<string> => {
    await loadVcl(instance, name, { vsthrottle }, answering(expression));
    return ask(instance);
  };
  expect(await use("a", 'vsthrottle.remaining("k", 2, 10s)')).toBe("0");
  const back = `sub vcl_recv { vsthrottle.return_token("k", 2, 10s); return (synth(200, "" + vsthrottle.remaining("k", 2, 10s))); }`;
  await loadVcl(instance, "b", { vsthrottle }, back);
  expect(await ask(instance)).toBe("1");
  const forget = `sub vcl_recv { vsthrottle.remove_bucket("k", 2, 10s); return (synth(200, "" + vsthrottle.remaining("k", 2, 10s))); }`;
  await loadVcl(instance, "c", { vsthrottle }, forget);
  expect(await ask(instance)).toBe("2");
});

test("no key is denied", async () => {
  const { instance } = await running("vsthrottle.is_denied(req.http.None, 2, 10s)");
  expect(await ask(instance)).toBe("true");
});

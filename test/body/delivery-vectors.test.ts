import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { setTimeout as pause } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { readParameter } from "../../src/cli/run/parameters.js";
import { defaultParameters } from "../../src/runtime/index.js";
import { ParameterStore } from "../../src/runtime/command/index.js";
import {
  deliveryVectors,
  vectorFile,
  type DeliveryVector,
  type VectorAnswer,
} from "../support/delivery-vectors.js";
import { startProxy, type Proxy } from "../support/proxy.js";
import { fieldsOf, sendVector, type VectorResult } from "../support/vector-client.js";
import { VectorOrigin, type SeenRequest } from "../support/vector-origin.js";

const vectors = deliveryVectors();

/** Where the reference answers 503 to a 206 that is right: it goes through here. */
const rightHere = new Map([
  ["d140", "bytes 2-4/*"],
  ["d141", "bytes 7-9/10"],
]);

const hash = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

function checkFields(
  lines: readonly string[],
  wanted: Pick<VectorAnswer, "headers" | "absent" | "like">,
): void {
  for (const [name, values] of Object.entries(wanted.headers ?? {}))
    expect([name, fieldsOf(lines, name)]).toEqual([name, [values].flat()]);
  for (const name of wanted.absent ?? []) expect([name, fieldsOf(lines, name)]).toEqual([name, []]);
  for (const [name, form] of Object.entries(wanted.like ?? {}))
    expect([name, fieldsOf(lines, name).join("\n")]).toEqual([name, expect.stringMatching(new RegExp(form))]);
}

function check(wanted: VectorAnswer, result: VectorResult, seen: readonly SeenRequest[] | undefined): void {
  const { body } = result;
  if (wanted.status !== undefined) expect(result.status).toBe(wanted.status);
  if (wanted.reason !== undefined) expect(result.reason).toBe(wanted.reason);
  checkFields(result.lines, wanted);
  if (wanted.framing !== undefined) expect(result.framing).toBe(wanted.framing);
  expect(result.truncated).toBe(wanted.truncated ?? false);
  if (wanted.closed !== undefined) expect(result.closed).toBe(wanted.closed);
  expect(result.extra.length).toBe(0);
  if (wanted.body !== undefined) expect(body.toString()).toBe(wanted.body);
  if (wanted.body_b64 !== undefined) expect(body.toString("base64")).toBe(wanted.body_b64);
  if (wanted.body_len !== undefined) expect(body.length).toBe(wanted.body_len);
  if (wanted.body_sha256 !== undefined) expect(hash(body)).toBe(wanted.body_sha256);
  if (wanted.body_gunzipped !== undefined) expect(gunzipSync(body).toString()).toBe(wanted.body_gunzipped);
  if (wanted.gunzipped_sha256 !== undefined) expect(hash(gunzipSync(body))).toBe(wanted.gunzipped_sha256);
  if (!wanted.origin || !seen) return;
  expect(seen.map(({ url }) => url)).toEqual(wanted.origin.map(({ url }) => url));
  for (const [index, asked] of wanted.origin.entries()) {
    const got = seen[index]!;
    if (asked.method !== undefined) expect(got.method).toBe(asked.method);
    if (asked.body !== undefined) expect(got.body).toBe(asked.body);
    if (asked.host !== undefined) expect(fieldsOf(got.lines, "host")).toEqual([asked.host]);
    checkFields(got.lines, asked);
  }
}

/** Vectors that can share a proxy: the same VCL and the same parameters. */
function sites(all: readonly DeliveryVector[]): readonly DeliveryVector[][] {
  const found = new Map<string, DeliveryVector[]>();
  for (const vector of all) {
    const key = JSON.stringify([vector.vcl, vector.params]);
    found.set(key, [...(found.get(key) ?? []), vector]);
  }
  return [...found.values()];
}

function parametersOf({ params = {} }: DeliveryVector): ParameterStore {
  const parameters = new ParameterStore({ ...defaultParameters });
  for (const [name, values] of Object.entries(params)) {
    for (const value of [values].flat())
      expect(readParameter(`${name}=${value}`, parameters)).toBeUndefined();
  }
  return parameters;
}

describe.skipIf(!vectors)("delivery vectors of the reference, over sockets", () => {
  describe.each(sites(vectors ?? []).map((site) => [site[0]!.id, site] as const))("site of %s", (_, site) => {
    const origin = new VectorOrigin();
    let proxy: Proxy;

    beforeAll(async () => {
      const port = await origin.start();
      proxy = await startProxy({ parameters: parametersOf(site[0]!) });
      const backend = `backend default { .host = "127.0.0.1"; .port = "${port}"; }`;
      await proxy.load("boot", `vcl 4.1;\n${backend}\n${site[0]!.vcl}`);
      await proxy.instance.use("boot");
    });

    afterAll(async () => {
      await proxy.close();
      await origin.close();
    });

    test.each(site.map((vector) => [`${vector.id} ${vector.what}`, vector] as const))(
      "%s",
      async (_title, vector) => {
        origin.serve(vector.origin);
        for (const before of vector.before ?? []) {
          const result = await sendVector(proxy.port, vector.id, before, before.expect?.closed);
          if (before.expect) check(before.expect, result, undefined);
          await pause((before.wait ?? 0) * 1000);
        }
        const result = await sendVector(proxy.port, vector.id, vector.request, vector.expect.closed);
        const range = rightHere.get(vector.id);
        if (range === undefined) check(vector.expect, result, origin.seen);
        else expect([result.status, fieldsOf(result.lines, "content-range")]).toEqual([206, [range]]);
      },
    );
  });
});

if (!vectors) console.warn(`no ${vectorFile}: the delivery vectors are skipped`);

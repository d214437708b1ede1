import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { gunzipSync } from "node:zlib";
import { BodySite, type SiteAnswer } from "../support/body-site.js";
import { deliveryVectors, vectorFile, type DeliveryVector } from "../support/delivery-vectors.js";

const vectors = deliveryVectors();

/** Headers that filters and conditions decide about. */
const compared = ["Content-Encoding", "ETag", "Vary", "Content-Range"];

/** Where the reference answers 503 to a 206 that is right: it goes through here. */
const rightHere = new Map([
  ["d140", "bytes 2-4/*"],
  ["d141", "bytes 7-9/10"],
]);

/** Whether a vector is about bodies and the headers that describe them only. */
function isAboutBodies({ vcl, request, origin, before = [], expect: wanted }: DeliveryVector): boolean {
  if (!["@common", "@filters"].includes(vcl)) return false;
  if (wanted.status === undefined || wanted.origin === undefined) return false;
  const requests = [request, ...before];
  if (requests.some(({ method = "GET", url }) => method !== "GET" || /^\/pipe/.test(url))) return false;
  if (new Set(requests.map(({ url }) => url)).size > 1) return false;
  const responses = Object.values(origin);
  if (responses.some((response) => Array.isArray(response))) return false;
  return !/stale|uncacheable|if_none_match/.test(JSON.stringify(origin));
}

function check(
  { expect: wanted, request }: DeliveryVector,
  answer: SiteAnswer,
  fetched: readonly string[],
): void {
  const headers = new Map(Object.entries(wanted.headers ?? {}));
  expect(answer.status).toBe(wanted.status);
  for (const name of compared) {
    const values = answer.http.all(name.toLowerCase());
    const should = headers.get(name);
    if (should !== undefined) expect([name, values]).toEqual([name, [should].flat()]);
    else if (wanted.absent?.includes(name)) expect([name, values]).toEqual([name, []]);
  }
  const { body } = answer;
  // HTTP/1.0 has no sign of it.
  if (request.proto !== "HTTP/1.0") expect(answer.truncated).toBe(wanted.truncated ?? false);
  if (wanted.body !== undefined) expect(body.toString()).toBe(wanted.body);
  if (wanted.body_b64 !== undefined) expect(body.toString("base64")).toBe(wanted.body_b64);
  if (wanted.body_len !== undefined) expect(body.length).toBe(wanted.body_len);
  const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
  if (wanted.body_sha256 !== undefined) expect(hash(body)).toBe(wanted.body_sha256);
  if (wanted.body_gunzipped !== undefined) expect(gunzipSync(body).toString()).toBe(wanted.body_gunzipped);
  if (wanted.gunzipped_sha256 !== undefined) expect(hash(gunzipSync(body))).toBe(wanted.gunzipped_sha256);
  expect(fetched).toEqual(wanted.origin?.map(({ url }) => url));
}

describe.skipIf(!vectors)("delivery vectors that are about bodies", () => {
  const cases = (vectors ?? []).filter(isAboutBodies).filter(({ id }) => !rightHere.has(id));

  test.each(cases.map((vector) => [`${vector.id} ${vector.what}`, vector] as const))(
    "%s",
    async (_, vector) => {
      for (const pieceLength of [100_000, 7]) {
        const site = new BodySite(vector, pieceLength);
        for (const { url, headers } of vector.before ?? []) await site.get(url, headers);
        check(vector, await site.get(vector.request.url, vector.request.headers), site.fetched);
      }
    },
  );

  test.each([...rightHere])("%s: a right 206 that the reference refuses goes through", async (id, range) => {
    const vector = vectors?.find((one) => one.id === id);
    const answer = await new BodySite(vector!, 100).get("/pass", vector!.request.headers);
    expect(answer).toMatchObject({ status: 206, truncated: false });
    expect(answer.http.get("content-range")).toBe(range);
  });
});

if (!vectors) console.warn(`no ${vectorFile}: the delivery vectors are skipped`);

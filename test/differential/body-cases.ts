import type { Random } from "../support/random.js";
import type { VectorRequest, VectorResponse } from "../support/delivery-vectors.js";

/** What an origin has, and requests one after the other. */
export interface BodyCase {
  readonly paths: Readonly<Record<string, VectorResponse>>;
  readonly requests: readonly VectorRequest[];
}

export const policy = (originPort: number): string => `vcl 4.1;
backend default { .host = "127.0.0.1"; .port = "${originPort}"; }
sub vcl_recv {
  if (req.url ~ "^/pass") { return (pass); }
}
sub vcl_backend_response {
  if (beresp.http.X-Do ~ "esi") { set beresp.do_esi = true; }
  if (beresp.http.X-Do ~ "dogzip") { set beresp.do_gzip = true; }
  if (beresp.http.X-Do ~ "dogunzip") { set beresp.do_gunzip = true; }
  if (beresp.http.X-Do ~ "nostream") { set beresp.do_stream = false; }
  if (beresp.http.X-Do ~ "uncacheable") { set beresp.uncacheable = true; }
  unset beresp.http.X-Do;
}
sub vcl_backend_error {
  set beresp.body = "backend error " + beresp.status;
  return (deliver);
}
`;

const chance = (random: Random, probability: number): boolean => random.below(1000) < probability * 1000;

/** Some of the values, in their order. */
function some<T>(random: Random, values: readonly T[], probability: number): T[] {
  return values.filter(() => chance(random, probability));
}

const texts = ["0123456789", "", "x", "The quick brown fox jumps over the lazy dog. ".repeat(60)];
const pages = [
  '<p>before<esi:include src="/part"/>after</p>',
  '<esi:include src="/part"/><esi:include src="/page/two"/>',
  "<p>a<esi:remove>gone</esi:remove>b<!--esi in --></p>",
  '<p><esi:include src="/missing" onerror="continue"/><esi:comment text="x"/>end</p>',
  "<p>no markup at all</p>",
];

/** A case: a page or a text at one path, its parts at others, asked for twice in different ways. */
export function bodyCase(random: Random): BodyCase {
  const isPage = chance(random, 0.5);
  const url = `${chance(random, 0.25) ? "/pass" : ""}/a`;
  const paths = {
    [url]: response(random, isPage ? random.pick(pages) : random.pick(texts), isPage),
    "/part": response(random, random.pick(texts), false),
    "/page/two": response(random, random.pick(pages.slice(2)), true),
  };
  const requests = Array.from({ length: 1 + random.below(3) }, () => request(random, url));
  return { paths, requests };
}

function response(random: Random, text: string, isPage: boolean): VectorResponse {
  const orders = some(random, ["dogzip", "dogunzip", "nostream", "uncacheable"], 0.25);
  if (isPage) orders.push("esi");
  const headers: Record<string, string> = {};
  if (orders.length > 0) headers["X-Do"] = orders.join(" ");
  if (chance(random, 0.5)) headers.ETag = random.pick(['"abc"', 'W/"abc"', "abc"]);
  if (chance(random, 0.3)) headers["Last-Modified"] = "Wed, 01 Jan 2020 00:00:00 GMT";
  if (chance(random, 0.2)) headers.Vary = random.pick(["Accept-Encoding", "Cookie", "X-A"]);
  const status = chance(random, 0.15) ? random.pick([404, 203, 500]) : 200;
  const base = { status, headers };
  const gzip = chance(random, 0.5);
  const half = text.length >> 1;
  switch (random.pick(["length", "chunked", "close"])) {
    case "chunked":
      return gzip
        ? { ...base, gzip_chunks: [text.slice(0, half), text.slice(half)] }
        : { ...base, chunks: [text.slice(0, half), text.slice(half)].filter((part) => part !== "") };
    case "close":
      return gzip ? { ...base, body_gzip_of: text, close: true } : { ...base, body: text, close: true };
    default:
      return gzip ? { ...base, body_gzip_of: text } : { ...base, body: text };
  }
}

const ranges = ["bytes=0-4", "bytes=5-", "bytes=-3", "bytes=2-200", "bytes=100000-"];
/** Passed, they make varnishd 7.1 leave a connection to the origin in disorder. */
const badRanges = ["bytes=0-0,2-3", "bytes=4-2", "lines=1-2"];

function request(random: Random, url: string): VectorRequest {
  const headers: Record<string, string> = {};
  if (chance(random, 0.5))
    headers["Accept-Encoding"] = random.pick(["gzip", "gzip, br", "br", "gzip;q=0", "x-gzip"]);
  if (chance(random, 0.3))
    headers.Range = random.pick(url.startsWith("/pass") ? ranges : [...ranges, ...badRanges]);
  if (chance(random, 0.15))
    headers["If-Range"] = random.pick(['"abc"', 'W/"abc"', "Wed, 01 Jan 2020 00:00:00 GMT"]);
  if (chance(random, 0.2)) headers["If-None-Match"] = random.pick(['"abc"', 'W/"abc"', "abc", "*", '"no"']);
  if (chance(random, 0.15))
    headers["If-Modified-Since"] = random.pick([
      "Wed, 01 Jan 2020 00:00:00 GMT",
      "Tue, 01 Jan 2019 00:00:00 GMT",
    ]);
  return {
    method: chance(random, 0.2) ? "HEAD" : "GET",
    url,
    proto: chance(random, 0.2) ? "HTTP/1.0" : "HTTP/1.1",
    headers,
  };
}

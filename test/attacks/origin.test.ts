import type { Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { startProxy } from "../support/proxy.js";
import { rawOrigin, type RawOrigin } from "../support/raw-http.js";
import { exchangeBytes } from "../support/vclc-run.js";

/** How an origin ends a connection: it stays, it closes, or it resets. */
const endings = {
  stays: () => undefined,
  closes: (socket: Socket) => void socket.end(),
  // What was written has to arrive first.
  resets: (socket: Socket) => void setTimeout(() => socket.resetAndDestroy(), 60),
} as const;

const ok = "HTTP/1.1 200 OK\r\n";
const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`;

/** Asks twice for the same; answers with both answers, and how often the origin was asked. */
async function askTwice(
  answer: string,
  ending: keyof typeof endings,
): Promise<{ readonly answers: readonly string[]; readonly origin: RawOrigin }> {
  const origin = await rawOrigin((_, socket) => {
    socket.write(answer, "latin1");
    endings[ending](socket);
  });
  onTestFinished(() => origin.close());
  const parameters = { first_byte_timeout: 0.5, between_bytes_timeout: 0.5 };
  const proxy = await startProxy({ parameters });
  onTestFinished(() => proxy.close());
  // An error page is not to be what the second request finds.
  await proxy.load(
    "main",
    `vcl 4.1; backend b { .host = "127.0.0.1"; .port = "${origin.port}"; }
    sub vcl_backend_error { set beresp.ttl = 0s; set beresp.grace = 0s; }`,
  );
  await proxy.instance.use("main");
  const request = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
  const place = { port: proxy.port, host: "127.0.0.1" };
  return { answers: [await exchangeBytes(place, request), await exchangeBytes(place, request)], origin };
}

/** Whether a client can tell that it has all of an answer. */
function isComplete(answer: string): boolean {
  const [head = "", ...rest] = answer.split("\r\n\r\n");
  const body = rest.join("\r\n\r\n");
  const length = /^Content-Length: (\d+)\r?$/im.exec(head)?.[1];
  if (length !== undefined) return body.length === Number(length);
  return /^Transfer-Encoding: chunked\r?$/im.test(head) ? body.endsWith("0\r\n\r\n") : false;
}

describe("an origin whose body breaks off", () => {
  test.each([
    ["half a length, then closes", `${ok}Content-Length: 100\r\n\r\n${"x".repeat(50)}`, "closes"],
    ["half a length, then resets", `${ok}Content-Length: 100\r\n\r\n${"x".repeat(50)}`, "resets"],
    ["half a length, then silence", `${ok}Content-Length: 100\r\n\r\n${"x".repeat(50)}`, "stays"],
    ["half a chunk, then closes", `${chunked}ff\r\nxxxx`, "closes"],
    ["no last chunk, then closes", `${chunked}4\r\nxxxx\r\n`, "closes"],
    ["no last chunk, then resets", `${chunked}4\r\nxxxx\r\n`, "resets"],
    ["a last chunk that does not end", `${chunked}4\r\nxxxx\r\n0\r\n`, "closes"],
    ["junk for a chunk", `${chunked}4\r\nxxxx\r\nzz\r\n`, "closes"],
    ["a chunk size that wraps", `${chunked}10000000000000004\r\nxxxx\r\n0\r\n\r\n`, "closes"],
    ["until the end, then resets", `${ok}\r\nxxxx`, "resets"],
  ] as const)("%s: the client can tell, and nothing is cached", async (_, answer, ending) => {
    const { answers, origin } = await askTwice(answer, ending);
    for (const text of answers) if (text.startsWith("HTTP/1.1 200")) expect(isComplete(text)).toBe(false);
    expect(origin.requests.length).toBe(2);
  });

  test("until the end, then closes: that is all of it, and cached", async () => {
    const { answers, origin } = await askTwice(`${ok}\r\nxxxx`, "closes");
    expect(answers[0]).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answers[1]).toMatch(/\r\n\r\nxxxx$/);
    expect(origin.requests).toHaveLength(1);
  });
});

describe("an origin whose answer can be read in two ways", () => {
  test.each([
    ["a length of 2^63", `${ok}Content-Length: 9223372036854775808\r\n\r\nx`],
    ["a negative length", `${ok}Content-Length: -1\r\n\r\nx`],
    ["a length and chunks", `${ok}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["Transfer-Encoding: gzip", `${ok}Transfer-Encoding: gzip\r\n\r\nx`],
    ["Transfer-Encoding: xchunked", `${ok}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ["Transfer-Encoding: gzip, chunked", `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ["a blank before the colon", `${ok}Content-Length : 1\r\n\r\nx`],
    ["a zero byte in a field", `${ok}X: a\0b\r\nContent-Length: 1\r\n\r\nx`],
    ["a bare CR in a field", `${ok}X: a\rContent-Length: 0\r\n\r\nx`],
    ["another protocol", "ICY 200 OK\r\nContent-Length: 1\r\n\r\nx"],
    ["HTTP/0.9", "<html>hello</html>"],
    ["a head over http_resp_size", `${ok}X: ${"x".repeat(40_000)}\r\n\r\n`],
    ["too many fields", `${ok}${"X: a\r\n".repeat(100)}\r\n`],
    ["101 that nobody asked for", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
    ["204 with a body", `HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello`],
  ])("%s: the fetch fails", async (_, answer) => {
    const { answers } = await askTwice(answer, "closes");
    for (const text of answers) expect(text).toMatch(/^HTTP\/1\.1 503 /);
  });

  test("an answer behind the answer is nobody's", async () => {
    const both = `${ok}Content-Length: 1\r\nCache-Control: no-store\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb`;
    const { answers, origin } = await askTwice(both, "stays");
    for (const text of answers) expect(text).toMatch(/\r\n\r\na$/);
    expect(origin.connections).toBe(2);
  });
});

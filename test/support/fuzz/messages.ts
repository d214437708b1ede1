import { proxyCases } from "../proxy-headers.js";
import type { Random } from "../random.js";

/** Requests to change: each kind of line, of body, and of row. */
export const requestSeeds: readonly string[] = [
  "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
  "GET /a?b=c HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /next HTTP/1.1\r\nHost: h\r\n\r\n",
  "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhelloGET /n HTTP/1.1\r\nHost: h\r\n\r\n",
  "PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\n\r\nGET /n HTTP/1.1\r\nHost: h\r\n\r\n",
  "HEAD http://other/path HTTP/1.1\r\nHost: h\r\nX-A: 1\r\n folded\r\nConnection: close\r\n\r\nGET /never HTTP/1.1\r\n\r\n",
  "FOO /1 HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabcBAR /2 HTTP/1.1\r\nHost: h\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "\r\n\r\nGET / HTTP/1.1\nHost: h\nCookie: a=b; c=d\nAccept: */*\n\nOPTIONS * HTTP/1.1\nHost: h\n\n",
];

/** PROXY headers to change, each with a request behind it. */
export const proxySeeds: readonly string[] = proxyCases.map(({ header }) => `${header}${requestSeeds[0]}`);

/** Responses to change: each kind of body, interim answers, and what ends a connection. */
export const responseSeeds: readonly string[] = [
  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n",
  "HTTP/1.0 200 OK\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n\r\nuntil the end",
  "HTTP/1.1 204 No Content\r\n\r\n",
  'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 5\r\n\r\n',
  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
  "HTTP/1.1 200 OK\r\nConnection: close\r\nX-A: 1\r\n folded\r\nContent-Length: 3\r\n\r\nabc",
  "\r\nHTTP/1.1 503 Not now\nRetry-After: 1\nContent-Length: 2\n\nnoHTTP/1.1 200 OK\r\n\r\n",
];

const tokens = [
  "\r\n",
  "\n",
  "\r",
  "\0",
  " ",
  "\t",
  ":",
  "\r\n\r\n",
  "Content-Length: 3\r\n",
  "Content-Length: 99999999999999999999\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Transfer-Encoding: \r\n",
  "Transfer-Encoding: gzip, chunked\r\n",
  "Connection: close\r\n",
  "Expect: 100-continue\r\n",
  "HTTP/1.0",
  "0\r\n\r\n",
  "ffffffffffffffff\r\n",
  ";a=b",
  "\x80\xff",
  "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
];

/** A message, or several, with a few changes. */
export function changedMessage(seeds: readonly string[], random: Random): string {
  let text = random.pick(seeds);
  for (let changes = random.below(6); changes > 0; changes--) text = changed(text, seeds, random);
  return text.slice(0, 4096);
}

function changed(text: string, seeds: readonly string[], random: Random): string {
  const at = random.below(text.length + 1);
  const before = text.slice(0, at);
  switch (random.below(6)) {
    case 0:
      return before + random.pick(tokens) + text.slice(at);
    case 1:
      return before + text.slice(at + 1 + random.below(8));
    case 2:
      return before + String.fromCharCode(random.below(256)) + text.slice(at + 1);
    case 3:
      return before;
    case 4:
      return text + random.pick(seeds);
    default:
      return before + text.slice(at).repeat(1 + random.below(3));
  }
}

/** A text cut into pieces at random places. */
export function pieces(text: string, random: Random): readonly string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = at + 1 + random.below(random.below(4) === 0 ? 3 : text.length);
    parts.push(text.slice(at, end));
    at = end;
  }
  return parts;
}

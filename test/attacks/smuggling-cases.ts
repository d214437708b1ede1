/** Bytes that two readers may take for different requests. */
export interface SmugglingCase {
  readonly name: string;
  readonly bytes: string;
  /** Status codes of the answers, as Varnish's trunk gives them. */
  readonly answers: string;
  /** What an origin that takes only what is beyond doubt understood: `METHOD URL BODY`. */
  readonly origin?: readonly string[];
}

const smuggled = "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n";
/** A request with these lines in its head, a body that is a chunked one, and what stands behind it. */
const post = (lines: string, body = `0\r\n\r\n${smuggled}`, version = "1.1"): string =>
  `POST /outer HTTP/${version}\r\nHost: h\r\n${lines}\r\n${body}`;
const length = (value: string): string => `Content-Length: ${value}\r\n`;
const coding = (value: string): string => `Transfer-Encoding: ${value}\r\n`;
const chunked = coding("chunked");
const chunks = (body: string): string => post(chunked, body);

export const smugglingCases: readonly SmugglingCase[] = [
  { name: "Content-Length, then chunked", answers: "400", bytes: post(length("5") + chunked) },
  { name: "chunked, then Content-Length", answers: "400", bytes: post(chunked + length("5")) },
  {
    name: "Content-Length of all, and chunked",
    answers: "400",
    bytes: post(length(String(5 + smuggled.length)) + chunked),
  },
  { name: "two Content-Length", answers: "400", bytes: post(length("5") + length("0")) },
  { name: "two Content-Length that agree", answers: "400", bytes: post(length("5") + length("5")) },
  { name: "a list of lengths", answers: "400", bytes: post(length("5, 5")) },
  { name: "a length with a sign", answers: "400", bytes: post(length("+5")) },
  { name: "a negative length", answers: "400", bytes: post(length("-5")) },
  { name: "a hexadecimal length", answers: "400", bytes: post(length("0x5")) },
  { name: "a length with an underscore", answers: "400", bytes: post(length("5_0")) },
  { name: "a length with a blank in it", answers: "400", bytes: post(length("5 0")) },
  { name: "an empty length", answers: "400", bytes: post(length("")) },
  { name: "a length of 2^63", answers: "400", bytes: post(length("9223372036854775808")) },
  { name: "a length that wraps at 64 bits", answers: "400", bytes: post(length("18446744073709551621")) },
  {
    name: "a length with zeros before it",
    answers: "200 200",
    origin: ["POST /outer 0", "GET /smuggled"],
    bytes: post(length("0005")),
  },
  {
    name: "Content-Length with a blank before the colon",
    answers: "400",
    bytes: post("Content-Length : 5\r\n"),
  },
  {
    name: "Content_Length",
    answers: "200 400",
    origin: ["POST /outer"],
    bytes: post("Content_Length: 5\r\n"),
  },
  { name: "a coding that is no coding", answers: "400", bytes: post(coding("xchunked")) },
  { name: "chunked in quotes", answers: "400", bytes: post(coding('"chunked"')) },
  { name: "chunked, identity", answers: "400", bytes: post(coding("chunked, identity")) },
  { name: "identity, chunked", answers: "400", bytes: post(coding("identity, chunked")) },
  { name: "gzip, chunked", answers: "400", bytes: post(coding("gzip, chunked")) },
  {
    name: "chunked twice",
    answers: "200 200",
    origin: ["POST /outer", "GET /smuggled"],
    bytes: post(chunked + chunked),
  },
  {
    name: "identity in a second line",
    answers: "200 200",
    origin: ["POST /outer", "GET /smuggled"],
    bytes: post(chunked + coding("identity")),
  },
  { name: "an empty coding", answers: "400", bytes: post(coding("")) },
  { name: "an empty coding and a length", answers: "400", bytes: post(coding("") + length("5")) },
  {
    name: "CHUNKED",
    answers: "200 200",
    origin: ["POST /outer", "GET /smuggled"],
    bytes: post(coding("CHUNKED")),
  },
  {
    name: "chunked behind a tab",
    answers: "200 200",
    origin: ["POST /outer", "GET /smuggled"],
    bytes: post("Transfer-Encoding:\tchunked\r\n"),
  },
  { name: "chunked behind a vertical tab", answers: "400", bytes: post("Transfer-Encoding:\x0bchunked\r\n") },
  { name: "chunked with a byte over 127", answers: "400", bytes: post(coding("chunked\xa0")) },
  {
    name: "Transfer-Encoding with a blank before the colon",
    answers: "400",
    bytes: post("Transfer-Encoding : chunked\r\n"),
  },
  {
    name: "Transfer-Encoding behind a blank",
    answers: "200 400",
    origin: ["POST /outer"],
    bytes: post(" Transfer-Encoding: chunked\r\n"),
  },
  {
    name: "Transfer-Encoding as continuation of another line",
    answers: "200 400",
    origin: ["POST /outer"],
    bytes: post("X: a\r\n Transfer-Encoding: chunked\r\n"),
  },
  {
    name: "chunked in a continuation",
    answers: "200 200",
    origin: ["POST /outer", "GET /smuggled"],
    bytes: post("Transfer-Encoding:\r\n chunked\r\n"),
  },
  {
    name: "Transfer-Encoding behind a bare CR",
    answers: "400",
    bytes: post("X: a\rTransfer-Encoding: chunked\r\n"),
  },
  {
    name: "Transfer-Encoding behind a bare LF",
    answers: "200 200",
    origin: ["POST /outer", "GET /smuggled"],
    bytes: post("X: a\nTransfer-Encoding: chunked\r\n"),
  },
  {
    name: "Transfer-Encoding behind a zero byte",
    answers: "400",
    bytes: post("X: a\0Transfer-Encoding: chunked\r\n"),
  },
  {
    name: "chunked in HTTP/1.0",
    answers: "200 200",
    origin: ["POST /outer", "GET /smuggled"],
    bytes: post(`Connection: keep-alive\r\n${chunked}`, undefined, "1.0"),
  },
  {
    name: "a chunk size that wraps at 64 bits",
    answers: "400",
    bytes: chunks(`10000000000000005\r\nhello\r\n0\r\n\r\n${smuggled}`),
  },
  { name: "a chunk size of 2^63", answers: "400", bytes: chunks(`8000000000000000\r\n${smuggled}`) },
  { name: "a chunk size with 0x", answers: "400", bytes: chunks(`0x5\r\nhello\r\n0\r\n\r\n${smuggled}`) },
  { name: "a chunk size with a sign", answers: "400", bytes: chunks(`+5\r\nhello\r\n0\r\n\r\n${smuggled}`) },
  { name: "a negative chunk size", answers: "400", bytes: chunks(`-5\r\nhello\r\n0\r\n\r\n${smuggled}`) },
  { name: "an empty chunk size", answers: "400", bytes: chunks(`\r\nhello\r\n0\r\n\r\n${smuggled}`) },
  {
    name: "a chunk size with a blank behind it",
    answers: "200 200",
    origin: ["POST /outer hello", "GET /smuggled"],
    bytes: chunks(`5 \r\nhello\r\n0\r\n\r\n${smuggled}`),
  },
  {
    name: "a chunk size behind a blank",
    answers: "200 200",
    origin: ["POST /outer hello", "GET /smuggled"],
    bytes: chunks(` 5\r\nhello\r\n0\r\n\r\n${smuggled}`),
  },
  { name: "a chunk extension", answers: "400", bytes: chunks(`5;a=b\r\nhello\r\n0\r\n\r\n${smuggled}`) },
  {
    name: "a chunk extension with a bare LF",
    answers: "400",
    bytes: chunks(`5;a\nhello\r\n0\r\n\r\n${smuggled}`),
  },
  {
    name: "a chunk size that ends in a bare LF",
    answers: "200 200",
    origin: ["POST /outer hello", "GET /smuggled"],
    bytes: chunks(`5\nhello\r\n0\r\n\r\n${smuggled}`),
  },
  {
    name: "a chunk size that ends in a bare CR",
    answers: "400",
    bytes: chunks(`5\rhello\r\n0\r\n\r\n${smuggled}`),
  },
  {
    name: "a chunk longer than its size",
    answers: "400",
    bytes: chunks(`5\r\nhello!\r\n0\r\n\r\n${smuggled}`),
  },
  { name: "a chunk without its end", answers: "400", bytes: chunks(`5\r\nhello0\r\n\r\n${smuggled}`) },
  {
    name: "zeros before a chunk size",
    answers: "200 200",
    origin: ["POST /outer hello", "GET /smuggled"],
    bytes: chunks(`0005\r\nhello\r\n00\r\n\r\n${smuggled}`),
  },
  { name: "a last chunk that does not end", answers: "400", bytes: chunks(`5\r\nhello\r\n0\r\n${smuggled}`) },
  {
    name: "a trailer",
    answers: "400",
    bytes: chunks(`5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n${smuggled}`),
  },
  {
    name: "GET with a body",
    answers: "200",
    origin: ["GET /outer"],
    bytes: `GET /outer HTTP/1.1\r\nHost: h\r\n${length(String(smuggled.length))}\r\n${smuggled}`,
  },
  {
    name: "HEAD with a body",
    answers: "400",
    bytes: `HEAD /outer HTTP/1.1\r\nHost: h\r\n${length(String(smuggled.length))}\r\n${smuggled}`,
  },
  {
    name: "a body without a length in HTTP/1.0",
    answers: "200 200",
    origin: ["POST /outer", "GET /smuggled"],
    bytes: post("Connection: keep-alive\r\n", smuggled, "1.0"),
  },
  {
    name: "Connection names Content-Length",
    answers: "400",
    bytes: post(`Connection: Content-Length\r\n${length("5")}`, "hello"),
  },
  {
    name: "Connection names Transfer-Encoding",
    answers: "200 200",
    origin: ["POST /outer", "GET /smuggled"],
    bytes: post(`Connection: Transfer-Encoding\r\n${chunked}`),
  },
  {
    name: "Connection names Host",
    answers: "400",
    bytes: post(`Connection: Host\r\n${length("5")}`, "hello"),
  },
  { name: "two Host", answers: "400", bytes: `GET /outer HTTP/1.1\r\nHost: h\r\nHost: g\r\n\r\n` },
  {
    name: "Host with a blank before the colon",
    answers: "400",
    bytes: `GET /outer HTTP/1.1\r\nHost : h\r\n\r\n`,
  },
  { name: "a line without a colon", answers: "400", bytes: `GET /outer HTTP/1.1\r\nHost: h\r\nX\r\n\r\n` },
  { name: "a field without a name", answers: "400", bytes: `GET /outer HTTP/1.1\r\nHost: h\r\n: x\r\n\r\n` },
  { name: "a name with a bracket", answers: "400", bytes: `GET /outer HTTP/1.1\r\nHost: h\r\nX(: x\r\n\r\n` },
  { name: "a blank in the URL", answers: "400", bytes: `GET /outer HTTP/1.1 HTTP/1.1\r\nHost: h\r\n\r\n` },
  { name: "a version of 1.10", answers: "400", bytes: `GET /outer HTTP/1.10\r\nHost: h\r\n\r\n` },
  { name: "no version", answers: "400", bytes: `GET /outer\r\nHost: h\r\n\r\n` },
  {
    name: "an absolute URL with another host",
    answers: "200",
    origin: ["GET /outer"],
    bytes: `GET http://g/outer HTTP/1.1\r\nHost: h\r\n\r\n`,
  },
  {
    name: "encoded line ends in the URL",
    answers: "200",
    origin: ["GET /outer%0d%0aX:%20y"],
    bytes: `GET /outer%0d%0aX:%20y HTTP/1.1\r\nHost: h\r\n\r\n`,
  },
  {
    name: "a request behind Connection: close",
    answers: "200",
    origin: ["GET /outer"],
    bytes: `GET /outer HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n${smuggled}`,
  },
  {
    name: "Upgrade to h2c",
    answers: "200 200",
    origin: ["GET /outer", "GET /smuggled"],
    bytes: `GET /outer HTTP/1.1\r\nHost: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n${smuggled}`,
  },
  { name: "HTTP/2's preface", answers: "", bytes: `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${smuggled}` },
  {
    name: "Expect of something else",
    answers: "417",
    bytes: post(`Expect: 200-ok\r\n${length("5")}`, "hello"),
  },
];

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { latin1Bytes } from "../../src/runtime/values/blob.js";
import { endOfHead } from "../../src/runtime/wire/find-head.js";
import { contentLength } from "../../src/runtime/http/index.js";
import { readRequestHead, requestBody, type RequestHead } from "../../src/runtime/wire/request-head.js";
import { readResponseHead, responseBody, type ResponseHead } from "../../src/runtime/wire/response-head.js";

const limits = { length: 8192, count: 59 };
const request = (text: string) => readRequestHead(text, limits, false);
const response = (text: string) => readResponseHead(text, limits);
const bogus = (line: string): string | undefined => {
  const head = request(`GET / HTTP/1.1\r\nHost: h\r\n${line}\r\n\r\n`);
  return "garbage" in head ? (head.bogus ?? "") : undefined;
};

describe("S3-13 request lines", () => {
  test.each([
    ["GET / HTTP/1.1", ["GET", "/", "HTTP/1.1"]],
    ["get  /a   http/1.0", ["get", "/a", "http/1.0"]],
    ["GET\t/ HTTP/1.1", ["GET", "/", "HTTP/1.1"]],
    ["M-SEARCH * HTTP/1.1", ["M-SEARCH", "*", "HTTP/1.1"]],
    ['G(T /?"<>\\^`{|}\x80\xff HTTP/1.1', ["G(T", '/?"<>\\^`{|}\x80\xff', "HTTP/1.1"]],
    ["CONNECT a:443 HTTP/1.1", ["CONNECT", "a:443", "HTTP/1.1"]],
  ])("%j is taken as it is", (line, [method, url, proto]) => {
    expect(request(`${line}\r\nHost: h\r\n\r\n`)).toMatchObject({ method, url, proto });
  });

  test.each([
    "GET / HTTP/1.2",
    "GET / HTTP/1.10",
    "GET / HTTP/1.1 ",
    "GET /",
    "GET",
    "GET / HTTP/2.0",
    "GET\t\t/ HTTP/1.1",
    "GET /\tHTTP/1.1",
    "G\x01T / HTTP/1.1",
    "GET /\x7f HTTP/1.1",
    "GET / HTTP/1.1\r",
    "GET / XTTP/1.1",
  ])("%j is refused", (line) => {
    expect(request(`${line}\r\nHost: h\r\n\r\n`)).toHaveProperty("garbage");
  });

  test("an absolute URI gives the only Host, the last field, and the path", () => {
    const head = request("GET http://u@other:8080/x?y HTTP/1.1\r\nHost: a\r\nX: 1\r\nHOST: b\r\n\r\n");
    expect(head).toMatchObject({ url: "/x?y", lines: ["X: 1", "Host: u@other:8080"], lowers: ["x", "host"] });
    expect(request("GET http://other HTTP/1.1\r\nHost: a\r\n\r\n")).toMatchObject({
      url: "http://other",
      lines: ["Host: a"],
    });
    expect(request("GET http://o?q=/x HTTP/1.1\r\n\r\n")).toMatchObject({ url: "/x", lines: ["Host: o?q="] });
    expect(request("GET https://o/x HTTP/1.1\r\n\r\n")).toMatchObject({ url: "https://o/x" });
    expect(readRequestHead("GET HTTPS://o/x HTTP/1.1\r\n\r\n", limits, true)).toMatchObject({ url: "/x" });
  });
});

describe("S3-13 header fields", () => {
  test.each([
    ["X-A: a\x01b", "Header has ctrl char 0x01"],
    ["X-A: a\rb", "Header has ctrl char 0x0d"],
    ["X-A: a\x7f", "Header has ctrl char 0x7f"],
    [": value", "Missing header name: : value"],
    ["X-A : 1", "Illegal char 0x20 in header name"],
    ["X(A: 1", "Illegal char 0x28 in header name"],
    ["\xe9: 1", "Illegal char 0xffffffe9 in header name"],
    ["nocolon", "Header without ':' nocolon"],
    [`X-A: ${"y".repeat(8188)}`, "Header too long: X-A: yyyyyyyyyyyyyyy"],
  ])("%j: %s", (line, text) => {
    expect(bogus(line)).toBe(text);
  });

  test("white space before the first field is refused, elsewhere it folds a line", () => {
    expect(request("GET / HTTP/1.1\r\n Host: h\r\n\r\n")).toMatchObject({
      bogus: "1st header has white space:  Host: h",
    });
    expect(request("GET / HTTP/1.1\r\nX-A: a\r\n  b\r\nX-B:c \t\r\n\r\n")).toMatchObject({
      lines: ["X-A: a    b", "X-B:c"],
      lowers: ["x-a", "x-b"],
    });
  });

  test("heads end at LF LF and LF CR LF, never at bare CRs, however they are split", () => {
    for (const text of ["a\n\n", "a\r\n\r\n", "a\n\r\n"])
      expect(endOfHead(latin1Bytes(text), 0)).toBe(text.length);
    expect(endOfHead(latin1Bytes("a\r\rb\r\r"), 0)).toBe(-1);
    const alphabet = fc.constantFrom("\r", "\n", "x");
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 30 }), fc.nat(30), (letters, searched) => {
        const bytes = latin1Bytes(letters.join(""));
        const whole = endOfHead(bytes, 0);
        const first = endOfHead(bytes.subarray(0, searched), 0);
        const found =
          first >= 0 ? first : endOfHead(bytes, Math.max(0, Math.min(searched, bytes.length) - 2));
        expect(found).toBe(whole);
      }),
    );
  });

  test("any bytes give a head or a refusal, and never throw", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) }),
        (text) => {
          expect(request(`GET / HTTP/1.1\r\n${text}\r\n\r\n`)).toBeTypeOf("object");
          expect(response(`${text}\r\n\r\n`)).toBeTypeOf("object");
        },
      ),
    );
  });
});

describe("S3-41 how bodies are framed", () => {
  const framing = (first: string, ...lines: string[]): string => {
    const head = request([`${first}`, ...lines, "", ""].join("\r\n")) as RequestHead;
    const body = requestBody(head);
    return typeof body === "string" ? body : body.constructor.name;
  };
  test.each([
    ["POST / HTTP/1.1", ["Content-Length: 5"], "LengthDecoder"],
    ["POST / HTTP/1.1", ["Content-Length: 005"], "LengthDecoder"],
    ["POST / HTTP/1.1", ["Content-Length: 0"], "none"],
    ["POST / HTTP/1.1", ["Transfer-Encoding: Chunked"], "ChunkedDecoder"],
    ["POST / HTTP/1.1", [], "none"],
    ["GET / HTTP/1.1", ["Content-Length: 5"], "LengthDecoder"],
    ["POST / HTTP/1.1", ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], "ChunkedDecoder"],
    ["POST / HTTP/1.1", ["Transfer-Encoding: gzip, chunked"], "bad"],
    ["POST / HTTP/1.1", ["Transfer-Encoding:"], "bad"],
    ["POST / HTTP/1.1", ["Transfer-Encoding: chunked", "Content-Length: 0"], "bad"],
    ["POST / HTTP/1.1", ["Content-Length: +5"], "bad"],
    ["POST / HTTP/1.1", ["Content-Length: 5, 5"], "bad"],
    ["POST / HTTP/1.1", ["Content-Length:"], "bad"],
    ["HEAD / HTTP/1.1", ["Content-Length: 5"], "bad"],
    ["HEAD / HTTP/1.1", ["Content-Length: 0"], "none"],
    ["POST / HTTP/1.0", [], "bad"],
    ["POST / HTTP/1.0", ["Connection: keep-alive"], "none"],
    ["GET / HTTP/1.0", [], "none"],
  ])("%s with %j: %s", (first, lines, expected) => {
    expect(framing(first, ...lines)).toBe(expected);
  });

  test("a length has 63 bits at most", () => {
    expect(contentLength("9223372036854775807")).toBeGreaterThan(0);
    expect(contentLength(`${"0".repeat(40)}5`)).toBe(5);
    for (const text of ["9223372036854775808", "-1", "0x5", "5 bytes", "1e3", ""])
      expect(contentLength(text)).toBeNaN();
  });

  const answer = (first: string, lines: readonly string[], method = "GET"): string => {
    const head = response([first, ...lines, "", ""].join("\r\n")) as ResponseHead;
    const body = responseBody(head, method);
    return typeof body === "string" ? body : body.constructor.name;
  };
  test.each([
    ["HTTP/1.1 200 OK", ["Content-Length: 5"], "LengthDecoder"],
    ["HTTP/1.1 200 OK", ["Content-Length: 5", "Content-Length: 3"], "LengthDecoder"],
    ["HTTP/1.1 200 OK", [], "CloseDecoder"],
    ["HTTP/1.1 200 OK", ["Connection: keep-alive"], "none"],
    ["HTTP/1.0 200 OK", ["Transfer-Encoding: chunked"], "ChunkedDecoder"],
    ["HTTP/1.1 200 OK", ["Transfer-Encoding: gzip"], "bad"],
    ["HTTP/1.1 200 OK", ["Transfer-Encoding: xchunked"], "bad"],
    ["HTTP/1.1 200 OK", ["Content-Length: 9223372036854775808"], "bad"],
    ["HTTP/1.1 200 OK", ["Transfer-Encoding: chunked", "Content-Length: 5"], "bad"],
    ["HTTP/1.1 100 Continue", [], "bad"],
    ["HTTP/1.1 204 No Content", [], "none"],
    ["HTTP/1.1 204 No Content", ["Content-Length: 5"], "bad"],
    ["HTTP/1.1 304 Not Modified", ["Content-Length: 5"], "none"],
  ])("%s with %j: %s", (first, lines, expected) => {
    expect(answer(first, lines)).toBe(expected);
  });

  test("an answer to HEAD has none, whatever it says", () => {
    expect(answer("HTTP/1.1 200 OK", ["Content-Length: 5"], "HEAD")).toBe("none");
  });
});

describe("status lines", () => {
  test.each([
    ["HTTP/1.1 200 OK", [200, "OK"]],
    ["HTTP/1.1 200", [200, ""]],
    ["HTTP/1.1 200 ", [200, ""]],
    ["HTTP/1.1  200  OK", [200, "OK"]],
    ["HTTP/2.0 999 \xe9\t", [999, "\xe9\t"]],
    ["http/1.2 200 OK", [200, "OK"]],
  ])("%j is taken", (line, [status, reason]) => {
    expect(response(`${line}\r\n\r\n`)).toMatchObject({ status, reason });
  });

  test.each([
    "HTTP/0.9 200 OK",
    "HTTP/1.1 20 OK",
    "HTTP/1.1 2000 OK",
    "HTTP/1.1 200 O\x01K",
    "HTTP/1.1 200 \t OK",
    "ICY 200 OK",
    "HTTP/1.1 099 X",
    "HTTP/1.1 OK",
  ])("%j is refused", (line) => {
    expect(response(`${line}\r\n\r\n`)).toHaveProperty("garbage");
  });
});

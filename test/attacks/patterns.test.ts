import { expect, test } from "vitest";
import { rawRequest } from "../support/raw-http.js";
import { runVclc } from "../support/vclc-run.js";

const vcl = `vcl 4.1; backend none_here none;
sub vcl_recv {
  if (req.url == "/regsub") { set req.http.X = regsub(req.http.X, "^(a+)+$", ""); }
  if (req.url == "/back" && req.http.X ~ "^(a+)+\\1$") { set req.http.Y = "1"; }
  if (req.url == "/ahead" && req.http.X ~ "^(?=(a+)+$)") { set req.http.Y = "1"; }
  if (req.url == "/far" && req.http.X ~ "x.*y.*z.*w") { set req.http.Y = "1"; }
  return (synth(200));
}`;

test("a text that makes a pattern try everything fails its own request, and holds up nobody else", async () => {
  const { port, output } = await runVclc(vcl, ["-a", "127.0.0.1:0", "--log", "--quiet"]);
  const ask = async (url: string, text: string): Promise<string> =>
    (
      await rawRequest(port, `GET ${url} HTTP/1.1\r\nHost: a\r\nX: ${text}\r\nConnection: close\r\n\r\n`)
    ).slice(9, 12);
  await ask("/", "warm");
  const hostile = `${"a".repeat(27)}!`;
  const began = performance.now();
  const answers = await Promise.all([
    ask("/regsub", hostile),
    ask("/back", hostile),
    ask("/ahead", hostile),
    ask("/far", "xyz".repeat(2600)),
    ask("/", hostile),
    ask("/regsub", "aaaa"),
  ]);
  expect(answers).toEqual(["503", "503", "503", "503", "200", "200"]);
  // It would have been minutes.
  expect(performance.now() - began).toBeLessThan(3000);
  const failures = output()
    .split("\n")
    .filter((line) => line.includes("limit exceeded"));
  expect(failures).toHaveLength(4);
  expect(
    failures.filter((line) => line.includes("regsub: Regexp matching failed: match limit exceeded")),
  ).toHaveLength(1);
});

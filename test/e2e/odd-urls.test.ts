import { expect, onTestFinished, test } from "vitest";
import { startProxy } from "../support/proxy.js";
import { rawOrigin, rawRequest } from "../support/raw-http.js";

test("OPTIONS * and a URL that VCL has left without its slash reach the backend as they are", async () => {
  const origin = await rawOrigin((_, socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  const proxy = await startProxy();
  onTestFinished(async () => {
    await proxy.close();
    await origin.close();
  });
  await proxy.load(
    "boot",
    `vcl 4.1; backend b { .host = "127.0.0.1"; .port = "${origin.port}"; }
    sub vcl_recv { if (req.url == "/strip") { set req.url = "noslash"; } return (pass); }`,
  );
  await proxy.instance.use("boot");
  expect(await proxy.get("/strip")).toMatchObject({ status: 200, body: "ok" });
  const answer = await rawRequest(proxy.port, "OPTIONS * HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(origin.requests.map((head) => head.split("\r\n")[0])).toEqual([
    "GET noslash HTTP/1.1",
    "OPTIONS * HTTP/1.1",
  ]);
});

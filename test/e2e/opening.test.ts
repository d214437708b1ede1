import { afterEach, describe, expect, test } from "vitest";
import { rawOrigin, type RawOrigin } from "../support/raw-http.js";
import { startProxy, type Proxy } from "../support/proxy.js";

let origin: RawOrigin | undefined;
let proxy: Proxy | undefined;

afterEach(async () => {
  await proxy?.close();
  await origin?.close();
});

/** What an origin reads for two requests through a backend with these fields. */
async function opened(
  fields: (port: number) => string,
): Promise<{ heads: readonly string[]; connections: number }> {
  origin = await rawOrigin((head, socket) => {
    if (head.includes("GET ")) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  proxy = await startProxy();
  await proxy.load("v", `vcl 4.1; ${fields(origin.port)} sub vcl_recv { return (pass); }`);
  await proxy.instance.use("v");
  for (let i = 0; i < 2; i++) {
    expect((await proxy.get(`/${i}`)).body).toBe("ok");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return { heads: origin.requests, connections: origin.connections };
}

describe("how backend connections begin", () => {
  test(".preamble is sent once on each connection, which is kept", async () => {
    const { heads, connections } = await opened(
      (port) => `backend b { .host = "127.0.0.1"; .port = "${port}"; .preamble = :aGVsbG8NCg==:; }`,
    );
    expect(heads[0]).toMatch(/^hello\r\nGET \/0 /);
    expect(heads[1]).toMatch(/^GET \/1 /);
    expect(connections).toBe(1);
  });

  test(".proxy_header = 1 tells of the client, on a connection for each request", async () => {
    const { heads, connections } = await opened(
      (port) => `backend b { .host = "127.0.0.1"; .port = "${port}"; .proxy_header = 1; }`,
    );
    for (const head of heads)
      expect(head).toMatch(new RegExp(`^PROXY TCP4 127.0.0.1 127.0.0.1 \\d+ ${proxy?.port}\r\nGET `));
    expect(connections).toBe(2);
  });

  test(".via goes to the other backend and names the address and the authority in a PROXY header", async () => {
    // The raw origin splits at the first empty line, which stands inside the header's signature.
    const { heads } = await opened(
      (port) => `backend door { .host = "127.0.0.1"; .port = "${port}"; }
        backend b { .host = "192.0.2.9"; .port = "8443"; .via = door; .authority = "in.example:8443"; }
        sub vcl_recv { set req.backend_hint = b; }`,
    );
    const bytes = heads.join("");
    const address = "\xc0\x00\x02\x09\xc0\x00\x02\x09\x20\xfb\x20\xfb";
    expect(bytes).toContain(`\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x19${address}\x02\x00\x0ain.exampleGET /0 `);
  });
});

import { expect, test } from "vitest";
import { request, type MemoryStream } from "../../src/host/memory/index.js";
import { latin1Bytes, latin1Text } from "../../src/runtime/values/blob.js";
import { readProxyHeader } from "../../src/runtime/wire/proxy/proxy-header.js";
import type { ProxyHeader } from "../../src/runtime/wire/proxy/proxy-reading.js";
import { compileToJavaScript } from "../../src/compile.js";
import { sourceFromText } from "../../src/source/read-source.js";
import { testOptions } from "../support/compile.js";
import { world, type DnsHost, type World } from "../support/dns-world.js";

/** What one connection to the onloader began with, and what followed. */
interface Onloaded {
  readonly header: ProxyHeader;
  readonly bytes: string;
  readonly requests: string[];
}

/**
 * An onloader, as haproxy is one: takes connections that begin with a PROXY header, and answers every request with what that says. `refused` is the
 * destination whose certificate it does not trust.
 */
function onload(host: DnsHost, address: string, refused?: string): Onloaded[] {
  const connections: Onloaded[] = [];
  host.rawOrigin(address, (stream) => void connections.push(accept(stream, refused)));
  return connections;
}

function accept(stream: MemoryStream, refused?: string): Onloaded {
  let text = "";
  const seen: { header?: ProxyHeader; bytes: string; requests: string[] } = { bytes: "", requests: [] };
  stream.receiver = {
    data(chunk) {
      text += latin1Text(chunk);
      if (!seen.header) {
        const header = readProxyHeader(latin1Bytes(text), 1024);
        if (header === "incomplete") return;
        if ("refused" in header) throw new Error(`no PROXY header: ${text}`);
        seen.header = header;
        seen.bytes = text.slice(0, header.length);
        text = text.slice(header.length);
        if (header.server?.address === refused) return stream.end();
      }
      for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
        const head = text.slice(0, end);
        seen.requests.push(head);
        text = text.slice(end + 4);
        const { server, tlvs } = seen.header;
        const body = `${server?.address ?? ""}:${server?.port ?? ""} ${latin1Text(tlvs?.get(2) ?? new Uint8Array())}`;
        stream.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
        if (/^connection: close$/im.test(head)) stream.end();
      }
    },
    drained: () => undefined,
    ended: () => undefined,
    closed: () => undefined,
  };
  return seen as Onloaded;
}

const names = { "one.com": ["192.0.2.11"], "two.com": ["2001:db8::2"], "also-one.com": ["192.0.2.11"] };

/** The change log's example, with the sub that is meant. */
const example = (via: string, more = ""): string => `
backend sslon { ${via} }
sub vcl_init { new https = dynamic.director(via = sslon, port = 443 ${more}); new plain = dynamic.director(port = 80); }
sub vcl_recv { return (pass); }
sub vcl_backend_fetch {
  if (bereq.url == "/plain") { set bereq.backend = plain.backend(); } else { set bereq.backend = https.backend(); }
}`;
const socket = '.path = "/run/sslon";';

async function onloaded(
  vcl = example(socket),
  at = "/run/sslon",
): Promise<World & { connections: Onloaded[] }> {
  const w = await world(vcl, names);
  return { ...w, connections: onload(w.host, at) };
}

test("S0-10 S0-12 S0-13 S0-17 S0-22 S0-25 S0-27 S0-33 over a socket: where to and as whom stands in the preamble alone, plain HTTP/1.1 follows", async () => {
  const { get, connections } = await onloaded();
  expect(await get({ Host: "one.com" })).toBe("192.0.2.11:443 one.com");
  expect(await get({ Host: "two.com" })).toBe("2001:db8::2:443 two.com");
  expect(connections.map(({ requests }) => requests.map((text) => text.split("\r\n", 1)[0]))).toEqual([
    ["GET / HTTP/1.1"],
    ["GET / HTTP/1.1"],
  ]);
  expect(connections[0]?.requests[0]).toMatch(/\r\nHost: one\.com(\r|$)/);
});

test("S0-24 what follows the preamble is HTTP/1.1, whatever the client speaks", async () => {
  const w = await onloaded();
  await request(w.instance, { proto: "HTTP/1.0", headers: { Host: "one.com" } });
  expect(w.connections[0]?.requests[0]).toMatch(/^GET \/ HTTP\/1\.1\r\n/);
});

test("S0-09 S0-11 over TCP the same; whoever takes PROXY headers will do", async () => {
  const { get } = await onloaded(example('.host = "192.0.2.99"; .port = "8443";'), "192.0.2.99:8443");
  expect(await get({ Host: "one.com" })).toBe("192.0.2.11:443 one.com");
});

test("S0-32 the director that is named is the one that is used: the other one goes straight to the address", async () => {
  const { host, instance, connections } = await onloaded();
  const { body } = await request(instance, { url: "/plain", headers: { Host: "one.com" } });
  expect(body).toBe("192.0.2.11:80 one.com");
  expect(connections).toEqual([]);
  expect(host.requests).toHaveLength(1);
});

test("S0-21 S0-26 S0-31 one destination has one preamble, byte by byte, on every connection and after every look-up; two have two", async () => {
  const { get, connections, host } = await onloaded(example(socket, ", ttl = 1s"));
  for (let round = 0; round < 3; round++) {
    await Promise.all([get({ Host: "one.com" }), get({ Host: "one.com" }), get({ Host: "two.com" })]);
    await host.clock.advance(70); // idle connections are closed
  }
  expect(connections.length).toBeGreaterThan(6);
  expect(new Set(connections.map(({ bytes }) => bytes)).size).toBe(2);
});

test("S0-15 one address under two names is two authorities, on connections of their own", async () => {
  const { get, connections } = await onloaded();
  for (const name of ["one.com", "also-one.com", "one.com", "also-one.com"])
    expect(await get({ Host: name })).toBe(`192.0.2.11:443 ${name}`);
  expect(connections.map(({ requests }) => requests.length)).toEqual([2, 2]);
});

test.each([
  ["one.com", "", "d.backend()"],
  ["theirs.com", 'authority = "theirs.com"', "d.backend()"],
  ["mine.com", 'authority = "theirs.com"', 'd.backend(authority = "mine.com")'],
  ["host.com", 'host_header = "host.com"', "d.backend()"],
  ["", 'authority = ""', "d.backend()"],
  ["", 'authority = "theirs.com"', 'd.backend(authority = "")'],
])("S0-25 the authority is %j with %s and %s", async (authority, args, call) => {
  const vcl = `backend sslon { ${socket} }
    sub vcl_init { new d = dynamic.director(via = sslon, port = 443${args === "" ? "" : `, ${args}`}); }
    sub vcl_recv { return (pass); } sub vcl_backend_fetch { set bereq.backend = ${call}; }`;
  const { get } = await onloaded(vcl);
  expect(await get({ Host: "one.com" })).toBe(`192.0.2.11:443 ${authority}`);
});

test("S0-19 probes begin with the same preamble", async () => {
  const probe = "probe p { .interval = 5s; .initial = 0; .threshold = 1; .window = 2; }";
  const { get, connections, host, run } = await onloaded(`${probe} ${example(socket, ", probe = p")}`);
  expect(await get({ Host: "one.com" })).toBe("503 Backend fetch failed");
  await host.clock.advance(1);
  expect(connections.map(({ header }) => header.server)).toEqual([{ address: "192.0.2.11", port: 443 }]);
  expect(latin1Text(connections[0]?.header.tlvs?.get(2) ?? new Uint8Array())).toBe("one.com");
  expect((await run("backend.list *.https.*"))[1]).toMatch(
    /https\.one\.com\(192\.0\.2\.11:443\) +probe +1\/2 /,
  );
});

test("S0-23 a connection that ends behind the preamble is one failed fetch: one record, one connection, no other try", async () => {
  const w = await world(example(socket), names);
  const connections = onload(w.host, "/run/sslon", "192.0.2.11");
  expect(await w.get({ Host: "one.com" })).toBe("503 Backend fetch failed");
  expect(w.host.captured.texts("FetchError")).toEqual(["HTC eof (Unexpected end of input)"]);
  await w.host.clock.advance(60);
  expect(connections).toHaveLength(1);
  expect(await w.get({ Host: "two.com" })).toBe("2001:db8::2:443 two.com");
});

test.each([
  ["S0-16", "nobody is there", { errno: 2, text: "No such file or directory" }, "fail_other"],
  ["S0-16 S0-18", "it is refused", { errno: 111, text: "Connection refused" }, "fail_econnrefused"],
  ["S0-18", "nobody takes it in time", undefined, "fail_etimedout"],
  ["S0-20", "it is not allowed", { errno: 13, text: "Permission denied" }, "fail_eacces"],
] as const)(
  "%s a connection to the onloader fails as %s: a fetch error that names the backend, and counted",
  async (_, _why, error, counter) => {
    const w = await world(example(socket, ", connect_timeout = 2s"), names);
    w.host.refuse("/run/sslon", error);
    const response = w.get({ Host: "one.com" });
    await w.host.clock.advance(3);
    expect(await response).toBe("503 Backend fetch failed");
    const { errno, text } = error ?? { errno: 110, text: "Connection timed out" };
    expect(w.host.captured.texts("FetchError")).toEqual([
      `backend https.one.com(192.0.2.11:443): fail errno ${errno} (${text})`,
    ]);
    const counters = [...w.instance.sharedBackends.counters()].filter(([, value]) => value > 0);
    expect(Object.fromEntries(counters)).toMatchObject({
      [`VBE.https.one.com(192.0.2.11:443;via=/run/sslon;authority=one.com).${counter}`]: 1,
    });
    expect(w.instance.counters.get("backend_fail")).toBe(1);
  },
);

test("S0-16 a socket that is not there at the load does not keep the VCL from loading", async () => {
  const w = await world(example(socket), names);
  expect(w.instance.active?.name).toBe("boot");
  onload(w.host, "/run/sslon");
  expect(await w.get({ Host: "one.com" })).toContain("192.0.2.11:443");
});

test("S0-30 the change log's sub is none: the names that there are, are listed", () => {
  const text = `vcl 4.1; import dynamic; backend sslon { .path = "/path/to/sslon"; }
    sub vcl_init { new https = dynamic.director(via = sslon, port = 443); }
    sub vcl_backend_request { set bereq.backend = https.backend(); }`;
  const { diagnostics } = compileToJavaScript(sourceFromText("main.vcl", text), testOptions());
  expect(diagnostics).toMatchObject([
    { code: "reserved-sub-name", hint: expect.stringContaining("Legal are vcl_recv, ") },
  ]);
  expect(diagnostics[0]?.hint).toContain(" vcl_backend_fetch,");
  const meant = text.replace("vcl_backend_request", "vcl_backend_fetch");
  expect(compileToJavaScript(sourceFromText("main.vcl", meant), testOptions()).diagnostics).toEqual([]);
});

test("S0-06 VCL of the time before via: positional arguments, the director named in vcl_recv", async () => {
  const w = await world(
    `acl v4 { "0.0.0.0"/0; } probe p { .initial = 8; }
    sub vcl_init { new d = dynamic.director("8080", "www.example.com", DIRECTOR, p, v4, 60s, 1s, 2s, 3s, 120s, 4s, 10, 0); }
    sub vcl_recv { unset req.http.Host; set req.backend_hint = d.backend("one.com"); return (pass); }`,
    names,
  );
  expect(await w.get()).toBe("192.0.2.11:8080 www.example.com");
});

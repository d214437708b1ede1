import { expect, test } from "vitest";
import { MemoryClient, MemoryHost, request } from "../../src/host/memory/index.js";
import { Instance } from "../../src/runtime/instance.js";
import * as tcp from "../../src/vmod/tcp/index.js";
import { loadVcl, runVcl } from "../support/vmod-vcl.js";

const kilobyte = 1024;

/** What a paced client has got, and when it had all. */
async function paced(body: string | Iterable<string>, pace = "tcp.set_socket_pace(10);") {
  const host = new MemoryHost();
  host.origin("192.0.2.1:80", () => ({ body }));
  const instance = new Instance(host);
  await loadVcl(instance, "boot", { tcp }, `sub vcl_recv { ${pace} return (pass); }`);
  const began = host.now();
  let ended = 0;
  const running = request(instance, { url: "/" }).finally(() => (ended = host.now()));
  for (let i = 0; i < 400 && ended === 0; i++) await host.clock.advance(0.05);
  return { answer: await running, seconds: ended - began, host };
}

test("a body goes out at the pace that VCL says, whether it is there as a whole or comes in chunks", async () => {
  for (const body of ["x".repeat(50 * kilobyte), ["x".repeat(20 * kilobyte), "x".repeat(30 * kilobyte)]]) {
    const { answer, seconds, host } = await paced(body);
    expect(answer.body.length).toBe(50 * kilobyte);
    expect(seconds).toBeGreaterThan(4.8);
    expect(seconds).toBeLessThan(5.3);
    expect(host.captured.texts("VCL_Log")).toEqual(["vmod-tcp: Socket paced to 10 KB/s."]);
  }
  expect((await paced("x".repeat(50 * kilobyte), "")).seconds).toBeLessThan(0.2);
});

test("the pace is the connection's: it holds for the next request, and 0 takes it away", async () => {
  const host = new MemoryHost();
  host.origin("192.0.2.1:80", () => ({ body: "x".repeat(10 * kilobyte) }));
  const instance = new Instance(host);
  await loadVcl(
    instance,
    "boot",
    { tcp },
    `sub vcl_recv { if (req.url == "/slow") { tcp.set_socket_pace(10); } if (req.url == "/free") { tcp.set_socket_pace(0); } return (pass); }`,
  );
  const { stream } = new MemoryClient(instance, { url: "/" });
  let bytes = 0;
  const nothing = (): void => undefined;
  stream.receiver = {
    data: (chunk) => void (bytes += chunk.length),
    drained: nothing,
    ended: nothing,
    closed: nothing,
  };
  /** Seconds until a whole answer has come. */
  const timed = async (url: string): Promise<number> => {
    const began = host.now();
    bytes = 0;
    stream.write(`GET ${url} HTTP/1.1\r\nHost: a\r\n\r\n`);
    while (bytes < 10 * kilobyte) await host.clock.advance(0.05);
    return Math.round(host.now() - began);
  };
  await host.clock.advance(0.1);
  expect([await timed("/"), await timed("/slow"), await timed("/"), await timed("/free")]).toEqual([
    0, 1, 1, 0,
  ]);
});

test("a client that goes away while it is paced leaves nothing behind", async () => {
  const host = new MemoryHost();
  host.origin("192.0.2.1:80", () => ({ body: "x".repeat(1000 * kilobyte) }));
  const instance = new Instance(host);
  await loadVcl(instance, "boot", { tcp }, "sub vcl_recv { tcp.set_socket_pace(10); return (pass); }");
  const client = new MemoryClient(instance, { url: "/" });
  await host.clock.advance(1);
  client.leave();
  await host.clock.advance(2);
  const { pending } = host.clock;
  await host.clock.advance(100);
  expect(host.clock.pending).toBeLessThanOrEqual(pending);
  expect(host.captured.texts("ReqAcct").length).toBe(1);
});

test("what Node cannot know or do is answered as on a system without it, and told", async () => {
  const { instance, host } = await runVcl(
    { tcp },
    `sub vcl_recv {
      tcp.dump_info();
      return (synth(200, tcp.congestion_algorithm("bbr") + " " + tcp.get_estimated_rtt()));
    }`,
  );
  expect((await request(instance, { url: "/" })).reason).toBe("-1 -1.000");
  expect(host.captured.texts("VCL_Error")).toEqual(['TCP_CONGESTION setsockopt() for "bbr" failed.']);
  expect(host.captured.texts("VCL_Log")).toEqual([
    expect.stringMatching(/^tcp: remote=[\d.]+:\d+ local=[\d.]+:\d+ pace=none$/),
  ]);
});

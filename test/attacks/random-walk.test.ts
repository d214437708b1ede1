import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { changedMessage, pieces, requestSeeds, responseSeeds } from "../support/fuzz/messages.js";
import { proxyCases } from "../support/proxy-headers.js";
import { rawOrigin } from "../support/raw-http.js";
import { Random } from "../support/random.js";
import { exchangeBytes, runVclc } from "../support/vclc-run.js";
import { descriptors, residentMemory } from "./process-use.js";

const inputs = 3000;
const atOnce = 48;

/** What one client does: it sends pieces, perhaps with pauses, and goes, in one way or another. */
async function misbehave(port: number, header: string, random: Random): Promise<void> {
  const parts = pieces(header + changedMessage(requestSeeds, random), random);
  const [pause, way] = [random.below(3) === 0, random.below(4)];
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  const closed = new Promise((resolve) => socket.once("close", resolve));
  if (way !== 3) socket.resume();
  for (const part of parts) {
    socket.write(part, "latin1");
    if (pause) await wait(1);
  }
  if (way === 0) socket.destroy();
  else if (way === 1) socket.resetAndDestroy();
  else if (way === 2) socket.end();
  await Promise.race([closed, wait(1500)]);
  socket.destroy();
}

test.runIf(process.platform === "linux")(
  `${inputs} clients that send anything, to an origin that answers anything: the process serves on, and nothing is left`,
  async () => {
    const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000_000);
    console.log(`seed ${seed}: again with SEED=${seed}`);
    const random = new Random(seed);
    const origin = await rawOrigin((_, socket) => {
      if (random.below(3) > 0) socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      else socket.write(changedMessage(responseSeeds, random), "latin1");
      const way = random.below(8);
      if (way === 0) socket.resetAndDestroy();
      else if (way === 1) socket.end();
    });
    onTestFinished(() => origin.close());
    const proxy = await runVclc(
      `vcl 4.1; import std; backend b {
        .host = "127.0.0.1"; .port = "${origin.port}"; .first_byte_timeout = 1s; .between_bytes_timeout = 1s;
      }
      sub vcl_recv {
        if (req.url == "/still-there") { return (synth(200)); }
        if (req.method == "PUT") { std.cache_req_body(1KB); }
        if (req.http.X-A) { return (pipe); }
        if (req.url ~ "n") { return (hash); }
        if (req.method == "FOO") { return (pass); }
      }`,
      ["127.0.0.1:0", "127.0.0.1:0,PROXY"]
        .flatMap((place) => ["-a", place])
        // What goes wrong with fetches is to be expected; what goes wrong within is not.
        .concat("--log-level", "error")
        .concat(["-p", "timeout_idle=0.5", "-p", "pipe_timeout=1", "-p", "backend_idle_timeout=0.5"]),
      2,
    );
    const pid = proxy.child.pid as number;
    const ports = proxy.places.map((place) => Number(/\d+$/.exec(place)?.[0]));
    const still = async (): Promise<boolean> => {
      const bytes = "GET /still-there HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
      return (await exchangeBytes({ port: ports[0] as number, host: "127.0.0.1" }, bytes)).startsWith(
        "HTTP/1.1 200",
      );
    };
    expect(await still()).toBe(true);
    const before = descriptors(pid);
    let left = inputs;
    const client = async (): Promise<void> => {
      while (left-- > 0) {
        const place = random.below(3) === 0 ? 1 : 0;
        await misbehave(ports[place] as number, place === 1 ? random.pick(proxyCases).header : "", random);
        expect(proxy.child.exitCode).toBe(null);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, client));
    expect(await still()).toBe(true);
    for (let tries = 0; tries < 100 && descriptors(pid) > before; tries++) await wait(100);
    expect(descriptors(pid)).toBeLessThanOrEqual(before);
    expect(residentMemory(pid)).toBeLessThan(400 * 1024 * 1024);
    proxy.child.kill("SIGTERM");
    expect(await proxy.exit).toBe(0);
    expect(proxy.output().replaceAll(/^Listening on .*\n/gm, "")).toBe("");
  },
  120_000,
);

import { execFile, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtCli } from "../support/cli.js";
import { freePort, listening } from "../support/ports.js";

const installed = ["varnishd", "varnishadm"].every((name) => spawnSync(name, ["-V"]).error === undefined);
if (!installed) console.warn("SKIPPED: probes are compared with varnishd's where it is installed");

/** What an origin does with a poll, by the name of the backend. */
const origins: Readonly<Record<string, (socket: Socket) => void>> = {
  good: (socket) => void socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
  old: (socket) => void socket.end("HTTP/1.0 200 Fine\r\n\r\nbody"),
  plain: (socket) => void socket.end("HTTP/1.1 200\r\n\r\n"),
  failing: (socket) => void socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n"),
  wanted: (socket) => void socket.end("HTTP/1.1 503 Service Unavailable\r\n\r\n"),
  empty: (socket) => void socket.end(),
  garbage: (socket) => void socket.end("hello\r\n"),
  half: (socket) => void socket.end("HTTP/1.1 2"),
  slow: () => undefined,
  open: (socket) => void socket.write("HTTP/1.1 200 OK\r\n\r\n"),
  lines: (socket) => void socket.end("HTTP/1.1 200 OK\r\n\r\n"),
};

/** Fields beside the address and the probe's interval. */
const probes: Readonly<Record<string, string>> = {
  good: '.url = "/up"; .window = 8; .threshold = 3;',
  old: ".window = 5; .threshold = 2;",
  plain: ".window = 64; .threshold = 64;",
  failing: ".initial = 3;",
  wanted: ".expected_response = 503; .initial = 0; .threshold = 1;",
  empty: ".threshold = 10;",
  half: ".initial = 0;",
  slow: ".timeout = 0.3s;",
  open: ".timeout = 0.3s;",
  lines: '.request = "GET /lines HTTP/1.1" "Host: lines.example" "X: y";',
};

/** Directors over some of them. */
const directors = `
  new rr = directors.round_robin(); rr.add_backend(good); rr.add_backend(refused);
  new fb = directors.fallback(); fb.add_backend(refused); fb.add_backend(good);
  new sticky = directors.fallback(sticky = true); sticky.add_backend(good); sticky.add_backend(rr.backend());
  new ra = directors.random(); ra.add_backend(good, 3); ra.add_backend(old, 7); ra.add_backend(refused, 5);
  new none = directors.round_robin();
  new sh = directors.shard(); sh.add_backend(good); sh.add_backend(refused, "me"); sh.reconfigure();`;

/** Members of the JSON that only we have, or whose value is the moment's. */
const ownMembers = ["shared_backend", "polled_by", "counters", "ipv4", "path", "last_change"];

describe.skipIf(!installed)("one poll of each backend, by varnishd and by vclc run", () => {
  const children: ChildProcess[] = [];
  const servers: Server[] = [];
  const ports = { varnishd: 0, vclc: 0 };
  /** What each backend's origin was sent. */
  const sent = new Map<string, string[]>();
  let folder = "";

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "vclc-probes-"));
    chmodSync(folder, 0o755);
    const declared: string[] = [];
    const declare = (name: string, place: string): void => {
      const fields = `.interval = 300s; ${probes[name] ?? ""}`;
      declared.push(`backend ${name} { ${place} .host_header = "${name}.example"; .probe = { ${fields} } }`);
    };
    for (const [name, answer] of Object.entries(origins)) {
      const port = await serve(name, answer, { port: 0, host: "127.0.0.1" });
      declare(name, `.host = "127.0.0.1"; .port = "${port}";`);
    }
    declare("refused", '.host = "127.0.0.1"; .port = "1";');
    const answer = origins.good as (socket: Socket) => void;
    await serve("socket", answer, { path: join(folder, "s") });
    chmodSync(join(folder, "s"), 0o777);
    declare("socket", `.path = "${join(folder, "s")}";`);
    const used = declared.map((line) => line.split(" ")[1]);
    used.push(...["rr", "fb", "sticky", "ra", "none", "sh"].map((name) => `${name}.backend()`));
    const hints = used.map((name) => `set req.backend_hint = ${name};`).join(" ");
    writeFileSync(
      join(folder, "main.vcl"),
      `vcl 4.1; import directors;\n${declared.join("\n")}\nsub vcl_init { ${directors} }\nsub vcl_recv { ${hints} }\n`,
    );
    writeFileSync(join(folder, "secret"), "known to both\n");
    ports.varnishd = await freePort();
    ports.vclc = await freePort();
    const shared = ["-a", "127.0.0.1:0", "-f", join(folder, "main.vcl"), "-S", join(folder, "secret")];
    const options = { cwd: folder, stdio: "ignore" } as const;
    const own = ["-F", "-n", join(folder, "varnish"), "-T"];
    children.push(spawn("varnishd", [...own, `127.0.0.1:${ports.varnishd}`, ...shared], options));
    children.push(
      spawn(process.execPath, [builtCli(), "run", "-T", `127.0.0.1:${ports.vclc}`, ...shared], options),
    );
    await Promise.all([listening(ports.varnishd), listening(ports.vclc)]);
    // Every origin has been asked twice, and the ones that do not answer have run out of time.
    const asked = (): boolean =>
      [...sent.values()].filter((polls) => polls.length === 2).length === servers.length;
    for (let i = 0; i < 300 && !asked(); i++) await wait(50);
    await wait(600);
  }, 60_000);

  afterAll(() => {
    for (const child of children) child.kill();
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function serve(name: string, answer: (socket: Socket) => void, where: object): Promise<number> {
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.setEncoding("latin1").once("data", (text: string) => {
        sent.set(name, [...(sent.get(name) ?? []), text]);
        answer(socket);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(where, resolve));
    return (server.address() as AddressInfo).port;
  }

  function ask(port: number, ...words: string[]): Promise<string> {
    const args = ["-T", `127.0.0.1:${port}`, "-S", join(folder, "secret"), ...words];
    return new Promise((resolve) => {
      execFile("varnishadm", args, { cwd: folder, timeout: 20_000 }, (_, stdout) => resolve(stdout));
    });
  }

  test("the same request goes over the wire", () => {
    for (const [name, polls] of sent) {
      expect(polls, name).toHaveLength(2);
      expect(polls[0], name).toBe(polls[1]);
    }
    expect(sent.get("lines")?.[0]).toBe("GET /lines HTTP/1.1\r\nHost: lines.example\r\nX: y\r\n\r\n");
  });

  test("the same picture comes of it, and of the directors over them", async () => {
    const pictures = [ports.varnishd, ports.vclc].map(async (port) =>
      (await ask(port, "backend.list", "-p"))
        .replace(/\w{3}, \d\d \w{3} \d{4} \S+ GMT( +\w+\(.*\))?/g, "DATE")
        .replace(/probes: \d\.\d+/g, "probes: TIME")
        .replace(/ +Shared backend/, "")
        .replace(/^(boot\S*|Backend name) +/gm, "$1 ")
        .replace(/ {2,}(?=\S)/g, "  "),
    );
    const [theirs, ours] = await Promise.all(pictures);
    for (const title of ["Good IPv4", "Good UNIX", "Error Recv", "Happy", "Remaining"])
      expect(theirs).toContain(title);
    expect(ours).toBe(theirs);
  });

  test("so does the same JSON", async () => {
    const lists = [ports.varnishd, ports.vclc].map(async (port) =>
      (
        JSON.parse(await ask(port, "backend.list", "-j", "-p"), (key, value: unknown) =>
          ownMembers.includes(key) ? undefined : value,
        ) as unknown[]
      ).at(-1),
    );
    const [theirs, ours] = await Promise.all(lists);
    expect(Object.keys(theirs as object)).toContain("boot.good");
    expect(ours).toEqual(theirs);
  });
});

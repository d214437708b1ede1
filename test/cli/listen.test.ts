import { chmodSync, existsSync, statSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer, type AddressInfo, type NetConnectOpts } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder, vclc } from "../support/cli.js";
import { v2 } from "../support/proxy-headers.js";
import { exchangeBytes, runVclc } from "../support/vclc-run.js";

const vcl = `vcl 4.1; import std; backend none_here none;
sub vcl_recv { return (synth(200)); }
sub vcl_synth {
  set resp.http.place = local.socket + " " + local.endpoint + " " + local.ip + " " + std.port(local.ip);
  set resp.http.client = client.ip + " " + std.port(client.ip) + " " + remote.ip + " " + server.ip;
  return (deliver);
}`;

/** Fields of the answer to one request at a place. */
async function ask(place: NetConnectOpts, header = ""): Promise<Record<string, string>> {
  const answer = await exchangeBytes(
    place,
    `${header}GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`,
  );
  return Object.fromEntries(
    [...answer.matchAll(/^(place|client): (.*)\r$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
}

describe("vclc run, where it cannot be", () => {
  const refusal = async (...args: readonly string[]): Promise<unknown> => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "main.vcl"), vcl);
    const { code, stderr } = await vclc(["run", "-f", "main.vcl", ...args], folder);
    return [code, stderr];
  };

  test("a path in a folder that is not there", async () => {
    expect(await refusal("-a", "/nowhere/v.sock")).toEqual([
      2,
      "vclc: cannot listen on /nowhere/v.sock: there is no folder /nowhere\n",
    ]);
  });

  test.runIf(process.platform === "linux")("-n where no folder can be made", async () => {
    expect(await refusal("-a", "127.0.0.1:0", "-n", "/proc/nowhere/x")).toEqual([
      2,
      "vclc: -n /proc/nowhere/x: cannot be written to: No such file or directory\n",
    ]);
  });

  test.each(["--metrics", "--dashboard"])("%s on a port in use", async (option) => {
    const server = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expect(await refusal("-a", "127.0.0.1:0", option, `127.0.0.1:${port}`)).toEqual([
      2,
      `vclc: ${option}: cannot listen on 127.0.0.1:${port}: the address is in use\n`,
    ]);
  });
});

describe("vclc run -a", () => {
  test("S3-02 takes connections at every place at once, and VCL knows which", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "v.sock");
    const abstract = `@vclc-test-${process.pid}`;
    const { places, child, exit } = await runVclc(
      vcl,
      [
        "127.0.0.1:0",
        "six=[::1]:0",
        `${path},PROXY,mode=0660`,
        `${abstract},PROXY`,
        "tls=127.0.0.1:0,PROXY",
      ].flatMap((place) => ["-a", place]),
      5,
    );
    const port = (index: number): number => Number(/\d+$/.exec(places[index] ?? "")?.[0]);
    expect(places).toEqual([
      `127.0.0.1:${port(0)}`,
      `[::1]:${port(1)}`,
      path,
      abstract,
      `127.0.0.1:${port(4)}`,
    ]);
    expect((await ask({ host: "127.0.0.1", port: port(0) })).place).toBe(
      `a0 127.0.0.1:0 127.0.0.1 ${port(0)}`,
    );
    expect((await ask({ host: "::1", port: port(1) })).place).toBe(`six [::1]:0 ::1 ${port(1)}`);
    expect(statSync(path).mode & 0o777).toBe(0o660);
    expect(await ask({ path }, v2())).toEqual({
      place: `a1 ${path} 0.0.0.0 0`,
      client: "1.2.3.4 1234 0.0.0.0 5.6.7.8",
    });
    expect(await ask({ path: `\0${abstract.slice(1)}` }, v2({ command: 0x20, addresses: "" }))).toEqual({
      place: `a2 ${abstract} 0.0.0.0 0`,
      client: "0.0.0.0 0 0.0.0.0 0.0.0.0",
    });
    expect((await ask({ host: "127.0.0.1", port: port(4) }, v2())).client).toBe(
      "1.2.3.4 1234 127.0.0.1 5.6.7.8",
    );
    child.kill("SIGTERM");
    expect(await exit).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  test("a host name is every address that it has; no address is IPv4 and IPv6, and IPv4 is written as such", async () => {
    const { places, output } = await runVclc(vcl, ["-a", "localhost:0", "-a", ":0", "--log"], 2);
    expect(places[0]).toMatch(/^(127\.0\.0\.1|\[::1\]):\d+$/);
    const port = Number(/^(?:\[::\]|0\.0\.0\.0):(\d+)$/m.exec(places.join("\n"))?.[1]);
    const { place, client } = await ask({ host: "127.0.0.1", port });
    expect(place).toBe(`a1 :0 127.0.0.1 ${port}`);
    expect(client).toMatch(/^127\.0\.0\.1 \d+ 127\.0\.0\.1 127\.0\.0\.1$/);
    expect(output()).toMatch(/SessOpen +c 127\.0\.0\.1 \d+ a1 127\.0\.0\.1 /);
  });

  test("a socket that nobody listens at any more is replaced; one that somebody does, or a file, is not", async () => {
    const folder = temporaryFolder();
    const [dead, taken, file] = [join(folder, "dead"), join(folder, "taken"), join(folder, "file")];
    const first = await runVclc(vcl, ["-a", dead]);
    first.child.kill("SIGKILL");
    await first.exit;
    expect(existsSync(dead)).toBe(true);
    const second = await runVclc(vcl, ["-a", dead]);
    expect((await ask({ path: dead })).place).toBe(`a0 ${dead} 0.0.0.0 0`);
    second.child.kill("SIGTERM");
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(taken, resolve));
    writeFileSync(file, "");
    writeFileSync(join(folder, "main.vcl"), vcl);
    for (const path of [taken, file]) {
      const { code, stderr } = await vclc(["run", "-f", "main.vcl", "-a", path], folder);
      expect([code, stderr]).toEqual([2, `vclc: cannot listen on ${path}: the address is in use\n`]);
    }
    expect(existsSync(file)).toBe(true);
    other.close();
  });

  test("an owner that there is not, a folder that there is not: one line, and nothing is left behind", async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, "main.vcl"), vcl);
    const path = join(folder, "v.sock");
    for (const [place, message] of [
      [`${path},user=no-such-user`, "there is no user named no-such-user"],
      [`${path},group=no-such-group`, "there is no group named no-such-group"],
      [join(folder, "none", "v.sock"), `cannot listen on ${join(folder, "none", "v.sock")}: `],
    ] as const) {
      const { code, stderr } = await vclc(["run", "-f", "main.vcl", "-a", ":0", "-a", place], folder);
      expect(stderr).toContain(message);
      expect([code, stderr.trimEnd().split("\n").length]).toEqual([2, 1]);
      expect(existsSync(path)).toBe(false);
    }
  });

  test.runIf(process.getuid?.() === 0)("user= and group= are who the path belongs to", async () => {
    const path = join(temporaryFolder(), "v.sock");
    await runVclc(vcl, ["-a", `${path},user=daemon,mode=600`]);
    const { uid, gid } = statSync(path);
    expect([uid, gid]).toEqual([1, process.getgid?.()]);
  });
});

import { spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { builtCli, temporaryFolder } from "../support/cli.js";
import { freePort } from "../support/ports.js";
import { exchangeBytes } from "../support/vclc-run.js";

const unit = readFileSync("examples/deploy/vclc.service", "utf8");
const dockerfile = readFileSync("examples/deploy/Dockerfile", "utf8");

const isRoot = process.getuid?.() === 0;
const hasSetpriv = spawnSync("setpriv", ["--version"]).status === 0;
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
const hasDocker = spawnSync("docker", ["info"]).status === 0;
if (!hasSystemd) console.warn("SKIPPED: systemd-analyze is not installed");
if (!hasDocker) console.warn("SKIPPED: no Docker engine; the commands of the Dockerfile are run without it");

/** Runs a command as somebody without any right, where this process may choose. */
function asNobody(command: readonly string[]): readonly string[] {
  if (!isRoot || !hasSetpriv) return command;
  return [
    "setpriv",
    "--reuid=65534",
    "--regid=65534",
    "--clear-groups",
    "--bounding-set=-all",
    "--no-new-privs",
    ...command,
  ];
}

/** Starts it, asks for /healthz and for the metrics, sends the signals, and answers with status lines and the exit code. */
async function serves(
  command: readonly string[],
  cwd: string,
  port: number,
  metrics: number,
  signals: readonly NodeJS.Signals[],
  meanwhile: () => Promise<void> = () => Promise.resolve(),
) {
  const [program = "", ...args] = asNobody(command);
  const child = spawn(program, args, { cwd, env: { PATH: process.env["PATH"] } });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  const exit = new Promise<number | null>((resolve) => child.on("close", resolve));
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (output.includes("Listening on")) resolve();
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("exit", () => reject(new Error(output)));
  });
  const ask = async (at: number, path: string): Promise<string> =>
    (
      await exchangeBytes(
        { port: at, host: "127.0.0.1" },
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      )
    ).split("\r\n")[0] ?? "";
  const answers = [await ask(port, "/healthz"), await ask(metrics, "/metrics")];
  await meanwhile();
  for (const signal of signals) {
    child.kill(signal);
    if (signal === "SIGHUP") answers.push(await ask(port, "/healthz"));
  }
  return { answers, code: await exit, output };
}

/** A folder that everybody can read, with the policy of the examples. */
function deployFolder(): string {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  cpSync("examples/deploy/policies", join(folder, "policies"), { recursive: true });
  return folder;
}

describe("examples/deploy/vclc.service", () => {
  test("its command serves without rights, reads again at SIGHUP and ends with 0 at SIGTERM", async () => {
    const folder = deployFolder();
    const own = join(folder, "own");
    mkdirSync(own);
    chmodSync(own, 0o777);
    const [port, metrics, command] = [await freePort(), await freePort(), await freePort()];
    writeFileSync(join(folder, "secret"), "known to both\n");
    const line = (/^ExecStart=(.*)$/m.exec(unit)?.[1] ?? "")
      .replace("/usr/bin/vclc", `${process.execPath} ${builtCli()}`)
      .replace("/etc/vclc/main.vcl", join(folder, "policies/main.vcl"))
      .replace("/etc/vclc/secret", join(folder, "secret"))
      .replace("/run/vclc", join(own, "run"))
      .replace("/var/log/vclc", own)
      .replace("-a :80 ", `-a 127.0.0.1:${port} `)
      .replace(":6082", `:${command}`)
      .replace(":9100", `127.0.0.1:${metrics}`);
    const { answers, code } = await serves(line.split(" "), folder, port, metrics, ["SIGHUP", "SIGTERM"]);
    expect(answers).toEqual(["HTTP/1.1 200 OK", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK"]);
    expect(code).toBe(0);
    expect(readFileSync(join(own, "access.log"), "utf8")).toContain(
      '"GET http://localhost/healthz HTTP/1.1" 200',
    );
  });

  test.runIf(hasSystemd)("is a unit that systemd takes", () => {
    const folder = temporaryFolder();
    const file = join(folder, "vclc.service");
    writeFileSync(file, unit.replaceAll("/usr/bin/vclc", "/bin/true").replaceAll("=vclc\n", "=root\n"));
    const { stdout, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file], {
      encoding: "utf8",
    });
    expect(`${stdout}${stderr}`.split("\n").filter((line) => line.includes("vclc.service"))).toEqual([]);
  });
});

describe("examples/deploy/Dockerfile", () => {
  const instruction = (name: string): readonly string[] =>
    [...dockerfile.matchAll(new RegExp(`^${name} (.*)$`, "gm"))].map(([, rest = ""]) => rest);
  const list = (name: string): readonly string[] => JSON.parse(instruction(name)[0] ?? "[]") as string[];

  const [, , healthCheck = ""] = JSON.parse(
    /CMD (\[.*\])/.exec(instruction("HEALTHCHECK")[0] ?? "")?.[1] ?? "[]",
  ) as string[];

  test("its check, its command and its health check do what they say, without rights", async () => {
    const folder = deployFolder();
    mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
    symlinkSync(builtCli(), join(folder, "node_modules/.bin/vclc"));
    const check = instruction("RUN").find((line) => line.includes("vclc check")) ?? "";
    expect(spawnSync("sh", ["-c", check], { cwd: folder }).status).toBe(0);
    const [port, metrics] = [await freePort(), await freePort()];
    const command = [...list("ENTRYPOINT"), ...list("CMD")].map((word) =>
      word.replace("0.0.0.0:9100", `127.0.0.1:${metrics}`).replace(/^:8080$/, `127.0.0.1:${port}`),
    );
    const isHealthy = (at: number): Promise<boolean> => {
      const check = spawn(process.execPath, ["-e", healthCheck.replace(":9100", `:${at}`)], {
        stdio: "ignore",
      });
      return new Promise((resolve) => check.on("exit", (status) => resolve(status === 0)));
    };
    const { answers, code, output } = await serves(command, folder, port, metrics, ["SIGTERM"], async () => {
      expect(await isHealthy(metrics)).toBe(true);
      // Nothing listens there.
      expect(await isHealthy(await freePort())).toBe(false);
    });
    expect(answers).toEqual(["HTTP/1.1 200 OK", "HTTP/1.1 200 OK"]);
    expect(code).toBe(0);
    expect(output).toContain('"GET http://localhost/healthz HTTP/1.1" 200');
    expect(instruction("USER")).toEqual(["node"]);
  });

  test.runIf(hasDocker)(
    "builds with Docker",
    () => {
      const folder = temporaryFolder();
      const [{ filename }] = JSON.parse(
        spawnSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
          encoding: "utf8",
        }).stdout,
      ) as [{ filename: string }];
      cpSync("examples/deploy", folder, { recursive: true });
      writeFileSync(
        join(folder, "package.json"),
        JSON.stringify({ private: true, dependencies: { vclc: `file:${filename}` } }),
      );
      spawnSync("npm", ["install", "--package-lock-only"], { cwd: folder });
      const withTarball = dockerfile.replace("COPY package.json", `COPY ${filename} package.json`);
      writeFileSync(join(folder, "Dockerfile"), withTarball);
      const { status, stderr } = spawnSync("docker", ["build", "-q", "."], { cwd: folder, encoding: "utf8" });
      expect(stderr).toBe("");
      expect(status).toBe(0);
    },
    300_000,
  );
});

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request as send, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtCli } from "../support/cli.js";
import { freePort, listening } from "../support/ports.js";
import { allowedDifferences, allowedForHead, allowedWhenChunked } from "./allowed-differences.js";
import { startOrigin } from "./origin.js";
import { policy, requests, type TestRequest } from "./requests.js";

interface Answer {
  readonly status: string;
  readonly headers: readonly string[];
  readonly body: string;
}

const hasVarnishd = spawnSync("varnishd", ["-V"]).status === 0;
if (!hasVarnishd) console.warn("SKIPPED: the differential test needs varnishd, which is not installed");

const varnishdOptions = ["-s", "malloc,32m"];

describe.skipIf(!hasVarnishd)("the same VCL and the same 200 requests, against varnishd and vclc run", () => {
  const children: ChildProcess[] = [];
  const folder = mkdtempSync(join(tmpdir(), "vclc-differential-"));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let origin: Server;
  let ports: { varnishd: number; vclc: number };

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    const originPort = await freePort();
    origin = await startOrigin(originPort);
    const vcl = join(folder, "policy.vcl");
    writeFileSync(vcl, policy(originPort));
    ports = { varnishd: await freePort(), vclc: await freePort() };
    const at = (port: number) => ["-a", `127.0.0.1:${port}`, "-f", vcl];
    const varnishd = ["-F", "-n", join(folder, "varnish"), ...varnishdOptions, ...at(ports.varnishd)];
    children.push(spawn("varnishd", varnishd, { stdio: "ignore" }));
    children.push(
      spawn(process.execPath, [builtCli(), "run", ...at(ports.vclc)], {
        stdio: ["ignore", "ignore", "inherit"],
      }),
    );
    await Promise.all([listening(ports.varnishd), listening(ports.vclc)]);
  }, 60_000);

  afterAll(() => {
    agent.destroy();
    for (const child of children) child.kill("SIGTERM");
    origin.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("are answered alike, but for the differences that are allowed", async () => {
    expect(requests).toHaveLength(200);
    const different: string[] = [];
    for (const [index, request] of requests.entries()) {
      const [reference, ours] = [await ask(ports.varnishd, request), await ask(ports.vclc, request)];
      const differences = compare(request.method, reference, ours);
      if (differences.length > 0) {
        different.push(
          [
            `${index}: ${request.method} ${request.url} ${JSON.stringify(request.headers)}`,
            ...differences,
          ].join("\n  "),
        );
      }
    }
    expect(different.join("\n"), `${different.length} of 200 answers differ`).toBe("");
  }, 120_000);

  function ask(port: number, { method, url, headers, body }: TestRequest): Promise<Answer> {
    return new Promise((done, failed) => {
      const outgoing = send({ host: "127.0.0.1", port, method, path: url, headers, agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const raw = response.rawHeaders;
          const fields = raw.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${raw[at + 1]}`] : []));
          const status = `HTTP/${response.httpVersion} ${response.statusCode} ${response.statusMessage}`;
          done({ status, headers: fields, body: Buffer.concat(chunks).toString("latin1") });
        });
      });
      outgoing.on("error", failed).end(body);
    });
  }
});

function compare(method: string, reference: Answer, ours: Answer): string[] {
  const pairs: [string, string, string][] = [
    ["status", reference.status, ours.status],
    ["headers", comparable(method, reference, ours), comparable(method, ours, reference)],
    ["body", reference.body, ours.body],
  ];
  return pairs
    .filter(([, theirs, own]) => theirs !== own)
    .map(
      ([what, theirs, own]) =>
        `${what}: varnishd ${JSON.stringify(theirs)}\n  ${what}: vclc     ${JSON.stringify(own)}`,
    );
}

function comparable(method: string, answer: Answer, other: Answer): string {
  const chunked = [answer, other].some(({ headers }) => headers.includes("Transfer-Encoding: chunked"));
  return answer.headers
    .filter((field) => {
      const name = field.slice(0, field.indexOf(":")).toLowerCase();
      return !(
        name in allowedDifferences ||
        (chunked && name in allowedWhenChunked) ||
        (method === "HEAD" && name in allowedForHead)
      );
    })
    .join(" | ");
}

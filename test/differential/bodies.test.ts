import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtCli } from "../support/cli.js";
import { freePort, listening } from "../support/ports.js";
import { Random } from "../support/random.js";
import { sendVector, type VectorResult } from "../support/vector-client.js";
import { VectorOrigin } from "../support/vector-origin.js";
import { difference } from "./body-differences.js";
import { bodyCase, policy, type BodyCase } from "./body-cases.js";

const hasVarnishd = spawnSync("varnishd", ["-V"]).status === 0;
if (!hasVarnishd)
  console.warn("SKIPPED: the differential test of bodies needs varnishd, which is not installed");

/** How many cases; more, and other ones, where the environment says so. */
const count = Number(process.env.VCLC_BODY_CASES ?? 100);
const seed = Number(process.env.VCLC_BODY_SEED ?? 1);

describe.skipIf(!hasVarnishd)("bodies, against varnishd", () => {
  const children: ChildProcess[] = [];
  const folder = mkdtempSync(join(tmpdir(), "vclc-bodies-"));
  const origin = new VectorOrigin();
  let ports: { varnishd: number; vclc: number };

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    const originPort = await origin.start();
    const vcl = join(folder, "policy.vcl");
    writeFileSync(vcl, policy(originPort));
    ports = { varnishd: await freePort(), vclc: await freePort() };
    const at = (port: number) => ["-a", `127.0.0.1:${port}`, "-f", vcl];
    const varnishd = ["-F", "-n", join(folder, "varnish"), "-s", "malloc,32m", ...at(ports.varnishd)];
    children.push(spawn("varnishd", varnishd, { stdio: "ignore" }));
    const vclc = [builtCli(), "run", ...at(ports.vclc)];
    children.push(spawn(process.execPath, vclc, { stdio: ["ignore", "ignore", "inherit"] }));
    await Promise.all([listening(ports.varnishd), listening(ports.vclc)]);
  }, 60_000);

  afterAll(async () => {
    for (const child of children) child.kill("SIGTERM");
    await origin.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(port: number, id: string, { paths, requests }: BodyCase): Promise<Answers> {
    origin.serve(paths);
    const results: VectorResult[] = [];
    for (const request of requests) results.push(await sendVector(port, id, request));
    return { results, fetched: origin.seen.map(({ method, url }) => `${method} ${url}`).join(", ") };
  }

  async function compared(id: string, one: BodyCase): Promise<string[]> {
    return differences(one, await run(ports.varnishd, id, one), await run(ports.vclc, id, one));
  }

  test(
    `${count} generated combinations of gzip, ESI, ranges, HEAD, versions and streaming are answered alike`,
    async () => {
      const random = new Random(seed);
      const different: string[] = [];
      for (let index = 0; index < count; index++) {
        const one = bodyCase(random);
        let found = await compared(`case${index}`, one);
        // varnishd answers 503 where the origin closes a connection just as it is used again.
        if (found.length > 0) found = await compared(`again${index}`, one);
        if (found.length > 0) different.push(`${index}: ${JSON.stringify(one)}\n  ${found.join("\n  ")}`);
      }
      expect(different.join("\n\n"), `${different.length} of ${count} differ (seed ${seed})`).toBe("");
    },
    count * 1000,
  );
});

/** What one program answered, and what it fetched for that. */
interface Answers {
  readonly results: readonly VectorResult[];
  readonly fetched: string;
}

function differences({ requests }: BodyCase, theirs: Answers, ours: Answers): string[] {
  const all = requests.map(({ method = "GET" }, at) =>
    difference(method, theirs.results[at]!, ours.results[at]!),
  );
  const found = all.filter((one) => one !== "none" && one !== "allowed");
  // Whoever sends less fetches less.
  if (!all.includes("allowed") && theirs.fetched !== ours.fetched)
    found.push(`fetched by varnishd: ${theirs.fetched}\n  by vclc: ${ours.fetched}`);
  return found;
}

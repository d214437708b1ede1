import { spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../support/cli.js";
import { isInstalled } from "../support/installed.js";
import { freePort, listening } from "../support/ports.js";
import { exchangeBytes, runVclc } from "../support/vclc-run.js";
import { smugglingCases, type SmugglingCase } from "./smuggling-cases.js";
import { startStrictOrigin, type StrictOrigin } from "./strict-origin.js";

const installed = isInstalled("varnishd");
if (!installed) console.warn("SKIPPED: request smuggling is compared with varnishd where it is installed");

const parameters = ["-p", "timeout_idle=0.4"];
const policy = (port: number): string => `vcl 4.1; backend b { .host = "127.0.0.1"; .port = "${port}"; }
sub vcl_recv {
  if (req.url ~ "^/admin") { return (synth(403)); }
  return (pass);
}`;

/** What a proxy and the origin behind it made of some bytes. */
interface Outcome {
  readonly answers: string;
  readonly origin: readonly string[];
}

async function outcomes(
  port: number,
  origin: StrictOrigin,
  cases: readonly { readonly name: string; readonly bytes: string }[],
): Promise<Record<string, Outcome>> {
  const found: Record<string, Outcome> = {};
  for (const { name, bytes } of cases) {
    origin.requests.length = 0;
    const text = await exchangeBytes({ port, host: "127.0.0.1" }, bytes);
    const answers = [...text.matchAll(/HTTP\/1\.1 (\d\d\d) /g)].map((match) => match[1]).join(" ");
    found[name] = { answers, origin: [...origin.requests] };
  }
  return found;
}

const expected = (cases: readonly SmugglingCase[]): Record<string, Outcome> =>
  Object.fromEntries(cases.map(({ name, answers, origin = [] }) => [name, { answers, origin }]));

async function vclcBefore(origin: StrictOrigin): Promise<number> {
  return (await runVclc(policy(origin.port), ["-a", "127.0.0.1:0", ...parameters])).port;
}

async function strictOrigin(): Promise<StrictOrigin> {
  const origin = await startStrictOrigin();
  onTestFinished(() => origin.close());
  return origin;
}

describe("bytes that two readers may take for different requests", () => {
  test("are refused, or reach the origin as what they were answered as", async () => {
    const origin = await strictOrigin();
    const port = await vclcBefore(origin);
    expect(await outcomes(port, origin, smugglingCases)).toEqual(expected(smugglingCases));
  }, 90_000);

  test("an absolute URL is one for VCL, too: a policy cannot be passed by it", async () => {
    const origin = await strictOrigin();
    const port = await vclcBefore(origin);
    for (const url of ["/admin", "http://a/admin", "HTTP://a/admin/x"]) {
      const bytes = `GET ${url} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`;
      expect([url, (await exchangeBytes({ port, host: "127.0.0.1" }, bytes)).slice(9, 12)]).toEqual([
        url,
        "403",
      ]);
    }
    expect(origin.requests).toEqual([]);
  });

  // A broken request body on a pass is answered otherwise by the version that is installed (http1-and-transports 8.1).
  test.runIf(installed)(
    "are read as varnishd reads them, where varnishd is installed",
    async () => {
      const origin = await strictOrigin();
      const folder = temporaryFolder();
      chmodSync(folder, 0o755);
      writeFileSync(join(folder, "main.vcl"), policy(origin.port));
      const port = await freePort();
      const at = ["-a", `127.0.0.1:${port}`, "-f", join(folder, "main.vcl"), ...parameters];
      const child = spawn("varnishd", ["-F", "-n", join(folder, "varnish"), ...at], { stdio: "ignore" });
      onTestFinished(() => void child.kill("SIGTERM"));
      await listening(port);
      const found = await outcomes(port, origin, smugglingCases);
      const alike = smugglingCases.filter(({ name }) => found[name]?.answers !== "503");
      expect(alike.length).toBeGreaterThan(60);
      for (const one of alike)
        expect([one.name, found[one.name]]).toEqual([one.name, expected([one])[one.name]]);
      for (const { name, answers } of smugglingCases)
        if (found[name]?.answers === "503") expect(answers).toBe("400");
    },
    90_000,
  );
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import * as routing from "../../src/vmod/routing/index.js";
import * as tls from "../../src/vmod/tls/index.js";
import { makeCertificate } from "../support/certificates.js";
import { isInstalled } from "../support/installed.js";
import { addVmod, startProxy, type Proxy } from "../support/proxy.js";
import { secureOrigin } from "./secure-origin.js";

addVmod("tls", tls);
addVmod("routing", routing);
const installed = isInstalled("openssl", "version");
if (!installed) console.warn("SKIPPED: TLS to the members of groups is tested where openssl is installed");

const folder = mkdtempSync(join(tmpdir(), "vclc-tls-groups-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A proxy whose file has one group with an endpoint at that port, and says this of TLS. */
async function routed(port: number, settings: string, imports = "import tls;"): Promise<Proxy> {
  const path = join(folder, `${port}.yaml`);
  writeFileSync(
    path,
    `groups: { g: { endpoints: ["127.0.0.1:${port}"], tls: ${settings} } }\nhosts: { "*": [{ group: g, label: all }] }\n`,
  );
  const proxy = await startProxy();
  onTestFinished(() => proxy.close());
  await proxy.load("policy", "vcl 4.1; backend d none; sub vcl_recv { return (pass); }");
  await proxy.instance.label("all", "policy");
  await proxy.load(
    "main",
    `vcl 4.1; import routing; ${imports} backend d none; sub vcl_init { new r = routing.from_yaml("${path}"); }
     sub vcl_recv { return (dispatch(r.match(req))); }`,
  );
  await proxy.instance.use("main");
  return proxy;
}

describe.skipIf(!installed)("S4-116 the members of a group use TLS where the file says so", () => {
  const certificate = installed ? makeCertificate(folder, "origin.example") : undefined!;
  const trusted = join(folder, "trusted.pem");
  if (installed) writeFileSync(trusted, certificate.certificate);

  test("with the name and the authority that it names", async () => {
    const { port } = await secureOrigin(certificate);
    const { get } = await routed(port, `{ server_name: origin.example, ca: "${trusted}" }`);
    expect((await get("/one")).body).toMatch(/^TLSv1\.3 .*\/one$/);
  });

  test("verified unless it says otherwise", async () => {
    const { port } = await secureOrigin(certificate);
    expect((await (await routed(port, "true")).get("/")).status).toBe(503);
    expect((await (await routed(port, "{ verify: false }")).get("/")).status).toBe(200);
  });

  test("a VCL that does not import tls does not load", async () => {
    await expect(routed(1, "true", "")).rejects.toThrow("g has tls: a VCL that reads this file imports tls");
  });
});

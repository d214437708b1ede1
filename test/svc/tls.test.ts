import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { NodeHost } from "vclc/host/node";
import type { OriginRequest, OriginResponse } from "vclc/host/memory";
import { Instance } from "vclc/runtime";
import * as svc from "../../src/vmod/svc/index.js";
import { makeCertificate, type Certificate } from "../support/certificates.js";
import { temporaryFolder } from "../support/cli.js";
import { FakeKubernetes } from "../support/discovery/fake-kubernetes.js";
import { isInstalled } from "../support/installed.js";
import { loadVcl } from "../support/vmod-vcl.js";

/** Puts an origin of a test behind a real socket with TLS, which asks for a client's certificate. */
async function serve(
  own: Certificate,
  client: Certificate,
  answer: (request: OriginRequest) => OriginResponse,
): Promise<number> {
  const options = { cert: own.certificate, key: own.key, ca: client.certificate, requestCert: true };
  const server = createServer({ ...options, rejectUnauthorized: true }, (request, response) => {
    const { method = "", url = "" } = request;
    const header = (name: string): string | undefined => request.headers[name] as string | undefined;
    const { status = 200, body = "" } = answer({
      method,
      url,
      headers: [],
      header,
      endpoint: {},
      text: async () => "",
    });
    response.writeHead(status);
    if (typeof body === "string") response.end(body);
    else Readable.from(body).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test.skipIf(!isInstalled("openssl", "version"))(
  "over TLS with certificates on both sides, from files that are renewed; one that nobody trusts is told of",
  async () => {
    const folder = temporaryFolder();
    const [own, client, other] = ["127.0.0.1", "client", "other"].map((name) =>
      makeCertificate(folder, name),
    ) as [Certificate, Certificate, Certificate];
    const fake = new FakeKubernetes();
    const port = await serve(own, client, fake.answer);
    fake.set({
      metadata: { name: "a", labels: { "kubernetes.io/service-name": "api" } },
      addressType: "IPv4",
      endpoints: [{ addresses: ["192.0.2.1"] }],
      ports: [{ port: 80 }],
    });
    const host = new NodeHost();
    const instance = new Instance(host);
    onTestFinished(async () => {
      await instance.shutdown();
      await host.close();
    });
    const ca = join(folder, "ca.pem");
    const load = (): Promise<void> => {
      const where = `namespace = "shop", url = "https://127.0.0.1:${port}", ca = "${ca}", certificate = "${client.file}"`;
      return loadVcl(instance, "boot", { svc }, `sub vcl_init { new s = svc.kubernetes("api", ${where}); }`);
    };
    writeFileSync(ca, other.certificate);
    await expect(load()).rejects.toThrow(
      /svc\.kubernetes: https:\/\/127\.0\.0\.1:\d+: .*self.signed certificate/,
    );
    writeFileSync(ca, own.certificate);
    await load();
    const members = await instance.control.run((registry) => [...(registry.named("api")?.members?.() ?? [])]);
    expect(members.map(({ vclName }) => vclName)).toEqual(["api(192.0.2.1:80)"]);
    for (let i = 0; i < 200 && fake.watchers === 0; i++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(fake.watchers).toBe(1);
  },
);

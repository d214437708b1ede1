import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NodeHost } from "vclc/host/node";
import { Instance, type ServerTransport } from "vclc/runtime";
import { serverTransport } from "../../src/vmod/tls/index.js";
import { ClientSettings } from "../../src/vmod/tls/client-settings.js";
import { ClientTransport } from "../../src/vmod/tls/client-transport.js";
import { makeCertificate } from "../support/certificates.js";
import { clientVectors, expectedOfClient, runClientVector } from "../support/client-vectors.js";
import { isInstalled } from "../support/installed.js";
import {
  comparable,
  expectedOfOrigin,
  notOfTheWire,
  originVectors,
  runOriginVector,
} from "../support/origin-vectors.js";

const installed = isInstalled("openssl", "version");
if (!installed) console.warn("SKIPPED: the vectors go over TLS where openssl is installed");
const folder = mkdtempSync(join(tmpdir(), "vclc-tls-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** TLS goes on in turns of the event loop, of which the clock of memory knows nothing. */
async function through(): Promise<void> {
  for (let round = 0; round < 12; round++) await turn();
}

describe.skipIf(!installed)("the vectors over TLS in memory", () => {
  let server: ServerTransport;
  let settings: ClientSettings;
  const client = (): ClientTransport => new ClientTransport(settings);

  beforeAll(async () => {
    const host = new NodeHost();
    const { file } = makeCertificate(folder, "wire.example");
    server = await serverTransport([file], host, new Instance(host).control);
    settings = new ClientSettings("t", { ca: file, server_name: "wire.example" }, "");
    await settings.read(host);
  });

  for (const vector of clientVectors) {
    test(`S3-13 S3-19 ${vector.id} ${vector.what}`, async () => {
      const carried = {
        server,
        through,
        client: (stream: Parameters<ClientTransport["open"]>[0]) => client().open(stream),
      };
      const wanted = expectedOfClient(vector);
      const seen = await runClientVector(vector, carried);
      // The handshake has come before: nothing of a request is there, and req.transport is all that differs.
      expect(seen).toEqual(wanted);
    });
  }

  for (const vector of originVectors) {
    if (notOfTheWire.has(vector.id)) continue;
    test(`S3-13 S3-19 ${vector.id} ${vector.what}`, async () => {
      const quiet = { established: () => undefined, failed: () => undefined };
      const seen = await runOriginVector(vector, {
        transport: client(),
        accept: (stream) => server.accept(stream, quiet),
        through,
      });
      expect(comparable(vector, seen)).toEqual(comparable(vector, expectedOfOrigin(vector)));
    });
  }
});

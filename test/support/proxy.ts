import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { NodeHost } from "vclc/host/node";
import * as runtime from "vclc/runtime";
import { Front, Instance, type InstanceOptions, type VclModule } from "vclc/runtime";
import * as directors from "../../src/vmod/directors/index.js";
import * as proxyVmod from "../../src/vmod/proxy/index.js";
import * as saintmode from "../../src/vmod/saintmode/index.js";
import * as std from "../../src/vmod/std/index.js";
import * as svc from "../../src/vmod/svc/index.js";
import { loadJavaScript } from "../../src/codegen/load.js";
import type { ListenerFacts } from "../../src/runtime/wire/session.js";
import { compiledToLoad, testOptions } from "./compile.js";

/** VMODs that tests of VMODs add are not those of everybody: the rest of the tests does without their folders. */
const shipped: Record<string, object> = {
  directors,
  proxy: proxyVmod,
  saintmode,
  std,
  svc,
};

/** Has the VCL of this test file import a VMOD. */
export function addVmod(name: string, vmod: object): void {
  shipped[name] = vmod;
}

/** Compiles VCL and makes a module of this process out of it. */
export function vclModule(
  text: string,
  name = "main.vcl",
  files: Readonly<Record<string, string>> = {},
): VclModule {
  const output = compiledToLoad(text, name, testOptions(files));
  const vmods = new Map(output.imports.map(({ alias, vmod }) => [alias, shipped[vmod.name] as object]));
  return loadJavaScript(output, { runtime, vmods });
}

/** What a client got. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  /** Lower-case names; repeated fields are joined as node:http does. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
}

/** A proxy over real sockets, and the records it logged. */
export interface Proxy {
  readonly instance: Instance;
  readonly port: number;
  readonly records: string[];
  /** Compiles and loads. */
  load(name: string, text: string): Promise<void>;
  get(url: string, options?: RequestOptions): Promise<Answer>;
  close(): Promise<void>;
}

export async function startProxy(
  options: InstanceOptions = {},
  listener: Partial<ListenerFacts> = {},
): Promise<Proxy> {
  const records: string[] = [];
  const host = new NodeHost({
    log: { record: (xid, tag, text) => void records.push(`${xid} ${tag} ${text}`) },
  });
  const instance = new Instance(host, options);
  const front = new Front(instance, { name: "a0", endpoint: "127.0.0.1:0", ...listener });
  const { port } = await front.listen(host, { address: "127.0.0.1", port: 0 });
  return {
    instance,
    port,
    records,
    load: (name, text) => instance.load(name, vclModule(text, `${name}.vcl`)),
    get: (url, request) => send(port, url, request),
    async close() {
      await front.stop(5);
      await instance.shutdown();
      await host.close();
    },
  };
}

/** Sends one request on a connection of its own. */
export function send(port: number, url: string, options: RequestOptions = {}): Promise<Answer> {
  const { method = "GET", headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { port, host: "127.0.0.1", path: url, method, headers, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("latin1");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            reason: response.statusMessage ?? "",
            headers: response.headers,
            body: text,
          }),
        );
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

/** An origin of node:http, and the requests it got. */
export interface Origin {
  readonly port: number;
  readonly requests: IncomingMessage[];
  close(): Promise<void>;
}

export async function startOrigin(
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) =>
    void response.end("hello"),
): Promise<Origin> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

import { MemoryHost, request, type MemoryResponse } from "../../src/host/memory/index.js";
import { Backend, type DnsQuery, type DnsRecord } from "../../src/runtime/index.js";
import { Instance } from "../../src/runtime/instance.js";
import * as directors from "../../src/vmod/directors/index.js";
import * as dynamic from "../../src/vmod/dynamic/index.js";
import * as std from "../../src/vmod/std/index.js";
import { command, controlOf, openSession } from "./control.js";
import { loadVcl } from "./vmod-vcl.js";

/** What the VCL of these worlds imports. */
export const vmods = { directors, dynamic, std };

/** A world whose names are looked up in so many seconds, and where each address answers with itself. */
export class DnsHost extends MemoryHost {
  delay = 0;
  lookUps: string[] = [];
  /** What a name that is not there is answered with, in place of "no such name". */
  refused: string | undefined;
  /** Names that are never answered. */
  readonly stuck = new Set<string>();
  readonly dns = new Map<string, readonly DnsRecord[]>();

  constructor() {
    super();
    this.origin("*", ({ endpoint, ...rest }) => ({
      body: `${endpoint.address ?? endpoint.path ?? ""}:${endpoint.port ?? ""} ${rest.header("host") ?? ""}`,
    }));
  }

  override async resolveName(name: string): Promise<readonly string[]> {
    this.lookUps.push(name);
    if (this.stuck.has(name)) return new Promise(() => undefined);
    if (this.delay > 0) await new Promise<void>((resolve) => this.setTimer(this.delay, resolve));
    return super.resolveName(name);
  }

  async queryDns({ name, type }: DnsQuery): Promise<readonly DnsRecord[]> {
    this.lookUps.push(`${type} ${name}`);
    const records = this.dns.get(`${type} ${name}`);
    if (!records) throw new Error(this.refused ?? `query${type} ENOTFOUND ${name}`);
    return records;
  }
}

export interface World {
  readonly host: DnsHost;
  readonly instance: Instance;
  /** Asks the command port; status and text of the answer. */
  run(line: string): Promise<[status: number, body: string]>;
  /** Body of the answer, or status and reason of an error. */
  get(headers?: Readonly<Record<string, string>>): Promise<string>;
}

export async function world(
  vcl: string,
  names: Readonly<Record<string, readonly string[]>> = { "foo.com": ["192.0.2.1"] },
): Promise<World> {
  const host = new DnsHost();
  for (const [name, addresses] of Object.entries(names)) host.names.set(name, addresses);
  const instance = new Instance(host);
  await loadVcl(instance, "boot", vmods, vcl);
  const said = ({ status, reason, body }: MemoryResponse): string =>
    status === 200 ? body : `${status} ${reason}`;
  const session = openSession(controlOf(instance));
  return {
    host,
    instance,
    run: (line) => command(session, line),
    get: async (headers) => said(await request(instance, { headers: headers ?? {} })),
  };
}

export const passing = "sub vcl_recv { return (pass); }";
export const simple = (args: string, call = "d.backend()"): string =>
  `sub vcl_init { new d = dynamic.director(${args}); } ${passing} sub vcl_backend_fetch { set bereq.backend = ${call}; }`;

/** Backends that the object has made. */
export const made = ({ instance }: World): readonly string[] =>
  [...instance.sharedBackends]
    .flatMap(({ references }) => references)
    .filter((one): one is Backend => one instanceof Backend && one.vclName !== "default")
    .map(({ vclName }) => vclName);

import type { Director, VclBody, VclModule, Vpi } from "vclc/runtime";
import { backendServices } from "../../src/runtime/backend/backend-services.js";
import { DirectorList } from "../../src/runtime/director/director-list.js";
import { defaultParameters } from "../../src/runtime/parameters.js";
import { ip } from "../../src/runtime/values/ip.js";
import { ControlQueue, type ControlSide } from "../../src/runtime/vcl/control.js";
import type { LoadServices } from "../../src/runtime/vcl/load-services.js";
import { LoadedVcls } from "../../src/runtime/vcl/loaded-vcls.js";
import { DirectorRegistry } from "../../src/runtime/vcl/registry.js";
import type { Vcl, VclState } from "../../src/runtime/vcl/vcl.js";
import type { VclTable } from "../../src/runtime/vcl/vcl-table.js";
import { defineVcl, type VmodModule } from "../../src/runtime/vcl/vpi.js";
import { GlobalBackend } from "../../src/runtime/backend/backend.js";
import { stubHost, type StubHost } from "./stub-host.js";

/** A module written by hand. */
export function handVcl(load: (vpi: Vpi) => VclBody, vmods: readonly VmodModule[] = []): VclModule {
  return defineVcl({ format: 1, source: "hand.vcl", version: 41 }, load, vmods);
}

const lookup = (): "lookup" => "lookup";
const deliver = (): "deliver" => "deliver";

/** Built-in subs that only return. */
const plainBuiltin = handVcl(() => ({
  vcl_recv: () => "hash",
  vcl_pipe: () => "pipe",
  vcl_pass: () => "fetch",
  vcl_hash: lookup,
  vcl_purge: () => "synth",
  vcl_miss: () => "fetch",
  vcl_hit: deliver,
  vcl_deliver: deliver,
  vcl_synth: deliver,
  vcl_backend_fetch: () => "fetch",
  vcl_backend_refresh: () => "merge",
  vcl_backend_response: deliver,
  vcl_backend_error: deliver,
}));

/** The control side without state machines: loads modules as the instance does. */
export interface Bench {
  readonly host: StubHost;
  readonly queue: ControlQueue;
  readonly vcls: LoadedVcls;
  readonly table: VclTable;
  readonly control: ControlSide;
  readonly services: LoadServices;
  load(name: string, module: VclModule, state?: VclState): Promise<Vcl>;
  use(name: string): Promise<string>;
  label(name: string, target: string): Promise<void>;
  setState(name: string, state: VclState): Promise<void>;
  discard(...patterns: string[]): Promise<void>;
  /** Registers a counted director under a name. */
  register(name: string): Promise<GlobalBackend>;
}

export function bench(host = stubHost()): Bench {
  const registry = new DirectorRegistry();
  const queue = new ControlQueue(() => registry.open());
  const globals = new DirectorList();
  const backends = backendServices(host, { ...defaultParameters });
  const makeBackend = (name: string): GlobalBackend =>
    new GlobalBackend(
      name,
      { host: "127.0.0.1" },
      { name, address: "127.0.0.1", port: 80 },
      backends,
      globals,
    );
  const control: ControlSide = {
    run: (job) => queue.run(job),
    addBackend: (name) => Promise.resolve<Director>(makeBackend(name)),
    log: (tag, text) => host.log.record(0, tag, text),
    atShutdown: () => () => undefined,
    atReload: () => () => undefined,
    transports: new Map(),
    tellStatus: () => () => undefined,
    label: (name) => ({ name, current: () => undefined }),
  };
  const services: LoadServices = {
    backends,
    control,
    globalDirectors: globals,
    server: { hostname: "test", identity: "test", ip: ip("0.0.0.0") },
    builtin: plainBuiltin,
    isActive: (vcl) => vcls.table.activeVcl === vcl,
    label: (name) => vcls.table.label(name),
    storage: () => undefined,
    ban: () => undefined,
    watchObjects: () => () => undefined,
  };
  const vcls = new LoadedVcls(queue, services);
  return {
    host,
    queue,
    vcls,
    table: vcls.table,
    control,
    services,
    load: (name, module, state = "auto") => queue.run((job) => vcls.load(job, name, module, state)),
    use: (name) => queue.run((job) => vcls.use(job, name)),
    label: (name, target) => queue.run((job) => vcls.label(job, name, target)),
    setState: (name, state) => queue.run((job) => vcls.setState(job, name, state)),
    discard: (...patterns) => queue.run((job) => vcls.discard(job, patterns)),
    register: (name) =>
      queue.run((registry) => {
        const backend = makeBackend(name);
        registry.register(name, backend);
        return backend;
      }),
  };
}

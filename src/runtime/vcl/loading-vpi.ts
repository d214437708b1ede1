import { Backend } from "../backend/backend.js";
import { resolveEndpoint, splitHostPort } from "../backend/resolve-endpoint.js";
import type { Endpoint } from "../backend/transport.js";
import type { Director } from "../director/director.js";
import type { Acl } from "../values/acl.js";
import { aclEntry, makeAcl, readAclEntry, type AclEntry, type AclSource } from "../values/acl.js";
import { VclFailure } from "../values/failure.js";
import { parseIp, withoutZone, type Ip } from "../values/ip.js";
import { vclGet, vclRel } from "./label.js";
import type { LoadProblems } from "./load-problem.js";
import type { LoadServices } from "./load-services.js";
import type { GlobalDirectorRegistry } from "./registry.js";
import { taskVpi } from "./task-vpi.js";
import type { Vcl } from "./vcl.js";
import type { AclEntryDefinition, BackendDefinition, Vpi } from "./vpi.js";

/** The VPI of one VCL, and the look-ups of host names that its declarations began. */
export interface LoadingVpi {
  readonly vpi: Vpi;
  /** Waits for every look-up; what failed is noted in source order. */
  lookUps(): Promise<void>;
}

/** A look-up of a host name or path, by the declaration that wants it. */
interface LookUp {
  readonly kind: "path" | "backend" | "acl" | "ip";
  readonly name: string;
  run(): Promise<void>;
}

/**
 * Makes the VPI for a VCL that is being loaded; `registry` is that of the job which loads it. A label or global director that cannot be bound is
 * noted, and stood in for, so that loading finds the others too.
 */
export function loadingVpi(
  vcl: Vcl,
  services: LoadServices,
  registry: GlobalDirectorRegistry,
  problems: LoadProblems,
): LoadingVpi {
  const pending: LookUp[] = [];
  const vpi: Vpi = {
    ...taskVpi,
    backend: (name, definition) => declareBackend(vcl, services, pending, name, definition),
    noBackend(name) {
      vcl.backendNames.add(name);
      return undefined;
    },
    useDefaultBackend(backend) {
      vcl.defaultBackend = backend;
    },
    defaultBackend: () => vcl.defaultBackend,
    probe: (name, definition) => ({ ...definition, name }),
    acl: (name, options, entries) => declareAcl(services, pending, name, options, entries),
    ip: (text) => declareIp(services, pending, text),
    storage(name) {
      const storage = services.storage(name);
      // Which storages there will be, a check cannot know.
      if (!storage && !services.thorough) {
        problems.note("init", vcl.name, `No storage named ${name}. Give it with -s ${name}=malloc,SIZE`);
      }
      return storage;
    },
    label(name, place) {
      const label = vclGet(services.label, name, vcl);
      if (!label) {
        problems.note(
          "missing-label",
          name,
          `No label named ${name} (${place}). Make it with vcl.label before loading ${vcl.name}`,
        );
        return { name, current: () => undefined };
      }
      vcl.onDiscard(() => vclRel(label, vcl));
      return label;
    },
    sub: (name, methods, run) => ({ name, methods, run: run }),
    privCall: () => vcl.callPriv(),
    privVcl: (vmod) => vcl.priv(vmod),
    bindGlobal: (name, place, backend) =>
      vcl.globals.get(name) ?? bindGlobal(vcl, registry, problems, name, place, backend),
  };
  return {
    vpi,
    async lookUps() {
      const results = await Promise.allSettled(pending.map((lookUp) => lookUp.run()));
      for (const [index, { kind, name }] of pending.entries()) {
        const result = results[index];
        if (result?.status === "rejected") problems.noteThrown(kind, name, result.reason);
      }
      // Only now: who is reached via another one is told apart by that one's address.
      if (results.some(({ status }) => status === "rejected")) return;
      for (const director of vcl.directors) if (director instanceof Backend) director.attach();
    },
  };
}

function declareBackend(
  vcl: Vcl,
  services: LoadServices,
  pending: LookUp[],
  name: string,
  definition: BackendDefinition,
): Director {
  vcl.backendNames.add(name);
  const { backends } = services;
  // The address arrives before anything can fetch: loading waits for it.
  const endpoint: { -readonly [Key in keyof Endpoint]: Endpoint[Key] } = { name };
  pending.push({
    kind: definition.path === undefined ? "backend" : "path",
    name,
    run: async () => void Object.assign(endpoint, await resolveEndpoint(name, definition, backends.host)),
  });
  const backend = new Backend(name, `${vcl.name}.${name}`, definition, endpoint, backends);
  vcl.directors.add(backend);
  return backend;
}

function declareAcl(
  services: LoadServices,
  pending: LookUp[],
  name: string,
  options: { readonly log?: boolean },
  entries: readonly AclEntryDefinition[],
): Acl {
  const sources = entries.map(readAclEntry);
  if (sources.every(({ bytes }) => bytes))
    return makeAcl(
      name,
      options,
      sources.map((source) => aclEntry(source)),
    );
  let resolved: Acl = makeAcl(name, options, []);
  pending.push({
    kind: "acl",
    name,
    async run() {
      const found = await Promise.all(sources.map((source) => aclEntries(services, name, source)));
      resolved = makeAcl(name, options, found.flat());
    },
  });
  return { name, matches: (task, ip) => resolved.matches(task, ip) };
}

async function aclEntries(services: LoadServices, name: string, source: AclSource): Promise<AclEntry[]> {
  if (source.bytes) return [aclEntry(source)];
  try {
    const addresses = await services.backends.host.resolveName(source.address);
    return addresses.map((address) => aclEntry(source, address));
  } catch (error) {
    if (source.optional) return [];
    throw new VclFailure(
      `ACL ${name}: host "${source.address}" could not be resolved to an IP address: ${reason(error)}`,
    );
  }
}

function declareIp(services: LoadServices, pending: LookUp[], text: string): Ip {
  const { host: name, port: portText = "80" } = splitHostPort(text);
  const port = Number(portText);
  const numeric = parseIp(withoutZone(name), port);
  if (numeric) return numeric;
  const ip: { -readonly [Key in keyof Ip]: Ip[Key] } = { bytes: new Uint8Array(4), port, text: "0.0.0.0" };
  const run = async (): Promise<void> => {
    try {
      const addresses = await services.backends.host.resolveName(name);
      const address = addresses.find((candidate) => !candidate.includes(":")) ?? addresses[0];
      Object.assign(ip, parseIp(withoutZone(address ?? ""), port));
    } catch (error) {
      throw new VclFailure(`"${text}" could not be resolved to an IP address: ${reason(error)}`);
    }
  };
  pending.push({ kind: "ip", name: text, run });
  return ip;
}

/** S4-23, S4-43, S4-46: one look-up for each name, kept until the VCL is discarded (S4-55). */
function bindGlobal(
  vcl: Vcl,
  registry: GlobalDirectorRegistry,
  problems: LoadProblems,
  name: string,
  place: string,
  backend: string | undefined,
): Director {
  const director = registry.lookup(name);
  if (!director) {
    problems.note(
      "missing-global",
      name,
      `No global director named ${name} for VCL ${vcl.name} (global.${name} at ${place})`,
    );
    const nobody = { vclName: name, kind: "missing", health: () => ({ healthy: false, changed: 0 }) };
    vcl.globals.set(name, nobody);
    return nobody;
  }
  vcl.globals.set(name, director);
  vcl.onDiscard((later) => void later.release(director));
  if (vcl.backendNames.has(name)) {
    problems.note(
      "colliding-global",
      name,
      `Global director ${name} collides with the backend ${name} of VCL ${vcl.name} (global.${name} at ${place}${backend === undefined ? "" : `, the backend at ${backend}`}). Rename the backend`,
    );
  }
  return director;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

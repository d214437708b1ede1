import { loadJavaScript, type Linkage } from "../../codegen/load.js";
import { loadVmod, VmodLoadFailure, type VmodNamespace } from "../../host/node/vmod-loader.js";
import * as runtime from "../../runtime/index.js";
import type { ControlSide, Host, ServerTransport, VclModule } from "../../runtime/index.js";
import { CliError } from "../cli-error.js";
import { testVmods } from "../../language/targets.js";
import type { LinkableCode, LinkedImport } from "./compile-vcl.js";

/** The shipped VMODs; each is loaded when a VCL first imports it. */
export const shippedVmods: Readonly<Record<string, () => Promise<VmodNamespace>>> = {
  accept: () => import("../../vmod/accept/index.js"),
  bodyaccess: () => import("../../vmod/bodyaccess/index.js"),
  blob: () => import("../../vmod/blob/index.js"),
  cookie: () => import("../../vmod/cookie/index.js"),
  directors: () => import("../../vmod/directors/index.js"),
  dynamic: () => import("../../vmod/dynamic/index.js"),
  fs: () => import("../../vmod/fs/index.js"),
  h2: () => import("../../vmod/h2/index.js"),
  header: () => import("../../vmod/header/index.js"),
  math: () => import("../../vmod/math/index.js"),
  proxy: () => import("../../vmod/proxy/index.js"),
  purge: () => import("../../vmod/purge/index.js"),
  routing: () => import("../../vmod/routing/index.js"),
  saintmode: () => import("../../vmod/saintmode/index.js"),
  std: () => import("../../vmod/std/index.js"),
  str: () => import("../../vmod/str/index.js"),
  svc: () => import("../../vmod/svc/index.js"),
  tcp: () => import("../../vmod/tcp/index.js"),
  tls: () => import("../../vmod/tls/index.js"),
  topology: () => import("../../vmod/topology/index.js"),
  unix: () => import("../../vmod/unix/index.js"),
  var: () => import("../../vmod/var/index.js"),
  vsthrottle: () => import("../../vmod/vsthrottle/index.js"),
  xkey: () => import("../../vmod/xkey/index.js"),
};

/**
 * Makes a module of this process out of what the compiler made, with the VMODs that it imports; `others` stand in for the rest of what it is linked with,
 * `load` for what makes a VMOD of its import.
 */
export async function linkModule(
  output: LinkableCode,
  others: Partial<Omit<Linkage, "vmods">> = {},
  load: (wanted: LinkedImport) => Promise<object> = implementation,
): Promise<VclModule> {
  const vmods = new Map<string, object>();
  for (const wanted of output.imports) vmods.set(wanted.alias, await load(wanted));
  return loadJavaScript(output, { runtime, vmods, ...others });
}

type TlsModule = VmodNamespace & {
  serverTransport(files: readonly string[], host: Host, control: ControlSide): Promise<ServerTransport>;
};

/** TLS for a listening socket: it comes from the module that is loaded only for that. Rejects with one line. */
export async function tlsTransport(
  files: readonly string[],
  host: Host,
  control: ControlSide,
): Promise<ServerTransport> {
  const load = shippedVmods["tls"];
  if (!load) throw new CliError("this vclc was built without TLS. Put hitch or haproxy in front");
  const { serverTransport } = (await load()) as TlsModule;
  return serverTransport(files, host, control);
}

/** A VMOD: a shipped one, or a user's, whose code runs here. Rejects with a CliError. */
export async function implementation({ name, origin, vmod }: LinkedImport): Promise<VmodNamespace> {
  if (origin.kind === "shipped") {
    const load = shippedVmods[name];
    if (!load) {
      if (testVmods.includes(name)) throw new CliError(`VMOD ${name} is for tests: vclc test runs them`);
      throw new CliError(`this vclc was built without VMOD ${name}. Give one with --vmod-path`);
    }
    return load();
  }
  try {
    return await loadVmod(origin.path, vmod);
  } catch (error) {
    throw error instanceof VmodLoadFailure ? new CliError(error.message) : error;
  }
}

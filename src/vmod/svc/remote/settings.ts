import { VclFailure, type BackendDefinition, type Host } from "../../../runtime/index.js";
import { serviceName, type ServiceConfig, type ServiceEndpoint } from "../endpoint-config.js";
import type { EtcdArgs } from "../svc.vcc.js";
import { certificateName, parseUrl, type ServerUrl, type TlsOf } from "./http-client.js";

/** What every kind of source can be told about the backends that come from it. */
export type BackendArgs = Pick<
  EtcdArgs,
  | "policy"
  | "probe"
  | "host_header"
  | "connect_timeout"
  | "first_byte_timeout"
  | "between_bytes_timeout"
  | "max_connections"
>;

/** Who is trusted, and who one is, as paths of files. */
export type TlsArgs = Pick<EtcdArgs, "ca" | "certificate" | "key">;

/** A global director, and what its service is called where it comes from. */
export interface WantedService {
  readonly name: string;
  readonly service: string;
}

/** An endpoint as a source tells of it. */
export interface Found {
  /** Numeric, or a host name. */
  readonly address: string;
  readonly port: number | string;
  readonly weight?: number | undefined;
  readonly rank?: number | undefined;
}

/** `api web=shop-v2`: global.api of the service api, global.web of shop-v2. Throws a VclFailure. */
export function readServiceList(vclName: string, text: string | undefined): readonly WantedService[] {
  const words = (text ?? "").split(/[\s,]+/).filter((word) => word !== "");
  if (words.length === 0) throw new VclFailure(`${vclName}: services is empty. Write services = "api web"`);
  return words.map((word) => {
    const at = word.indexOf("=");
    const name = at < 0 ? word : word.slice(0, at);
    if (!serviceName.test(name)) {
      throw new VclFailure(
        `${vclName}: global.${name} cannot be written in VCL. Write services = "NAME=${at < 0 ? word : word.slice(at + 1)}"`,
      );
    }
    if (words.filter((other) => other === name || other.startsWith(`${name}=`)).length > 1)
      throw new VclFailure(`${vclName}: services has ${name} twice`);
    return { name, service: word.slice(at + 1) };
  });
}

/** Servers, any of which may be asked. Throws a VclFailure. */
export function readUrls(vclName: string, text: string): readonly ServerUrl[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  if (words.length === 0) throw new VclFailure(`${vclName}: url is empty. Write url = "http://HOST:PORT"`);
  return words.map((word) => {
    const url = parseUrl(word);
    if (!url) throw new VclFailure(`${vclName}: "${word}" is no URL. Write http://HOST:PORT, or https`);
    return url;
  });
}

/** TLS by files. */
export function tlsByFiles(host: Host, { ca, certificate, key }: TlsArgs): TlsOf {
  return async (url) => ({
    serverName: certificateName(url),
    verify: true,
    ...(ca !== undefined && { ca: await fileOf(host, ca) }),
    ...(certificate !== undefined && {
      certificate: await fileOf(host, certificate),
      key: await fileOf(host, key ?? certificate),
    }),
  });
}

/** The text of a file. Rejects with one line that names it. */
export async function fileOf(host: Host, path: string): Promise<string> {
  try {
    return await host.readFile(path);
  } catch (error) {
    throw new Error(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The service that found endpoints are. */
export function serviceOf(name: string, args: BackendArgs, found: readonly Found[]): ServiceConfig {
  const definition: BackendDefinition = {
    ...(args.probe && { probe: args.probe }),
    ...(args.host_header !== undefined && { hostHeader: args.host_header }),
    ...(args.connect_timeout !== undefined && { connectTimeout: args.connect_timeout }),
    ...(args.first_byte_timeout !== undefined && { firstByteTimeout: args.first_byte_timeout }),
    ...(args.between_bytes_timeout !== undefined && { betweenBytesTimeout: args.between_bytes_timeout }),
    ...(args.max_connections !== undefined && { maxConnections: args.max_connections }),
  };
  const endpoints = new Map<string, ServiceEndpoint>();
  for (const { address, port, weight, rank } of found) {
    const place = `${address.includes(":") ? `[${address}]` : address}:${port}`;
    endpoints.set(place, {
      name: `${name}(${place})`,
      definition: { host: place, ...definition },
      ...(weight !== undefined && { weight }),
      ...(rank !== undefined && { rank }),
    });
  }
  // In one order whatever order they were told in: nothing changes where nothing has changed.
  const sorted = [...endpoints].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, endpoint]) => endpoint);
  return { name, policy: args.policy ?? "round_robin", endpoints: sorted };
}

import { parseIp, VclFailure, type Host } from "../../../runtime/index.js";
import { splitHostPort } from "../../../runtime/backend/resolve-endpoint.js";
import type { ServiceSource } from "../service-source.js";
import type { ConsulArgs, DnsArgs, EtcdArgs, KubernetesArgs } from "../svc.vcc.js";
import { ConsulWatch } from "./consul.js";
import { DnsWatch } from "./dns.js";
import { EtcdWatch } from "./etcd.js";
import { kubeAccess } from "./kube-access.js";
import { KubernetesWatch } from "./kubernetes.js";
import { remoteSource, type RemoteOptions } from "./remote-source.js";
import {
  fileOf,
  readServiceList,
  readUrls,
  serviceOf,
  tlsByFiles,
  type BackendArgs,
  type WantedService,
} from "./settings.js";

/** The sources that are asked over the network, each by what VCL says; throwing a VclFailure for what makes no sense. */

export function dnsSource(vclName: string, args: DnsArgs, host: Host): ServiceSource {
  const services = readServiceList(vclName, args.services);
  for (const { name, service } of services) {
    if (service.startsWith("_") || splitHostPort(service).port !== undefined) continue;
    throw new VclFailure(
      `${vclName}: "${service}" is neither a name of SRV records (_http._tcp.…) nor a host with a port. Write services = "${name}=HOST:PORT"`,
    );
  }
  const servers = words(args.servers ?? "");
  for (const server of servers) {
    if (parseIp(splitHostPort(server).host)) continue;
    throw new VclFailure(`${vclName}: "${server}" is no address, or address and port, of a DNS server`);
  }
  const timing = { timeout: args.timeout ?? 5, interval: args.interval ?? 30 };
  for (const [name, value] of Object.entries(timing))
    if (!(value > 0)) throw new VclFailure(`${vclName}: ${name} must be more than 0s`);
  return remoteSource(host, {
    ...common("dns", vclName, args, services),
    place: servers.length === 0 ? "DNS" : `DNS of ${servers.join(", ")}`,
    urls: [],
    tls: tlsByFiles(host, {}),
    watches: () => services.map((wanted) => new DnsWatch(wanted, args, { servers, ...timing })),
  });
}

export function consulSource(vclName: string, args: ConsulArgs, host: Host): ServiceSource {
  const services = readServiceList(vclName, args.services);
  const { url = "http://127.0.0.1:8500", token, token_file: tokenFile } = args;
  const tokenNow = async (): Promise<string | undefined> =>
    tokenFile === undefined ? token : (await fileOf(host, tokenFile)).trim();
  return remoteSource(host, {
    ...common("consul", vclName, args, services),
    place: url,
    urls: readUrls(vclName, url),
    tls: tlsByFiles(host, args),
    watches: () => services.map((wanted) => new ConsulWatch(wanted, args, tokenNow)),
  });
}

export async function kubernetesSource(
  vclName: string,
  args: KubernetesArgs,
  host: Host,
): Promise<ServiceSource> {
  const services = readServiceList(vclName, args.services);
  const { urls, tls, namespace, token, refused } = await kubeAccess(vclName, args, host);
  return remoteSource(host, {
    ...common("kubernetes", vclName, args, services),
    place: urls.map(({ text }) => text).join(" "),
    urls,
    tls,
    watches: () => [new KubernetesWatch({ namespace, zone: args.zone, services, args, token, refused })],
  });
}

export function etcdSource(vclName: string, args: EtcdArgs, host: Host): ServiceSource {
  const { url = "http://127.0.0.1:2379", prefix = "/services/", user, password } = args;
  if (prefix === "") throw new VclFailure(`${vclName}: prefix is empty. Write prefix = "/services/"`);
  const services = args.services === undefined ? undefined : readServiceList(vclName, args.services);
  return remoteSource(host, {
    ...common("etcd", vclName, args, services ?? []),
    place: url,
    urls: readUrls(vclName, url),
    tls: tlsByFiles(host, args),
    watches: () => [new EtcdWatch({ prefix, services, args, user, password })],
  });
}

function common(
  kind: string,
  vclName: string,
  args: BackendArgs & { readonly wait?: number | undefined },
  services: readonly WantedService[],
): Pick<RemoteOptions, "expected" | "family" | "key" | "name" | "patience"> {
  return {
    name: `svc.${kind}`,
    key: JSON.stringify([kind, args]),
    family: `${kind} ${vclName}`,
    patience: args.wait ?? 5,
    expected: services.map(({ name }) => serviceOf(name, args, [])),
  };
}

function words(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}

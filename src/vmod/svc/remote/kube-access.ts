import { parse } from "yaml";
import { VclFailure, type Host } from "../../../runtime/index.js";
import type { KubernetesArgs } from "../svc.vcc.js";
import { ExecCredentials } from "./exec-credential.js";
import { certificateName, parseUrl, type ServerUrl, type TlsOf } from "./http-client.js";
import { fileOf, readUrls, tlsByFiles, type TlsArgs } from "./settings.js";

/** How the API of a cluster is reached, and as whom. */
export interface KubeAccess {
  readonly urls: readonly ServerUrl[];
  readonly namespace: string;
  readonly tls: TlsOf;
  /** Read for each question: it is renewed all the time. */
  token(): Promise<string | undefined>;
  /** The server does not know who asks. */
  readonly refused?: () => void;
}

type KubeArgs = Pick<KubernetesArgs, "url" | "kubeconfig" | "namespace" | "token_file" | keyof TlsArgs>;

/** Where a pod has the files of its service account. */
const accountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/** By a URL, by a kubeconfig, or as the service account of the pod. Rejects with a VclFailure. */
export async function kubeAccess(vclName: string, args: KubeArgs, host: Host): Promise<KubeAccess> {
  if (args.url !== undefined) return byUrl(vclName, args.url, args, host);
  if (args.kubeconfig !== undefined) return byKubeconfig(vclName, args.kubeconfig, args, host);
  const [address, port] = [
    host.environment("KUBERNETES_SERVICE_HOST"),
    host.environment("KUBERNETES_SERVICE_PORT"),
  ];
  if (address === undefined && !host.isCheck) {
    throw new VclFailure(
      `${vclName}: this is no pod of a cluster (no KUBERNETES_SERVICE_HOST). Write kubeconfig = "FILE", or url = "https://…"`,
    );
  }
  const name = address ?? "kubernetes.default.svc";
  const url = `https://${name.includes(":") ? `[${name}]` : name}:${port ?? "443"}`;
  const namespace =
    args.namespace ?? (await host.readFile(`${accountFolder}/namespace`).catch(() => undefined));
  const files = { ca: `${accountFolder}/ca.crt`, token_file: `${accountFolder}/token` };
  return byUrl(vclName, url, { ...files, ...args, ...(namespace !== undefined && { namespace }) }, host);
}

function byUrl(vclName: string, url: string, args: KubeArgs, host: Host): KubeAccess {
  const { token_file: tokenFile, namespace = "default" } = args;
  return {
    urls: readUrls(vclName, url),
    namespace: namespace.trim(),
    tls: tlsByFiles(host, args),
    token: async () => (tokenFile === undefined ? undefined : fileOf(host, tokenFile)),
  };
}

/** A kubeconfig, as far as it is looked at. */
interface Kubeconfig {
  readonly "current-context"?: string;
  readonly contexts?: readonly Named<"context", { cluster?: string; user?: string; namespace?: string }>[];
  readonly clusters?: readonly Named<"cluster", KubeCluster>[];
  readonly users?: readonly Named<"user", KubeUser>[];
}
type Named<Kind extends string, Value> = { readonly name?: string } & { readonly [Key in Kind]?: Value };
interface KubeCluster {
  readonly server?: string;
  readonly "tls-server-name"?: string;
  readonly "insecure-skip-tls-verify"?: boolean;
  readonly "certificate-authority"?: string;
  readonly "certificate-authority-data"?: string;
}
interface KubeUser {
  readonly token?: string;
  readonly tokenFile?: string;
  readonly "client-certificate"?: string;
  readonly "client-certificate-data"?: string;
  readonly "client-key"?: string;
  readonly "client-key-data"?: string;
  readonly exec?: unknown;
  readonly "auth-provider"?: unknown;
}

async function byKubeconfig(vclName: string, path: string, args: KubeArgs, host: Host): Promise<KubeAccess> {
  const fail = (what: string): never => {
    throw new VclFailure(`${vclName}: ${path}: ${what}`);
  };
  const config = await readKubeconfig(path, host).catch((error: unknown) =>
    fail(error instanceof Error ? (error.message.split("\n", 1)[0] as string) : String(error)),
  );
  const called = config["current-context"] ?? fail("no current-context");
  const context = find(config.contexts, called)?.context ?? fail(`there is no context "${called}"`);
  const cluster =
    find(config.clusters, context.cluster)?.cluster ?? fail(`there is no cluster "${context.cluster ?? ""}"`);
  const user = find(config.users, context.user)?.user ?? {};
  const url = parseUrl(cluster.server ?? "") ?? fail(`"${cluster.server ?? ""}" is no URL of a server`);
  if (user["auth-provider"] !== undefined)
    fail("auth-provider is a thing of the past. Give the user exec, a token or a client certificate");
  const program = user.exec === undefined ? undefined : programOf(user.exec, cluster, path, host, fail);
  const pem = pemReader(path, host);
  return {
    urls: [url],
    namespace: args.namespace ?? context.namespace ?? "default",
    async token() {
      const token =
        user.tokenFile === undefined ? user.token : await fileOf(host, beside(path, user.tokenFile));
      return token ?? (await program?.current())?.token;
    },
    refused: () => program?.forget(),
    async tls() {
      const ca = await pem(cluster["certificate-authority-data"], cluster["certificate-authority"]);
      const given = await program?.current();
      const certificate =
        (await pem(user["client-certificate-data"], user["client-certificate"])) ?? given?.certificate;
      const key = (await pem(user["client-key-data"], user["client-key"])) ?? given?.key;
      return {
        serverName: cluster["tls-server-name"] ?? certificateName(url),
        verify: cluster["insecure-skip-tls-verify"] !== true,
        ...(ca !== undefined && { ca }),
        ...(certificate !== undefined && { certificate }),
        ...(key !== undefined && { key }),
      };
    },
  };
}

function programOf(
  exec: unknown,
  cluster: KubeCluster,
  path: string,
  host: Host,
  fail: (what: string) => never,
): ExecCredentials {
  try {
    return new ExecCredentials(
      exec,
      () => clusterInfo(cluster, path, host),
      (name) => beside(path, name),
      host,
    );
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** What a program is told of a cluster (`spec.cluster` of ExecCredential). */
async function clusterInfo(cluster: KubeCluster, path: string, host: Host): Promise<object> {
  const file = cluster["certificate-authority"];
  const data =
    cluster["certificate-authority-data"] ??
    (file === undefined ? undefined : btoa(await fileOf(host, beside(path, file))));
  return {
    server: cluster.server,
    "tls-server-name": cluster["tls-server-name"],
    "insecure-skip-tls-verify": cluster["insecure-skip-tls-verify"],
    "certificate-authority-data": data,
  };
}

async function readKubeconfig(path: string, host: Host): Promise<Kubeconfig> {
  const value: unknown = parse(await host.readFile(path));
  if (typeof value !== "object" || value === null) throw new Error("it is no kubeconfig");
  return value;
}

function find<Item extends { readonly name?: string }>(
  list: readonly Item[] | undefined,
  name: string | undefined,
): Item | undefined {
  return list?.find((item) => item.name === name);
}

/** Certificates and keys: what the file has itself goes before what it names. */
function pemReader(
  path: string,
  host: Host,
): (data: string | undefined, file: string | undefined) => Promise<string | undefined> {
  return async (data, file) => {
    if (data !== undefined) return atob(data);
    return file === undefined ? undefined : fileOf(host, beside(path, file));
  };
}

/** A path that a file names, from where that file is. */
function beside(path: string, name: string): string {
  return name.startsWith("/") ? name : path.replace(/[^/]*$/, name);
}

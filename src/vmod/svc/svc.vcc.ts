// Generated from svc.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { HousekeepingTask, Probe, Task } from "../../runtime/index.js";

export interface EndpointWatcherArgs {
  readonly file?: string | undefined;
}

export interface EndpointWatcher {
  /** What was wrong with the file when it was last read; unset when nothing was. */
  readonly last_error: (task: Task) => string | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface EndpointWatcherClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (
    task: HousekeepingTask,
    vclName: string,
    args: EndpointWatcherArgs,
  ) => EndpointWatcher | Promise<EndpointWatcher>;
}

export interface DnsArgs {
  readonly services: string | undefined;
  readonly servers?: string | undefined;
  readonly interval?: number | undefined;
  readonly timeout?: number | undefined;
  readonly wait?: number | undefined;
  readonly policy?: "round_robin" | "random" | "fallback" | "hash" | "least_connections" | undefined;
  readonly probe?: Probe | undefined;
  readonly host_header?: string | undefined;
  readonly connect_timeout?: number | undefined;
  readonly first_byte_timeout?: number | undefined;
  readonly between_bytes_timeout?: number | undefined;
  readonly max_connections?: number | undefined;
}

export interface Dns {
  /** Why the last good state is served; unset when the source is followed. */
  readonly last_error: (task: Task) => string | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface DnsClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (task: HousekeepingTask, vclName: string, args: DnsArgs) => Dns | Promise<Dns>;
}

export interface ConsulArgs {
  readonly services: string | undefined;
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  readonly token_file?: string | undefined;
  readonly datacenter?: string | undefined;
  readonly namespace?: string | undefined;
  readonly tag?: string | undefined;
  readonly filter?: string | undefined;
  readonly passing?: boolean | undefined;
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly wait?: number | undefined;
  readonly policy?: "round_robin" | "random" | "fallback" | "hash" | "least_connections" | undefined;
  readonly probe?: Probe | undefined;
  readonly host_header?: string | undefined;
  readonly connect_timeout?: number | undefined;
  readonly first_byte_timeout?: number | undefined;
  readonly between_bytes_timeout?: number | undefined;
  readonly max_connections?: number | undefined;
}

export interface Consul {
  /** Why the last good state is served; unset when the source is followed. */
  readonly last_error: (task: Task) => string | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface ConsulClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (task: HousekeepingTask, vclName: string, args: ConsulArgs) => Consul | Promise<Consul>;
}

export interface KubernetesArgs {
  readonly services: string | undefined;
  readonly namespace?: string | undefined;
  readonly kubeconfig?: string | undefined;
  readonly url?: string | undefined;
  readonly token_file?: string | undefined;
  readonly zone?: string | undefined;
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly wait?: number | undefined;
  readonly policy?: "round_robin" | "random" | "fallback" | "hash" | "least_connections" | undefined;
  readonly probe?: Probe | undefined;
  readonly host_header?: string | undefined;
  readonly connect_timeout?: number | undefined;
  readonly first_byte_timeout?: number | undefined;
  readonly between_bytes_timeout?: number | undefined;
  readonly max_connections?: number | undefined;
}

export interface Kubernetes {
  /** Why the last good state is served; unset when the source is followed. */
  readonly last_error: (task: Task) => string | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface KubernetesClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (
    task: HousekeepingTask,
    vclName: string,
    args: KubernetesArgs,
  ) => Kubernetes | Promise<Kubernetes>;
}

export interface EtcdArgs {
  readonly services?: string | undefined;
  readonly prefix?: string | undefined;
  readonly url?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly wait?: number | undefined;
  readonly policy?: "round_robin" | "random" | "fallback" | "hash" | "least_connections" | undefined;
  readonly probe?: Probe | undefined;
  readonly host_header?: string | undefined;
  readonly connect_timeout?: number | undefined;
  readonly first_byte_timeout?: number | undefined;
  readonly between_bytes_timeout?: number | undefined;
  readonly max_connections?: number | undefined;
}

export interface Etcd {
  /** Why the last good state is served; unset when the source is followed. */
  readonly last_error: (task: Task) => string | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface EtcdClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (task: HousekeepingTask, vclName: string, args: EtcdArgs) => Etcd | Promise<Etcd>;
}

/** Global directors from service discovery */
export interface SvcVmod {
  readonly EndpointWatcher: EndpointWatcherClass;

  readonly Dns: DnsClass;

  readonly Consul: ConsulClass;

  readonly Kubernetes: KubernetesClass;

  readonly Etcd: EtcdClass;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from svc.vcc. */
export type CheckedSvcVmod = Implements<SvcVmod, typeof import("./index.js")>;

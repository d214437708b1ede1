// Generated from dynamic.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type {
  Acl,
  Blob,
  Director,
  HousekeepingTask,
  Priv,
  Probe,
  Task,
  VclEvent,
} from "../../runtime/index.js";

/**
 * Makes a director for every host name that is asked for, looks the name up again every ttl, and gives each address a backend with these settings.
 * Timeouts of -1 are those of the server, a limit of 0 is none. share=DIRECTOR has one backend for each address of the director, whoever is at it; share=HOST
 * one for each host name and address, whose Host header that name is where the request has none. DEFAULT is HOST with via and DIRECTOR without. An address that
 * an answer has no longer gets no traffic, and its backend goes after keep further answers. Look-ups that fail change nothing and are repeated after
 * retry_after. A name that nobody asked for within domain_usage_timeout is forgotten; who holds its director, another director for one, still has it.
 *
 * A director picks for each fetch: healthy addresses in turn, or a sick one where all are. What asks for it before the first answer waits, first_lookup_timeout
 * at most; so do directors of which it is a member, and std.healthy() in a VCL that imports dynamic. What cannot wait, vcl_init and backend.list, has it sick until then.
 */
export interface DirectorObject {
  /** The director for a host and port. Without host, that of the Host header of the request; none when that is empty too. */
  readonly backend: (
    task: Task,
    host: string | undefined,
    port: string | undefined,
    authority: string | undefined,
  ) => Director | undefined;

  /** The director for a service from SRV records; needs a resolver. */
  readonly service: (task: Task, service: string | undefined) => Director | undefined;

  /** Logs more about lookups and backends. */
  readonly debug: (task: Task, arg1: boolean) => void;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface DirectorClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (
    task: HousekeepingTask,
    vclName: string,
    port: string | undefined,
    host_header: string | undefined,
    share: "DEFAULT" | "DIRECTOR" | "HOST",
    probe: Probe | undefined,
    whitelist: Acl | undefined,
    ttl: number,
    connect_timeout: number,
    first_byte_timeout: number,
    between_bytes_timeout: number,
    domain_usage_timeout: number,
    first_lookup_timeout: number,
    max_connections: number,
    proxy_header: number,
    resolver: Blob | undefined,
    ttl_from: "cfg" | "dns" | "min" | "max",
    retry_after: number,
    via: Director | undefined,
    keep: number,
    authority: string | undefined,
    wait_timeout: number,
    wait_limit: number,
  ) => DirectorObject;
}

/**
 * Asks the DNS itself instead of the system, and so learns how long answers hold. At most parallel
 * questions are on their way at once. Servers are those of the system unless add_server names some.
 */
export interface Resolver {
  /** What dynamic.director takes as its resolver. Everything else is for vcl_init, and true when it worked. */
  readonly use: (task: Task) => Blob | undefined;

  /** Asks this server, ADDRESS or ADDRESS:PORT, and others that are added; vclc's own, libvmod-dynamic has no such method. */
  readonly add_server: (task: Task, arg1: string | undefined) => boolean;

  /** Whether to ask the servers of the zones, or a resolver. */
  readonly set_resolution_type: (task: Task, arg1: "RECURSING" | "STUB") => boolean;

  /** Empties the list of sources that is being built. */
  readonly clear_namespaces: (task: Task) => boolean;

  /** Adds a source to the list; each goes in once. */
  readonly add_namespace: (task: Task, arg1: "DNS" | "LOCALNAMES" | "NETBIOS" | "MDNS" | "NIS") => boolean;

  /** Puts the list in force. */
  readonly set_namespaces: (task: Task) => boolean;

  /** Empties the list of transports that is being built. */
  readonly clear_transports: (task: Task) => boolean;

  /** Adds a transport to the list; each goes in once. */
  readonly add_transport: (task: Task, arg1: "UDP" | "TCP" | "TLS") => boolean;

  /** Puts the list in force. */
  readonly set_transports: (task: Task) => boolean;

  /** How long connections to servers stay open unused: here they end with their question, so that this changes nothing. */
  readonly set_idle_timeout: (task: Task, arg1: number) => boolean;

  /** How many queries may be on their way at once; never more than parallel, which 0 stands for. */
  readonly set_limit_outstanding_queries: (task: Task, arg1: number) => boolean;

  /** How long a query may take. */
  readonly set_timeout: (task: Task, arg1: number) => boolean;

  /** Whether aliases are followed. */
  readonly set_follow_redirects: (
    task: Task,
    arg1: "REDIRECTS_FOLLOW" | "REDIRECTS_DO_NOT_FOLLOW",
  ) => boolean;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface ResolverClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (
    task: HousekeepingTask,
    vclName: string,
    set_from_os: boolean,
    parallel: number,
  ) => Resolver;
}

/** Backends from the DNS */
export interface DynamicVmod {
  readonly Director: DirectorClass;

  readonly Resolver: ResolverClass;

  /** Told of the life of every VCL that imports this VMOD. */
  readonly event: (task: HousekeepingTask, priv: Priv, event: VclEvent) => void | Promise<void>;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from dynamic.vcc. */
export type CheckedDynamicVmod = Implements<DynamicVmod, typeof import("./index.js")>;

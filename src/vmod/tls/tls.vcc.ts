// Generated from tls.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { Director, HousekeepingTask, Priv, Probe, Task, VclEvent } from "../../runtime/index.js";

export interface ClientArgs {
  readonly backend: Director | undefined;
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly verify?: boolean | undefined;
  readonly verify_host?: boolean | undefined;
  readonly sni?: boolean | undefined;
  readonly server_name?: string | undefined;
  readonly min_version?: "TLSv1_2" | "TLSv1_3" | undefined;
}

export interface Client {
  /** The backend. */
  readonly backend: (task: Task) => Director | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface ClientClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (task: HousekeepingTask, vclName: string, args: ClientArgs) => Client | Promise<Client>;
}

export interface BackendArgs {
  readonly host: string | undefined;
  readonly port: string | undefined;
  readonly host_header?: string | undefined;
  readonly probe?: Probe | undefined;
  readonly max_connections?: number | undefined;
  readonly connect_timeout?: number | undefined;
  readonly first_byte_timeout?: number | undefined;
  readonly between_bytes_timeout?: number | undefined;
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly verify?: boolean | undefined;
  readonly verify_host?: boolean | undefined;
  readonly sni?: boolean | undefined;
  readonly server_name?: string | undefined;
  readonly min_version?: "TLSv1_2" | "TLSv1_3" | undefined;
}

export interface Backend {
  /** The backend. */
  readonly backend: (task: Task) => Director | undefined;

  /** Runs when the VCL is discarded; served: whether it has been warm, and so may have answered requests. */
  readonly fini?: (served: boolean) => void;
}

export interface BackendClass {
  /** `new vclName = …` in vcl_init. */
  readonly create: (task: HousekeepingTask, vclName: string, args: BackendArgs) => Backend | Promise<Backend>;
}

/** TLS for backends */
export interface TlsVmod {
  readonly Client: ClientClass;

  readonly Backend: BackendClass;

  /** Told of the life of every VCL that imports this VMOD. */
  readonly event: (task: HousekeepingTask, priv: Priv, event: VclEvent) => void | Promise<void>;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from tls.vcc. */
export type CheckedTlsVmod = Implements<TlsVmod, typeof import("./index.js")>;

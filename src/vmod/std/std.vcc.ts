// Generated from std.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type {
  BackendTask,
  Bereq,
  Beresp,
  Blob,
  ClientTask,
  Director,
  HeaderRef,
  Ip,
  Priv,
  Req,
  Resp,
  Task,
  VclSub,
} from "../../runtime/index.js";

export interface DurationArgs {
  readonly s?: string | undefined;
  readonly fallback?: number | undefined;
  readonly real?: number | undefined;
  readonly integer?: number | undefined;
}

export interface BytesArgs {
  readonly s?: string | undefined;
  readonly fallback?: number | undefined;
  readonly real?: number | undefined;
  readonly integer?: number | undefined;
}

export interface IntegerArgs {
  readonly s?: string | undefined;
  readonly fallback?: number | undefined;
  readonly bool?: boolean | undefined;
  readonly bytes?: number | undefined;
  readonly duration?: number | undefined;
  readonly real?: number | undefined;
  readonly time?: number | undefined;
}

export interface IpArgs {
  readonly s: string | undefined;
  readonly fallback?: Ip | undefined;
  readonly resolve: boolean;
  readonly p?: string | undefined;
}

export interface RealArgs {
  readonly s?: string | undefined;
  readonly fallback?: number | undefined;
  readonly integer?: number | undefined;
  readonly bool?: boolean | undefined;
  readonly bytes?: number | undefined;
  readonly duration?: number | undefined;
  readonly time?: number | undefined;
}

export interface TimeArgs {
  readonly s?: string | undefined;
  readonly fallback?: number | undefined;
  readonly real?: number | undefined;
  readonly integer?: number | undefined;
}

/** Functions that most VCL needs one day */
export interface StdVmod {
  /** A random number from lo (included) to hi (excluded). */
  readonly random: (task: Task, lo: number, hi: number) => number;

  /** The nearest whole number; halves go away from zero. */
  readonly round: (task: Task, r: number) => number;

  /**
   * Joins all fields of that name into the first one, in order, with sep between them. An empty sep is the default one. Fails for a header of a
   * stored object.
   */
  readonly collect: (task: Task, hdr: HeaderRef, sep: string | undefined) => void;

  /**
   * The URL with its query parameters in order of their bytes, empty ones dropped. Parameters of which one begins with the other keep their
   * order.
   */
  readonly querysort: (task: Task, arg1: string | undefined) => string | undefined;

  /** Upper case for the letters a to z; every other byte stays. */
  readonly toupper: (task: Task, s: string | undefined) => string | undefined;

  /** Lower case for the letters A to Z; every other byte stays. */
  readonly tolower: (task: Task, s: string | undefined) => string | undefined;

  /** s1 from the first place where s2 stands in it; unset when there is none. */
  readonly strstr: (task: Task, s1: string | undefined, s2: string | undefined) => string | undefined;

  /**
   * Whether the subject matches a shell pattern with `*`, `?` and `[…]`. With pathname, only a slash in the pattern matches a slash. With
   * noescape, a backslash is an ordinary byte. With period, a leading dot must stand in the pattern. Fails when one of both is unset.
   */
  readonly fnmatch: (
    task: Task,
    pattern: string | undefined,
    subject: string | undefined,
    pathname: boolean,
    noescape: boolean,
    period: boolean,
  ) => boolean;

  /** The content of a file, unset when it cannot be read. A file is read once and kept while any call site that asked for it is loaded. */
  readonly fileread: (
    task: Task,
    privCall: Priv,
    arg2: string | undefined,
  ) => string | undefined | Promise<string | undefined>;

  /** Like fileread, for content that is no text. */
  readonly blobread: (
    task: Task,
    privCall: Priv,
    arg2: string | undefined,
  ) => Blob | undefined | Promise<Blob | undefined>;

  /** Whether there is a file or directory of that name. */
  readonly file_exists: (task: Task, path: string | undefined) => boolean | Promise<boolean>;

  /**
   * Whether the backend, or any member of the director, is healthy. False for none. Where the VCL has directors that are still being looked up, it waits for that,
   * but never in vcl_init.
   */
  readonly healthy: (task: Task, be: Director | undefined) => boolean;

  /** The port of an address; 0 where it has none. */
  readonly port: (task: Task, ip: Ip | undefined) => number;

  /**
   * A duration from a text with its unit (`ms s m h d w y`), or from a number of seconds. Exactly one source must be given. When the text is
   * none, the fallback; fails without one.
   */
  readonly duration: (task: Task, args: DurationArgs) => number;

  /**
   * A size from a text with an optional unit (`b k m g t p`, powers of 1024), or from a number. Negative sizes and fractions of a byte do not
   * convert.
   */
  readonly bytes: (task: Task, args: BytesArgs) => number;

  /** An integer; fractions of a number are cut off, a text must be whole. */
  readonly integer: (task: Task, args: IntegerArgs) => number;

  /**
   * An address from a text, with or without port; p is the port to use when the text has none. With resolve, host names are looked up. When there
   * is no address, the fallback; fails without one.
   */
  readonly ip: (task: Task, args: IpArgs) => Ip | undefined | Promise<Ip | undefined>;

  /** A number; of a text's fraction, three digits count. */
  readonly real: (task: Task, args: RealArgs) => number;

  /** A time from a date in one of HTTP's formats or `YYYY-MM-DDTHH:MM:SS`, or from seconds since the epoch. */
  readonly time: (task: Task, args: TimeArgs) => number;

  /** The time in UTC, formatted as strftime(3) does in the C locale. */
  readonly strftime: (task: Task, time: number, format: string | undefined) => string | undefined;

  /** Writes a VCL_Log record. */
  readonly log: (task: Task, s: string | undefined) => void;

  /**
   * Hands a line to the system's log; priority is the sum of facility and level, and local0 is the facility where it has none. The program logger of
   * util-linux carries it there; without one the log says so and the line is lost.
   */
  readonly syslog: (task: Task, priority: number, s: string | undefined) => void;

  /** Writes a Timestamp record under that label. Nothing happens without a label, or outside a request. */
  readonly timestamp: (task: Task, s: string | undefined) => void;

  /** Whether the VCL is of that version of the language, or a later one. */
  readonly syntax: (task: Task, arg1: number) => boolean;

  /** The value of an environment variable; unset when there is none. */
  readonly getenv: (task: Task, name: string | undefined) => string | undefined;

  /**
   * Reads the request's body and keeps it, so that it can be sent more than once. False when it is larger than size; the request is then answered
   * with 400.
   */
  readonly cache_req_body: (task: ClientTask, size: number) => boolean | Promise<boolean>;

  /** With true, a client that waits for `100 Continue` gets it when its body is read, rather than at the end of vcl_recv. */
  readonly late_100_continue: (task: ClientTask, late: boolean) => void;

  /** Marks the packets to this client. Has an effect only where the host can do it. */
  readonly set_ip_tos: (task: ClientTask, tos: number) => void;

  /** Puts req or bereq back to what it was when the task began; private state of VMODs ends. */
  readonly rollback: (task: ClientTask | BackendTask, h: Req | Bereq | Beresp | Resp) => void;

  /** Adds a ban. False when the expression is none; ban_error tells why. */
  readonly ban: (task: Task, arg1: string | undefined) => boolean;

  /** What was wrong with the last ban of this task; empty when it was right. */
  readonly ban_error: (task: Task) => string | undefined;

  /** The time at this moment; the variable of that name stands still within a sub. */
  readonly now: (task: Task) => number;

  /** Calls a sub and tells how long it took. An action that the sub returns is returned at once. */
  readonly timed_call: (task: Task, arg1: VclSub | undefined) => number | Promise<number>;

  /** Works out ttl, grace and keep from the response's headers again, as before vcl_backend_response. */
  readonly rfc_ttl: (task: BackendTask) => void;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from std.vcc. */
export type CheckedStdVmod = Implements<StdVmod, typeof import("./index.js")>;

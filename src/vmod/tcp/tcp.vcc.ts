// Generated from tcp.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { Task } from "../../runtime/index.js";

/** TCP connections of clients */
export interface TcpVmod {
  /**
   * Always -1, the answer where the system does not take the algorithm, with a record of VCL_Error. Choose it for all connections:
   * sysctl net.ipv4.tcp_congestion_control.
   */
  readonly congestion_algorithm: (task: Task, algorithm: string | undefined) => number;

  /** Logs what is known of the connection, its two ends and its pace, in a record of VCL_Log. Sizes of segments, losses and round trip times are not. */
  readonly dump_info: (task: Task) => void;

  /** Always -1: nobody knows the round trip time. */
  readonly get_estimated_rtt: (task: Task) => number;

  /**
   * Limits the rate at which bodies are sent to the client, in KB/s, from this answer on to the end of the connection; 0 takes the limit away. Heads are not
   * counted, and what goes through return (pipe) is not limited.
   */
  readonly set_socket_pace: (task: Task, arg1: number) => void;
}

type Implements<Interface, Implementation extends Interface> = Implementation;
/** The implementation; it does not compile while a signature differs from tcp.vcc. */
export type CheckedTcpVmod = Implements<TcpVmod, typeof import("./index.js")>;

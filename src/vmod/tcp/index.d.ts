// Generated from tcp.vcc by `npm run vmod:types`. Change the .vcc, not this file.
import type { Task } from "../../runtime/index.js";

/** TCP connections of clients */
export interface TcpVmod {
  /** Picks the algorithm for congestion control; 0, or -1 when the system does not take it. */
  readonly congestion_algorithm: (task: Task, algorithm: string | undefined) => number;

  /** Logs what the system knows about the connection. */
  readonly dump_info: (task: Task) => void;

  /** The estimated round trip time in milliseconds. */
  readonly get_estimated_rtt: (task: Task) => number;

  /** Limits the rate of sending, in KB/s. */
  readonly set_socket_pace: (task: Task, arg1: number) => void;
}

export declare const congestion_algorithm: TcpVmod["congestion_algorithm"];
export declare const dump_info: TcpVmod["dump_info"];
export declare const get_estimated_rtt: TcpVmod["get_estimated_rtt"];
export declare const set_socket_pace: TcpVmod["set_socket_pace"];

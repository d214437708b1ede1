import type { Task } from "../task.js";
import type { Ip } from "./ip.js";

/** An ACL value. */
export interface Acl {
  readonly name: string;
  /** Whether the most specific entry that covers the address allows it; logs a VCL_acl record for an ACL with +log. */
  matches(task: Task, ip: Ip | undefined): boolean;
}

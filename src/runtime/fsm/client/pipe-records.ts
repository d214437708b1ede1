import type { TransactionLog } from "../../backend/transport.js";
import { MessageRecords } from "../message-records.js";
import type { RequestTask } from "../request-task.js";
import { timestampText } from "../../log/timestamp.js";
import type { BackendRequestVariables } from "../variables/bereq.js";

/** The log of a pipe's backend side, which is a transaction of its own though nothing runs in it. */
export class PipeRecords implements TransactionLog {
  private readonly task: RequestTask;
  private readonly xid: number;
  private readonly started: number;
  private lastStamp: number;

  constructor(task: RequestTask) {
    const { core } = task;
    this.task = task;
    this.xid = core.nextXid();
    this.started = this.lastStamp = core.host.now();
  }

  /** Begins with the request to the backend as VCL finds it. */
  begin(bereq: BackendRequestVariables): void {
    if (this.task.silent) return;
    this.task.log("Link", `bereq ${this.xid} pipe`);
    this.log("Begin", `bereq ${this.task.xid} pipe`);
    this.log("VCL_use", this.task.vcl.name);
    this.timestamp("Start");
    const records = new MessageRecords(this, "Bereq");
    records.request(bereq, bereq.http.lines);
    bereq.http.log = records;
  }

  log(tag: string, text: string): void {
    this.task.core.host.log.record(this.xid, tag, text, "b");
  }

  timestamp(label: string): void {
    if (this.task.silent) return;
    const now = label === "Start" ? this.started : this.task.core.host.now();
    this.log("Timestamp", timestampText(label, now, this.started, this.lastStamp));
    this.lastStamp = now;
  }

  /** `sent`: bytes of the head that went to the backend. */
  end(sent: number): void {
    this.log("BereqAcct", `${sent} 0 ${sent} 0 0 0`);
    this.log("End", "");
  }
}

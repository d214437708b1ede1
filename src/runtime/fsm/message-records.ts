import type { RecordLog } from "../exchange.js";
import type { FirstLinePart, MessageLog } from "../http/message-log.js";

/** Whose message it is, as tags begin: `ReqHeader`, `BerespStatus`. */
export type MessageFamily = "Req" | "Resp" | "Bereq" | "Beresp";

/** Writes what becomes of a message as records of its transaction. */
export class MessageRecords implements MessageLog {
  private readonly to: RecordLog;
  private readonly family: MessageFamily;
  private readonly fieldTag: string;
  private readonly goneTag: string;

  constructor(to: RecordLog, family: MessageFamily) {
    this.to = to;
    this.family = family;
    this.fieldTag = `${family}Header`;
    this.goneTag = `${family}Unset`;
  }

  first(part: FirstLinePart, text: string): void {
    this.to.log(`${this.family}${part}`, text);
  }

  field(line: string): void {
    this.to.log(this.fieldTag, line);
  }

  gone(line: string): void {
    this.to.log(this.goneTag, line);
  }

  /** A request as it stands. */
  request(line: RequestLine, fields: readonly string[]): void {
    this.first("Method", line.method);
    this.first("URL", line.url);
    this.first("Protocol", line.proto);
    for (const field of fields) this.field(field);
  }

  /** A response as it stands. */
  response(line: StatusLine, fields: readonly string[]): void {
    this.first("Protocol", line.proto);
    this.first("Status", String(line.status));
    this.first("Reason", line.reason);
    for (const field of fields) this.field(field);
  }
}

interface RequestLine {
  readonly method: string;
  readonly url: string;
  readonly proto: string;
}

interface StatusLine {
  readonly proto: string;
  readonly status: number;
  readonly reason: string;
}

import type { RecordLog } from "../exchange.js";
import type { FirstLinePart, MessageLog } from "../http/message-log.js";

/** Whose message it is, as tags begin: `ReqHeader`, `BerespStatus`. */
export type MessageFamily = "Req" | "Resp" | "Bereq" | "Beresp";

/** The tags of a message's records. Made once: a tag that is put together each time costs as much as its record. */
type FamilyTags = Readonly<Record<FirstLinePart | "Header" | "Unset", string>>;

const tags: Readonly<Record<MessageFamily, FamilyTags>> = {
  Req: tagsOf("Req"),
  Resp: tagsOf("Resp"),
  Bereq: tagsOf("Bereq"),
  Beresp: tagsOf("Beresp"),
};

function tagsOf(family: MessageFamily): FamilyTags {
  return {
    Method: `${family}Method`,
    URL: `${family}URL`,
    Protocol: `${family}Protocol`,
    Status: `${family}Status`,
    Reason: `${family}Reason`,
    Header: `${family}Header`,
    Unset: `${family}Unset`,
  };
}

/** Writes what becomes of a message as records of its transaction. */
export class MessageRecords implements MessageLog {
  private readonly to: RecordLog;
  private readonly tags: FamilyTags;

  constructor(to: RecordLog, family: MessageFamily) {
    this.to = to;
    this.tags = tags[family];
  }

  first(part: FirstLinePart, text: string): void {
    this.to.log(this.tags[part], text);
  }

  field(line: string): void {
    this.to.log(this.tags.Header, line);
  }

  gone(line: string): void {
    this.to.log(this.tags.Unset, line);
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

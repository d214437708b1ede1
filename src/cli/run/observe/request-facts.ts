import type { EndedTransaction } from "./transactions.js";

/** How a request was answered, in varnishncsa's words. */
export type Handling = "hit" | "miss" | "pass" | "pipe" | "synth" | "error";

/** What access logs and latencies are about, of a request whose transaction has ended. */
export interface RequestFacts {
  readonly xid: number;
  /** An include of an ESI page. */
  readonly isInclude: boolean;
  /** It went on as another transaction. */
  readonly isRestarted: boolean;
  /** When it began, seconds since the epoch. */
  readonly start: number;
  readonly client: string;
  readonly method: string;
  readonly url: string;
  readonly proto: string;
  /** The last value that each field had, VCL's where it set one, by its name in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  readonly status: string;
  /** Bytes of the body that was sent; a pipe's, those that went to the client. Undefined where the log does not say. */
  readonly bytes: number | undefined;
  readonly handling: Handling;
  /** Seconds until the first byte of the answer was ready, and until the last was sent. */
  readonly firstByte: number;
  readonly duration: number;
  /** The VCL that it ended in, and what it was a dispatch to, where it was one. */
  readonly vcl: string;
  /** What VCL logged (std.log), in order. */
  readonly logged: readonly string[];
}

const handlings: Readonly<Record<string, Handling>> = {
  HIT: "hit",
  MISS: "miss",
  PASS: "pass",
  PIPE: "pipe",
  SYNTH: "synth",
};

type Writable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** Tags of the records that are read. */
export const requestTags: readonly string[] = [
  ...["ReqStart", "ReqMethod", "ReqURL", "ReqProtocol", "ReqHeader", "RespStatus", "Timestamp"],
  ...["VCL_call", "VCL_return", "VCL_use", "VCL_Log", "ReqAcct", "PipeAcct"],
];

/** Reads a transaction of a client's request; undefined for fetches. */
export function requestFacts({ xid, records }: EndedTransaction): RequestFacts | undefined {
  const begin = records[1] ?? "";
  if (!begin.startsWith("req ")) return undefined;
  const fields = new Map<string, string>();
  const logged: string[] = [];
  const facts: Writable<RequestFacts> = {
    xid,
    isInclude: begin.endsWith(" esi"),
    isRestarted: false,
    start: 0,
    client: "-",
    method: "",
    url: "",
    proto: "",
    fields,
    status: "-",
    bytes: undefined,
    handling: "error",
    firstByte: 0,
    duration: 0,
    vcl: "",
    logged,
  };
  for (let at = 2; at < records.length; at += 2) {
    note(facts, fields, logged, records[at] as string, records[at + 1] as string);
  }
  return facts;
}

function note(
  facts: Writable<RequestFacts>,
  fields: Map<string, string>,
  logged: string[],
  tag: string,
  text: string,
): void {
  switch (tag) {
    case "ReqStart":
      facts.client = text.split(" ", 1)[0] as string;
      break;
    // VCL may change the first line; what the client sent is what counts.
    case "ReqMethod":
      facts.method ||= text;
      break;
    case "ReqURL":
      facts.url ||= text;
      break;
    case "ReqProtocol":
      facts.proto ||= text;
      break;
    case "ReqHeader": {
      const colon = text.indexOf(":");
      fields.set(text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim());
      break;
    }
    case "RespStatus":
      facts.status = text;
      break;
    case "Timestamp":
      noteTime(facts, text);
      break;
    case "VCL_call":
      facts.handling = handlings[text] ?? facts.handling;
      break;
    case "VCL_return":
      if (text === "restart") facts.isRestarted = true;
      break;
    case "VCL_use":
      facts.vcl = text.split(" ", 1)[0] as string;
      break;
    case "VCL_Log":
      logged.push(text);
      break;
    case "ReqAcct":
      facts.bytes = Number(text.split(" ")[4]);
      break;
    case "PipeAcct":
      facts.bytes = Number(text.split(" ")[3]);
      break;
  }
}

function noteTime(facts: Writable<RequestFacts>, text: string): void {
  const [label, at, since] = text.split(" ");
  if (label === "Start:") facts.start = Number(at);
  else if (label === "Process:") facts.firstByte = Number(since);
  // The last stamp is that of the end, whatever it is called.
  facts.duration = Number(since);
}

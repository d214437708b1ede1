import type { LogTransaction } from "../../../../runtime/vsl/log-transaction.js";
import { requestFacts } from "../request-facts.js";

/** A sub that VCL ran, with what happened in it and after it. */
interface Step {
  readonly call: string;
  readonly vcl: string;
  returns: string;
  readonly notes: string[];
}

/** A request, or a request to a backend, and its way through VCL. */
export interface RequestPath {
  readonly xid: number;
  readonly level: number;
  readonly reason: string;
  /** How a request was answered; `fetch` for one to a backend. */
  readonly handling: string;
  readonly method: string;
  readonly host: string;
  readonly url: string;
  readonly status: string;
  readonly vcl: string;
  readonly backend: string;
  /** Seconds since the epoch, and seconds. */
  readonly start: number;
  readonly firstByte: number;
  readonly duration: number;
  readonly steps: readonly Step[];
}

/** Records that are told beside the sub that they belong to. */
const told: ReadonlySet<string> = new Set([
  ...["Hit", "HitMiss", "HitPass", "VCL_acl", "VCL_Log", "VCL_Error", "Error", "FetchError", "BogoHeader"],
  ...["BackendOpen", "TTL", "ExpBan", "ESI_xmlerror", "Notice", "Gzip", "Link"],
]);
/** Of each sub: VCL that logs in a loop is not shown all of it. */
const mostNotes = 50;

/** What is told about a transaction; undefined for sessions. */
export function requestPath({ xid, level, type, reason, records }: LogTransaction): RequestPath | undefined {
  if (type !== "req" && type !== "bereq") return undefined;
  const flat = records.flatMap(({ tag, text }) => [tag, text]);
  const facts = type === "req" ? requestFacts({ xid, records: flat }) : undefined;
  const last = (tag: string): string => records.findLast((record) => record.tag === tag)?.text ?? "";
  const steps = stepsOf(records);
  const backend = last("BackendOpen").split(" ")[1] ?? "";
  if (facts) {
    const { handling, method, fields, url, status, vcl, start, firstByte, duration } = facts;
    const host = fields.get("host") ?? "";
    return {
      xid,
      level,
      reason,
      handling,
      method,
      host,
      url,
      status,
      vcl,
      backend,
      start,
      firstByte,
      duration,
      steps,
    };
  }
  const stamps = records.flatMap(({ tag, text }) => (tag === "Timestamp" ? [text.split(" ")] : []));
  const host = records.findLast(({ tag, text }) => tag === "BereqHeader" && /^host:/i.test(text));
  return {
    xid,
    level,
    reason,
    handling: "fetch",
    method: last("BereqMethod"),
    host: host?.text.slice("host:".length).trim() ?? "",
    url: last("BereqURL"),
    status: last("BerespStatus"),
    vcl: last("VCL_use").split(" ", 1)[0] ?? "",
    backend,
    start: Number(stamps[0]?.[1] ?? 0),
    firstByte: Number(stamps.find(([label]) => label === "Beresp:")?.[2] ?? 0),
    duration: Number(stamps.at(-1)?.[2] ?? 0),
    steps,
  };
}

function stepsOf(records: LogTransaction["records"]): readonly Step[] {
  const steps: Step[] = [];
  let vcl = "";
  // What happens before the first sub belongs to none.
  let step: Step = { call: "", vcl, returns: "", notes: [] };
  for (const { tag, text } of records) {
    if (tag === "VCL_use") vcl = text;
    else if (tag === "VCL_call") steps.push((step = { call: text, vcl, returns: "", notes: [] }));
    else if (tag === "VCL_return") step.returns = text;
    else if (told.has(tag) && step.notes.length < mostNotes) step.notes.push(`${tag} ${text}`);
  }
  return steps;
}

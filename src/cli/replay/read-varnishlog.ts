import {
  fieldIn,
  fieldOf,
  filler,
  inOrder,
  without,
  type Field,
  type RecordedAnswer,
  type RecordedRequest,
  type Recording,
} from "./recording.js";
import {
  headless,
  readTransactions,
  type LoggedRecord,
  type LoggedTransaction,
} from "./varnishlog-records.js";

/** A request of the log: a client's own, one after a restart, or one that a page includes. */
interface RequestFacts {
  readonly vxid: number;
  readonly parent: number;
  readonly isOwn: boolean;
  readonly isInclude: boolean;
  readonly isRestart: boolean;
  readonly request: RecordedRequest;
  /** The URL that VCL has made of it. */
  readonly lastUrl: string;
  readonly isHit: boolean;
  /** The response before vcl_deliver. */
  readonly object: { readonly status: number | undefined; readonly headers: readonly Field[] };
}

interface FetchFacts {
  readonly parent: number;
  readonly answer: Omit<RecordedAnswer, "of" | "body" | "isGuess">;
}

/** Reads the text of `varnishlog -g request` (other groups of transactions do as well). */
export async function readVarnishlog(lines: AsyncIterable<string>): Promise<Recording> {
  const requests = new Map<number, RequestFacts>();
  const fetches: FetchFacts[] = [];
  const leftOut: { line: number; why: string }[] = [];
  for await (const transaction of readTransactions(lines)) {
    if (transaction.kind === "BeReq") {
      const fetched = fetchOf(transaction);
      if (fetched) fetches.push(fetched);
    }
    if (transaction.kind === headless)
      leftOut.push({ line: transaction.line, why: "the beginning of a transaction is missing" });
    if (transaction.kind !== "Request") continue;
    const read = requestOf(transaction);
    if (typeof read === "string") leftOut.push({ line: transaction.line, why: read });
    else requests.set(read.vxid, read);
  }
  return joined(requests, fetches, leftOut);
}

/** More transactions than one request's are within one another: restarts and includes both have low limits. A log may say otherwise. */
const deepest = 50;

function joined(
  requests: ReadonlyMap<number, RequestFacts>,
  fetches: readonly FetchFacts[],
  leftOut: Recording["leftOut"],
): Recording {
  const includes = new Map<number, string[]>();
  const restarts = new Map<number, RequestFacts>();
  for (const facts of requests.values()) if (facts.isRestart) restarts.set(facts.parent, facts);
  /** What the client got is the last restart's. */
  const lastOf = (facts: RequestFacts): RequestFacts => {
    let last = facts;
    for (let next = restarts.get(last.vxid); next; next = restarts.get(next.vxid)) last = next;
    return last;
  };
  const own = new Map<RequestFacts, RecordedRequest>();
  for (const facts of requests.values())
    if (facts.isOwn) {
      const { isHit, request } = lastOf(facts);
      own.set(facts, { ...facts.request, status: request.status, isHit });
    }
  for (const { parent, isInclude, request } of requests.values())
    if (isInclude) includes.set(parent, [...(includes.get(parent) ?? []), request.url]);
  const ownOf = (vxid: number): RecordedRequest | undefined => {
    let facts = requests.get(vxid);
    for (let depth = 0; facts && !facts.isOwn && depth < deepest; depth++) facts = requests.get(facts.parent);
    return facts && own.get(facts);
  };
  const answers: RecordedAnswer[] = [];
  for (const { parent, answer } of fetches) {
    const of = ownOf(parent);
    if (of) answers.push({ ...answer, of, body: bodyWith(includes.get(parent)), isGuess: false });
  }
  for (const facts of requests.values()) {
    const of = facts.isHit ? ownOf(facts.vxid) : undefined;
    if (of) answers.push(guessOf(facts, of, bodyWith(includes.get(facts.vxid))));
  }
  return { requests: inOrder([...own.values()]), answers, leftOut };
}

/** A page that includes others is fetched as one that does. */
function bodyWith(urls: readonly string[] | undefined): string | undefined {
  return urls && `<html>${urls.map((url) => `<esi:include src="${url}"/>`).join("\n")}</html>`;
}

/** Fields that delivery adds to an object's. */
const ofDelivery = new Set(["age", "via", "x-varnish", "accept-ranges"]);

/** What was a hit was fetched before the log began, perhaps: the object says what an origin answered. */
function guessOf(
  { request, lastUrl, object }: RequestFacts,
  of: RecordedRequest,
  body: string | undefined,
): RecordedAnswer {
  return {
    ...{ of, method: "GET", url: lastUrl, host: fieldOf(request.headers, "host"), body, isGuess: true },
    ...{ status: object.status, reason: undefined, headers: without(object.headers, ofDelivery) },
  };
}

/** A request, or why it is left out. */
function requestOf({ vxid, line, records }: LoggedTransaction): RequestFacts | string {
  const [, parent, reason] = /^req (\d+) (\w+)/.exec(textOf(records, "Begin") ?? "") ?? [];
  const first = records.findIndex(({ tag }) => tag === "VCL_call");
  const before = first < 0 ? records : records.slice(0, first);
  const url = textOf(before, "ReqURL", true);
  const method = textOf(before, "ReqMethod", true);
  const last = records.at(-1);
  if (last?.tag !== "End" || last.text !== "") return `transaction ${vxid} is cut off: it has no End`;
  if (parent === undefined)
    return `transaction ${vxid} does not say what it is (Begin): the log was written without some tags`;
  if (first < 0 && textOf(records, "RespStatus") !== undefined)
    return `request ${vxid} was answered before VCL saw it`;
  if (url === undefined || method === undefined)
    return `request ${vxid} has no ${url === undefined ? "ReqURL" : "ReqMethod"}: the log was written without some tags`;
  const client = (textOf(before, "ReqStart") ?? "").split(" ")[0];
  const headers = requestFields(before, client);
  const bodyLength = Number((textOf(records, "ReqAcct") ?? "").split(" ")[1] ?? 0);
  const status = numberIn(textOf(records, "RespStatus", true));
  const isPass = records.some(({ tag, text }) => tag === "VCL_call" && text === "PASS");
  const isHit = !isPass && records.some(({ tag }) => tag === "Hit");
  const delivered = records.findIndex(({ tag, text }) => tag === "VCL_call" && text === "DELIVER");
  const response = records.slice(0, Math.max(0, delivered));
  return {
    ...{
      vxid,
      parent: Number(parent),
      isOwn: reason === "rxreq",
      isInclude: reason === "esi",
      isRestart: reason === "restart",
    },
    request: {
      ...{ line, method, url, headers, status, isHit },
      time: numberIn(/^Start: (\S+)/.exec(textOf(before, "Timestamp") ?? "")?.[1]),
      proto: textOf(before, "ReqProtocol", true) === "HTTP/1.0" ? "HTTP/1.0" : "HTTP/1.1",
      client: client === "" ? undefined : client,
      body: bodyLength > 0 ? filler(bodyLength) : undefined,
    },
    lastUrl: textOf(records, "ReqURL", true) ?? url,
    isHit,
    object: { status: numberIn(textOf(response, "RespStatus", true)), headers: fieldsOf(response, "Resp") },
  };
}

/** What the client sent: X-Forwarded-For and Via without what Varnish adds to them before vcl_recv. */
function requestFields(records: readonly LoggedRecord[], client: string | undefined): readonly Field[] {
  return fieldsOf(records, "Req").flatMap(([name, value]): readonly Field[] => {
    const lower = name.toLowerCase();
    const added =
      lower === "x-forwarded-for"
        ? client
        : lower === "via"
          ? /[^,]*\(Varnish\/[^)]*\)$/.exec(value)?.[0].trim()
          : undefined;
    if (added === undefined || !value.endsWith(added)) return [[name, value]];
    const rest = value.slice(0, -added.length).replace(/,\s*$/, "").trim();
    return rest === "" ? [] : [[name, rest]];
  });
}

/** What was fetched; undefined where the log does not say what came of it. */
function fetchOf({ records }: LoggedTransaction): FetchFacts | undefined {
  const [, parent] = /^bereq (\d+) /.exec(textOf(records, "Begin") ?? "") ?? [];
  const answered = records.findIndex(({ tag }) => tag === "BerespProtocol" || tag === "BerespStatus");
  const judged = records.findIndex(
    ({ tag, text }) => tag === "VCL_call" && (text === "BACKEND_RESPONSE" || text === "BACKEND_ERROR"),
  );
  // vcl_backend_error gets a response of varnishd's own.
  const failed = judged < 0 || answered < 0 || records[judged]?.text === "BACKEND_ERROR";
  if (parent === undefined || (failed && !records.some(({ tag }) => tag === "FetchError"))) return undefined;
  const sent = answered < 0 ? records : records.slice(0, answered);
  const came = failed ? [] : untilMerged(records.slice(answered, judged));
  const status = numberIn(textOf(came, "BerespStatus"));
  return {
    parent: Number(parent),
    answer: {
      method: textOf(sent, "BereqMethod", true) ?? "GET",
      url: textOf(sent, "BereqURL", true) ?? "/",
      host: fieldOf(fieldsOf(sent, "Bereq"), "host"),
      status,
      reason: textOf(came, "BerespReason"),
      headers: fieldsOf(came, "Beresp"),
    },
  };
}

/** After a 304 the log goes on with what it makes of the old object. */
function untilMerged(records: readonly LoggedRecord[]): readonly LoggedRecord[] {
  const second = records.findIndex(({ tag }, index) => index > 0 && tag === "BerespProtocol");
  return second < 0 ? records : records.slice(0, second);
}

function textOf(records: readonly LoggedRecord[], wanted: string, last = false): string | undefined {
  const found = last
    ? records.findLast(({ tag }) => tag === wanted)
    : records.find(({ tag }) => tag === wanted);
  return found?.text.trimEnd();
}

/** The fields of a message after these records. */
function fieldsOf(records: readonly LoggedRecord[], message: string): readonly Field[] {
  const fields: Field[] = [];
  for (const { tag, text } of records) {
    if (tag !== `${message}Header` && tag !== `${message}Unset`) continue;
    const field = fieldIn(text);
    if (!field) continue;
    if (tag === `${message}Header`) fields.push(field);
    else {
      const at = fields.findIndex(
        ([name, value]) => name.toLowerCase() === field[0].toLowerCase() && value === field[1],
      );
      if (at >= 0) fields.splice(at, 1);
    }
  }
  return fields;
}

function numberIn(text: string | undefined): number | undefined {
  const number = Number(text ?? NaN);
  return Number.isNaN(number) ? undefined : number;
}

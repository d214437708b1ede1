import type { TagName } from "./tags.js";

const messages = {
  Req: "request of the client",
  Resp: "response to the client",
  Bereq: "request to the backend",
  Beresp: "response of the backend",
  Obj: "object as it was found",
} as const;

const parts = {
  Method: "Method of the",
  URL: "URL of the",
  Protocol: "Protocol of the",
  Status: "Status of the",
  Reason: "Reason phrase of the",
  Header: "Header set in the",
  Unset: "Header taken out of the",
  Lost: "Header that found no place in the",
} as const;

type MessageTag = `${keyof typeof messages}${keyof typeof parts}`;

/** Of the tags that are not about a part of a message. */
const others: Readonly<Record<Exclude<TagName, MessageTag>, string>> = {
  Debug: "For whoever looks for mistakes; may change at any time.",
  Error: "What went wrong.",
  CLI: "A command and its answer.",
  SessOpen: "A client connected: addresses and ports of both, socket, time, descriptor.",
  SessClose: "The connection of a client ended: reason, seconds.",
  BackendOpen: "A connection to a backend is used: descriptor, name, addresses and ports of both, reason.",
  BackendReuse: "Not written.",
  BackendClose:
    "A connection to a backend is not used any more: descriptor, name, what becomes of it, reason.",
  HttpGarbage: "Bytes that are no HTTP.",
  Proxy: "What the PROXY header said: version, addresses and ports of client and server.",
  ProxyGarbage: "Bytes that are no PROXY header.",
  Backend: "Not written.",
  Length: "Bytes of the body that was fetched.",
  FetchError: "Why a fetch failed.",
  BogoHeader: "A header that is none.",
  LostHeader: "A header that found no place.",
  TTL: "How long an object lives: source, TTL, grace, keep, reference, age, date, expires, max-age, cacheability.",
  Fetch_Body: "How the body is fetched: number, framing, whether it streams.",
  VCL_acl: "An address was looked up in an ACL: outcome, name, entry.",
  VCL_call: "A sub of VCL begins.",
  VCL_trace: "VCL got to a point: its name, number of the point, source.line.column.",
  VCL_return: "A sub of VCL ended with this action.",
  ReqStart: "A request begins: address and port of the client, socket.",
  Hit: "An object was found: its transaction, TTL, grace, keep, bytes so far, bytes in all.",
  HitPass: "A hit-for-pass object was found: its transaction, TTL.",
  ExpBan: "An object was banned.",
  ExpKill: "An object's end of life.",
  WorkThread: "Not written.",
  ESI_xmlerror: "What is wrong or odd in a body that was read for ESI.",
  Hash: "A part of the hash's input.",
  Backend_health: "A probe's outcome: name, change, state, what happened, counts, times, what came.",
  VCL_Log: "What VCL logged.",
  VCL_Error: "What failed in VCL.",
  Gzip: "A body was packed or unpacked: what was done, bytes in and out, places of blocks.",
  Link: "Another transaction begins because of this one: type, number, reason.",
  Begin: "A transaction begins: type, number of the one that it is for, reason.",
  End: "A transaction ended.",
  VSL: "A word of those who read the log.",
  Storage: "Where an object is stored: kind, name.",
  Timestamp: "A moment: label, time, seconds since the start, seconds since the last.",
  ReqAcct: "Bytes of a request: headers, body and all that came, headers, body and all that went.",
  PipeAcct: "Bytes of a pipe: client's headers, backend's headers, from the client, to the client.",
  BereqAcct: "Bytes of a fetch: headers, body and all that went, headers, body and all that came.",
  VfpAcct: "What a filter of a fetch did: name, calls, bytes.",
  Witness: "Not written.",
  BackendStart: "Not written.",
  H2RxHdr: "Not written.",
  H2RxBody: "Not written.",
  H2TxHdr: "Not written.",
  H2TxBody: "Not written.",
  HitMiss: "A hit-for-miss object was found: its transaction, TTL.",
  Filters: "The filters of a body.",
  SessError:
    "A connection could not be taken: socket, address, port, descriptor, number and text of the error.",
  VCL_use: "The VCL that is used.",
  Notice: "Something that an operator may want to change.",
  VdpAcct: "What a filter of a delivery did: name, calls, bytes.",
};

/** What a record of a tag says, in a line. */
export function tagDoc(tag: TagName): string {
  const [, message, part] = /^(Req|Resp|Bereq|Beresp|Obj)([A-Z][A-Za-z]+)$/.exec(tag) ?? [];
  const isPart = part !== undefined && Object.hasOwn(parts, part);
  return isPart
    ? `${parts[part as keyof typeof parts]} ${messages[message as keyof typeof messages]}.`
    : others[tag as Exclude<TagName, MessageTag>];
}

import type { RequestFacts } from "./request-facts.js";

/** The forms of an access log. */
export type AccessFormat = "combined" | "json";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A request as a line of the log, its end included; bytes, one per code unit. */
export function accessLine(facts: RequestFacts, format: AccessFormat): string {
  return format === "json" ? `${jsonLine(facts)}\n` : `${combinedLine(facts)}\n`;
}

/** NCSA's combined form, with what varnishncsa writes in each of its places. */
function combinedLine({ client, start, method, url, proto, status, bytes, fields }: RequestFacts): string {
  const field = (name: string): string => escaped(fields.get(name) ?? "-");
  const line = `${method || "-"} http://${fields.get("host") ?? "localhost"}${url || "-"} ${proto || "HTTP/1.0"}`;
  const size = bytes === undefined ? "-" : String(bytes);
  const who = `${client} - ${escaped(userOf(fields.get("authorization")))} [${clock(start)}]`;
  return `${who} "${escaped(line)}" ${status} ${size} "${field("referer")}" "${field("user-agent")}"`;
}

function jsonLine(facts: RequestFacts): string {
  const { fields, logged, start } = facts;
  const user = userOf(fields.get("authorization"));
  const text = JSON.stringify({
    time: new Date(start * 1000).toISOString(),
    xid: facts.xid,
    client: facts.client,
    ...(user !== "-" && { user }),
    method: facts.method,
    host: fields.get("host"),
    url: facts.url,
    proto: facts.proto,
    status: Number(facts.status) || undefined,
    bytes: facts.bytes,
    referer: fields.get("referer"),
    user_agent: fields.get("user-agent"),
    handling: facts.handling,
    time_firstbyte: rounded(facts.firstByte),
    duration: rounded(facts.duration),
    vcl: facts.vcl,
    ...(logged.length > 0 && { log: keyValues(logged) }),
  });
  // Texts are bytes: what is no ASCII is escaped, so that the line is JSON in any encoding.
  return text.replaceAll(/[\x7f-\xff]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);
}

const rounded = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;

/** `key:value` of std.log as members; what has no key is in a list of its own. */
function keyValues(logged: readonly string[]): Record<string, string | string[]> {
  const members = new Map<string, string | string[]>();
  const plain: string[] = [];
  for (const text of logged) {
    const [, key, value] = /^([\w.-]+):\s*(.*)$/s.exec(text) ?? [];
    if (key === undefined || value === undefined) plain.push(text);
    else members.set(key, value);
  }
  if (plain.length > 0) members.set("", plain);
  return Object.fromEntries(members);
}

/** The name in `Authorization: Basic …`. */
function userOf(authorization: string | undefined): string {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization ?? "") ?? [];
  if (encoded === undefined) return "-";
  const name = Buffer.from(encoded, "base64").toString("latin1").split(":", 1)[0];
  return name === "" || name === undefined ? "-" : name;
}

/** `27/Nov/2026:17:08:03 +0000`, in the time of the place. */
function clock(seconds: number): string {
  const date = new Date(seconds * 1000);
  const two = (number: number): string => String(number).padStart(2, "0");
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? "-" : "+"}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  const day = `${two(date.getDate())}/${months[date.getMonth()]}/${date.getFullYear()}`;
  return `${day}:${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} ${zone}`;
}

/** As varnishncsa has it: quotes and backslashes are marked, what cannot be printed is written in hexadecimal. */
function escaped(text: string): string {
  return text.replaceAll(/["\\\x00-\x1f\x7f-\xff]/g, (char) => {
    if (char === '"' || char === "\\") return `\\${char}`;
    if (char === "\n") return "\\n";
    if (char === "\r") return "\\r";
    if (char === "\t") return "\\t";
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}

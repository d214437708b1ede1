import { getServers } from "node:dns";
import type { DecodedPacket } from "dns-packet";
import type { DnsQuery, DnsRecord } from "../../runtime/index.js";
import { splitHostPort } from "../../runtime/backend/resolve-endpoint.js";
import { askServer, type Answer, type ServerAddress } from "./ask-dns.js";

/** Why questions end: given so that no error with a stack is made for it, which took a tenth of the time of a question. */
const over = "over";

/** How many times each server is asked that does not answer: what goes over UDP may be lost. */
const rounds = 2;

/** What Node's own resolver calls an answer that has none. */
const codes: Readonly<Record<string, string>> = {
  NXDOMAIN: "ENOTFOUND",
  FORMERR: "EFORMERR",
  NOTIMP: "ENOTIMP",
};

/**
 * Asks the DNS for records, with the time that each of them holds. Servers are asked one after the other, where one has not answered in its share
 * of the time, or cannot; the first answer counts. Rejects with one line, for instance that there is no such name.
 */
export async function queryDns({ name, type, servers, timeout }: DnsQuery): Promise<readonly DnsRecord[]> {
  if (!isName(name)) throw new Error(`query${type} EBADNAME ${name}`);
  const asked = (servers.length > 0 ? servers : getServers()).map(serverAddress);
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(over), timeout * 1000).unref();
  try {
    const answer = await firstAnswer({ name, type }, asked, timeout, ending.signal);
    const code = typeof answer === "string" ? answer : codeOfAnswer(answer);
    if (typeof answer === "object" && code === undefined) return recordsOf(answer, type);
    throw new Error(`query${type} ${code ?? ""} ${name}`);
  } finally {
    clearTimeout(timer);
    ending.abort(over);
  }
}

/** The first answer that says whether there are such records, else the last that does not, else that the time is up. */
function firstAnswer(
  question: Pick<DnsQuery, "name" | "type">,
  servers: readonly ServerAddress[],
  seconds: number,
  ending: AbortSignal,
): Promise<Answer> {
  const unanswered = new Set(servers);
  const turns = Array.from({ length: rounds }, () => servers).flat();
  return new Promise((resolve) => {
    let last: Answer = "ETIMEOUT";
    let timer: NodeJS.Timeout | undefined;
    const end = (answer: Answer): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    ending.addEventListener("abort", () => end(last));
    const next = (): void => {
      clearTimeout(timer);
      const server = turns.shift();
      if (!server) return unanswered.size === 0 ? end(last) : undefined;
      if (!unanswered.has(server)) return next();
      timer = setTimeout(next, (seconds * 1000) / (rounds * servers.length)).unref();
      void askServer(server, question, ending).then((answer) => {
        if (answer === undefined) return;
        if (typeof answer === "object" && isFinal(answer)) return end(answer);
        last = answer;
        unanswered.delete(server);
        next();
      });
    };
    next();
  });
}

/** Whether an answer says what there is: another server would say the same. */
function isFinal({ rcode }: DecodedPacket & { readonly rcode?: string }): boolean {
  return rcode === "NOERROR" || rcode === "NXDOMAIN";
}

function codeOfAnswer({ rcode = "" }: DecodedPacket & { readonly rcode?: string }): string | undefined {
  return rcode === "NOERROR" ? undefined : (codes[rcode] ?? `E${rcode}`);
}

/** The records of a type, at the end of whatever aliases; each holds no longer than those. */
function recordsOf({ answers = [] }: DecodedPacket, type: DnsQuery["type"]): readonly DnsRecord[] {
  const aliases = answers.map((answer) => (answer.type === "CNAME" ? (answer.ttl ?? 0) : Infinity));
  const longest = Math.min(...aliases, Infinity);
  return answers.flatMap((answer): DnsRecord[] => {
    if (answer.type !== type) return [];
    const ttl = Math.min(answer.ttl ?? 0, longest);
    if (answer.type !== "SRV") return [{ target: answer.data, ttl }];
    const { target, port, priority = 0, weight = 0 } = answer.data;
    return [{ target, ttl, port, priority, weight }];
  });
}

/** Whether it can be asked for at all (RFC 1035, 2.3.4). */
function isName(name: string): boolean {
  return name.length <= 253 && /^(?:[\x21-\x2d\x2f-\x7e]{1,63}\.)*[\x21-\x2d\x2f-\x7e]{1,63}\.?$/.test(name);
}

function serverAddress(text: string): ServerAddress {
  const { host, port = "53" } = splitHostPort(text);
  return { address: host, port: Number(port) };
}

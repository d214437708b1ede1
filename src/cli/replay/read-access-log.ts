import {
  inOrder,
  LogFailure,
  type Field,
  type RecordedAnswer,
  type RecordedRequest,
  type Recording,
} from "./recording.js";

/**
 * NCSA's common and combined format: `CLIENT IDENT USER [TIME] "REQUEST" STATUS BYTES "REFERER" "AGENT"`; what follows is not looked at. Before it may stand
 * the name of the virtual host, with its port (`%v:%p`, as in Apache's vhost_combined).
 */
const format =
  /^(?:([^\s:/]+(?::\d+)?) (?=[\d.]+ |[\da-f]*:[\da-f:.]* ))?(\S+) \S+ .*? ?\[([^\]]+)\] "((?:[^"\\]|\\.)*)" (\d{3}|-) (\d+|-)(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)".*)?\s*$/;
const requestLine = /^([!#$%&'*+.^_`|~\w-]+) (\S+)(?: (HTTP\/\S+))?$/;

/** Reads an access log. `host` is the Host of requests where the log does not say it; empty: they have none. */
export async function readAccessLog(lines: AsyncIterable<string>, host: string): Promise<Recording> {
  const requests: RecordedRequest[] = [];
  const leftOut: { line: number; why: string }[] = [];
  const answers: RecordedAnswer[] = [];
  let line = 0;
  for await (const text of lines) {
    line++;
    if (text.trim() === "") continue;
    const read = readLine(text, line, host);
    if ("why" in read) leftOut.push(read);
    else {
      requests.push(read);
      answers.push(answerTo(read));
    }
  }
  return { requests: inOrder(requests), answers, leftOut };
}

function readLine(
  text: string,
  line: number,
  otherHost: string,
): RecordedRequest | { readonly line: number; readonly why: string } {
  const [, named, client = "", date = "", request = "", status = "", , referer, agent] =
    format.exec(text) ?? [];
  if (client === "") {
    const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
    throw new LogFailure(
      line,
      `no line of an access log in NCSA's common or combined format: ${JSON.stringify(shown)}`,
    );
  }
  const time = timeOf(date);
  if (time === undefined)
    throw new LogFailure(line, `no time: [${date}], as in [28/Nov/2026:00:41:17 +0000]`);
  const [, method, target = "", proto] = requestLine.exec(unescaped(request)) ?? [];
  if (method === undefined) return { line, why: `no HTTP request: "${request}"` };
  const [, host, path] = /^https?:\/\/([^/?]+)(.*)$/i.exec(target) ?? [];
  const optional = (name: string, value: string | undefined): readonly Field[] =>
    value === undefined || value === "-" ? [] : [[name, unescaped(value)]];
  return {
    ...{ line, time, method, client: /^[\d.]+$|:/.test(client) ? client : undefined },
    url: path === undefined ? target : path.replace(/^(?!\/)/, "/"),
    proto: proto === "HTTP/1.0" ? "HTTP/1.0" : "HTTP/1.1",
    headers: [
      ...hostField(host ?? named?.replace(/:(?:80|443)$/, "") ?? otherHost),
      ...optional("Referer", referer),
      ...optional("User-Agent", agent),
    ],
    ...{ body: undefined, isHit: undefined },
    status: status === "-" ? undefined : Number(status),
  };
}

function hostField(host: string): readonly Field[] {
  return host === "" ? [] : [["Host", host]];
}

/** The origin is taken to have answered with the status that the client got; to part of something and to what is still right, with all of it. */
function answerTo(of: RecordedRequest): RecordedAnswer {
  const { method, url, status } = of;
  const whole = status === 206 || status === 304 ? 200 : status;
  return {
    of,
    method,
    url,
    host: undefined,
    status: whole ?? 200,
    reason: undefined,
    headers: [],
    body: undefined,
    isGuess: true,
  };
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `28/Nov/2026:00:41:17 +0000`, in seconds. */
function timeOf(text: string): number | undefined {
  const [, day, name = "", year, hours, minutes, seconds, sign, zoneHours, zoneMinutes] =
    /^(\d{1,2})\/(\w{3})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?:\.\d+)? ([+-])(\d\d)(\d\d)$/.exec(text) ?? [];
  const month = months.indexOf(name);
  if (month < 0) return undefined;
  const utc =
    Date.UTC(Number(year), month, Number(day), Number(hours), Number(minutes), Number(seconds)) / 1000;
  const zone = Number(zoneHours) * 3600 + Number(zoneMinutes) * 60;
  return sign === "-" ? utc + zone : utc - zone;
}

/** `\"` and `\xhh`, as servers write what would break the format. */
function unescaped(text: string): string {
  return text.replace(/\\(?:x([\da-fA-F]{2})|(.))/g, (_, hex: string | undefined, character: string) =>
    hex === undefined ? character : String.fromCharCode(parseInt(hex, 16)),
  );
}

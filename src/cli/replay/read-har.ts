import {
  inOrder,
  LogFailure,
  without,
  type Field,
  type RecordedAnswer,
  type RecordedRequest,
  type Recording,
} from "./recording.js";

/** Fields of a browser's requests that say how it sent them, and those that the body here does without. */
const notSent = new Set(["connection", "content-length", "transfer-encoding", "host"]);
/** Fields that caches and connections on the way added; bodies stand in a HAR without their encoding. */
const notAnswered = new Set(["age", "via", "x-varnish", "content-encoding"]);

/** Reads an HTTP archive (HAR 1.2), as browsers and proxies write it. */
export function readHar(text: string): Recording {
  const requests: RecordedRequest[] = [];
  const answers: RecordedAnswer[] = [];
  const leftOut: { line: number; why: string }[] = [];
  const entries = asObject(asObject(parsed(text))["log"])["entries"];
  if (!Array.isArray(entries)) throw new LogFailure(1, "no HTTP archive: it has no log.entries");
  for (const [index, entry] of entries.entries()) {
    const number = index + 1;
    const { request, response, startedDateTime } = asObject(entry);
    const read = requestOf(asObject(request), asObject(response), startedDateTime, number);
    if (typeof read === "string") leftOut.push({ line: number, why: read });
    else {
      requests.push(read);
      answers.push(answerOf(read, asObject(response)));
    }
  }
  return { requests: inOrder(requests), answers, leftOut };
}

function requestOf(
  request: Readonly<Record<string, unknown>>,
  response: Readonly<Record<string, unknown>>,
  started: unknown,
  number: number,
): RecordedRequest | string {
  const { method, url, httpVersion, headers, postData } = request;
  if (typeof method !== "string" || typeof url !== "string")
    throw new LogFailure(
      number,
      `the request of entry ${number} has no ${typeof method === "string" ? "url" : "method"}`,
    );
  const [, host, path = ""] = /^https?:\/\/([^/?#]+)([^#]*)/i.exec(url) ?? [];
  if (host === undefined) return `no request over HTTP: ${url.slice(0, 60)}`;
  const time = typeof started === "string" ? Date.parse(started) / 1000 : NaN;
  const body = asObject(postData)["text"];
  return {
    ...{ line: number, method, client: undefined, isHit: undefined },
    time: Number.isNaN(time) ? undefined : time,
    url: path.startsWith("/") ? path : `/${path}`,
    proto: httpVersion === "HTTP/1.0" ? "HTTP/1.0" : "HTTP/1.1",
    headers: [["Host", host], ...without(fieldsOf(headers), notSent)],
    body: typeof body === "string" ? bytesOf(body) : undefined,
    status: typeof response["status"] === "number" && response["status"] > 0 ? response["status"] : undefined,
  };
}

function answerOf(of: RecordedRequest, response: Readonly<Record<string, unknown>>): RecordedAnswer {
  const { status, statusText, headers, content } = response;
  const { text, encoding } = asObject(content);
  const whole = status === 304 || status === 206 ? 200 : status;
  return {
    ...{ of, method: of.method, url: of.url, host: undefined, isGuess: true },
    // 0: none came.
    status: typeof whole === "number" && whole >= 200 ? whole : undefined,
    reason: typeof statusText === "string" && statusText !== "" ? statusText : undefined,
    headers: without(fieldsOf(headers), notAnswered),
    body:
      typeof text === "string"
        ? encoding === "base64"
          ? Buffer.from(text, "base64").toString("latin1")
          : bytesOf(text)
        : undefined,
  };
}

/** Without the pseudo fields of HTTP/2. */
function fieldsOf(list: unknown): readonly Field[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item): readonly Field[] => {
    const { name, value } = asObject(item);
    return typeof name === "string" && typeof value === "string" && !name.startsWith(":")
      ? [[name, bytesOf(value).replace(/[\r\n]+/g, ", ")]]
      : [];
  });
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function bytesOf(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [, at] = /position (\d+)/.exec(message) ?? [];
    const line = at === undefined ? undefined : text.slice(0, Number(at)).split("\n").length;
    throw new LogFailure(line, `no JSON: ${message.replace(/\s+/g, " ").slice(0, 120)}`);
  }
}

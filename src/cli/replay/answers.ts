import { gzipSync } from "node:zlib";
import type { OriginRequest, OriginResponse } from "../../host/memory/index.js";
import {
  fieldOf,
  filler,
  without,
  type Field,
  type RecordedAnswer,
  type RecordedRequest,
  type Recording,
} from "./recording.js";

/** Fields of a connection, or that follow from the body and the time. */
const ofConnection = new Set(["connection", "keep-alive", "transfer-encoding", "content-length", "date"]);

/** Answers for the origins of a replayed policy, as a log has them. One for each policy: it counts what was asked for. */
export class RecordedOrigins {
  /** The request that is answered now. */
  current: RecordedRequest | undefined;
  /** How many fetches the log had no answer for. */
  unknown = 0;
  /** By method and URL, and by host too, in the order of the log. */
  readonly #known = new Map<string, RecordedAnswer[]>();
  readonly #byRequest = new Map<RecordedRequest, RecordedAnswer[]>();
  readonly #places: ReadonlyMap<RecordedRequest, number>;
  readonly #now: () => number;
  #asked = new Map<string, number>();

  constructor({ requests, answers }: Recording, now: () => number) {
    this.#now = now;
    this.#places = new Map(requests.map((request, index) => [request, index]));
    const told = new Set(answers.filter(({ isGuess }) => !isGuess).map((answer) => keyOf(answer)));
    for (const answer of [...answers].sort((a, b) => this.#placeOf(a.of) - this.#placeOf(b.of))) {
      add(this.#byRequest, answer.of, answer);
      // What an origin said is better than what is read off a response.
      if (answer.isGuess && told.has(keyOf(answer))) continue;
      add(this.#known, keyOf(answer), answer);
      if (answer.host !== undefined) add(this.#known, keyOf(answer, answer.host), answer);
    }
  }

  /** A request of the log is next. */
  begin(request: RecordedRequest): void {
    this.current = request;
    this.#asked = new Map();
  }

  /** What the log says an origin answered: to this request, else to another for that URL, else to this request under another URL; else an empty 200. */
  answer(request: OriginRequest): OriginResponse {
    const found = this.#find(request);
    if (found) return responseOf(found, request, this.#now());
    this.unknown++;
    return {};
  }

  #find(request: OriginRequest): RecordedAnswer | undefined {
    const { current } = this;
    const asked = this.#asked.get(request.url) ?? 0;
    this.#asked.set(request.url, asked + 1);
    const fitting = this.#fitting(request);
    const own = this.#ownAmong(request);
    if (own.length > 0) return own[Math.min(asked, own.length - 1)];
    const instead = current ? this.#byRequest.get(current)?.[0] : undefined;
    // Under another URL than the page's it is no page that includes others: those would be fetched over and over.
    return this.#latest(fitting) ?? fitting[0] ?? (instead && { ...instead, body: undefined });
  }

  /** Those for its URL: of its host, where there are some. */
  #fitting(request: OriginRequest): readonly RecordedAnswer[] {
    const ofHost = this.#known.get(keyOf(request, request.header("host")));
    return ofHost ?? this.#known.get(keyOf(request)) ?? [];
  }

  /** Those to the request of the log that is answered now. */
  #ownAmong(request: OriginRequest): readonly RecordedAnswer[] {
    const all = (this.current && this.#byRequest.get(this.current)) ?? [];
    const fitting = all.filter((answer) => keyOf(answer) === keyOf(request));
    const told = fitting.filter(({ isGuess }) => !isGuess);
    return told.length > 0 ? told : fitting;
  }

  /** The last one up to the request that is answered now. */
  #latest(answers: readonly RecordedAnswer[]): RecordedAnswer | undefined {
    const place = this.current ? this.#placeOf(this.current) : 0;
    let [low, high] = [0, answers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const answer = answers[middle];
      if (answer && this.#placeOf(answer.of) <= place) low = middle + 1;
      else high = middle;
    }
    return answers[low - 1];
  }

  #placeOf(request: RecordedRequest): number {
    return this.#places.get(request) ?? 0;
  }
}

/** A HEAD is answered as the GET would be. */
function keyOf({ method, url }: { readonly method: string; readonly url: string }, host = ""): string {
  return `${method === "HEAD" ? "GET" : method} ${url} ${host}`;
}

function add<Key>(lists: Map<Key, RecordedAnswer[]>, key: Key, answer: RecordedAnswer): void {
  const list = lists.get(key);
  if (list) list.push(answer);
  else lists.set(key, [answer]);
}

function responseOf(answer: RecordedAnswer, request: OriginRequest, now: number): OriginResponse {
  const { status, reason, headers, body } = answer;
  if (status === undefined) return { failure: "no answer in the log" };
  const asksWhether =
    request.header("if-none-match") !== undefined || request.header("if-modified-since") !== undefined;
  const still = status === 304 && !asksWhether ? 200 : status;
  const length = Number(fieldOf(headers, "content-length") ?? 0);
  const plain = body ?? filler(Number.isNaN(length) ? 0 : length);
  const isGzip = fieldOf(headers, "content-encoding")?.toLowerCase() === "gzip";
  return {
    status: still,
    ...(reason !== undefined && still === status && { reason }),
    headers: inTime(without(headers, ofConnection), fieldOf(headers, "date"), now),
    ...(still !== 304 &&
      still !== 204 && { body: isGzip ? gzipSync(Buffer.from(plain, "latin1")).toString("latin1") : plain }),
  };
}

/** Expires as far away as it was when the answer came. */
function inTime(headers: readonly Field[], date: string | undefined, now: number): readonly Field[] {
  const came = Date.parse(date ?? "");
  return headers.map(([name, value]): Field => {
    const expires = name.toLowerCase() === "expires" ? Date.parse(value) : NaN;
    if (Number.isNaN(expires) || Number.isNaN(came)) return [name, value];
    return [name, new Date(now * 1000 + (expires - came)).toUTCString()];
  });
}

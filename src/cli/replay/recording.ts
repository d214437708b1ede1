/** A header field, in the letters of the log. */
export type Field = readonly [name: string, value: string];

/** A request of a client's, as a log has it. */
export interface RecordedRequest {
  /** Where it stands in the log; of a HAR, which entry it is. From 1. */
  readonly line: number;
  /** Seconds since the epoch; undefined where the log does not say. */
  readonly time: number | undefined;
  readonly method: string;
  readonly url: string;
  readonly proto: "HTTP/1.0" | "HTTP/1.1";
  readonly headers: readonly Field[];
  readonly client: string | undefined;
  /** Bytes, one per code unit. */
  readonly body: string | undefined;
  /** What the client got. */
  readonly status: number | undefined;
  /** Whether it came out of the cache; undefined where the log does not say. */
  readonly isHit: boolean | undefined;
}

/** What an origin answered to a request, or what stands for it. */
export interface RecordedAnswer {
  /** The request that it was fetched for. */
  readonly of: RecordedRequest;
  readonly method: string;
  readonly url: string;
  readonly host: string | undefined;
  /** Undefined: none came. */
  readonly status: number | undefined;
  readonly reason: string | undefined;
  readonly headers: readonly Field[];
  /** Bytes, one per code unit; undefined where the log has only its length, if that. */
  readonly body: string | undefined;
  /** It is no answer of an origin's: it was read off what a client got. */
  readonly isGuess: boolean;
}

/** What a log has. */
export interface Recording {
  /** In the order in which they came. */
  readonly requests: readonly RecordedRequest[];
  readonly answers: readonly RecordedAnswer[];
  /** What of it is left out, and why. */
  readonly leftOut: readonly { readonly line: number; readonly why: string }[];
}

/** A log that cannot be read as what it is said to be. */
export class LogFailure extends Error {
  override readonly name = "LogFailure";
  /** Undefined where it is not known. */
  readonly line: number | undefined;

  constructor(line: number | undefined, message: string) {
    super(message);
    this.line = line;
  }
}

/** First value of a field, by its name in lower case. */
export function fieldOf(fields: readonly Field[], wanted: string): string | undefined {
  return fields.find(([name]) => name.toLowerCase() === wanted)?.[1];
}

/** The fields but for those of these names, in lower case. */
export function without(fields: readonly Field[], names: ReadonlySet<string>): readonly Field[] {
  return fields.filter(([name]) => !names.has(name.toLowerCase()));
}

/** `Name: value` */
export function fieldIn(text: string): Field | undefined {
  const colon = text.indexOf(":");
  return colon > 0 ? [text.slice(0, colon), text.slice(colon + 1).trim()] : undefined;
}

/** As long as a body was, within reason: its content is in no log. */
export function filler(length: number): string {
  return "x".repeat(Math.min(length, longestFiller));
}

const longestFiller = 64 * 1024;

/** In the order of time; those without one stay behind the one before them. */
export function inOrder(requests: readonly RecordedRequest[]): readonly RecordedRequest[] {
  let last = -Infinity;
  return requests
    .map((request) => ({ request, time: (last = request.time ?? last) }))
    .sort((a, b) => (a.time === b.time ? 0 : a.time - b.time))
    .map(({ request }) => request);
}

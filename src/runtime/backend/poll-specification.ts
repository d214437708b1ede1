import type { Host } from "../host.js";
import type { Probe, ProbeDefinition } from "../vcl/vpi.js";
import type { Opening } from "./opening.js";
import { probeExchange, type ProbeAnswer } from "./probe-exchange.js";
import type { Transport } from "./transport.js";

/** A probe's settings with every default filled in; times in seconds (vcl-language 11). */
export interface ProbeSettings {
  readonly expectedResponse: number;
  readonly timeout: number;
  readonly interval: number;
  readonly window: number;
  readonly threshold: number;
  readonly initial: number;
  /** Whether the answer must end with the connection's close within the time. */
  readonly expectClose: boolean;
}

/** Fills in the defaults: an interval or time-out of 0 is the default, and a threshold alone makes the window one larger. */
export function probeSettings(probe: ProbeDefinition): ProbeSettings {
  const threshold = probe.threshold ?? 3;
  const window = probe.window ?? (probe.threshold === undefined ? 8 : threshold + 1);
  return {
    expectedResponse: probe.expectedResponse ?? 200,
    timeout: probe.timeout || 2,
    interval: probe.interval || 5,
    window,
    threshold,
    initial: Math.min(probe.initial ?? threshold - 1, threshold),
    expectClose: probe.expectClose ?? true,
  };
}

/** What is noted of one poll, as Varnish's letters for it: connected, sent, received, happy; lower case is failed. */
export type PollMark = "4" | "6" | "U" | "x" | "X" | "r" | "R" | "H";

/** The marks in the order in which they are written. */
export const pollMarks: readonly PollMark[] = ["4", "6", "U", "x", "X", "r", "R", "H"];

/** What came of one poll. */
export interface PollResult {
  /** Its marks in their order, with a dash for each that it does not have: `4---X-RH`. */
  readonly marks: string;
  /** The answer's first line, or what went wrong. */
  readonly line: string;
  /** How long it took. */
  readonly seconds: number;
}

/** How one VCL wants a backend to be polled: its probe, over the connections of its backend. */
export class PollSpecification {
  readonly settings: ProbeSettings;
  readonly #opening: Opening;
  readonly #transport: Transport | undefined;
  readonly #request: string;

  constructor(probe: Probe, opening: Opening, transport: Transport | undefined, hostHeader: string) {
    this.settings = probeSettings(probe);
    this.#opening = opening;
    this.#transport = transport;
    this.#request = probe.request
      ? probe.request.map((line) => `${line}\r\n`).join("") + "\r\n"
      : `GET ${probe.url ?? "/"} HTTP/1.1\r\nHost: ${hostHeader}\r\nConnection: close\r\n\r\n`;
  }

  /** Polls once. Never rejects. */
  async poll(host: Host): Promise<PollResult> {
    const { timeout, expectClose, expectedResponse } = this.settings;
    const started = host.now();
    const result = await probeExchange(host, {
      endpoint: this.#opening.endpoint,
      preamble: ({ local }) => this.#opening.probePreamble(local),
      transport: this.#transport,
      request: this.#request,
      timeout,
      expectClose,
    });
    const line = result.failure ?? firstLine(result.answer);
    const happy = result.failure === undefined && statusOf(line) === expectedResponse;
    return { marks: marksOf(result, happy), line, seconds: host.now() - started };
  }
}

function marksOf({ reached, sent, answer, failure }: ProbeAnswer, happy: boolean): string {
  const marks = new Set<PollMark | undefined>([reached]);
  if (reached) marks.add(sent ? "X" : "x");
  // An answer without a byte is neither received nor failed to be.
  if (reached && sent && failure !== undefined) marks.add("r");
  else if (answer !== "") marks.add("R");
  if (happy) marks.add("H");
  return pollMarks.map((mark) => (marks.has(mark) ? mark : "-")).join("");
}

function firstLine(text: string): string {
  if (text === "") return "Empty response";
  return text.slice(0, 256).split(/\r?\n/, 1)[0] as string;
}

function statusOf(line: string): number {
  return Number(/^HTTP\/\d+\.\d+ (\d{3})(?: |$)/.exec(line)?.[1] ?? Number.NaN);
}

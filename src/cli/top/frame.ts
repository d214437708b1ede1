import type { Latency } from "../run/observe/dashboard/latencies.js";
import type { Rates } from "./rates.js";
import { listNames, type Entry, type ListName } from "./traffic.js";

/** What there is to show. */
export interface TopView {
  readonly folder: string;
  readonly rates: Rates;
  readonly latencies: Readonly<Record<string, Latency>>;
  /** Lists to show, with as many entries as wanted. */
  readonly lists: readonly { readonly name: ListName; readonly entries: readonly Entry[] }[];
  /** Whether entries count a second's, or everything. */
  readonly perSecond: boolean;
  /** What has to be told: no proxy, records lost. */
  readonly notice: string;
}

/** A line, and whether it is a heading. */
interface FrameLine {
  readonly text: string;
  readonly isHeading: boolean;
}

const titles: Readonly<Record<ListName, string>> = {
  urls: "URL",
  hosts: "Host",
  backends: "Backend",
  statuses: "Status",
};

/** The lines of a view. */
export function topLines(view: TopView): readonly FrameLine[] {
  return [
    ...numberLines(view),
    plain(""),
    ...latencyLines(view),
    ...view.lists.flatMap((list) => listLines(view, list)),
  ];
}

/** What the keys are for, with the list that is shown in brackets. */
export function keyLine(shown: ListName, isPaused: boolean): string {
  const names = listNames.map((name, at) => `${at + 1} ${name === shown ? `[${name}]` : name}`);
  return `${names.join("  ")}   p ${isPaused ? "go on" : "pause"}  q quit`;
}

function numberLines({ folder, rates, notice }: TopView): FrameLine[] {
  const second = (name: string, ...counters: readonly string[]): string =>
    `${name} ${compact(rates.perSecond(...counters))}/s`;
  const ratios = rates
    .hitRatios()
    .map(
      ({ seconds, ratio }) => `${seconds} s ${ratio === undefined ? "–" : `${(ratio * 100).toFixed(1)} %`}`,
    );
  const main = [
    second("requests", "MAIN.client_req"),
    second("hits", "MAIN.cache_hit"),
    second("misses", "MAIN.cache_miss"),
    second("passes", "MAIN.s_pass"),
    second("fetches", "MAIN.backend_req"),
    second("failed", "MAIN.fetch_failed", "MAIN.vcl_fail"),
    second("bytes", "MAIN.s_resp_bodybytes"),
  ];
  const state = [
    `objects ${compact(rates.value("MAIN.n_object"))}`,
    `sessions ${compact(rates.value("MEMPOOL.sess0.live"))}`,
    `backends ${rates.value("MAIN.n_backend")}`,
    `VCLs ${rates.value("MAIN.n_vcl")}`,
  ];
  return [
    heading(`${folder}   up ${duration(rates.value("MAIN.uptime"))}   ${notice}`.trimEnd()),
    plain(main.join("  ")),
    plain(`hit ratio ${ratios.join("  ")}   ${state.join("  ")}`),
  ];
}

function latencyLines({ latencies }: TopView): FrameLine[] {
  const rows = Object.entries(latencies).sort(([left], [right]) => (left < right ? -1 : 1));
  if (rows.length === 0) return [];
  const line = (kind: string, cells: readonly string[]): string =>
    `${kind.padEnd(8)}${cells.map((cell) => cell.padStart(10)).join("")}`;
  return [
    heading(line("Kind", ["Count", "50 %", "90 %", "99 %"])),
    ...rows.map(([kind, { count, p50, p90, p99 }]) =>
      plain(line(kind, [compact(count), milliseconds(p50), milliseconds(p90), milliseconds(p99)])),
    ),
    plain(""),
  ];
}

function listLines({ perSecond }: TopView, { name, entries }: TopView["lists"][number]): FrameLine[] {
  const part = name === "backends" ? "Failed" : "Hits";
  const head = [perSecond ? "Per s" : "Count", part, "Time"].map((cell) => cell.padStart(10)).join("");
  const lines = entries.map(({ name: entry, count, part: marked, time }) => {
    const cells = [
      perSecond ? count.toFixed(1) : compact(count),
      `${(marked * 100).toFixed(0)} %`,
      milliseconds(time),
    ];
    return plain(`${cells.map((cell) => cell.padStart(10)).join("")}  ${printable(entry)}`);
  });
  return [
    heading(`${head}  ${titles[name]}`),
    ...(lines.length === 0 ? [plain(`${"".padStart(10)}nothing yet`)] : lines),
  ];
}

function heading(text: string): FrameLine {
  return { text, isHeading: true };
}

function plain(text: string): FrameLine {
  return { text, isHeading: false };
}

/** Texts come from clients as bytes: they must not speak to the terminal. */
function printable(bytes: string): string {
  const text = Buffer.from(bytes, "latin1").toString("utf8");
  return text.replaceAll(
    /[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

const units = ["", "k", "M", "G", "T"];

/** `12`, `1.2`, `34k`, `5.6M` */
function compact(value: number): string {
  let unit = 0;
  while (value >= 10_000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = value >= 100 || (unit === 0 && Number.isInteger(value)) ? 0 : 1;
  return `${value.toFixed(digits)}${units[unit]}`;
}

function milliseconds(seconds: number): string {
  return seconds < 10 ? `${(seconds * 1000).toFixed(seconds < 0.01 ? 2 : 0)} ms` : `${seconds.toFixed(1)} s`;
}

function duration(seconds: number): string {
  const [days, hours, minutes] = [86_400, 3600, 60].map((unit) => Math.floor(seconds / unit)) as [
    number,
    number,
    number,
  ];
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min ${Math.floor(seconds) % 60} s` : `${Math.floor(seconds)} s`;
}

import { Backend } from "../backend/backend.js";
import { remembered, type HealthHistory } from "../backend/health-history.js";
import { pollMarks, type PollMark } from "../backend/poll-specification.js";
import { directorAdmin, healthOf } from "../director/admin-health.js";
import type { Director, DirectorDetails } from "../director/director.js";
import { timeToString } from "../values/time.js";
import type { Listed } from "./backend-selection.js";
import { columns } from "./reply.js";

/**
 * varnishd's columns, and the full form of what stands behind the row: the name before the dot says which VCL sees it so, and another VCL
 * makes neither of them longer or shorter (S2-33).
 */
const heading = ["Backend name", "Admin", "Probe", "Health", "Last change", "Shared backend"];

/** `backend.list`, with what polls found out and how directors stand with their members if `details`. */
export function backendText(listed: readonly Listed[], details: boolean, now: number): string {
  const rows = listed.map(({ name, director }) => {
    const [good, of] = score(director);
    const changed = timeToString(healthOf(director, undefined).changed);
    return [name, admin(director), `${good}/${of}`, verdict(director), changed, fullForm(director) ?? ""];
  });
  if (!details) return columns([heading, ...rows]);
  // Tables of members stand in the columns of the list itself.
  const tables = listed.map(({ director }) => memberRows(director, now));
  const lines = columns([heading, ...rows.flatMap((row, at) => [row, ...(tables[at] ?? [])])]).split("\n");
  let next = 0;
  const take = (count: number): string[] => lines.slice(next, (next += count));
  const text = take(1);
  for (const [at, { director }] of listed.entries()) {
    const history = historyOf(director);
    text.push(...take(1 + (tables[at]?.length ?? 0)), ...(history ? [historyText(history)] : []));
  }
  return [...text, ""].join("\n");
}

/** A member of `backend.list -j`. */
export function backendJson(director: Director, details: boolean, now: number): object {
  return {
    type: director.kind,
    admin_health: admin(director),
    probe_message: [...score(director), verdict(director)],
    ...(details && { probe_details: detailsJson(director, now) }),
    ...(details && director.endpoint && addresses(director.endpoint)),
    ...(director instanceof Backend && {
      shared_backend: director.shared.fullForm,
      ...(details && {
        polled_by: director.shared.poller?.fullName ?? null,
        counters: { conn: director.connections, ...director.shared.counters },
      }),
    }),
    last_change: Number(healthOf(director, undefined).changed.toFixed(3)),
  };
}

/** The table of a director's members, between empty lines; nothing for backends. */
function memberRows(director: Director, now: number): readonly (readonly string[])[] {
  const found = detailsOf(director, now);
  if (!found) return [];
  const rows = found.members.map((member) => {
    const cells = found.heading.map((column, at) =>
      column === "Health" ? healthText(member.director) : (member.cells[at] ?? ""),
    );
    return ["", member.director.vclName, ...cells];
  });
  return [[""], ["", "Backend", ...found.heading], ...rows, [""]];
}

function detailsJson(director: Director, now: number): object {
  const history = historyOf(director);
  const found = detailsOf(director, now);
  if (!found) return history ? historyJson(history) : {};
  const entries = found.members.map(
    (member) => [member.director.vclName, { ...member.json, health: healthText(member.director) }] as const,
  );
  return { ...found.json, backends: Object.fromEntries(entries) };
}

/** Its own details; else, of a director with members, those. */
function detailsOf(director: Director, now: number): DirectorDetails | undefined {
  const members = director.members?.();
  if (director.details || !members) return director.details?.(now);
  return {
    heading: ["Health"],
    members: [...members].map((member) => ({ director: member, cells: [], json: {} })),
    json: {},
  };
}

function healthText(director: Director): "healthy" | "sick" {
  return healthOf(director, undefined).healthy ? "healthy" : "sick";
}

function fullForm(director: Director): string | undefined {
  return director instanceof Backend ? director.shared.fullForm : undefined;
}

function addresses({ path, address, fallback }: NonNullable<Director["endpoint"]>): object {
  const ipv6 = [address, fallback].find((text) => text?.includes(":"));
  const ipv4 = [address].find((text) => text !== ipv6);
  return { ...(path && { path }), ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }) };
}

/** What the operator said; `probe` when the verdict is left to a probe or to the members. */
function admin(director: Director): string {
  if (!(director instanceof Backend)) {
    const said = directorAdmin(director);
    return said === "auto" ? "probe" : said;
  }
  if (director.admin !== "auto") return director.admin;
  return director.history ? "probe" : "healthy";
}

/** Good polls of those in the window; of a director, healthy members of all. */
function score(director: Director): [good: number, of: number] {
  const history = historyOf(director);
  if (history) return [history.good, history.settings.window];
  const members = [...(director.members?.() ?? [])];
  return [members.filter((member) => healthOf(member, undefined).healthy).length, members.length];
}

function historyOf(director: Director): HealthHistory | undefined {
  return director instanceof Backend ? director.history : undefined;
}

/** Its own answer, whatever the operator said: that stands in the column before. */
function verdict(director: Director): "healthy" | "sick" {
  const healthy =
    director instanceof Backend ? (director.history?.healthy ?? true) : director.health(undefined).healthy;
  return healthy ? "healthy" : "sick";
}

/** What varnishd calls each mark. */
const titles: Readonly<Record<PollMark, string>> = {
  "4": "Good IPv4",
  "6": "Good IPv6",
  U: "Good UNIX",
  x: "Error Xmit",
  X: "Good Xmit",
  r: "Error Recv",
  R: "Good Recv",
  H: "Happy",
};

/** varnishd's picture: a line for each mark that any poll has, and always one for the good ones. */
function historyText(history: HealthHistory): string {
  const { threshold, window } = history.settings;
  const number = (value: number): string => String(value).padStart(2);
  const marks = pollMarks.filter((mark) => mark === "H" || history.with(mark).includes(true));
  const lines = marks.map((mark) => {
    const drawn = history.with(mark).map((has) => (has ? mark : "-"));
    return `  ${drawn.join("").padStart(remembered, "-")} ${titles[mark]}`;
  });
  return [
    ` Current states  good: ${number(history.good)} threshold: ${number(threshold)} window: ${number(window)}`,
    `  Average response time of good probes: ${history.averageTime.toFixed(6)}`,
    `  Oldest ${"=".repeat(50)} Newest`,
    ...lines,
    "",
  ].join("\n");
}

/** The same as numbers of 64 bits, the newest poll in the lowest. */
function historyJson(history: HealthHistory): object {
  const bits = (mark: PollMark): bigint =>
    history.with(mark).reduce((number, has) => number * 2n + (has ? 1n : 0n), 0n);
  const { threshold, window } = history.settings;
  return {
    ...Object.fromEntries(pollMarks.map((mark) => [`bits_${mark}`, bits(mark)])),
    good: history.good,
    threshold,
    window,
  };
}

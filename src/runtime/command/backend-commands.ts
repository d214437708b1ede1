import { Backend, type AdminHealth } from "../backend/backend.js";
import type { HealthProbe } from "../backend/health-probe.js";
import type { Director } from "../director/director.js";
import type { Instance } from "../instance.js";
import { CommandFailure } from "../vcl/command-failure.js";
import { globExpression } from "../vcl/glob.js";
import type { Command, Invocation } from "./command.js";
import { timeToString } from "../values/time.js";
import { columns, jsonReply, ok, type Reply } from "./reply.js";

/** A director under its full name, `VCL.NAME`; `global.NAME` for backends of no VCL. */
interface Listed {
  readonly name: string;
  readonly director: Director;
}

export const backendCommands: readonly Command[] = [
  {
    name: "backend.list",
    syntax: "[-j] [-p] [<backend_pattern>]",
    help: "List backends and directors; -p shows what probes found. A pattern with a dot is over all VCLs.",
    least: 0,
    most: 3,
    json: true,
    run: ({ instance }, invocation) => list(instance, invocation),
  },
  {
    name: "backend.set_health",
    syntax: "<backend_pattern> <auto|healthy|sick>",
    help: "Set the health of backends, or leave it to their probes again.",
    least: 2,
    most: 2,
    run: ({ instance }, { args: [pattern = "", state = ""] }) => setHealth(instance, pattern, state),
  },
];

function list(instance: Instance, { args, json: jsonFirst, words }: Invocation): Reply {
  let json = jsonFirst;
  let details = false;
  let rest = args;
  for (; rest[0]?.startsWith("-"); rest = rest.slice(1)) {
    for (const flag of rest[0].slice(1)) {
      if (flag === "j") json = !json;
      else if (flag === "p") details = !details;
      else throw new CommandFailure(106, `Invalid flag ${flag}`);
    }
  }
  if (rest.length > 1) throw new CommandFailure(106, "Too many arguments");
  const listed = matching(instance, rest[0] ?? "*");
  if (json) {
    const entries = listed.map(({ name, director }) => [name, jsonBackend(director, details)] as const);
    return jsonReply(3, words, instance.host.now(), [Object.fromEntries(entries)]);
  }
  return ok(textList(listed, details));
}

function setHealth(instance: Instance, pattern: string, text: string): Reply {
  const state = adminHealths[text.toLowerCase()];
  if (!state) throw new CommandFailure(106, `Invalid state ${text}`);
  const backends = matching(instance, pattern).flatMap(({ director }) =>
    director instanceof Backend ? [director] : [],
  );
  if (backends.length === 0) throw new CommandFailure(106, "No Backends matches");
  for (const backend of backends) backend.setHealth(state);
  return ok();
}

const adminHealths: Readonly<Record<string, AdminHealth>> = {
  auto: "auto",
  healthy: "healthy",
  sick: "sick",
};

/** Without a dot, the active VCL's; with one, those of every VCL and of none (vcl-lifecycle 9). */
function matching(instance: Instance, pattern: string): Listed[] {
  const everywhere = pattern.includes(".");
  const { active } = instance;
  const vcls = everywhere ? instance.vcls() : active ? [active] : [];
  const expression = globExpression(everywhere ? pattern : `${active?.name ?? ""}.${pattern}`);
  const scopes: (readonly [name: string, directors: Iterable<Director>])[] = vcls.map((vcl) => [
    vcl.name,
    vcl.directors,
  ]);
  if (everywhere) scopes.push(["global", instance.globalDirectors]);
  return scopes.flatMap(([scope, directors]) =>
    [...directors]
      .map((director) => ({ name: `${scope}.${director.vclName}`, director }))
      .filter(({ name }) => expression.test(name)),
  );
}

const heading = ["Backend name", "Admin", "Probe", "Health", "Last change"];

function textList(listed: readonly Listed[], details: boolean): string {
  const rows = listed.map(({ name, director }) => {
    const health = director.health(undefined);
    const [good, of] = score(director);
    return [name, admin(director), `${good}/${of}`, verdict(director), timeToString(health.changed)];
  });
  const lines = columns([heading, ...rows]).split("\n");
  if (!details) return lines.join("\n");
  const history = listed.map(({ director }) => probeOf(director)).map((probe) => probe && probeText(probe));
  return [
    lines[0],
    ...rows.map((_, at) => `${lines[at + 1]}${history[at] ? `\n${history[at]}` : ""}`),
    "",
  ].join("\n");
}

function jsonBackend(director: Director, details: boolean): object {
  const health = director.health(undefined);
  const probe = probeOf(director);
  return {
    type: director.kind,
    admin_health: admin(director),
    probe_message: [...score(director), verdict(director)],
    ...(details && { probe_details: probe ? jsonProbe(probe) : {} }),
    ...(details && director.endpoint && { address: director.endpoint.path ?? director.endpoint.address }),
    last_change: Number(health.changed.toFixed(3)),
  };
}

/** What the operator said; `probe` when the verdict is left to a probe or to the members. */
function admin(director: Director): string {
  if (!(director instanceof Backend)) return "probe";
  if (director.admin !== "auto") return director.admin;
  return director.probe ? "probe" : "healthy";
}

/** Good polls of those remembered; of a director, healthy members of all. */
function score(director: Director): [good: number, of: number] {
  const probe = probeOf(director);
  if (probe) return [probe.good, probe.settings.window];
  const members = [...(director.members?.() ?? [])];
  return [members.filter((member) => member.health(undefined).healthy).length, members.length];
}

function probeOf(director: Director): HealthProbe | undefined {
  return director instanceof Backend ? director.probe : undefined;
}

/** Its own answer, whatever the operator said: that stands in the column before. */
function verdict(director: Director): "healthy" | "sick" {
  const healthy =
    director instanceof Backend ? (director.probe?.healthy ?? true) : director.health(undefined).healthy;
  return healthy ? "healthy" : "sick";
}

/** How many polls the history is drawn for, as varnishd draws it. */
const drawn = 64;

function probeText(probe: HealthProbe): string {
  const { threshold, window } = probe.settings;
  const bits = probe.results.map((good) => (good ? "H" : "-")).join("");
  const number = (value: number): string => String(value).padStart(2);
  return [
    ` Current states  good: ${number(probe.good)} threshold: ${number(threshold)} window: ${number(window)}`,
    `  Average response time of good probes: ${probe.averageTime.toFixed(6)}`,
    `  Oldest ${"=".repeat(50)} Newest`,
    `  ${bits.slice(-drawn).padStart(drawn, "-")} Happy`,
    "",
  ].join("\n");
}

function jsonProbe(probe: HealthProbe): object {
  const { threshold, window } = probe.settings;
  const bits = probe.results.reduce((mask, good) => mask * 2 + (good ? 1 : 0), 0);
  return { bits_H: bits, good: probe.good, threshold, window };
}

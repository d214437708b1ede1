import { Backend } from "../backend/backend.js";
import { parseBackendPattern, selectBackends, type BackendPattern } from "../backend/backend-pattern.js";
import type { SharedBackend } from "../backend/shared-backend.js";
import type { Director } from "../director/director.js";
import type { Instance } from "../instance.js";
import { CommandFailure } from "../vcl/command-failure.js";
import { globExpression } from "../vcl/glob.js";
import type { Vcl } from "../vcl/vcl.js";

/** A director under its full name, `VCL.NAME`; `global.NAME` for backends of no VCL. */
export interface Listed {
  readonly name: string;
  readonly director: Director;
}

/** The directors that a pattern selects. A glob may select none; anything else that selects none is refused. */
export async function selectDirectors(instance: Instance, text: string): Promise<Listed[]> {
  const called = text.includes("(") ? calledSo(instance, text) : [];
  if (called.length > 0) return called;
  const pattern = parseBackendPattern(text);
  if (pattern.kind === "glob") return matching(instance, pattern.glob, await registered(instance));
  const directors = pattern.kind === "only" ? ownDirectors(instance, pattern.name) : [];
  const backends = selectBackends(pattern, instance.sharedBackends);
  if (backends.length + directors.length === 0) throw new CommandFailure(106, "No Backends matches");
  if (pattern.kind === "only" && backends.length + directors.length > 1)
    throw new CommandFailure(106, ambiguous(pattern, backends, directors));
  return [...directors, ...backends.flatMap((backend) => representative(instance, backend))];
}

/** Directors that are registered under a name; backends of the global list are on that already. */
async function registered({ control }: Instance): Promise<Listed[]> {
  const entries = await control.run((registry) => registry.entries());
  return entries
    .filter(([, director]) => !(director instanceof Backend))
    .map(([name, director]) => ({ name: `global.${name}`, director }));
}

/** Directors whose name has parentheses itself, as those of VMODs may: by that name in the active VCL, or by VCL.NAME. */
function calledSo(instance: Instance, text: string): Listed[] {
  const { active } = instance;
  const all = scopesOf(instance, instance.vcls()).flatMap(listedIn);
  const own = active ? all.filter(({ name }) => name === `${active.name}.${text}`) : [];
  return own.length > 0 ? own : all.filter(({ name }) => name === text);
}

type Scope = readonly [name: string, directors: Iterable<Director>];

function scopesOf({ globalDirectors }: Instance, vcls: readonly Vcl[]): readonly Scope[] {
  return [...vcls.map((vcl): Scope => [vcl.name, vcl.directors]), ["global", globalDirectors]];
}

function listedIn([scope, directors]: Scope): Listed[] {
  return [...directors].map((director) => ({ name: `${scope}.${director.vclName}`, director }));
}

/** Without a dot, those of the active VCL; with one, those of every VCL and of none (vcl-lifecycle 9). */
function matching(instance: Instance, glob: string, globals: readonly Listed[]): Listed[] {
  // Dots of an address, behind the parenthesis, say nothing about VCLs.
  const everywhere = (glob.split("(", 1)[0] as string).includes(".");
  const { active } = instance;
  const expression = globExpression(everywhere ? glob : `${active?.name ?? ""}.${glob}`);
  const scopes: readonly Scope[] = everywhere
    ? scopesOf(instance, instance.vcls())
    : active
      ? [[active.name, active.directors]]
      : [];
  const listed = scopes.flatMap(listedIn);
  const known = new Set(listed.map(({ director }) => director));
  const others = everywhere ? globals.filter(({ director }) => !known.has(director)) : [];
  return [...listed, ...others].filter(({ name }) => expression.test(name));
}

/** Directors of the active VCL by that name that are no backends. */
function ownDirectors({ active }: Instance, name: string): Listed[] {
  const director = active?.director(name);
  if (!active || !director || director instanceof Backend) return [];
  return [{ name: `${active.name}.${name}`, director }];
}

/** One row for a shared backend: that of the active VCL where it has one, else the poller's, else the first. */
function representative({ active }: Instance, shared: SharedBackend): Listed[] {
  const { references, poller } = shared;
  const own = references.find((one) => one instanceof Backend && active?.directors.has(one));
  const backend = own ?? poller ?? references[0];
  return backend instanceof Backend ? [{ name: backend.fullName, director: backend }] : [];
}

function ambiguous(
  { name }: Extract<BackendPattern, { kind: "only" }>,
  backends: readonly SharedBackend[],
  directors: readonly Listed[],
): string {
  const candidates = [...directors.map((director) => director.name), ...backends.map((one) => one.fullForm)];
  return `More than one backend is called ${name}:${candidates
    .map((text) => `\n\t${text}`)
    .join("")}\nSay which by its address, or ${name}() for all of them`;
}

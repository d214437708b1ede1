import { meant, type DiagnosticExtra } from "../diagnostics/diagnostic.js";
import { foreignName } from "../language/dialects.js";
import { describeMask, isMethodSub, maskOf, type SubMask } from "../language/subs.js";
import { variables, type VariableEntry } from "../language/variables.js";
import type * as ast from "../parser/ast.js";
import { visit } from "../parser/visit.js";
import type { Span } from "../source/source-file.js";
import type { Analysis } from "./analysis.js";
import { builtinTree, isVisible, variableSymbol, type DeclaredSymbol, type NameNode } from "./symbols.js";

/** What VCL 3 and wishful thinking call by these names. */
const formerNames: Readonly<Record<string, string>> = {
  esi: "set beresp.do_esi = true;",
  error:
    "return (synth(status, reason)); on the client side, return (error(status, reason)); on the backend side",
  purge: "return (purge); in vcl_recv",
  remove: "unset",
  log: "import std; std.log(…);",
  rollback: "import std; std.rollback(req);",
  restart: "return (restart);",
  pass: "return (pass);",
  pipe: "return (pipe);",
  lookup: "return (hash); in vcl_recv",
  discard: "return (abandon); on the backend side",
};

/** Variables of VCL 3 and what they are called now. */
const formerVariables: Readonly<Record<string, string>> = {
  "req.request": "req.method",
  "bereq.request": "bereq.method",
  "req.backend": "req.backend_hint",
  "req.backend.healthy": "std.healthy(req.backend_hint)",
  "beresp.response": "beresp.reason",
  "obj.response": "obj.reason",
  "resp.response": "resp.reason",
  "beresp.cacheable": "beresp.uncacheable",
  "client.port": "std.port(client.ip)",
  "server.port": "std.port(server.ip)",
};

/** Functions of VMODs that releases before Varnish 8 had, and how the same is written now. */
const formerFunctions: Readonly<Record<string, string>> = {
  "std.real2integer": "std.integer(real=…, fallback=…)",
  "std.real2time": "std.time(real=…, fallback=…)",
  "std.time2integer": "std.integer(time=…, fallback=…)",
  "std.time2real": "std.real(time=…, fallback=…)",
  "cookie.filter_except": "cookie.keep(…)",
};

/** Advice about a name that was not found: an import, a new name, or the nearest name that is legal here. */
export function notFoundHint(a: Analysis, parts: readonly ast.Identifier[]): DiagnosticExtra {
  const first = parts[0]?.text.toLowerCase() ?? "";
  const isKnown = a.names.has(first) || a.modules.has(first);
  const later = isKnown ? undefined : laterDefinition(a.program, first);
  if (later !== undefined) {
    const hint = "a name like this is known only after the place that makes it";
    return { hint, related: [{ span: later, message: "It is made here" }] };
  }
  if (parts.length > 1 && a.modules.has(first) && first === "global") return memberOfGlobal(a, parts);
  if (parts.length > 1 && first === "global") {
    return { hint: "VCL only uses global directors; VMODs register and replace them" };
  }
  const foreign = isKnown ? undefined : foreignUse(a, parts);
  if (foreign !== undefined) return { hint: foreign };
  if (parts.length > 1 && !isKnown && a.vmods.find(first) !== undefined) {
    return { hint: `needs \`import ${first};\` before it` };
  }
  const former = parts.length === 1 ? formerNames[first] : undefined;
  if (former !== undefined) return { hint: `use ${former}` };
  const text = parts.map((part) => part.text).join(".");
  const now = formerVariables[text.toLowerCase()];
  if (now !== undefined)
    return { hint: `since VCL 4 it is ${now}`, fix: { span: spanOfParts(parts), text: now } };
  const today = formerFunctions[text.toLowerCase()];
  if (today !== undefined) return { hint: `write ${today}` };
  const near = nearest(text, candidates(a, parts));
  if (near !== undefined) return meant(spanOfParts(parts), near);
  const elsewhere = nearestElsewhere(a, text);
  if (elsewhere === undefined) return otherSpace(a, parts);
  return { hint: `did you mean '${elsewhere.name}'? It is legal in: ${describeMask(elsewhere.legal)}` };
}

/** Of a VMOD that is imported as global: with it no `global.NAME` is a global director (S4-49, S4-51). */
function memberOfGlobal(a: Analysis, parts: readonly ast.Identifier[]): { hint: string } {
  const near = nearest(parts.map((part) => part.text).join("."), candidates(a, parts));
  const vmod = a.modules.get("global")?.import?.vmod.name ?? "global";
  const meant = near === undefined ? "" : `did you mean '${near}'? `;
  return {
    hint: `${meant}global.* is what VMOD ${vmod} has here; for global directors, import it under another name: import ${vmod} as NAME;`,
  };
}

/** What another dialect means by a name. A function of a VMOD that is only not imported is none of these. */
function foreignUse(a: Analysis, parts: readonly ast.Identifier[]): string | undefined {
  const [first = "", second = ""] = parts.map((part) => part.text);
  const found = a.vmods.find(first);
  if (found && "interface" in found && found.interface.functions.has(second)) return undefined;
  return foreignName(parts.map((part) => part.text));
}

/** A name whose last part nobody here knows, as that of a global director, but whose first is nearly one that could stand there. */
function otherSpace(a: Analysis, parts: readonly ast.Identifier[]): DiagnosticExtra {
  const [first, ...rest] = parts.map((part) => part.text);
  const key = first?.toLowerCase() ?? "";
  const [member] = rest;
  if (first === undefined || member === undefined || a.names.has(key) || a.modules.has(key)) return {};
  const having = [...a.modules].filter(([, { import: { vmod } = {} }]) => vmod?.functions.has(member));
  const near = nearest(first, ["global", ...having.map(([name]) => name)]);
  return near === undefined ? {} : meant(spanOfParts(parts), [near, ...rest].join("."));
}

function spanOfParts(parts: readonly ast.Identifier[]): Span {
  const [first] = parts as readonly [ast.Identifier];
  return { ...first.span, end: parts.at(-1)!.span.end };
}

/** The nearest of all variables, for when nothing that is legal here is alike. */
function nearestElsewhere(a: Analysis, text: string): { name: string; legal: SubMask } | undefined {
  const visible = (variables as readonly VariableEntry[]).filter((entry) => isVisible(entry, a.version));
  const legal = new Map(visible.map((entry) => [entry.name, usableIn(entry)] as const));
  const name = nearest(text, legal.keys());
  return name === undefined ? undefined : { name, legal: legal.get(name) ?? 0 };
}

/** A program of more names gets no advice from among them: every mistake would be compared with all. */
const mostNames = 20_000;

/** Advice about a name of a kind that the program does not define: the nearest that it does. */
export function definedHint(
  a: Analysis,
  kind: DeclaredSymbol["kind"] | "sub",
  name: string,
  span: Span,
): DiagnosticExtra {
  if (a.limit.isReached("undefined") || a.names.size > mostNames) return {};
  const defined: string[] = kind === "backend" ? ["default"] : [];
  for (const symbol of a.names.values()) {
    if (symbol.kind !== kind) continue;
    if (symbol.kind === "sub") {
      if (symbol.sub.userBodies.length > 0) defined.push(symbol.sub.name);
    } else if ("declaration" in symbol && symbol.declaration !== undefined) defined.push(symbol.name);
  }
  const near = nearest(name, defined);
  return near === undefined ? {} : meant(span, near);
}

function candidates(a: Analysis, parts: readonly ast.Identifier[]): string[] {
  const list: string[] = [];
  collect(a, builtinTree, list, parts);
  if (a.names.size > mostNames) return list;
  const first = parts[0]?.text.toLowerCase();
  const module = a.modules.get(first ?? "")?.import;
  for (const name of module?.vmod.functions.keys() ?? []) list.push(`${module?.alias}.${name}`);
  for (const name of module?.vmod.objects.keys() ?? []) list.push(`${module?.alias}.${name}`);
  for (const [key, symbol] of a.names) {
    if (symbol.kind === "instance" && key === first) {
      for (const method of symbol.object.object.methods) list.push(`${symbol.object.name}.${method.name}`);
    } else if ("name" in symbol) list.push(symbol.name);
    else if (symbol.kind === "sub") list.push(symbol.sub.name);
    else if (symbol.kind === "instance") list.push(symbol.object.name);
  }
  return list;
}

/** The names of a tree that are of use here; of headers, the one that the searched name ends with. */
function collect(a: Analysis, node: NameNode, list: string[], searched: readonly ast.Identifier[]): void {
  if (node.entries.some((entry) => isUsable(a, entry)) || node.builtin) list.push(node.name);
  const header = searched[2]?.text;
  if (header !== undefined && node.wildcard && isUsable(a, node.wildcard))
    list.push(`${node.name}.${header}`);
  for (const child of node.children.values()) collect(a, child, list, searched);
}

/** Whether a variable can be used at all in the sub that is being read; where that sub runs is not known yet when it is a user's. */
function isUsable(a: Analysis, entry: VariableEntry): boolean {
  if (!isVisible(entry, a.version)) return false;
  if (!isMethodSub(a.sub.name)) return true;
  return (usableIn(entry) & maskOf([a.sub.name])) !== 0;
}

/** The subs in which something can be done with a variable. */
function usableIn(entry: VariableEntry): SubMask {
  const { read, write, unset } = variableSymbol(entry);
  return read | write | unset;
}

/** Names that are longer are no slips of somebody's fingers. */
const longestName = 200;

/** The candidate nearest to a text by edit distance, within a third of its length. */
export function nearest(text: string, list: Iterable<string>): string | undefined {
  if (text.length > longestName) return undefined;
  const wanted = text.toLowerCase();
  let best: string | undefined;
  let limit = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of list) {
    if (Math.abs(candidate.length - wanted.length) >= limit) continue;
    const distance = editDistance(wanted, candidate.toLowerCase(), limit);
    if (distance < limit && distance > 0) {
      limit = distance;
      best = candidate;
    }
  }
  return best;
}

/** Edits (insert, remove, replace, swap neighbours) between two texts; `limit` or more is answered as `limit`. */
function editDistance(one: string, other: string, limit: number): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    let smallest = i;
    for (let j = 1; j <= other.length; j++) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1;
      const swapped = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const edits = Math.min(
        (previous[j] ?? limit) + 1,
        (row[j - 1] ?? limit) + 1,
        (previous[j - 1] ?? limit) + cost,
        swapped ? (beforePrevious[j - 2] ?? limit) + 1 : limit,
      );
      row.push(edits);
      smallest = Math.min(smallest, edits);
    }
    if (smallest >= limit) return limit;
    beforePrevious = previous;
    previous = row;
  }
  return previous[other.length] ?? limit;
}

const definitions = new WeakMap<ast.Program, ReadonlyMap<string, Span>>();

/** Where the program makes a name first: by an import, a declaration or a `new`. */
function laterDefinition(program: ast.Program, name: string): Span | undefined {
  let known = definitions.get(program);
  if (known === undefined) definitions.set(program, (known = findDefinitions(program)));
  return known.get(name);
}

function findDefinitions(program: ast.Program): ReadonlyMap<string, Span> {
  const found = new Map<string, Span>();
  const define = ({ text, span }: ast.Identifier) => {
    const key = text.toLowerCase();
    if (!found.has(key)) found.set(key, span);
  };
  visit(program, {
    ImportDeclaration: ({ name, alias }) => define(alias ?? name),
    BackendDeclaration: ({ name }) => define(name),
    ProbeDeclaration: ({ name }) => define(name),
    AclDeclaration: ({ name }) => define(name),
    SubDeclaration: ({ name }) => define(name),
    NewStatement: ({ name }) => define(name),
    UnusedDeclaration: () => false,
  });
  return found;
}

import { builtinSubs } from "../analyze/builtin.js";
import { endsFlow } from "../analyze/ends-flow.js";
import type { AnalyzedProgram, SubFact } from "../analyze/program.js";
import { isMethodSub } from "../language/subs.js";
import type * as ast from "../parser/ast.js";
import { visit } from "../parser/visit.js";

/** A sub of the graph. */
export interface GraphSub {
  readonly name: string;
  /** One that the cache calls, one that the built-in VCL calls for others to extend, or one of the program's own. */
  readonly kind: SubFact["kind"];
  /** The program says nothing about it: all of it is built-in VCL. */
  readonly isBuiltin: boolean;
  /** The actions that it returns itself, in source order, each once; of what it falls through to also. */
  readonly actions: readonly string[];
  /** Labels that it hands the request to. An expression of type VCL is no label. */
  readonly labels: readonly GraphLabel[];
}

export interface GraphLabel {
  readonly action: "dispatch" | "vcl";
  readonly name: string;
}

export interface GraphCall {
  readonly from: string;
  readonly to: string;
  /** `value`: given as a value, to be called by a VMOD or by `call` of an expression. */
  readonly how: "call" | "value";
}

/**
 * Which sub calls which: the subs of the program, whether or not anything calls them, and what they reach in the built-in VCL by falling
 * through their end or by a call. Each call is there once, in source order.
 */
export interface CallGraph {
  readonly name: string;
  readonly subs: readonly GraphSub[];
  readonly calls: readonly GraphCall[];
}

/** Draws up the call graph of a program. */
export function callGraph(program: AnalyzedProgram, name: string): CallGraph {
  const facts = new Map(program.subs.map((sub) => [sub.name, sub]));
  const subs = new Map<string, GraphSub>();
  const calls = new Map<string, GraphCall>();
  const pending = [...facts.keys()];
  for (const sub of pending) {
    if (subs.has(sub)) continue;
    const bodies = bodiesOf(sub, facts.get(sub));
    subs.set(sub, { name: sub, ...kindOf(sub, bodies), ...endsOf(bodies, program) });
    for (const call of callsOf(sub, bodies, program)) {
      const key = `${call.from} ${call.to} ${call.how}`;
      if (!calls.has(key)) calls.set(key, call);
      pending.push(call.to);
    }
  }
  return { name, subs: [...subs.values()], calls: [...calls.values()] };
}

/** The bodies that run one after the other, the built-in one last, up to one that ends in a return for certain. */
function bodiesOf(name: string, fact: SubFact | undefined): readonly ast.SubDeclaration[] {
  const own = fact?.bodies ?? [];
  const builtin = builtinSubs().filter((sub) => sub.name.text === name);
  const all = fact?.includesBuiltin ? own : [...own, ...builtin];
  const last = all.findIndex(({ body }) => endsFlow(body));
  return last < 0 ? all : all.slice(0, last + 1);
}

function kindOf(name: string, bodies: readonly ast.SubDeclaration[]): Pick<GraphSub, "kind" | "isBuiltin"> {
  const isBuiltin = bodies.every(({ span }) => span.file.kind === "builtin");
  const isHook = builtinSubs().some((sub) => sub.name.text === name);
  return { kind: isMethodSub(name) ? "method" : isHook ? "hook" : "user", isBuiltin };
}

function endsOf(
  bodies: readonly ast.SubDeclaration[],
  program: AnalyzedProgram,
): Pick<GraphSub, "actions" | "labels"> {
  const actions = new Set<string>();
  const labels = new Map<string, GraphLabel>();
  const ReturnStatement = (node: ast.ReturnStatement): void => {
    const action = node.action?.text;
    if (action === undefined) return;
    actions.add(action);
    if (action !== "dispatch" && action !== "vcl") return;
    const [target] = node.args ?? [];
    const resolution = target && program.expressions.get(target)?.resolution;
    if (resolution?.kind !== "label") return;
    labels.set(`${action} ${resolution.name}`, { action, name: resolution.name });
  };
  for (const body of bodies) visit(body, { ReturnStatement });
  return { actions: [...actions], labels: [...labels.values()] };
}

function callsOf(
  from: string,
  bodies: readonly ast.SubDeclaration[],
  program: AnalyzedProgram,
): readonly GraphCall[] {
  const calls: GraphCall[] = [];
  const CallStatement = (node: ast.CallStatement): boolean => {
    const to = program.calls.get(node)?.name ?? builtinCallee(node);
    if (to === undefined) return true;
    calls.push({ from, to, how: "call" });
    return false;
  };
  const NameExpression = (node: ast.NameExpression): void => {
    const resolution = program.expressions.get(node)?.resolution;
    if (resolution?.kind === "sub") calls.push({ from, to: resolution.sub.name, how: "value" });
  };
  for (const body of bodies) visit(body, { CallStatement, NameExpression });
  return calls;
}

/** In bodies that were not analyzed with the program, a name is all there is. */
function builtinCallee({ callee, span }: ast.CallStatement): string | undefined {
  return span.file.kind === "builtin" && callee.kind === "NameExpression" ? callee.parts[0].text : undefined;
}

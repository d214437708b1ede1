import type { AnalyzedProgram } from "../../analyze/program.js";
import type * as ast from "../../parser/ast.js";
import { visit } from "../../parser/visit.js";
import type { LintContext } from "../lint-context.js";
import { userBodies, type UserBody } from "./bodies.js";
import { forEachFact, namesIn } from "./values.js";

/** What every client decides for itself; anything else in a condition may be a secret. */
const public_: ReadonlySet<string> = new Set([
  "req.method",
  "req.url",
  "req.http.host",
  "req.restarts",
  "req.proto",
]);

/** Whether some condition in a body looks at who the client is: an ACL, its address, a header that may hold a secret. */
export function checksAccess(lint: LintContext, body: ast.SubDeclaration): boolean {
  let checks = false;
  visit(body, {
    IfArm({ test }) {
      forEachFact(lint, test, (_, resolution) => {
        // What another VMOD finds out may be a matter of who asks; std knows nothing of that.
        const other = resolution.kind === "function" && resolution.import.vmod.name !== "std";
        checks ||= other || resolution.kind === "acl" || resolution.kind === "method";
      });
      checks ||= [...namesIn(lint, test)].some((name) => !public_.has(name));
    },
  });
  return checks;
}

const callers = new WeakMap<AnalyzedProgram, ReadonlyMap<string, readonly UserBody[]>>();

/** The bodies from which each sub is called. */
function callersIn(program: AnalyzedProgram): ReadonlyMap<string, readonly UserBody[]> {
  const known = callers.get(program);
  if (known) return known;
  const found = new Map<string, UserBody[]>();
  for (const caller of userBodies(program)) {
    visit(caller.body, {
      CallStatement(call) {
        const name = program.calls.get(call)?.name ?? "";
        found.set(name, [...(found.get(name) ?? []), caller]);
      },
    });
  }
  callers.set(program, found);
  return found;
}

/** Whether some condition of a body, or of those that it is called from, looks at who the client is. */
export function isGuarded(lint: LintContext, { sub, body }: UserBody, seen = new Set<string>()): boolean {
  if (checksAccess(lint, body)) return true;
  if (seen.has(sub.name)) return false;
  seen.add(sub.name);
  return (callersIn(lint.program).get(sub.name) ?? []).some((caller) => isGuarded(lint, caller, seen));
}

const called = new WeakMap<AnalyzedProgram, ReadonlySet<string>>();

/** Whether a sub of the program is called from another: what calls it may have checked. */
export function isCalled(program: AnalyzedProgram, name: string): boolean {
  let names = called.get(program);
  if (!names) called.set(program, (names = new Set([...program.calls.values()].map((sub) => sub.name))));
  return names.has(name);
}

import { methodSubs } from "../language/subs.js";
import type { AnalyzedProgram, SubFact } from "../analyze/program.js";
import type * as ast from "../parser/ast.js";

/** Whether any statement of a sub, or of what it calls, returns an action. Recursion was ruled out by the analyzer. */
export function returnsAction(sub: SubFact, program: AnalyzedProgram, known: Map<SubFact, boolean>): boolean {
  let result = known.get(sub);
  if (result === undefined) {
    result = sub.bodies.some(({ body }) => blockReturns(body, program, known));
    known.set(sub, result);
  }
  return result;
}

function blockReturns(block: ast.Block, program: AnalyzedProgram, known: Map<SubFact, boolean>): boolean {
  return block.statements.some((statement) => statementReturns(statement, program, known));
}

function statementReturns(
  statement: ast.Statement,
  program: AnalyzedProgram,
  known: Map<SubFact, boolean>,
): boolean {
  switch (statement.kind) {
    case "Block":
      return blockReturns(statement, program, known);
    case "IfStatement": {
      const bodies = statement.arms.map(({ body }) => body);
      if (statement.otherwise) bodies.push(statement.otherwise);
      return bodies.some((body) => blockReturns(body, program, known));
    }
    case "ReturnStatement":
      return statement.action !== undefined;
    case "CallStatement": {
      const callee = program.calls.get(statement);
      // What a SUB value runs is not known before it runs.
      return callee === undefined || returnsAction(callee, program, known);
    }
    default:
      return false;
  }
}

/** The types of the tasks that a sub may run in. */
export function taskTypes(sub: SubFact): readonly ("ClientTask" | "BackendTask" | "HousekeepingTask")[] {
  const groups = new Set(sub.group ? [sub.group] : [...sub.reachedFrom].map((method) => methodSubs[method]));
  return (["client", "backend", "housekeeping"] as const)
    .filter((group) => groups.has(group))
    .map((group) => taskOf[group]);
}

const taskOf = { client: "ClientTask", backend: "BackendTask", housekeeping: "HousekeepingTask" } as const;

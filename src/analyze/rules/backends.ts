import type * as ast from "../../parser/ast.js";
import type { Analysis } from "../analysis.js";

/** There is at least one backend; directors of VMODs do not count. */
export function backends(a: Analysis, program: ast.Program): void {
  if (a.backends.length > 0) return;
  const place = { ...program.span, end: Math.min(program.span.end, program.span.start + 1) };
  a.report(
    "no-backend",
    place,
    {},
    { hint: "`backend default none;` will do where every request gets another" },
  );
}

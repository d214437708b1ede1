import type * as ast from "../../parser/ast.js";
import type { Analysis } from "../analysis.js";

/** There is at least one backend; directors of VMODs do not count. */
export function backends(a: Analysis, program: ast.Program): void {
  if (a.backends.length > 0) return;
  // No place is to blame: the end of the program is where one would add it.
  const place = { ...program.span, start: program.span.end };
  a.report(
    "no-backend",
    place,
    {},
    { hint: "`backend default none;` will do where every request gets another" },
  );
}

import { byteUnit, durationUnit } from "../../language/units.js";
import type { VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import { plainValue, type Analysis, type Value } from "../analysis.js";

/** A number is BYTES where they are looked for; else its unit makes it a DURATION, its dot or its place a REAL. */
export function numberLiteral(a: Analysis, e: ast.NumberLiteral, wanted: VclType): Value | undefined {
  if (wanted === "BYTES") return bytes(a, e);
  if (e.unit !== undefined) {
    const seconds = durationUnit(e.unit.text);
    if (seconds === undefined) return a.report("duration-unit", e.unit.span, { unit: e.unit.text });
    return plainValue("DURATION", { constant: e.value * seconds });
  }
  return plainValue(e.real || wanted === "REAL" ? "REAL" : "INT", { constant: e.value });
}

function bytes(a: Analysis, e: ast.NumberLiteral): Value | undefined {
  if (e.unit === undefined) return a.report("bytes-unit-missing", e.span, {});
  const unit = byteUnit(e.unit.text);
  if (unit === undefined) return a.report("bytes-unit", e.unit.span, {});
  if (unit === 1 && !Number.isInteger(e.value)) return a.report("bytes-fraction", e.unit.span, {});
  return plainValue("BYTES", { constant: Math.trunc(e.value * unit) });
}

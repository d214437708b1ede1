import { meant } from "../../diagnostics/diagnostic.js";
import { typeMembers, type TypeMember } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import type { Analysis, Value } from "../analysis.js";
import { typeOf } from "../analysis.js";
import type { Receiver } from "../program.js";
import { nameText, versionRange } from "../names.js";
import { nearest, notFoundHint } from "../suggest.js";
import { typeName } from "./coerce.js";

/** The trailing part of a dotted name as a member of the value before it: `storage.s0.happy`, `req.url.lower`. */
export function property(
  a: Analysis,
  value: Value,
  e: ast.NameExpression | ast.CallExpression,
  parts: readonly ast.Identifier[],
  used: number,
  called: boolean,
): Value | undefined {
  const name = parts[used];
  if (name === undefined || value.resolution === undefined) return undefined;
  if (value.type === "HTTP") return unknownField(a, name, parts);
  const receiver: Receiver = {
    kind: "resolution",
    resolution: value.resolution,
    type: value.type,
    nullable: value.nullable,
    parts: parts.slice(0, used),
  };
  const isLast = used === parts.length - 1;
  const result = member(a, value, name, receiver, e, isLast && called);
  const next = parts[used + 1];
  if (result === undefined || next === undefined) return result;
  return a.report("unknown-property", next.span, { name: next.text, type: typeName(result) });
}

/** A name that begins with a message, such as `req.ur`: the nearest variable is what was meant. */
function unknownField(a: Analysis, name: ast.Identifier, parts: readonly ast.Identifier[]): undefined {
  const hint = versionHint(parts) ?? notFoundHint(a, parts);
  return a.report("unknown-property", name.span, { name: name.text, type: "HTTP" }, hint);
}

function versionHint(parts: readonly ast.Identifier[]): { hint: string } | undefined {
  const range = versionRange(parts);
  return range === undefined ? undefined : { hint: `${nameText(parts)} is only available when ${range}` };
}

/** A member of a value, with or without its parentheses. */
export function member(
  a: Analysis,
  value: Value,
  name: ast.Identifier,
  receiver: Receiver,
  e: ast.Expression,
  called: boolean,
): Value | undefined {
  const members = typeMembers[typeOf(value)] ?? {};
  const key = name.text.toLowerCase();
  const found: TypeMember | undefined = Object.hasOwn(members, key) ? members[key] : undefined;
  if (found === undefined) {
    const near = nearest(key, Object.keys(members));
    const hint = near === undefined ? {} : { ...meant(name.span, near), hint: `did you mean '.${near}'?` };
    return a.report("unknown-property", name.span, { name: name.text, type: typeName(value) }, hint);
  }
  if (found.called !== called) {
    const code = found.called ? "property-needs-call" : "not-callable";
    return a.report(code, e.span, { name: `.${name.text}` });
  }
  if (found.suspends) a.sub.waits = true;
  return {
    type: found.returns,
    nullable: found.nullable ?? (found.returns === "STRING" && value.nullable),
    strands: 1,
    resolution: { kind: "typeMethod", name: key, receiver },
  };
}

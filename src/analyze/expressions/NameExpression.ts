import { hasReservedPrefix } from "../../language/reserved.js";
import { types, type VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import { plainValue, type Analysis, type Value } from "../analysis.js";
import { forwardReference } from "../declarations/define.js";
import { definitionOf, findName, isMissingMember, nameText, reference, reportNotFound } from "../names.js";
import { kindName, type VclSymbol } from "../symbols.js";
import { property } from "./members.js";

/** A name: the longest part of it that is a symbol, and then perhaps a property of its value. */
export function nameExpression(a: Analysis, e: ast.NameExpression, wanted: VclType): Value | undefined {
  const found = findName(a, e.parts);
  if (found === "reported") return undefined;
  if (found === undefined) {
    const forward = e.parts.length === 1 ? types[wanted].declared : undefined;
    if (forward === undefined) return reportNotFound(a, e);
    if (isReservedName(a, e.parts[0])) return a.report("reserved-prefix", e.span, {});
    return symbolValue(a, forwardReference(a, forward, e.parts[0]), e, wanted);
  }
  if (isMissingMember(found, e.parts)) return reportNotFound(a, e);
  const value = symbolValue(a, found.symbol, e, wanted);
  if (value === undefined || found.used === e.parts.length) return value;
  return property(a, value, e, e.parts, found.used, false);
}

/** From VCL 4.1 on, nothing but a sub can be declared later under such a name. */
function isReservedName(a: Analysis, { text }: ast.Identifier): boolean {
  return a.version >= 41 && hasReservedPrefix(text);
}

/** The value of a symbol in an expression, without calling it. */
export function symbolValue(
  a: Analysis,
  symbol: VclSymbol,
  e: ast.NameExpression,
  wanted: VclType,
): Value | undefined {
  const [first] = e.parts;
  reference(symbol, first);
  switch (symbol.kind) {
    case "var":
      return variableValue(a, symbol, e);
    case "backend":
    case "probe":
    case "acl":
      return declaredValue(symbol);
    case "sub":
      return subValue(a, symbol, e, wanted);
    case "func":
      return functionName(a, symbol.name, e, wanted);
    case "instance": {
      const { object, import: module } = symbol.object;
      return plainValue("INSTANCE", { typeName: `${module.alias}.${object.name}` });
    }
    case "stevedore":
      return {
        ...plainValue("STEVEDORE", { resolution: { kind: "storage", name: symbol.name } }),
        nullable: true,
      };
    case "function":
    case "method":
      return a.report("property-needs-call", e.span, { name: nameText(e.parts) });
    default: {
      const place = definitionOf(symbol);
      const related = place ? { related: [{ span: place, message: "That symbol was defined here" }] } : {};
      const parameters = { name: first.text, found: kindName(symbol) };
      return a.report("symbol-not-in-expression", first.span, parameters, related);
    }
  }
}

function variableValue(
  a: Analysis,
  symbol: Extract<VclSymbol, { kind: "var" }>,
  e: ast.NameExpression,
): Value {
  // A body has no reading at all: the type check says so.
  if (symbol.type !== "BODY") a.use("read", symbol.name, symbol.read, e.span);
  if (symbol.header) return { type: "STRING", nullable: true, strands: 1, resolution: symbol.header };
  const value = { type: symbol.type, nullable: symbol.nullable, strands: 1 };
  if (symbol.type === "HTTP") {
    return { ...value, resolution: { kind: "http", message: symbol.name as "req" } };
  }
  return { ...value, resolution: { kind: "variable", name: symbol.name, type: symbol.type } };
}

function declaredValue(symbol: Extract<VclSymbol, { kind: "backend" | "probe" | "acl" }>): Value {
  const type = symbol.kind.toUpperCase() as "BACKEND" | "PROBE" | "ACL";
  // The getter answers when codegen asks: the declaration may still be to come.
  const resolution = {
    kind: symbol.kind,
    get declaration() {
      return symbol.declaration;
    },
  } as Value["resolution"];
  const none = symbol.declaration?.kind === "BackendDeclaration" && symbol.declaration.none;
  const value = plainValue(type, resolution ? { resolution } : {});
  value.nullable = none || (symbol.kind === "backend" && symbol.declaration === undefined);
  return value;
}

function subValue(
  a: Analysis,
  symbol: Extract<VclSymbol, { kind: "sub" }>,
  e: ast.NameExpression,
  wanted: VclType,
): Value | undefined {
  if (wanted !== "SUB") return a.report("symbol-only-as", e.span, { name: symbol.sub.name, type: "SUB" });
  symbol.sub.isValue = true;
  return plainValue("SUB", { resolution: { kind: "sub", sub: symbol.sub.fact } });
}

function functionName(a: Analysis, name: string, e: ast.NameExpression, wanted: VclType): Value | undefined {
  if (name === "true" || name === "false") {
    const value = name === "true";
    return plainValue("BOOL", { constant: value, resolution: { kind: "boolean", value } });
  }
  if (name === "default") {
    if (wanted !== "BACKEND" && wanted !== "PROBE") return a.report("reserved-word", e.span, { name });
    return { ...plainValue(wanted, { resolution: { kind: "default" } }), nullable: true };
  }
  return a.report("property-needs-call", e.span, { name });
}

import type { ExpressionFact } from "../../analyze/program.js";
import type { VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { regexName } from "../names.js";
import type { Writer } from "../writer.js";
import { emitConstantText, emitValue } from "./constant.js";
import { emitHeaderReference } from "./resolution.js";
import { textFunctions } from "./text.js";
import { emitTruth } from "./truth.js";

type Conversion = (e: Emitter, node: ast.Expression, fact: ExpressionFact) => void;

/** How a value is brought into the type that the context wants; for types not listed it is that type already. */
const conversions: Readonly<Partial<Record<VclType, Conversion>>> = {
  BODY: (e, node, fact) => (fact.type === "BLOB" ? emitValue(e, node) : toText(e, node, fact)),
  BOOL: (e, node) => emitTruth(e, node),
  HEADER: (e, _node, fact) => emitHeaderReference(e, fact),
  IP: toIp,
  REGEX: toRegex,
  STRANDS: toText,
  STRING: toText,
};

/** Writes an expression in the type that its context wants. */
export function emitConverted(e: Emitter, node: ast.Expression): void {
  const fact = e.module.factOf(node);
  const { convertTo, type } = fact;
  const conversion = convertTo === undefined || convertTo === type ? undefined : conversions[convertTo];
  if (conversion) conversion(e, node, fact);
  else emitValue(e, node);
}

function toText(e: Emitter, node: ast.Expression, fact: ExpressionFact): void {
  const printer = textFunctions[fact.type];
  if (printer === undefined) {
    emitValue(e, node);
  } else if (fact.constant !== undefined) {
    emitConstantText(e, fact.type, fact.constant);
  } else {
    e.out.write(`${e.runtime(printer)}(`);
    emitValue(e, node);
    e.out.write(")");
  }
}

/** An address without a port, in its usual notation. Everything else the loading VCL reads. */
const plainAddress = /^\d+(?:\.\d+){3}$|^(?=.*:.*:)[0-9a-fA-F:.]+$/;

/** An address in a literal is read once; a host name is looked up while the VCL loads. */
function toIp(e: Emitter, node: ast.Expression, { constant }: ExpressionFact): void {
  if (typeof constant !== "string") {
    emitValue(e, node);
    return;
  }
  const isNumeric = plainAddress.test(constant);
  const constants = isNumeric ? e.module.constants : e.module.loadConstants;
  const maker = isNumeric ? e.runtime("ip") : "vpi.ip";
  const name = constants.add(`ip:${constant}`, `ip_${constant}`, (out) =>
    out.within(node.span, () => emitMade(out, maker, constant)),
  );
  e.out.write(name);
}

function toRegex(e: Emitter, node: ast.Expression, { constant }: ExpressionFact): void {
  if (typeof constant === "string") e.out.write(regexConstant(e, node, constant));
  else emitValue(e, node);
}

/** The module's constant for a pattern. */
function regexConstant(e: Emitter, node: ast.Expression, pattern: string): string {
  const maker = e.runtime("regex");
  return e.module.constants.add(`regex:${pattern}`, regexName(pattern), (out) =>
    out.within(node.span, () => emitMade(out, maker, pattern)),
  );
}

function emitMade(out: Writer, maker: string, text: string): void {
  out.write(`${maker}(`);
  out.string(text);
  out.write(")");
}

import type { VclType } from "../../language/types.js";
import type * as ast from "../../parser/ast.js";
import type { Emitter } from "../emitter.js";
import { constantText, emitString, textFunctions } from "./text.js";

/** The value of an expression before any conversion: a constant where it was known while compiling. */
export function emitValue(e: Emitter, node: ast.Expression): void {
  const { type, constant } = e.module.factOf(node);
  if (constant === undefined) e.value(node);
  else emitConstant(e, type, constant);
}

/** A value that was known while compiling. */
export function emitConstant(e: Emitter, type: VclType, value: string | number | boolean): void {
  if (type === "BLOB" && typeof value === "string") e.out.write(blobConstant(e, value));
  else if (typeof value === "string") emitString(e, value);
  else e.out.write(String(value));
}

/** The text of a constant. Whole numbers and truth values are written out; the rest print by the runtime's rules. */
export function emitConstantText(e: Emitter, type: VclType, value: string | number | boolean): void {
  const printer = textFunctions[type];
  const text = constantText(type, value);
  if (printer === undefined) {
    emitConstant(e, type, value);
  } else if (text !== undefined && type !== "BLOB") {
    e.out.string(text);
  } else {
    e.out.write(`${e.runtime(printer)}(`);
    emitConstant(e, type, value);
    e.out.write(")");
  }
}

function blobConstant(e: Emitter, bytes: string): string {
  const maker = e.runtime("blob");
  return e.module.constants.add(`blob:${bytes}`, "blob_1", (out) => {
    out.write(`${maker}(`);
    out.string(bytes);
    out.write(")");
  });
}

import type * as ast from "../../parser/ast.js";
import { plainValue, type Analysis, type Value } from "../analysis.js";

/** `:base64:` is a BLOB wherever it stands. */
export function blobLiteral(_a: Analysis, e: ast.BlobLiteral): Value {
  return plainValue("BLOB", { constant: e.value });
}

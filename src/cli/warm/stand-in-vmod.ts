import type { VmodNamespace } from "../../host/node/vmod-loader.js";
import { className } from "../../vcc/typescript-types.js";
import type { VccFunction, VccType, VmodInterface } from "../../vcc/vmod-interface.js";

/** What is neither NULL nor nothing where a type must have a value. */
const values: Readonly<Partial<Record<VccType, unknown>>> = {
  BOOL: false,
  BYTES: 0,
  DURATION: 0,
  INT: 0,
  REAL: 0,
  STRANDS: "",
  TIME: 0,
};

/** What stands in for a VMOD whose code is not to run: its functions and objects are there, do nothing, and answer with nothing. */
export function standInVmod({ functions, objects }: VmodInterface): VmodNamespace {
  const names: Record<string, unknown> = { event: () => undefined };
  for (const fn of functions.values()) names[fn.name] = standInFunction(fn);
  for (const object of objects.values()) {
    const methods = Object.fromEntries(
      object.methods.map((method) => [method.name, standInFunction(method)]),
    );
    names[className(object.name)] = { create: () => ({ ...methods }) };
  }
  return names;
}

function standInFunction({ returns, returnValues }: VccFunction): () => unknown {
  const value = returnValues?.[0] ?? values[returns];
  return () => value;
}

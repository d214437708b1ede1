/**
 * Names that VCL itself uses in the one namespace of symbols, beside the variables, by the kind that a message calls them. Look-up knows
 * no case.
 */
export const builtinNames = {
  action: ["ban", "call", "hash_data", "if", "new", "return", "set", "synthetic", "unset"],
  func: ["default", "false", "regsub", "regsuball", "true"],
  /** Keywords of the top level; names like others before VCL 4.1. */
  reserved: ["acl", "backend", "import", "probe", "sub", "unused", "vcl"],
} as const satisfies Record<string, readonly string[]>;

export type BuiltinKind = keyof typeof builtinNames;

/** Names like these are kept for VCL's own subs. */
export function hasReservedPrefix(name: string): boolean {
  return /^vcl_/i.test(name);
}

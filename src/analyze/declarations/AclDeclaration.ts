import { aclFlags, isAclFlag, type AclFlagName } from "../../language/acl-flags.js";
import type * as ast from "../../parser/ast.js";
import { formatAddress } from "../../runtime/values/ip.js";
import type { Analysis } from "../analysis.js";
import type { AclEntryFact } from "../program.js";
import { masked, readAclAddress, type AclAddress } from "./acl-address.js";
import { define } from "./define.js";

/** An ACL: its flags, then its entries, each and against the others. */
export function aclDeclaration(a: Analysis, declaration: ast.AclDeclaration): void {
  define(a, "acl", declaration);
  const flags = readFlags(a, declaration);
  const entries: AclEntryFact[] = [];
  const seen = new Map<string, ast.AclEntry>();
  for (const entry of declaration.entries) {
    const address = readAclAddress(a, entry);
    const fact = address && entryFact(a, entry, address, flags.pedantic);
    if (fact && !isRepeated(a, seen, entry, address)) entries.push(fact);
  }
  a.acls.push({ declaration, log: flags.log, entries });
}

function readFlags(a: Analysis, declaration: ast.AclDeclaration): Record<AclFlagName, boolean> {
  const flags = Object.fromEntries(
    Object.entries(aclFlags).map(([name, flag]) => [name, flag.default]),
  ) as Record<AclFlagName, boolean>;
  for (const flag of declaration.flags) {
    const name = flag.name.text;
    if (!isAclFlag(name)) {
      a.report("acl-flag", flag.name.span, {});
      continue;
    }
    flags[name] = flag.on;
    if (flag.argument) checkFlagArgument(a, flag, name);
  }
  return flags;
}

function checkFlagArgument(a: Analysis, flag: ast.AclFlag, name: AclFlagName): void {
  const entry = aclFlags[name];
  const { argument } = flag;
  if (argument === undefined) return;
  if (!flag.on || !("argument" in entry)) {
    const paren = { ...flag.name.span, start: flag.name.span.end, end: argument.name.span.end };
    a.report("acl-flag-argument", paren, { flag: name });
  } else if (argument.name.text !== entry.argument) {
    a.report("acl-flag-subflag", argument.name.span, { flag: name, argument: entry.argument });
  }
}

function entryFact(
  a: Analysis,
  syntax: ast.AclEntry,
  { address, bytes, mask }: AclAddress,
  pedantic: boolean,
): AclEntryFact | undefined {
  if (bytes === undefined || mask === undefined) {
    return { syntax, address, isHostName: bytes === undefined, mask };
  }
  const network = masked(bytes, mask);
  const text = formatAddress(network);
  const isNetwork = network.every((byte, index) => byte === bytes[index]);
  if (!isNetwork && pedantic) {
    return a.report("acl-masked-bits", syntax.address.span, { network: `${text}/${mask}` });
  }
  return { syntax, address: isNetwork ? address : text, isHostName: false, mask };
}

/** The same network twice is one entry; once allowed and once denied is a contradiction. */
function isRepeated(
  a: Analysis,
  seen: Map<string, ast.AclEntry>,
  entry: ast.AclEntry,
  { address, bytes, mask }: AclAddress,
): boolean {
  const bits = mask ?? (bytes ? bytes.length * 8 : "");
  const key = `${bytes ? masked(bytes, Number(bits)).join(".") : address.toLowerCase()}/${bits}`;
  const first = seen.get(key);
  if (first === undefined) {
    seen.set(key, entry);
    return false;
  }
  if (first.negated !== entry.negated) {
    const related = [{ span: entry.address.span, message: "Versus this one" }];
    a.report("acl-conflict", first.address.span, {}, { related });
  }
  return true;
}

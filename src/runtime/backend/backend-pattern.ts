import { parseIp } from "../values/ip.js";
import { CommandFailure } from "../vcl/command-failure.js";
import { placeText, type Identity } from "./identity.js";

/** One item of a list: an address, a port, both, or the path of a socket. */
interface Item {
  readonly address?: string;
  readonly port?: number;
  readonly path?: string;
}

/** What an operator wrote to say which backends are meant (grammar/backend-pattern.ebnf). */
export type BackendPattern =
  /** A shell glob over `VCL.NAME`, as in Varnish. */
  | { readonly kind: "glob"; readonly glob: string }
  /** The one and only backend of that name. */
  | { readonly kind: "only"; readonly name: string }
  /** Every backend of that name that has one of the items; without items, every one. */
  | { readonly kind: "list"; readonly name: string; readonly items: readonly Item[]; readonly text: string };

/** Reads a pattern. What is wrong with one is said in a CommandFailure. */
export function parseBackendPattern(text: string): BackendPattern {
  // No address, port or name of a backend has these signs: with parentheses they are about names that have parentheses.
  if (/[()]/.test(text) && /[*?]/.test(text)) return { kind: "glob", glob: text };
  const open = text.indexOf("(");
  if (open < 0) {
    if (text.includes(")")) throw bad(text, "there is a ) without a (");
    return /[.*?[\\]/.test(text) ? { kind: "glob", glob: text } : { kind: "only", name: text };
  }
  const name = text.slice(0, open);
  if (name === "") throw bad(text, "there is no name before the (");
  if (!text.endsWith(")")) throw bad(text, "it does not end with )");
  const inside = text.slice(open + 1, -1);
  if (/[()]/.test(inside)) throw bad(text, "there is more than one pair of ( )");
  // What comes behind a semicolon is only in full forms.
  const places = inside.split(";", 1)[0] as string;
  const items = places === "" ? [] : places.split(",").map((item) => parseItem(text, item));
  return { kind: "list", name, items, text };
}

/**
 * Those that a pattern other than a glob selects. A full form selects its own backend and no other, also where its items would be found in
 * others too (S2-31).
 */
export function selectBackends<Item extends { readonly identity: Identity }>(
  pattern: Exclude<BackendPattern, { kind: "glob" }>,
  backends: Iterable<Item>,
): Item[] {
  const named = [...backends].filter(({ identity }) => identity.name === pattern.name);
  if (pattern.kind === "only") return named;
  const { items, text } = pattern;
  const exact = named.filter(({ identity }) => identity.fullForm === text);
  // With what only full forms have, it was meant as one.
  if (exact.length > 0 || text.includes(";")) return exact;
  const pair = named.filter(({ identity }) => isFullForm(items, identity));
  if (pair.length > 0) return pair;
  if (items.length === 0) return named;
  return named.filter(({ identity }) => items.some((item) => has(identity, item)));
}

function parseItem(pattern: string, text: string): Item {
  if (text === "") throw bad(pattern, "an item is empty");
  if (/^[/@]/.test(text)) return { path: text };
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d+))?$/.exec(text);
  if (!match) throw bad(pattern, `"${text}" is no address, :PORT or path; IPv6 addresses stand in [ ]`);
  const [, ipv6, ipv4 = "", digits] = match;
  const address = parseIp(ipv6 ?? ipv4);
  const right = ipv6 === undefined ? address?.bytes.length === 4 : ipv6.includes(":") && address;
  if (!right && (ipv6 !== undefined || ipv4 !== "")) throw bad(pattern, `"${text}" is no address`);
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && (port < 1 || port > 65535)) throw bad(pattern, `there is no port ${digits}`);
  return { ...(address && { address: address.text }), ...(port !== undefined && { port }) };
}

/** Whether the items are the places of the backend, all of them and no others, and there is nothing else to it. */
function isFullForm(items: readonly Item[], { name, places, fullForm }: Identity): boolean {
  if (fullForm !== `${name}(${places.join(",")})` || items.length !== places.length) return false;
  const texts = items.map(({ address, port, path }) =>
    address !== undefined && port !== undefined ? placeText(address, port) : path,
  );
  return places.every((place) => texts.includes(place));
}

function has({ places }: Identity, { address, port, path }: Item): boolean {
  return places.some((place) => {
    if (path !== undefined) return place === path;
    if (/^[/@]/.test(place)) return false;
    const colon = place.lastIndexOf(":");
    if (port !== undefined && Number(place.slice(colon + 1)) !== port) return false;
    return address === undefined || place.slice(0, colon).replace(/^\[|\]$/g, "") === address;
  });
}

function bad(pattern: string, why: string): CommandFailure {
  return new CommandFailure(106, `Bad backend pattern ${pattern}: ${why}`);
}

import type { HeaderList } from "../../runtime/index.js";

/** Who has handled a request: the identifiers of its CDN-Loop fields, without their parameters (RFC 8586, section 2). */
export function handlersOf(http: HeaderList): ReadonlySet<string> {
  const value = http.get("cdn-loop");
  if (value === undefined) return new Set();
  // A quoted parameter may have commas in it.
  const plain = value.replaceAll(/"(?:[^"\\]|\\.)*"/g, "");
  return new Set(plain.split(",").map((part) => part.split(";", 1)[0]?.trim() ?? ""));
}

/** Adds a node to those that have handled a request, once. */
export function noteHandler(http: HeaderList, node: string): void {
  if (handlersOf(http).has(node)) return;
  const before = http.get("cdn-loop");
  http.set("CDN-Loop", before === undefined || before === "" ? node : `${before}, ${node}`);
}

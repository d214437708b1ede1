import type { HeaderList } from "../../runtime/index.js";

/** Who has handled a request: the identifiers of its CDN-Loop fields, without their parameters (RFC 8586, section 2). */
export function handlersOf(http: HeaderList): ReadonlySet<string> {
  // A quoted parameter may have commas in it.
  const plain = http
    .all("cdn-loop")
    .join(",")
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, "");
  const names = plain.split(",").map((part) => part.split(";", 1)[0]?.trim() ?? "");
  return new Set(names.filter((name) => name !== ""));
}

/** Adds a node to those that have handled a request, once. */
export function noteHandler(http: HeaderList, node: string): void {
  if (handlersOf(http).has(node)) return;
  const before = http.all("cdn-loop").join(", ");
  http.set("CDN-Loop", before === "" ? node : `${before}, ${node}`);
}

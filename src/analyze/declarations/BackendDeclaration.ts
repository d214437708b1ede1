import { backendFields } from "../../language/fields.js";
import type * as ast from "../../parser/ast.js";
import type { Analysis } from "../analysis.js";
import { isNumericAddress, isPort, isResolvable, splitHostPort } from "../host-names.js";
import type { FieldFact } from "../program.js";
import { define } from "./define.js";
import { readFields, type FoundFields } from "./fields.js";

/** A backend: its fields are checked one by one, then against each other. */
export function backendDeclaration(a: Analysis, declaration: ast.BackendDeclaration): void {
  const errors = a.diagnostics.length;
  const isDefault = declaration.name.text.toLowerCase() === "default";
  if (isDefault && a.backends.some((backend) => backend.name.text.toLowerCase() === "default")) {
    const keyword = { ...declaration.span, end: declaration.span.start + "backend".length };
    a.report("two-default-backends", keyword, {});
  }
  // The name is known from here on, but not inside: a backend is not its own .via.
  const found = readFields(a, declaration.fields, backendFields, isDeclaredBefore(a));
  define(a, "backend", declaration);
  a.backends.push(declaration);
  a.fields.set(declaration, found.facts);
  if (!declaration.none && a.diagnostics.length === errors) checkBackend(a, declaration, found);
}

function isDeclaredBefore(a: Analysis) {
  return (backend: ast.BackendDeclaration) => a.backends.includes(backend);
}

function checkBackend(a: Analysis, declaration: ast.BackendDeclaration, found: FoundFields): void {
  const { nodes } = found;
  const host = nodes.get("host");
  const path = nodes.get("path");
  if (host && path) {
    const [first, second] = host.span.start < path.span.start ? [host, path] : [path, host];
    const related = [{ span: first.name.span, message: "Previous definition" }];
    return a.report("backend-address-redefinition", second.name.span, {}, { related });
  }
  if (!host && !path) {
    // In a program that did not parse, the field may have been there.
    if (!a.incomplete) a.report("backend-without-address", declaration.name.span, {});
    return;
  }
  if (host) checkHost(a, host, found);
  if (path) checkPath(a, path, found);
  const proxy = found.nodes.get("proxy_header");
  const proxyHeader = found.facts.get("proxy_header");
  if (proxy && proxyHeader?.kind === "number" && ![1, 2].includes(proxyHeader.value)) {
    a.report("backend-proxy-header", proxy.value.span, {});
  }
  checkVia(a, declaration, found);
}

function checkHost(a: Analysis, host: ast.Field, found: FoundFields): void {
  const text = textOf(found.facts.get("host"));
  const { port } = splitHostPort(text);
  const field = found.nodes.get("port");
  const reason = hostProblem(text, port, field && textOf(found.facts.get("port")));
  if (reason !== undefined) a.report("backend-host", host.value.span, { host: text, reason });
}

/** Why a host cannot be looked up, whatever the resolver says. Ports may be names of services. */
function hostProblem(text: string, own: string | undefined, field: string | undefined): string | undefined {
  // Without a host, the resolver answers a port with this machine.
  if (!isResolvable(text) && !(text === "" && field !== undefined))
    return "neither an address nor a host name";
  if (own !== undefined && field !== undefined) return "it has a port, and .port is given as well";
  const port = own ?? field;
  if (port === undefined || isPort(port)) return undefined;
  return `'${port}' is no port`;
}

/** Longest path of a Unix domain socket on Linux, without its final NUL. */
const maxPath = 107;

function checkPath(a: Analysis, path: ast.Field, found: FoundFields): void {
  const text = textOf(found.facts.get("path"));
  if (!/^[/@]/.test(text)) {
    return a.report("backend-path", path.value.span, { reason: "Must be a valid path or abstract socket" });
  }
  if (text.length > maxPath) {
    a.report("backend-path", path.value.span, { reason: "Path too long for a Unix domain socket" });
  }
}

function checkVia(a: Analysis, declaration: ast.BackendDeclaration, found: FoundFields): void {
  const via = found.facts.get("via");
  const node = found.nodes.get("via");
  if (via?.kind !== "backend" || node === undefined) return;
  if (found.nodes.has("path")) return a.report("backend-via-path", declaration.name.span, {});
  if (a.fields.get(via.declaration)?.has("via")) {
    return a.report("backend-via-stacked", node.span, {});
  }
  const field = ["authority", "host_header", "host"].find((name) => found.nodes.has(name));
  if (field === undefined) return;
  const text = textOf(found.facts.get(field));
  const host = field === "authority" ? text : splitHostPort(text).host;
  if (!isNumericAddress(host)) return;
  const hint = field === "authority" ? {} : { hint: "configure .authority explicitly" };
  const span = found.nodes.get(field)?.value.span ?? node.value.span;
  a.report("backend-authority-ip", span, { field }, hint);
}

function textOf(fact: FieldFact | undefined): string {
  return fact?.kind === "string" ? fact.value : "";
}

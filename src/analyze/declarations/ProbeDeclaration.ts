import { maxProbeWindow, probeFields } from "../../language/fields.js";
import type * as ast from "../../parser/ast.js";
import type { Analysis } from "../analysis.js";
import type { FieldFact } from "../program.js";
import { define } from "./define.js";
import { readFields, type FoundFields } from "./fields.js";

/** `probe NAME { … }`; one called `default` serves every backend without a probe of its own. */
export function probeDeclaration(a: Analysis, declaration: ast.ProbeDeclaration): void {
  const { name } = declaration;
  const isDefault = name.text.toLowerCase() === "default";
  const first = isDefault ? defaultProbe(a) : undefined;
  if (first !== undefined) {
    const related = [{ span: first.name.span, message: "First definition" }];
    a.report("redefined", name.span, { kind: "Probe", name: name.text }, { related });
  }
  define(a, "probe", declaration);
  a.probes.push(declaration);
  probeBody(a, declaration);
}

/** `probe default`, where it is declared already. */
export function defaultProbe(a: Analysis): ast.ProbeDeclaration | undefined {
  return a.probes.find((probe) => probe.name.text.toLowerCase() === "default");
}

/** The fields of a probe, named or inline. */
export function probeBody(a: Analysis, probe: ast.ProbeDeclaration | ast.InlineProbe): void {
  const found = readFields(a, probe.fields, probeFields);
  a.fields.set(probe, found.facts);
  const { nodes } = found;
  const url = nodes.get("url");
  const request = nodes.get("request");
  if (url && request) {
    const [first, second] = url.span.start < request.span.start ? [url, request] : [request, url];
    const related = [{ span: first.name.span, message: "Previous definition" }];
    a.report("probe-request-redefinition", second.name.span, {}, { related });
  }
  const response = nodes.get("expected_response");
  const status = numberOf(found.facts.get("expected_response"));
  if (response && status !== undefined && (status < 100 || status > 999)) {
    a.report("probe-expected-response", response.span, {});
  }
  checkWindow(a, found);
}

function checkWindow(a: Analysis, { nodes, facts }: FoundFields): void {
  const window = nodes.get("window")?.value;
  const threshold = nodes.get("threshold")?.value;
  const size = numberOf(facts.get("window"));
  const needed = numberOf(facts.get("threshold"));
  if (window && !threshold) return a.report("probe-window-alone", window.span, {});
  if (threshold && !window && needed !== undefined && needed > maxProbeWindow) {
    return a.report("probe-window-size", threshold.span, { field: "Threshold" });
  }
  if (size === undefined || needed === undefined || !window || !threshold) return;
  if (size > maxProbeWindow) return a.report("probe-window-size", window.span, { field: "Window" });
  if (needed > size) {
    const related = [{ span: window.span, message: "The window" }];
    a.report("probe-threshold", threshold.span, {}, { related });
  }
}

function numberOf(fact: FieldFact | undefined): number | undefined {
  return fact?.kind === "number" ? fact.value : undefined;
}

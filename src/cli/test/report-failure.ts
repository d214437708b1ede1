import type { Paint } from "./paint.js";
import { position } from "../../source/position.js";
import type { Span } from "../../source/source-file.js";
import type { Failure } from "./run-case.js";
import type { TraceEntry } from "./trace.js";

/** What of the log says something about the lines of VCL: what they set, where they went, and what went wrong. */
const shownTags = new Set([
  ...["ReqURL", "ReqMethod", "ReqHeader", "ReqUnset", "BereqURL", "BereqMethod", "BereqHeader", "BereqUnset"],
  ...[
    "BerespStatus",
    "BerespHeader",
    "BerespUnset",
    "ObjHeader",
    "ObjUnset",
    "RespStatus",
    "RespHeader",
    "RespUnset",
  ],
  ...[
    "VCL_call",
    "VCL_return",
    "VCL_use",
    "VCL_Log",
    "VCL_Error",
    "VCL_acl",
    "Hash",
    "TTL",
    "Hit",
    "HitMiss",
    "HitPass",
  ],
  ...["Error", "FetchError", "BackendOpen"],
]);

/** An expectation that was not met, what was expected and what came, and the way through VCL there. */
export function failureText(file: string, { place, step, unmet, trace }: Failure, paint: Paint): string {
  const lines = [`  ${file}:${place.line}:${place.column}: ${step}`];
  for (const { what, at, expected, got } of unmet)
    lines.push(
      at === undefined ? `    ${what}` : `    ${at}: ${what}`,
      `      ${paint.good(`expected ${indented(expected)}`)}`,
      `      ${paint.bad(`got      ${indented(got)}`)}`,
    );
  if (trace.length > 0) lines.push("    The way through VCL:", ...wayThrough(trace, paint));
  return `${lines.join("\n")}\n`;
}

function indented(text: string): string {
  return text.replaceAll("\n", "\n               ");
}

function wayThrough(trace: readonly TraceEntry[], paint: Paint): readonly string[] {
  const lines: string[] = [];
  let xid: number | undefined;
  for (const entry of trace) {
    if ("step" in entry) lines.push(stepLine(entry.step));
    else if (entry.xid !== 0 && shownTags.has(entry.tag)) {
      if (entry.xid !== xid) lines.push(`      transaction ${entry.xid}`);
      xid = entry.xid;
      lines.push(paint.dim(`          ${entry.tag.padEnd(14)} ${entry.text}`));
    }
  }
  return lines.filter((line): line is string => line !== "");
}

function stepLine({ kind, span }: Extract<TraceEntry, { readonly step: unknown }>["step"]): string {
  if (kind === "otherwise") return "";
  const { line } = position(span.file, span.start);
  const place = `${span.file.name}:${line}`;
  const text = firstLine(span);
  return kind === "arm"
    ? `        ${place}: true: ${span.file.text.slice(span.start, span.end)}`
    : `        ${place}: ${text}`;
}

function firstLine({ file, start, end }: Span): string {
  const text = file.text.slice(start, end);
  return text.includes("\n") ? `${text.slice(0, text.indexOf("\n")).trimEnd()} …` : text;
}

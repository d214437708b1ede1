import type { ImportFact } from "../analyze/program.js";
import { wordTokens } from "./align.js";
import type { Generated } from "./generate.js";
import type { Step } from "./step.js";
import { sourceMap, type SourceMap } from "./source-map.js";

/** A module as the body of a function, for loading into the running process. */
export interface JavaScriptOutput {
  /** The source's name, for messages and stack traces. */
  readonly sourceName: string;
  /** Function body over `runtime` and `vmods`; returns the module. Ends with its source map and source URL. */
  readonly code: string;
  readonly map: SourceMap;
  /** VMODs whose implementations must be given to load it, under their aliases. */
  readonly imports: readonly ImportFact[];
  /** What the numbers stand for that the code tells its steps by; empty where it tells none. */
  readonly steps: readonly Step[];
}

/** `new Function` puts the body after two lines of its own. */
const functionHeadLines = 2;

/** Adds the source map and source URL that make stack traces name the VCL. */
export function finishJavaScript(generated: Generated): JavaScriptOutput {
  const tokens = wordTokens(generated.text);
  const map = sourceMap({
    file: generated.fileName,
    text: generated.text,
    tokens,
    segments: generated.segments,
    writtenTokens: tokens,
    sourceName: generated.sourceName,
    linesBefore: functionHeadLines,
  });
  const url = `data:application/json;base64,${base64(JSON.stringify(map))}`;
  // Split, so that no tool takes these for the comments of this file.
  const code = `${generated.text}//${"#"} sourceMappingURL=${url}\n//${"#"} sourceURL=vclc:${encodeURI(generated.fileName)}\n`;
  return { sourceName: generated.source, code, map, imports: generated.imports, steps: generated.steps };
}

function base64(text: string): string {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}

import { align } from "./align.js";
import type { Generated } from "./generate.js";
import { layOut } from "./layout.js";
import { sourceMap, type SourceMap } from "./source-map.js";

/** A TypeScript or JavaScript module as it goes to disk. The map's file name and the comment that names the map are the writer's of the file to add. */
export interface ModuleOutput {
  readonly text: string;
  readonly map: SourceMap;
}

/** Formats a generated module and makes its source map. */
export async function finishModule(generated: Generated): Promise<ModuleOutput> {
  const text = await layOut(generated.text);
  const { before, after } = align(generated.text, text);
  const map = sourceMap({
    file: generated.fileName,
    text,
    tokens: after,
    segments: generated.segments,
    writtenTokens: before,
    sourceName: generated.sourceName,
    linesBefore: 0,
  });
  return { text, map };
}

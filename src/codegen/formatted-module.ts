import type { Plugin } from "prettier";
import { align } from "./align.js";
import type { Generated } from "./generate.js";
import { sourceMap, type SourceMap } from "./source-map.js";

/** A TypeScript or JavaScript module as it goes to disk. The map's file name and the comment that names the map are the writer's of the file to add. */
export interface ModuleOutput {
  readonly text: string;
  readonly map: SourceMap;
}

/** Formats a generated module and makes its source map. Prettier is loaded only when this is first called. */
export async function finishModule(generated: Generated): Promise<ModuleOutput> {
  const text = await format(generated.text);
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

async function format(text: string): Promise<string> {
  const [prettier, babel, estree] = await Promise.all([
    import("prettier/standalone"),
    import("prettier/plugins/babel"),
    import("prettier/plugins/estree"),
  ]);
  // The types of `estree` do not say that it is a plugin, but it is one.
  const plugins = [babel, estree as unknown as Plugin];
  return prettier.format(text, { parser: "babel-ts", plugins, printWidth: 110 });
}

import { basename, dirname, relative, sep } from "node:path";
import type { ModuleOutput } from "../codegen/formatted-module.js";
import {
  compileToJavaScriptModule,
  compileToTypeScript,
  printedAst,
  printedTokens,
  readCallGraph,
  type Compilation,
  type CompileOptions,
} from "../compile.js";
import type { SourceFile } from "../source/source-file.js";
import { graphviz, mermaid } from "../views/drawings.js";
import { CliError } from "./cli-error.js";
import type { CompileFlags, EmitKind } from "./commands/compile.js";
import type { OutputFile } from "./output-files.js";

/** What `--emit` makes of a source. `path` is where it goes; undefined: to stdout, as one text and nothing beside it. */
interface Emitter {
  /** What the name of the written file ends in, behind that of the source. */
  readonly suffix: string;
  readonly emit: (
    main: SourceFile,
    options: CompileOptions,
    path: string | undefined,
  ) => Promise<Compilation<readonly OutputFile[]>>;
}

/** The path of what is printed instead of written. */
const stdoutPath = "-";

/** What the flags ask for. */
export function emitterFor({ emit, graphFormat }: CompileFlags): Emitter {
  if (graphFormat !== undefined && emit !== "graph") {
    throw new CliError("--graph-format says how to draw what --emit graph finds: give both");
  }
  if (emit === "graph") return graphFormat === "mermaid" ? drawn("mmd", mermaid) : drawn("dot", graphviz);
  return emitters[emit ?? "ts"];
}

const emitters: Readonly<Record<Exclude<EmitKind, "graph">, Emitter>> = {
  ts: written("ts", compileToTypeScript),
  js: written("js", compileToJavaScriptModule),
  ast: printed("ast.json", printedAst, (text) => text),
  tokens: printed("tokens.jsonl", printedTokens, (text) => text),
};

/** A module and its source map. */
function written(suffix: string, compile: typeof compileToTypeScript): Emitter {
  const emit: Emitter["emit"] = async (main, options, path) => {
    const { output, diagnostics } = await compile(main, options);
    return { diagnostics, ...(output && { output: moduleFiles(output, path) }) };
  };
  return { suffix, emit };
}

function moduleFiles({ text, map }: ModuleOutput, path: string | undefined): readonly OutputFile[] {
  if (path === undefined) return [{ path: stdoutPath, text }];
  const name = basename(path);
  return [
    { path, text: `${text}//# sourceMappingURL=${encodeURIComponent(name)}.map\n` },
    { path: `${path}.map`, text: `${JSON.stringify({ ...map, file: name })}\n` },
  ];
}

/** A document of one file. */
function printed<Output>(
  suffix: string,
  read: (main: SourceFile, options: CompileOptions) => Compilation<Output>,
  print: (output: Output) => OutputFile["text"],
): Emitter {
  const emit: Emitter["emit"] = (main, options, path = stdoutPath) => {
    const { output, diagnostics } = read(main, options);
    if (!output) return Promise.resolve({ diagnostics });
    return Promise.resolve({ diagnostics, output: [{ path, text: print(output) }] });
  };
  return { suffix, emit };
}

function drawn(suffix: string, draw: typeof graphviz): Emitter {
  return printed(suffix, readCallGraph, draw);
}

/** How sources and VMODs are called in what is written to `target`: never by a path of this machine. */
export function namesFor(
  path: string,
  target: string,
): Pick<CompileOptions, "displayName" | "sourceName" | "vmodSpecifier"> {
  return {
    displayName: (file) => (file.kind === "file" ? relativePath(dirname(path), file.name) : file.name),
    sourceName: (file) => (file.kind === "file" ? relativePath(dirname(target), file.name) : file.name),
    vmodSpecifier: ({ alias, vmod, origin }) => {
      if (origin.kind === "shipped") return `vclc/vmod/${vmod.name || alias}`;
      const specifier = `${relativePath(dirname(target), origin.path)}.js`;
      return specifier.startsWith("../") ? specifier : `./${specifier}`;
    },
  };
}

/** With slashes on every system: it is written into files that are compared. */
function relativePath(from: string, to: string): string {
  return relative(from, to).split(sep).join("/");
}

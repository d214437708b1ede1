import { analyzeSource } from "../../analyze/analyze-source.js";
import { nodeSourceReader } from "../../host/node/source-reader.js";
import { analyzeOptions, readMainFile } from "../analyze-options.js";

/** As much of Vite's plugins as this one has. */
interface VclPlugin {
  readonly name: string;
  readonly enforce: "pre";
  load(this: { addWatchFile(path: string): void }, id: string): string | undefined;
}

/**
 * `import policy from "./main.vcl"` in tests that Vite runs: the value is `{ path }`, for `load` of `vclc/testing`. Tests run again when the
 * file or one that it includes changes. A file that does not compile says so when it is loaded.
 */
export function vcl(): VclPlugin {
  return {
    name: "vclc",
    enforce: "pre",
    load(id) {
      if (!id.endsWith(".vcl")) return undefined;
      for (const path of includedBy(id)) this.addWatchFile(path);
      return `export default ${JSON.stringify({ path: id })};`;
    },
  };
}

/** As most plugins are imported. @alias */
export default vcl;

function includedBy(path: string): readonly string[] {
  const read: string[] = [];
  const reader = {
    ...nodeSourceReader,
    read(included: string) {
      read.push(included);
      return nodeSourceReader.read(included);
    },
  };
  analyzeSource(readMainFile(path), { ...analyzeOptions(path, {}), reader });
  return read;
}
